/**
 * A replica of N synthetic order lines, written straight into its encrypted file and kept for the next run, and the
 * same lines in DuckDB. Rows are made by SQL from their number: the same N gives the same rows.
 */
import { createWriteStream, existsSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { type Connection, openConnection } from '#db/connection.ts';
import { migrateWork } from '#db/migrations/migrate.ts';
import type { ReaderFiles } from '#db/replica.ts';
import { REPLICA_SCHEMA_VERSION, replicaDdl } from '#db/schema/replicaDdl.ts';
import { isoWeekOfDay } from '#domain/calendar.ts';
import { fillOfLine } from '#domain/kpi/fillRate.ts';

const KEY = 'a7'.repeat(32);
export const BENCH_COMPANY = 1;
const FIRST_DAY = 19_723;
const DAYS = 1036;
export const BENCH_TODAY_MS = (FIRST_DAY + DAYS + 10) * 86_400_000;
export const ITEMS = 20_000;
const CATEGORIES = 48;
const CUSTOMERS = 17_000;

export function benchFiles(lines: number): ReaderFiles & { readonly duck_file: string } {
  const name = `binnacle-bench-${lines}-${REPLICA_SCHEMA_VERSION}`;
  return {
    replica_file: join(tmpdir(), `${name}.db`),
    work_file: join(tmpdir(), `${name}-work.db`),
    duck_file: join(tmpdir(), `${name}.duckdb`),
    keys: { replica: KEY, work: KEY },
  };
}

/** A number from 0 to 2^24 − 1 that looks random, from an SQL expression. */
const random = (of: string, salt: number): string => `(((${of} + ${salt * 7919}) * 2654435761 >> 9) & 16777215)`;

/** Opens the writing connection; makes the rows when the file is not there yet. */
export function openBenchReplica(lines: number): Connection {
  const files = benchFiles(lines);
  const ready = `${files.replica_file}-ready`;
  if (!existsSync(ready)) {
    for (const file of Object.values(files)) if (typeof file === 'string') rmSync(file, { force: true });
    const made = open(files.replica_file);
    makeRows(made, lines);
    made.close();
    const work = openConnection({ file: files.work_file, raw_hex: KEY, synchronous: 'FULL', cache_kib: 2000 });
    migrateWork(work);
    work.close();
    createWriteStream(ready).end();
  }
  return open(files.replica_file);
}

function open(file: string): Connection {
  return openConnection({ file, raw_hex: KEY, synchronous: 'NORMAL', cache_kib: 65_536 });
}

function makeRows(replica: Connection, lines: number): void {
  const later: string[] = [];
  for (const statement of replicaDdl()) {
    // indexes and notes of changes come after the rows, as a first load does it
    const waits =
      /^CREATE INDEX (order_line|order_line_cost|shipment_line|sales_order)_/.test(statement) ||
      statement.startsWith('CREATE TRIGGER');
    if (waits) later.push(statement);
    else replica.exec(statement);
  }
  replica.pragma('synchronous = OFF');
  replica.pragma('cache_size = -400000');
  replica.transaction(() => {
    reference(replica);
    replica.exec(`CREATE TEMP TABLE n AS WITH RECURSIVE t(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM t WHERE i < ${lines})
      SELECT i FROM t`);
    replica.exec(lineSql(lines));
    replica.exec(`INSERT INTO order_line_cost (id, ver, bucket, company_id, site_id, channel_id, month, cost_minor)
      SELECT id, 1, 2, company_id, site_id, channel_id, month, gross_minor * (50 + ${random('id', 11)} % 35) / 100
      FROM order_line WHERE kind IN ('goods', 'return')`);
    replica.exec(`INSERT INTO shipment_line
      (id, ver, bucket, company_id, site_id, channel_id, month, order_line_id, number, shipped_on, delivered_on, qty_milli)
      SELECT id, 1, 3, company_id, site_id, channel_id, month, id, 'S' || order_id,
        committed_on - 2 + CASE WHEN ${random('id', 12)} % 17 = 0 THEN 8 ELSE 0 END,
        CASE WHEN id % 50 > 0 THEN committed_on - 1 + CASE WHEN ${random('id', 12)} % 17 = 0 THEN 8 ELSE 0 END END,
        CASE WHEN ${random('id', 13)} % 29 = 0 THEN (ordered_qty_milli / 2000) * 1000 ELSE ordered_qty_milli - cancelled_qty_milli END
      FROM order_line WHERE kind = 'goods'`);
    // an order is as its first line; those of the last days are still open
    replica.exec(`INSERT INTO sales_order (id, ver, bucket, company_id, site_id, channel_id, month, source, number, party_id,
        ordered_on, ordered_at, state)
      SELECT order_id, 1, 8, company_id, site_id, channel_id, month, 'b', 'SO ' || order_id, party_id, ordered_on,
        ordered_on * 86400000, CASE WHEN ordered_on > ${FIRST_DAY + DAYS - 12} AND order_id % 3 = 0 THEN 'open' ELSE 'done' END
      FROM order_line WHERE id % 4 = 1`);
    replica.exec('DROP TABLE n');
  })();
  for (const statement of later) replica.exec(statement);
  replica.pragma('wal_checkpoint(TRUNCATE)');
}

function reference(replica: Connection): void {
  replica.exec(`INSERT INTO company (id, ver, bucket, code, name, currency, time_zone)
    VALUES (${BENCH_COMPANY}, 1, 4, 'B', 'Bench', 'EUR', 'Europe/Amsterdam')`);
  for (let n = 0; n < 5; n++) {
    replica.exec(`INSERT INTO channel (id, ver, bucket, company_id, code, name, kind, grace_days)
      VALUES (${11 + n}, 1, 5, ${BENCH_COMPANY}, 'C${n}', 'Channel ${n}', 'ecommerce', ${n % 3})`);
  }
  for (let n = 0; n < 12; n++) {
    replica.exec(`INSERT INTO site (id, ver, bucket, company_id, code, name, kind)
      VALUES (${21 + n}, 1, 6, ${BENCH_COMPANY}, 'S${n}', 'Site ${n}', 'dc')`);
  }
  rules(replica);
  replica.exec(`INSERT INTO item (id, ver, bucket, company_id, code, name, category, uom, supplier_id, active)
    WITH RECURSIVE t(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM t WHERE i < ${ITEMS})
    SELECT 200000 + i, 1, 7, ${BENCH_COMPANY}, 'I-' || i, 'Item ' || i, 'Category ' || (i % ${CATEGORIES}), 'pcs', NULL, 1 FROM t`);
}

/** What margin may leak against: discounts, free freight, floors, rebates and risen costs; and nothing is still loading. */
function rules(replica: Connection): void {
  const company = `1, 9, ${BENCH_COMPANY}`;
  const numbers = (most: number) => `WITH RECURSIVE t(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM t WHERE i < ${most})`;
  const from_on = FIRST_DAY - 365;
  for (const statement of [
    `INSERT INTO channel_rule (ver, bucket, company_id, id, channel_id, priority, free_freight_from_minor,
        freight_charge_minor, max_discount_bp, protected_bp) ${numbers(5)} SELECT ${company}, i, 10 + i, i, 30000, 900, 1200, 0 FROM t`,
    `INSERT INTO price_rule (ver, bucket, company_id, id, category, max_discount_bp, valid_from) ${numbers(24)}
      SELECT ${company}, i, 'Category ' || i, 1300, ${from_on} FROM t`,
    `INSERT INTO price_floor (ver, bucket, company_id, id, item_id, floor_price_micro, valid_from) ${numbers(2000)}
      SELECT ${company}, i, 200000 + i * 10, 10000000, ${from_on} FROM t`,
    `INSERT INTO rebate_agreement (ver, bucket, company_id, id, party_id, name, rate_bp, threshold_minor, valid_from)
      ${numbers(400)} SELECT ${company}, i, 100 + i * 40, 'R' || i, 150, 0, ${from_on} FROM t`,
    `INSERT INTO supplier_item (ver, bucket, company_id, id, supplier_id, item_id, moq_qty_milli, multiple_qty_milli,
        lead_time_days, preferred) ${numbers(ITEMS)} SELECT ${company}, i, 1 + i % 400, 200000 + i, 1000, 1000, 10, 1 FROM t`,
    // a tenth of the items cost more since two months
    `INSERT INTO supplier_item_price (ver, bucket, company_id, id, supplier_item_id, unit_price_micro, valid_from)
      ${numbers(ITEMS)} SELECT ${company}, i, i, 40000000, ${from_on} FROM t`,
    `INSERT INTO supplier_item_price (ver, bucket, company_id, id, supplier_item_id, unit_price_micro, valid_from)
      ${numbers(ITEMS / 10)} SELECT ${company}, ${ITEMS} + i, i * 10, 44000000, ${FIRST_DAY + DAYS - 60} FROM t`,
    `INSERT INTO bucket (id, tbl, company, site, channel, month, client, state, rows)
      VALUES (1, 1, ${BENCH_COMPANY}, 0, 0, 0, '', 'complete', 1)`,
  ])
    replica.exec(statement);
}

function lineSql(lines: number): string {
  const orders = Math.ceil(lines / 4);
  return `INSERT INTO order_line (id, ver, bucket, company_id, site_id, channel_id, month, order_id, ordinal, item_id, party_id,
      kind, ordered_on, committed_on, ordered_qty_milli, cancelled_qty_milli, cancelled_by, unit_price_micro, gross_minor,
      discount_minor, net_minor, country)
    SELECT id, 1, 1, ${BENCH_COMPANY}, site_id, channel_id, CAST(strftime('%Y%m', day * 86400, 'unixepoch') AS INTEGER),
      o, id, CASE WHEN kind IN ('goods', 'return') THEN item_id END, party_id, kind, day,
      CASE kind WHEN 'goods' THEN day + 2 + o % 9 END, qty, cancelled, CASE WHEN cancelled > 0 THEN 'us' END, price * 10000,
      (qty - cancelled) / 1000 * price, (qty - cancelled) / 1000 * price * discount / 100,
      (qty - cancelled) / 1000 * price - (qty - cancelled) / 1000 * price * discount / 100, 'L' || (party_id % 12)
    FROM (SELECT id, o, day, kind, item_id, party_id, site_id, channel_id, price, discount,
        sign * units * 1000 AS qty, CASE WHEN kind = 'goods' AND ${random('id', 9)} % 50 = 0 THEN units / 2 * 1000 ELSE 0 END AS cancelled
      FROM (SELECT i AS id, 1 + (i - 1) / 4 AS o,
          ${FIRST_DAY} + (i - 1) / 4 * ${DAYS} / ${orders} AS day,
          21 + ${random('(i - 1) / 4', 1)} % 12 AS site_id,
          nullif(11 + ${random('(i - 1) / 4', 2)} % 6, 16) AS channel_id,
          100 + ${random('(i - 1) / 4', 3)} % ${CUSTOMERS} AS party_id,
          200001 + ${random('i', 4)} % ${ITEMS} AS item_id,
          100 + ${random('i', 5)} % 20000 AS price,
          CASE WHEN ${random('i', 6)} % 3 = 0 THEN ${random('i', 7)} % 15 ELSE 0 END AS discount,
          1 + ${random('i', 8)} % 30 AS units,
          CASE ${random('i', 10)} % 40 WHEN 0 THEN 'return' WHEN 1 THEN 'discount' WHEN 2 THEN 'freight' ELSE 'goods' END AS kind,
          CASE ${random('i', 10)} % 40 WHEN 0 THEN -1 WHEN 1 THEN -1 ELSE 1 END AS sign
        FROM n))`;
}

/** The lines as the pivots read them, in DuckDB on one thread. The fill rate's part of a line is the domain's. */
export async function openDuck(replica: Connection, lines: number): Promise<DuckDBConnection> {
  const { duck_file } = benchFiles(lines);
  const had = existsSync(duck_file);
  const instance = await DuckDBInstance.create(duck_file, { threads: '1' });
  const duck = await DuckDBConnection.create(instance);
  if (had) return duck;
  const csv = `${duck_file}.csv`;
  await writeCsv(replica, csv);
  await duck.run(`CREATE TABLE line AS SELECT * FROM read_csv('${csv}', header = true, nullstr = '', columns = {
    channel: 'INTEGER', site: 'INTEGER', item: 'INTEGER', category: 'VARCHAR', month: 'INTEGER', day: 'INTEGER',
    kind: 'VARCHAR', gross: 'BIGINT', discount: 'BIGINT', cost: 'BIGINT', week: 'INTEGER', due_qty: 'BIGINT',
    missing_qty: 'BIGINT', due_value: 'BIGINT', missing_value: 'BIGINT', complete: 'INTEGER', first_pass: 'INTEGER'})`);
  await duck.run('CHECKPOINT');
  rmSync(csv);
  return duck;
}

type CsvRow = readonly [
  channel: number | null,
  site: number,
  item: number | null,
  category: string | null,
  month: number,
  day: number,
  kind: string,
  gross: number,
  discount: number,
  cost: number | null,
  order_id: number,
  committed_on: number | null,
  ordered: number,
  cancelled: number,
  cancelled_by: string | null,
  net: number,
  price: number,
  shipped_on: number | null,
  shipped_qty: number | null,
];

async function writeCsv(replica: Connection, file: string): Promise<void> {
  const out = createWriteStream(file);
  out.write(
    'channel,site,item,category,month,day,kind,gross,discount,cost,week,due_qty,missing_qty,due_value,missing_value,complete,first_pass\n',
  );
  const rows = replica
    .prepare<unknown[], CsvRow>(
      `SELECT l.channel_id, l.site_id, l.item_id, i.category, l.month, l.ordered_on, l.kind, l.gross_minor, l.discount_minor,
         c.cost_minor, l.order_id, l.committed_on, l.ordered_qty_milli, l.cancelled_qty_milli, l.cancelled_by, l.net_minor,
         l.unit_price_micro, s.shipped_on, s.qty_milli
       FROM order_line l LEFT JOIN order_line_cost c ON c.id = l.id LEFT JOIN item i ON i.id = l.item_id
         LEFT JOIN shipment_line s ON s.id = l.id ORDER BY l.id`,
    )
    .raw();
  let text = '';
  for (const row of rows.iterate()) {
    text += `${csvLine(row)}\n`;
    if (text.length < 1_000_000) continue;
    if (!out.write(text)) await new Promise<void>((resolve) => out.once('drain', () => resolve()));
    text = '';
  }
  out.end(text);
  await finished(out);
}

function csvLine(row: CsvRow): string {
  const [channel, , , , , , kind, , , , order_id, committed_on, ordered, cancelled, cancelled_by, net, price] = row;
  const [, , , , , , , , , , , , , , , , , shipped_on, shipped_qty] = row;
  const fill = fillOfLine(
    {
      order_id,
      kind,
      committed_on,
      grace_days: channel === null ? 0 : (channel - 11) % 3,
      ordered_qty_milli: ordered,
      cancelled_qty_milli: cancelled,
      cancelled_by,
      net_minor: net,
      unit_price_micro: price,
      shipments: shipped_on === null ? [] : [{ number: `S${order_id}`, shipped_on, qty_milli: shipped_qty ?? 0 }],
    },
    Number.POSITIVE_INFINITY,
    'EUR',
  );
  const parts =
    fill === null
      ? ['', '', '', '', '', '', '']
      : [
          isoWeekOfDay(committed_on ?? 0),
          fill.due_qty_milli,
          fill.missing_qty_milli,
          fill.due_value_minor,
          fill.due_value_minor - fill.filled_value_minor,
          Number(fill.complete),
          Number(fill.first_pass),
        ];
  return [...row.slice(0, 10).map((value) => value ?? ''), ...parts].join();
}
