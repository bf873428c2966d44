import { afterEach, beforeEach, expect, test } from 'vitest';
import { QUERIES, type QueryInput } from '#contract/queries.ts';
import { wireTable } from '#contract/wire/tables.ts';
import { dayNumber } from '#domain/calendar.ts';
import { REST_MS } from '../editions.ts';
import { createReadCache, type ReadCache } from '../readCache.ts';
import { AS_OF_MS, COMPANY } from '../testing/golden.ts';
import { insertRandomStock } from '../testing/randomStock.ts';
import { createTestReplica, type TestReplica } from '../testing/replicaFixture.ts';
import { MOST_EDITIONS, MOST_VIEWS } from './stockEditions.ts';
import { stockPositions } from './stockPositions.ts';

const DAY_MS = 86_400_000;

let replica: TestReplica;
let cache: ReadCache;
let now_ms: number;
beforeEach(() => {
  replica = createTestReplica();
  insertRandomStock(replica, 4711, dayNumber('2026-11-05') ?? 0);
  cache = createReadCache();
  now_ms = AS_OF_MS;
});
afterEach(() => replica.close());

type Asked = Partial<QueryInput<'stockPositions'>>;
interface Who {
  readonly role?: string;
  readonly user_name?: string;
  readonly as_of_ms?: number;
  readonly checkpoint?: number;
}

function ask(asked: Asked, { checkpoint = 7, ...who }: Who = {}) {
  const context = replica.context({ as_of_ms: AS_OF_MS, ...who });
  return stockPositions(
    { ...context, cache, now_ms, replica: { ...context.replica, checkpoint } },
    QUERIES.stockPositions.args.parse({ company_id: COMPANY, group_by: 'none', ...asked }),
  );
}

/** Every row, in blocks of 40. */
async function allRows(asked: Asked, who: Who = {}) {
  const head = await ask({ ...asked, limit: 40 }, who);
  const rows = [...head.rows];
  while (rows.length < head.total_rows) {
    const next = await ask({ ...asked, edition: head.edition, offset: rows.length, limit: 40 }, who);
    expect(next.edition).toBe(head.edition);
    rows.push(...next.rows);
  }
  return { ...head, rows };
}

const SORTED: Asked = { sort: [{ column: 'on_hand', descending: true }] };
/** Balances, a policy, an open order: much of what a row says. */
const changeMuch = () => {
  replica.writer.exec('UPDATE stock_balance SET on_hand_qty_milli = (id * 7919 % 400) * 1000');
  replica.writer.exec('UPDATE policy SET min_qty_milli = min_qty_milli + 5000');
  replica.writer.exec("UPDATE sales_order SET state = 'done' WHERE id % 2 = 0");
};

test('the blocks of an edition stay what they were while a thousand positions change under it', async () => {
  const many = 1000;
  const item_id = replica.writer.prepare<unknown[], number>('SELECT min(id) FROM item').pluck().get() ?? 0;
  replica.writer.exec(
    `INSERT INTO site (ver, bucket, company_id, id, code, name, kind) WITH RECURSIVE n(i) AS
       (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${many})
     SELECT 1, 1, ${COMPANY}, 90000 + i, 'N' || i, 'New ' || i, 'dc' FROM n;
     INSERT INTO stock_balance (ver, bucket, company_id, id, item_id, site_id, on_hand_qty_milli, reserved_qty_milli)
     SELECT 1, 1, ${COMPANY}, id, ${item_id}, id, id * 1000, 0 FROM site WHERE id > 90000`,
  );
  const before = await allRows(SORTED);
  expect(before.total_rows).toBeGreaterThan(many);
  expect(before.newer).toBe(false);
  const change = replica.writer.prepare('UPDATE stock_balance SET on_hand_qty_milli = ? WHERE id = ?');
  const seen = [];
  for (let n = 0; n < many; n++) {
    change.run(((n * 7919) % 5000) * 1000, 90_001 + n);
    if (n % 25 !== 0) continue;
    // scrolled on block by block meanwhile
    const block = await ask({ ...SORTED, edition: before.edition, offset: seen.length, limit: 40 });
    expect(block.newer).toBe(true);
    expect(block.edition).toBe(before.edition);
    expect(block.totals).toEqual(before.totals);
    seen.push(...block.rows);
  }
  expect(seen).toEqual(before.rows.slice(0, seen.length));
  expect(seen.length).toBeGreaterThan(many);
  const after = await allRows(SORTED);
  expect(after.edition).not.toBe(before.edition);
  expect(after.newer).toBe(false);
  expect(after.rows).not.toEqual(before.rows);
  // whoever moved on sees what a reader sees that knows nothing of before
  cache = createReadCache();
  expect((await allRows(SORTED)).rows).toEqual(after.rows);
});

test('another order, filter or unfolded node of an edition is made of its rows', async () => {
  const head = await ask({ group_by: 'category' });
  const group = head.rows[0]?.key ?? '';
  const unfolded = await ask({ group_by: 'category', expanded: [group], limit: 200 });
  changeMuch();
  cache.stockEditions[0]?.value.views.clear();
  const later = await ask({ group_by: 'category', expanded: [group], limit: 200, edition: head.edition });
  expect(later.rows).toEqual(unfolded.rows);
  expect(later.totals).toEqual(head.totals);
  expect((await ask({ group_by: 'category', expanded: [group], limit: 200 })).rows).not.toEqual(unfolded.rows);
});

test('it speaks of the moment at which it was last what the replica held', async () => {
  const head = await ask({});
  // a heartbeat, a note: other checkpoints, the same rows
  const same = await ask({ edition: head.edition }, { checkpoint: 9, as_of_ms: AS_OF_MS + 60_000 });
  expect([same.newer, same.provenance.checkpoint, same.provenance.as_of_ms]).toEqual([false, 9, AS_OF_MS + 60_000]);
  changeMuch();
  const old = await ask({ edition: head.edition }, { checkpoint: 12, as_of_ms: AS_OF_MS + 90_000 });
  expect([old.newer, old.provenance.checkpoint, old.provenance.as_of_ms]).toEqual([true, 9, AS_OF_MS + 60_000]);
  const newest = await ask({}, { checkpoint: 12, as_of_ms: AS_OF_MS + 90_000 });
  expect([newest.newer, newest.provenance.checkpoint]).toEqual([false, 12]);
});

test('the next day is newer rows, though no table changed', async () => {
  const head = await ask({});
  const later = await ask({ edition: head.edition }, { as_of_ms: AS_OF_MS + DAY_MS });
  expect([later.newer, later.edition]).toEqual([true, head.edition]);
});

test('so many are kept and no more; whoever reads on in one that is gone is given the newest', async () => {
  const first = await ask(SORTED);
  for (let n = 1; n < MOST_EDITIONS; n++) {
    replica.writer.exec('UPDATE stock_balance SET on_hand_qty_milli = on_hand_qty_milli + 1000');
    await ask(SORTED);
  }
  expect((await ask({ ...SORTED, edition: first.edition })).rows).toEqual(first.rows);
  // read again just now: others are older
  replica.writer.exec('UPDATE stock_balance SET on_hand_qty_milli = on_hand_qty_milli + 1000');
  await ask(SORTED);
  expect((await ask({ ...SORTED, edition: first.edition })).edition).toBe(first.edition);
  for (let n = 0; n < MOST_EDITIONS; n++) {
    replica.writer.exec('UPDATE stock_balance SET on_hand_qty_milli = on_hand_qty_milli + 1000');
    await ask(SORTED);
    expect(cache.stockEditions.length).toBeLessThanOrEqual(MOST_EDITIONS);
  }
  const renewed = await ask({ ...SORTED, edition: first.edition, offset: 40 });
  expect(renewed.edition).not.toBe(first.edition);
  expect(renewed.newer).toBe(false);
  expect(renewed.rows).toEqual((await ask({ ...SORTED, offset: 40 })).rows);
  for (let n = 0; n < 2 * MOST_VIEWS; n++) await ask({ text: `m${n}` });
  expect(cache.stockEditions.at(-1)?.value.views.size).toBe(MOST_VIEWS);
});

test('one that newer rows replaced goes when it has rested; the newest stays', async () => {
  const first = await ask({});
  changeMuch();
  const second = await ask({});
  now_ms += REST_MS - 1;
  expect((await ask({ edition: first.edition })).edition).toBe(first.edition);
  now_ms += REST_MS + 1;
  expect((await ask({ edition: first.edition })).edition).toBe(second.edition);
  expect(cache.stockEditions).toHaveLength(1);
});

test('columns that did not change are the same memory in two editions', async () => {
  await ask({});
  replica.writer.exec(
    'UPDATE stock_balance SET on_hand_qty_milli = on_hand_qty_milli + 1000 WHERE on_hand_qty_milli > 9000',
  );
  await ask({});
  const [older, newer] = cache.stockEditions.map(({ value }) => value.columns);
  expect(newer?.on_hand).not.toEqual(older?.on_hand);
  for (const name of ['item', 'site', 'reserved', 'incoming', 'next_in_on', 'min', 'max', 'usage'] as const) {
    expect(newer?.[name]).toBe(older?.[name]);
  }
  expect(newer?.usageOf).toBe(older?.usageOf);
  expect(newer?.ground).toBe(older?.ground);
});

test('nobody reads on in another person’s edition, nor after their scope or rights changed', async () => {
  const mine = await ask({});
  expect((await ask({ edition: mine.edition }, { user_name: 'other' })).edition).not.toBe(mine.edition);
  const blind = await ask({ edition: mine.edition }, { role: 'sales' });
  expect(blind.edition).not.toBe(mine.edition);
  expect(blind.rows.every((row) => row.value_minor === null)).toBe(true);
  // new buckets take nothing away
  replica.writer.exec("UPDATE replica_meta SET scope_hash = 'wider'");
  expect((await ask({ edition: mine.edition })).edition).toBe(mine.edition);
  replica.writer.exec('UPDATE replica_meta SET withdrawals = withdrawals + 1');
  replica.writer.exec('DELETE FROM stock_balance WHERE site_id = 21');
  const narrowed = await ask({ edition: mine.edition });
  expect(narrowed.edition).not.toBe(mine.edition);
  expect(narrowed.newer).toBe(false);
});

test('a note that waits is said on its item in every edition, and the rows stay where they were', async () => {
  const head = await ask({ ...SORTED, limit: 500 });
  const { item_id } = head.rows[40] ?? {};
  changeMuch();
  replica.work.exec(`INSERT INTO outbox (id, command, args_json, body_hash, lane, title, effects_json, made_at_ms, state)
    VALUES ('m1', 'addItemNote', '{}', '${'0'.repeat(64)}', 'item:1', 'Note', '[]', 1, 'pending')`);
  const image = JSON.stringify(
    wireTable('item_note').columns.map(({ name }) =>
      name === 'item_id' ? item_id : name === 'company_id' ? COMPANY : 'x',
    ),
  );
  replica.work
    .prepare("INSERT INTO overlay (mutation_id, tbl, pk, image) VALUES ('m1', 'item_note', 'n1', ?)")
    .run(image);
  const noted = await ask({ ...SORTED, limit: 500, edition: head.edition });
  expect(noted.rows.map((row) => row.waiting)).toEqual(head.rows.map((row) => (row.item_id === item_id ? 1 : 0)));
  expect(noted.rows.map((row) => ({ ...row, waiting: 0 }))).toEqual(head.rows);
  replica.work.exec("UPDATE outbox SET state = 'rejected'");
  expect((await ask({ ...SORTED, limit: 500, edition: head.edition })).rows).toEqual(head.rows);
});

test('the place of a row is told wherever it went', async () => {
  const { rows, total_rows } = await allRows(SORTED);
  const key = rows[100]?.key ?? '';
  expect((await ask({ ...SORTED, locate: [key, 'i:1/s:1'], limit: 1 })).located).toEqual([100, null]);
  const reversed: Asked = { sort: [{ column: 'name', descending: true }] };
  const [place] = (await ask({ ...reversed, locate: [key], limit: 1 })).located;
  expect((await ask({ ...reversed, offset: place ?? 0, limit: 1 })).rows[0]?.key).toBe(key);
  expect(total_rows).toBeGreaterThan(100);
  const tree = await ask({ group_by: 'category' });
  const groups = tree.rows.map((row) => row.key);
  const open: Asked = { group_by: 'category', expanded: groups, limit: 500 };
  const shown = (await ask(open)).rows;
  for (const at of [0, 1, 7, shown.length - 1]) {
    expect((await ask({ ...open, limit: 1, locate: [shown[at]?.key ?? ''] })).located).toEqual([at]);
  }
});
