/**
 * The synchronised tables: one registry from which the server makes its triggers and row images, the replica makes its
 * tables, and all of them their row types (`rows.ts`). The order of `columns` is the order of values in a row image on
 * the wire; columns are only ever appended, and a change of a table raises WIRE_SCHEMA_VERSION.
 */
import { DIMENSION_COLUMN, type Dimension, type TableEntry } from './table.ts';
import { AUDIT_TABLES } from './tables/audit.ts';
import { BANK_TABLES } from './tables/bank.ts';
import { BUYING_TABLES } from './tables/buying.ts';
import { CREDIT_TABLES } from './tables/credit.ts';
import { CLOSE_TABLES } from './tables/close.ts';
import { FLUX_TABLES } from './tables/flux.ts';
import { FULFILMENT_TABLES } from './tables/fulfilment.ts';
import { GOVERNANCE_TABLES } from './tables/governance.ts';
import { JOURNAL_TABLES } from './tables/journal.ts';
import { LEDGER_TABLES } from './tables/ledger.ts';
import { ORDER_TABLES } from './tables/orders.ts';
import { PRICING_TABLES } from './tables/pricing.ts';
import { PURCHASE_TABLES } from './tables/purchases.ts';
import { FORECAST_TABLES } from './tables/forecast.ts';
import { RECONCILIATION_TABLES } from './tables/reconciliation.ts';
import { REFERENCE_TABLES } from './tables/reference.ts';
import { REPLENISHMENT_TABLES } from './tables/replenishment.ts';
import { SERVICE_TABLES } from './tables/service.ts';
import { STOCK_TABLES } from './tables/stock.ts';
import { TRANSFER_TABLES } from './tables/transfers.ts';
import { WORK_TABLES } from './tables/work.ts';

export type { ColumnType, WireColumn } from './columns.ts';
export { type Area, DIMENSION_COLUMN, type Dimension } from './table.ts';

/** An older program is refused and told to update; an older copy is made anew. Held to the tables by a test (db/schema). */
export const WIRE_SCHEMA_VERSION = 26;

const TABLES = [
  ...REFERENCE_TABLES,
  ...PRICING_TABLES,
  ...STOCK_TABLES,
  ...BUYING_TABLES,
  ...PURCHASE_TABLES,
  ...ORDER_TABLES,
  ...SERVICE_TABLES,
  ...LEDGER_TABLES,
  ...BANK_TABLES,
  ...CLOSE_TABLES,
  ...CREDIT_TABLES,
  ...RECONCILIATION_TABLES,
  ...FLUX_TABLES,
  ...JOURNAL_TABLES,
  ...WORK_TABLES,
  ...FULFILMENT_TABLES,
  ...GOVERNANCE_TABLES,
  ...REPLENISHMENT_TABLES,
  ...FORECAST_TABLES,
  ...TRANSFER_TABLES,
  ...AUDIT_TABLES,
] as const;

/** The literal types behind the registry; `rows.ts` makes row types of them. */
export type RegisteredTable = (typeof TABLES)[number];
export type WireTableName = RegisteredTable['name'];
export interface WireTable extends TableEntry {
  readonly name: WireTableName;
}

export const WIRE_TABLES: readonly WireTable[] = TABLES;

const BY_NAME: ReadonlyMap<string, WireTable> = new Map(WIRE_TABLES.map((table) => [table.name, table]));
const BY_ID: ReadonlyMap<number, WireTable> = new Map(WIRE_TABLES.map((table) => [table.id, table]));

/** The table of that name; throws on an unknown one (a programming error, never user input). */
export function wireTable(name: WireTableName): WireTable {
  const table = BY_NAME.get(name);
  if (!table) throw new Error(`unknown wire table ${name}`);
  return table;
}

export function wireTableById(id: number): WireTable | undefined {
  return BY_ID.get(id);
}

/** The physical column that carries a dimension of this table. */
export function dimensionColumn(table: TableEntry, dimension: Dimension): string {
  return table.dimensionColumns?.[dimension] ?? DIMENSION_COLUMN[dimension];
}
