/** The Sync screen's facts: where the copy stands, how large it is, what happened. */
import { statSync } from 'node:fs';
import type { SyncStatus } from '#contract/queries.ts';
import { WIRE_TABLES, type WireTableName } from '#contract/wire/tables.ts';
import type { ReplicaPlace } from './keys/place.ts';
import { recentNotices } from './notices.ts';
import type { Workspace } from './workspace.ts';

const LABELS: Readonly<Record<WireTableName, string>> = {
  company: 'Companies',
  site: 'Sites',
  channel: 'Channels',
  party: 'Customers and suppliers',
  item: 'Items',
  item_cost: 'Item costs',
  policy: 'Stock policies',
  stock_balance: 'Stock',
  purchase_order: 'Purchase orders',
  po_line: 'Purchase order lines',
  po_line_price: 'Purchase prices',
  sales_order: 'Orders',
  order_line: 'Order lines',
  order_line_cost: 'Order line costs',
  shipment_line: 'Shipment lines',
  item_note: 'Notes on items',
  order_note: 'Notes on orders',
  close_period: 'Close periods',
  close_task: 'Close tasks',
  close_task_line: 'Close task lines',
  signoff: 'Sign-offs',
  supplier_item: 'Supplier items',
  supplier_item_price: 'Supplier prices',
  fx_rate: 'Exchange rates',
  kpi_target: 'Targets',
  channel_rule: 'Channel rules',
  price_rule: 'Price rules',
  price_floor: 'Price floors',
  plan_line: 'Plan',
  rebate_agreement: 'Rebate agreements',
  channel_fee: 'Channel fees',
  stock_move: 'Stock moves',
  stock_count: 'Counts',
  stock_count_line: 'Count lines',
  stock_count_line_cost: 'Costs of counted items',
  inventory_month: 'Stock value by month',
  forecast_line: 'Forecasts',
  receipt_line: 'Receipt lines',
  promise_event: 'Supplier promises',
  landed_cost: 'Landed costs',
  landed_cost_line: 'Landed cost lines',
  credit_note: 'Credit notes',
  claim: 'Claims',
  claim_event: 'Claim events',
  claim_cost: 'Claim costs',
  gl_account: 'Ledger accounts',
  gl_entry: 'Ledger entries',
  gl_line: 'Ledger lines',
  invoice: 'Invoices',
  payment: 'Payments',
  exception_mark: 'Marks on exceptions',
  exception_mark_cost: 'Marks on cost exceptions',
  exception_mark_finance: 'Marks on finance exceptions',
  mutation_outcome: 'Outcomes of changes',
};

export function syncStatus(workspace: Workspace, server_url: string): SyncStatus {
  const { replica, work, place } = workspace.open;
  const checkpoint = replica.prepare('SELECT checkpoint_number FROM replica_meta').pluck().get();
  const counted = new Map(
    replica
      .prepare<unknown[], { tbl: number; rows: number; buckets: number }>(
        'SELECT tbl, sum(rows) AS rows, count(*) AS buckets FROM bucket GROUP BY tbl',
      )
      .all()
      .map((row) => [row.tbl, row]),
  );
  const tables = WIRE_TABLES.flatMap((table) => {
    const row = counted.get(table.id);
    return row ? [{ name: table.name, label: LABELS[table.name], rows: row.rows, buckets: row.buckets }] : [];
  });
  const verified = workspace.lastVerified();
  return {
    pill: workspace.pill(),
    server_url,
    checkpoint: typeof checkpoint === 'number' ? checkpoint : 0,
    rows: tables.reduce((sum, table) => sum + table.rows, 0),
    bytes_on_disk: bytesOnDisk(place),
    tables,
    ...workspace.state(),
    last_verified: verified && {
      at_ms: verified.at_ms,
      equal: verified.result.equal,
      rows: verified.result.rows,
      tables: verified.result.unequal_tables,
    },
    notices: recentNotices(work),
  };
}

/** Both files with what is still in their logs. */
export function bytesOnDisk(place: ReplicaPlace): number {
  return [place.replica_file, place.work_file]
    .flatMap((file) => [file, `${file}-wal`])
    .reduce((sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0);
}
