/**
 * Costs planted on a real server must appear in no table, page, log file or byte on the wire of a sales replica, and
 * must appear in finance's: the second half proves that the first could fail.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import Database from 'better-sqlite3-multiple-ciphers';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { machineRandom, machineTimers } from '#db/machine.ts';
import { createReplicaService } from '#db/service.ts';
import { type OwnFile, ownKeys } from '#db/session/ownFiles.ts';
import { SILENT_LOG } from '#server/log.ts';
import { seedDemo } from '#server/demo/seed.ts';
import { type RunningServer, startServer } from '#server/server.ts';
import { PGLITE } from '#server/testing/engines.ts';
import { login } from '#server/testing/replica.ts';

/** Odd enough to occur nowhere by chance; the demo's real costs stay around them. */
const ITEM_COST_MICRO = 918_273_645_546;
const LINE_COST_MINOR = 8_182_736_455;
const PO_PRICE_MICRO = 773_645_182_937;
const SENTINELS = [ITEM_COST_MICRO, LINE_COST_MINOR, PO_PRICE_MICRO];
const CHARGED_MINOR = 7_364_518_299;
const CLOSE_AMOUNT_MINOR = 6_655_443_322;

let server: RunningServer;
let planted: { item: number; line: number; order: number; company: number; po_line: number; task_line: number };
const dir = mkdtempSync(join(tmpdir(), 'binnacle-sentinel-'));

beforeAll(async () => {
  const engine = await PGLITE.start();
  server = await startServer({
    ...(await engine.prepared()),
    port: 0,
    clock: Date.now,
    log: SILENT_LOG,
    prepare: async ({ db }) => {
      await seedDemo(db, {
        size: { order_lines: 800, items: 60, customers: 30 },
        seed: 3,
        today: 20_780,
        clock: Date.now,
      });
    },
  });
  const { db } = server.database;
  const company = await db.selectFrom('company').select('id').where('code', '=', 'HAL').executeTakeFirstOrThrow();
  // the newest of what locked months hold, which stands in an open one
  const one = async (
    table: 'item_cost' | 'order_line_cost' | 'po_line_price' | 'close_task_line',
    order: 'asc' | 'desc' = 'asc',
  ) =>
    (
      await db
        .selectFrom(table)
        .select('id')
        .where('company_id', '=', company.id)
        .orderBy('id', order)
        .executeTakeFirstOrThrow()
    ).id;
  planted = {
    item: await one('item_cost'),
    line: await one('order_line_cost', 'desc'),
    po_line: await one('po_line_price', 'desc'),
    task_line: await one('close_task_line'),
    company: company.id,
    order: 0,
  };
  const { order_id } = await db
    .selectFrom('order_line')
    .select('order_id')
    .where('id', '=', planted.line)
    .executeTakeFirstOrThrow();
  planted.order = order_id;
  await sql`insert into carrier_charge (company_id, order_id, number, charged_on, amount_minor, source, written_at)
    values (${company.id}, ${order_id}, 'CR-1', '2026-11-20', ${CHARGED_MINOR}, 'files', now())`.execute(db);
  await plant(0);
  await server.drainNow();
}, 120_000);

afterAll(async () => {
  await server.close();
  rmSync(dir, { recursive: true, force: true });
});

/** Through the triggers, so that the change log carries them too. */
async function plant(add: number): Promise<void> {
  const { db } = server.database;
  await db
    .updateTable('item_cost')
    .set({ unit_cost_micro: ITEM_COST_MICRO + add })
    .where('id', '=', planted.item)
    .execute();
  await db
    .updateTable('order_line_cost')
    .set({ cost_minor: LINE_COST_MINOR + add })
    .where('id', '=', planted.line)
    .execute();
  await db
    .updateTable('po_line_price')
    .set({ unit_price_micro: PO_PRICE_MICRO + add })
    .where('id', '=', planted.po_line)
    .execute();
  await db
    .updateTable('close_task_line')
    .set({ amount_minor: CLOSE_AMOUNT_MINOR + add })
    .where('id', '=', planted.task_line)
    .execute();
  await db
    .updateTable('item')
    .set({ name: `Moved ${add}` })
    .where('id', '=', planted.item)
    .execute();
}

/** A whole life of a replica: first sync, planted changes as a delta, a comparison; every answer's bytes kept. */
async function replicaOf(user_name: string) {
  const received: Buffer[] = [];
  const dataDir = join(dir, user_name);
  const recording: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    if (response.headers.get('content-type')?.includes('event-stream')) return response;
    const bytes = Buffer.from(await response.clone().arrayBuffer());
    const packed = bytes.subarray(0, 4).equals(Buffer.from([0x28, 0xb5, 0x2f, 0xfd]));
    received.push(packed ? zstdDecompressSync(bytes) : bytes);
    return response;
  };
  const service = createReplicaService({
    dataDir,
    serverUrl: server.url,
    device: 'test',
    fetch: recording,
    clock: Date.now,
    random: machineRandom(),
    timers: machineTimers(),
    readers: 'inline',
    background: false,
    log: () => {},
  });
  await service.signIn({ user_name, password: 'demo' });
  await service.syncOnce();
  await plant(1);
  await server.drainNow();
  await service.syncOnce();
  await plant(0);
  await server.drainNow();
  await service.syncOnce();
  const verified = await service.verify();
  const companies = await service.call('companies', {});
  const stock = await service.call('stockPositions', { company_id: companies[0]?.id ?? 0 });
  // what is only on the server, and what the copy would reckon of it, asked for outright
  const said = async <T>(answer: Promise<T>): Promise<T | string> =>
    await answer.catch((error: unknown) => (error as { code: string }).code);
  const asked = {
    charges: await said(service.call('carrierCharges', { order_id: planted.order })),
    working: await said(service.call('lineWorking', { company_id: planted.company, order_line_id: planted.line })),
  };
  await service.close();
  const files = await ownKeys({ dataDir, server_url: server.url, user_name, password: 'demo' });
  return { wire: Buffer.concat(received), verified, stock, files, dataDir, asked };
}

const needles = (add: number) => [...SENTINELS, CLOSE_AMOUNT_MINOR].map((value) => String(value + add));

/** The sentinel as text and as the big-endian integers SQLite stores. */
function occurrences(bytes: Buffer): string[] {
  const found: string[] = [];
  for (const value of [0, 1].flatMap((add) => needles(add))) {
    if (bytes.includes(value)) found.push(value);
    const eight = Buffer.alloc(8);
    eight.writeBigInt64BE(BigInt(value));
    if (bytes.includes(eight.subarray(2))) found.push(`${value} as an integer`);
  }
  return found;
}

/** Takes the key off the file in place, page by page as they are: free pages come with it. */
function decryptedPages({ file, raw_hex }: OwnFile): Buffer {
  const source = new Database(file);
  source.pragma("cipher = 'chacha20'");
  source.pragma(`key = 'raw:${raw_hex}'`);
  source.pragma('journal_mode = DELETE');
  source.pragma("rekey = ''");
  source.close();
  return readFileSync(file);
}

function tablesWith({ file, raw_hex }: OwnFile): string[] {
  const db = new Database(file, { readonly: true });
  db.pragma("cipher = 'chacha20'");
  db.pragma(`key = 'raw:${raw_hex}'`);
  const found: string[] = [];
  const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all() as string[];
  for (const table of tables) {
    for (const row of db.prepare(`SELECT * FROM "${table}"`).raw().iterate() as Iterable<unknown[]>) {
      if (row.some((value) => needles(0).some((needle) => String(value).includes(needle)))) {
        found.push(table);
        break;
      }
    }
  }
  db.close();
  return found.toSorted();
}

test('a sales replica never receives a cost, finance does', async () => {
  const sales = await replicaOf('sales');
  const finance = await replicaOf('finance');

  expect(sales.verified).toMatchObject({ equal: true });
  expect(finance.verified).toMatchObject({ equal: true });
  expect(sales.verified.rows).toBeLessThan(finance.verified.rows);

  expect(occurrences(sales.wire)).toEqual([]);
  expect(sales.wire.includes(String(CHARGED_MINOR))).toBe(false);
  expect(occurrences(finance.wire)).toEqual(expect.arrayContaining(needles(0)));

  expect(sales.files.flatMap(tablesWith)).toEqual([]);
  expect(finance.files.flatMap(tablesWith)).toEqual([
    'close_task_line',
    'item_cost',
    'order_line_cost',
    'po_line_price',
  ]);

  expect(sales.asked).toEqual({ charges: 'not_found', working: 'not_permitted' });
  expect(finance.asked).toMatchObject({
    charges: { charges: [{ number: 'CR-1', amount_minor: CHARGED_MINOR }], total: 1, total_minor: CHARGED_MINOR },
    working: { came_with: 'demo', made_of: null, standing: { cost_minor: LINE_COST_MINOR } },
  });
  // a client that leaves the copy out and asks the server itself
  const { access_token } = await login(server.url, 'sales');
  const forged = await fetch(`${server.url}/orders/carrier-charges`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${access_token}` },
    body: JSON.stringify({ order_id: planted.order }),
  });
  expect(forged.status).toBe(404);
  expect(await forged.text()).not.toContain(String(CHARGED_MINOR));

  expect(sales.stock.cost_visible).toBe(false);
  expect(sales.stock.rows.every((row) => row.value_minor === null)).toBe(true);
  expect(finance.stock.cost_visible).toBe(true);

  // nothing on disk is readable without the key: an item name that both hold is nowhere in plain text
  for (const { dataDir } of [sales, finance]) {
    for (const file of filesBelow(dataDir)) {
      const bytes = readFileSync(file);
      expect(bytes.includes('Moved 0'), file).toBe(false);
      expect(occurrences(bytes), file).toEqual([]);
    }
  }

  // every page with the key taken off, free pages included
  for (const [replica, expected] of [
    [sales, false],
    [finance, true],
  ] as const) {
    const pages = Buffer.concat(replica.files.map(decryptedPages));
    expect(pages.includes('Moved 0')).toBe(true);
    expect(occurrences(pages).length > 0).toBe(expected);
  }
}, 120_000);

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((file) => statSync(file).isFile());
}
