/** What the registry says of one synchronised table. */
import type { WireColumn } from './columns.ts';

/** A dimension of the bucket key that a grant may restrict. `client` is the private bucket of one installation. */
export type Dimension = 'company' | 'site' | 'channel' | 'month' | 'client';

/** What a role must hold to receive a table at all; `audit` takes the right to read the trail. See domain/access. */
export type Area = 'general' | 'cost' | 'finance' | 'audit' | 'outcome';

export interface TableEntry {
  /** Stable small number used in the change log. Never reused. */
  readonly id: number;
  readonly name: string;
  readonly area: Area;
  /** Dimensions of the bucket key; each has a physical column (DIMENSION_COLUMN) unless the table names another. */
  readonly dimensions: readonly Dimension[];
  /** Overrides of the physical column behind a dimension (company rows are keyed by their own id). */
  readonly dimensionColumns?: Partial<Record<Dimension, string>>;
  readonly idType: 'integer' | 'text';
  /** All columns but `id`, `ver` and `bucket`, which every table has. */
  readonly columns: readonly WireColumn[];
  /** Load order at bootstrap: 0 reference, 1 stock and open documents, 2 facts by month (newest first). */
  readonly loadOrder: 0 | 1 | 2;
}

export const DIMENSION_COLUMN: Readonly<Record<Dimension, string>> = {
  company: 'company_id',
  site: 'site_id',
  channel: 'channel_id',
  month: 'month',
  client: 'client_id',
};
