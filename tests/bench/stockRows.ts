/**
 * A replica of 160,000 stock positions with orders and purchases around them, written straight into its encrypted file
 * and kept for the next run. Rows are made by SQL from their number: every run reads the same ones.
 */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildBlocks, planBlocks } from '#db/analysis/factPlan.ts';
import { createFactWriter } from '#db/analysis/factWriter.ts';
import { type Connection, openConnection } from '#db/connection.ts';
import { migrateWork } from '#db/migrations/migrate.ts';
import { openReader, type ReaderFiles, readAtOnce } from '#db/replica.ts';
import { REPLICA_SCHEMA_VERSION, replicaDdl } from '#db/schema/replicaDdl.ts';
import { buyingRows } from './buyingRows.ts';
import { ITEMS, numbers, POSITIONS, random, SITES, STOCK_COMPANY, STOCK_TODAY } from './stockNumbers.ts';

const KEY = 'b3'.repeat(32);
const ORDERS = 150_000;
const DAYS = 300;
/** Some 50,000 lines are still to ship: half of the last weeks' orders, and a few old ones. */
const OPEN = `(id % 2 = 0 AND id > ${ORDERS - 24_000}) OR id % 240 = 0`;
const PURCHASES = 6000;

const NAME = `binnacle-bench-stock-awaited-${REPLICA_SCHEMA_VERSION}`;
export const STOCK_FILES: ReaderFiles = {
  replica_file: join(tmpdir(), `${NAME}.db`),
  work_file: join(tmpdir(), `${NAME}-work.db`),
  keys: { replica: KEY, work: KEY },
};

/** Opens the writing connection; makes the rows when they are not there yet. */
export function openStockReplica(): Connection {
  const ready = `${STOCK_FILES.replica_file}-ready`;
  if (!existsSync(ready)) {
    for (const file of [STOCK_FILES.replica_file, STOCK_FILES.work_file]) rmSync(file, { force: true });
    const made = open();
    makeRows(made);
    const work = openConnection({ file: STOCK_FILES.work_file, raw_hex: KEY, synchronous: 'FULL', cache_kib: 2000 });
    migrateWork(work);
    work.close();
    made.close();
    writeFileSync(ready, '');
  }
  const replica = open();
  // a file of an earlier run may hold columns of another form
  makeColumns(replica, STOCK_FILES);
  return replica;
}

function open(): Connection {
  return openConnection({ file: STOCK_FILES.replica_file, raw_hex: KEY, synchronous: 'NORMAL', cache_kib: 65_536 });
}

const company = `1, 1, ${STOCK_COMPANY}`;

function makeRows(replica: Connection): void {
  for (const statement of replicaDdl()) replica.exec(statement);
  replica.pragma('synchronous = OFF');
  replica.pragma('cache_size = -400000');
  replica.transaction(() => {
    for (const statement of [...rows(), ...buyingRows()]) replica.exec(statement);
  })();
  replica.pragma('wal_checkpoint(TRUNCATE)');
}

function rows(): string[] {
  const item = `1 + ${random('i', 4)} % ${ITEMS}`;
  const site = `21 + ${random('i', 5)} % ${SITES}`;
  return [
    `INSERT INTO company (id, ver, bucket, code, name, currency, time_zone)
      VALUES (${STOCK_COMPANY}, 1, 1, 'B', 'Bench', 'EUR', 'Europe/Amsterdam')`,
    // nothing is still loading
    `INSERT INTO bucket (id, tbl, company, site, channel, month, client, state, rows)
      VALUES (1, 1, ${STOCK_COMPANY}, 0, 0, 0, '', 'complete', 1)`,
    `INSERT INTO channel (ver, bucket, company_id, id, code, name, kind, grace_days)
      VALUES (${company}, 11, 'C', 'Channel', 'ecommerce', 0)`,
    `INSERT INTO site (ver, bucket, company_id, id, code, name, kind) ${numbers(SITES)}
      SELECT ${company}, 20 + i, 'S' || i, 'Site ' || i, 'dc' FROM n`,
    `INSERT INTO party (ver, bucket, company_id, id, code, name, kind) ${numbers(400)}
      SELECT ${company}, 100 + i, 'P' || i, 'Supplier ' || i, 'supplier' FROM n`,
    `INSERT INTO item (ver, bucket, company_id, id, code, name, category, uom, supplier_id, active) ${numbers(ITEMS)}
      SELECT ${company}, i, 'IT-' || ${random('i', 1)} % 99999, 'Hexagon bolt M' || (i % 40) || '×' || (i % 190),
        'Category ' || (i % 48), CASE i % 9 WHEN 0 THEN 'm' ELSE 'pcs' END, 100 + i % 400, i % 50 > 0 FROM n`,
    `INSERT INTO item_cost (ver, bucket, company_id, id, unit_cost_micro) ${numbers(ITEMS)}
      SELECT ${company}, i, 10000 + ${random('i', 2)} FROM n`,
    // positions: every item at one site at least, on average at 3.6 of them
    `INSERT INTO stock_balance (ver, bucket, company_id, id, item_id, site_id, on_hand_qty_milli, reserved_qty_milli)
      ${numbers(POSITIONS)} SELECT ${company}, i, 1 + (i - 1) % ${ITEMS}, 21 + ((i - 1) / ${ITEMS} * 3 + i) % ${SITES},
        ${random('i', 3)} % 900 * 1000, ${random('i', 6)} % 20 * 1000 FROM n`,
    `INSERT INTO policy (ver, bucket, company_id, id, item_id, site_id, min_qty_milli, max_qty_milli, multiple_qty_milli,
        lead_time_days, kind) SELECT ver, bucket, company_id, id, item_id, site_id, ${random('id', 7)} % 200 * 1000,
        (200 + ${random('id', 8)} % 400) * 1000, 1000, 3 + id % 30, 'min_max' FROM stock_balance WHERE id % 4 > 0`,
    `INSERT INTO purchase_order (ver, bucket, company_id, id, site_id, number, supplier_id, ordered_on, state)
      ${numbers(PURCHASES)} SELECT ${company}, i, ${site}, 'PO ' || i, 101 + i % 400, ${STOCK_TODAY} - i % 60,
        CASE WHEN i % 6 = 0 THEN 'received' ELSE 'open' END FROM n`,
    `INSERT INTO po_line (ver, bucket, company_id, id, site_id, purchase_order_id, item_id, ordered_qty_milli,
        received_qty_milli, promised_on, expected_on) ${numbers(PURCHASES * 5)}
      SELECT ${company}, i, ${site}, 1 + (i - 1) / 5, ${item}, 500000, 100000 * (i % 3), day, day + i % 7
      FROM (SELECT i, CASE i % 9 WHEN 0 THEN ${STOCK_TODAY} - 10 - i % 30 ELSE ${STOCK_TODAY} + i % 40 END AS day FROM n)`,
    `INSERT INTO sales_order (ver, bucket, company_id, id, site_id, channel_id, month, source, number, ordered_on,
        ordered_at, state) ${numbers(ORDERS)}
      SELECT ${company}, i, ${site}, 11, CAST(strftime('%Y%m', day * 86400, 'unixepoch') AS INTEGER), 'b', 'SO ' || i, day,
        day * 86400000, 'done'
      FROM (SELECT i, ${STOCK_TODAY} - ${DAYS} + i * ${DAYS} / ${ORDERS} AS day FROM n)`,
    `UPDATE sales_order SET state = 'open' WHERE ${OPEN}`,
    `INSERT INTO order_line (ver, bucket, company_id, id, site_id, channel_id, month, order_id, ordinal, item_id, kind,
        ordered_on, committed_on, ordered_qty_milli, cancelled_qty_milli, unit_price_micro, gross_minor, discount_minor,
        net_minor)
      SELECT 1, 1, o.company_id, o.id * 4 + k.value, 21 + ${random('(o.id * 4 + k.value)', 5)} % ${SITES}, 11, o.month, o.id,
        k.value, 1 + ${random('(o.id * 4 + k.value)', 9)} % ${ITEMS}, 'goods', o.ordered_on, o.ordered_on + o.id % 30,
        (1 + ${random('(o.id * 4 + k.value)', 10)} % 30) * 1000, 0, 1000000, 100, 0, 100
      FROM sales_order o, json_each('[0, 1, 2, 3]') k`,
    `INSERT INTO shipment_line (ver, bucket, company_id, id, site_id, channel_id, month, order_line_id, number, shipped_on,
        qty_milli) SELECT 1, 1, company_id, id, site_id, 11, month, id, 'S' || order_id, ordered_on + 1,
        CASE WHEN order_id IN (SELECT id FROM sales_order WHERE state = 'open') THEN 1000 ELSE ordered_qty_milli END
      FROM order_line WHERE id % 3 > 0 OR order_id < ${ORDERS - 24_000}`,
  ];
}

/** The order lines as columns, as the keeper makes them; nothing is left to do when they are there. */
export function makeColumns(replica: Connection, files: ReaderFiles): void {
  const reader = openReader(files);
  const writer = createFactWriter(replica);
  for (;;) {
    const plan = readAtOnce(reader, () => planBlocks(reader, 'quiet'));
    if (plan === null) break;
    if (plan.afresh) {
      writer.forgetAll();
      continue;
    }
    const generation = writer.begin({ range: plan.range, loading: false });
    writer.store(readAtOnce(reader, () => buildBlocks(reader, plan.range, generation)));
  }
  reader.close();
  replica.pragma('wal_checkpoint(TRUNCATE)');
}
