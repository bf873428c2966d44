/** Tells a test replica which months are here: the buckets its rows would have come in. */
import { wireTable, type WireTableName } from '#contract/wire/tables.ts';
import type { TestReplica } from './replicaFixture.ts';

const TABLES = [
  'sales_order',
  'order_line',
  'order_line_cost',
  'shipment_line',
  'credit_note',
  'claim_cost',
] as const satisfies readonly WireTableName[];

/** Replaces what was told before. A missing month may have no row: name those in `also`. */
export function tellMonths(
  { writer }: TestReplica,
  isMissing: (table: WireTableName, month: number) => boolean,
  also: readonly { readonly company_id: number; readonly months: readonly number[] }[] = [],
): void {
  writer.exec('DELETE FROM bucket');
  const insert = writer.prepare(
    `INSERT INTO bucket (id, tbl, company, site, channel, month, client, state, rows) VALUES (?, ?, ?, 0, 0, ?, '', ?, ?)`,
  );
  let id = 900_000;
  for (const table of TABLES) {
    const rows = writer
      .prepare<unknown[], { company_id: number; month: number; rows: number }>(
        `SELECT company_id, month, count(*) AS rows FROM ${table} GROUP BY company_id, month`,
      )
      .all();
    const named = also.flatMap(({ company_id, months }) => months.map((month) => ({ company_id, month, rows: 0 })));
    const all = new Map([...named, ...rows].map((each) => [`${each.company_id} ${each.month}`, each]));
    for (const { company_id, month, rows: count } of all.values()) {
      const missing = isMissing(table, month);
      insert.run(
        (id += 1),
        wireTable(table).id,
        company_id,
        month,
        missing ? 'missing' : 'complete',
        missing ? 0 : count,
      );
    }
  }
}
