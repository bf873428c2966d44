/** Where an approval lies: it reaches no role below the figures its rule is made of. */
import type { ApprovalKind } from '#domain/orders/approval.ts';
import type { WireTableName } from './tables.ts';

export const APPROVAL_TABLE = {
  discount: 'order_approval',
  floor: 'order_approval_cost',
  credit: 'order_approval_finance',
} as const satisfies Readonly<Record<ApprovalKind, WireTableName>>;
