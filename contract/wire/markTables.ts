/** Where the marks on exceptions of an area lie: a mark reaches no role below the figures its exception is made of. */
import type { DataArea } from '#domain/access/roles.ts';
import type { WireTableName } from './tables.ts';

export const MARK_TABLE = {
  general: 'exception_mark',
  cost: 'exception_mark_cost',
  finance: 'exception_mark_finance',
} as const satisfies Readonly<Record<Exclude<DataArea, 'outcome'>, WireTableName>>;
