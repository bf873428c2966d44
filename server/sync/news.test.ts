import type { KyselyPlugin } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type OpenDatabase, openDatabase } from '#server/database.ts';
import { ENGINES, type TestEngine } from '#server/testing/engines.ts';
import type { Distributor } from '#server/testing/distributor.ts';
import { drainOnce } from './drain.ts';
import { createNews } from './news.ts';

const clock = (): number => 1_780_000_100_000;
let engine: TestEngine | undefined;
let database: OpenDatabase;
let data: Distributor;
beforeAll(async () => {
  engine = await ENGINES[0]?.start();
  const made = await engine?.withDistributor();
  if (!made) throw new Error('the embedded engine runs everywhere');
  data = made.data;
  database = await openDatabase(made.database);
});
afterAll(async () => {
  await database?.close();
  await engine?.stop();
});

let named = 0;
async function checkpoint(): Promise<number> {
  named += 1;
  const { db } = database;
  await db
    .updateTable('item')
    .set({ name: `item ${named}` })
    .where('id', '=', data.items[0] ?? 0)
    .execute();
  return (await drainOnce(db, clock, () => {})).head.number;
}

test('many who ask at once are answered by two readings, and each hears of all since it was told', async () => {
  let readings = 0;
  const news = createNews(database.db, async () => {
    readings += 1;
  });
  expect(news.since(0)).toBeNull();
  await checkpoint();
  await news.read();
  const first = await checkpoint();
  const second = await checkpoint();
  readings = 0;
  await Promise.all(Array.from({ length: 200 }, () => news.read()));
  expect(readings).toBe(2);
  const all = news.since(first - 1);
  expect(all?.number).toBe(second);
  expect(all?.buckets).toEqual(news.since(first)?.buckets);
  expect(all?.buckets).toHaveLength(1);
  expect(news.since(second)).toEqual({ number: second, buckets: [] });
  // a stream opened after the last reading was told more than is known here
  expect(news.since(second + 1)).toEqual({ number: second + 1, buckets: [] });
});

test('who was told longer ago than is remembered has to ask the database; a restored one is read from its head', async () => {
  const news = createNews(database.db, async () => {});
  const start = await checkpoint();
  await news.read();
  await database.db
    .insertInto('sync_checkpoint')
    .values(
      Array.from({ length: 600 }, (_, at) => ({
        number: start + 1 + at,
        id: crypto.randomUUID(),
        last_seq: 1_000_000 + at,
        rows: 1,
        buckets: [at],
        made_at: new Date(clock()),
      })),
    )
    .execute();
  await headAt(start + 600);
  await news.read();
  expect(news.since(start)).toBeNull();
  expect(news.since(start + 99)).toBeNull();
  expect(news.since(start + 100)?.buckets).toHaveLength(500);
  expect(news.since(start + 598)).toEqual({ number: start + 600, buckets: [599, 598] });
  await headAt(start + 10);
  await news.read();
  expect(news.since(start + 9)).toBeNull();
  expect(news.since(start + 10)).toEqual({ number: start + 10, buckets: [] });
});

test('after a long silence the newest are read and no more', async () => {
  let listed = 0;
  const news = createNews(
    database.db.withPlugin(counting((checkpoints) => (listed = Math.max(listed, checkpoints)))),
    async () => {},
  );
  const { number } = await database.db
    .selectFrom('sync_checkpoint')
    .select('number')
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow();
  await headAt(number);
  await news.read();
  await database.db
    .insertInto('sync_checkpoint')
    .values(
      Array.from({ length: 1_500 }, (_, at) => ({
        number: number + 1 + at,
        id: crypto.randomUUID(),
        last_seq: 2_000_000 + at,
        rows: 1,
        buckets: [at],
        made_at: new Date(clock()),
      })),
    )
    .execute();
  await headAt(number + 1_500);
  await news.read();
  expect(listed).toBe(501);
  expect(news.since(number)).toBeNull();
  expect(news.since(number + 999)).toBeNull();
  expect(news.since(number + 1_498)).toEqual({ number: number + 1_500, buckets: [1_499, 1_498] });
});

async function headAt(number: number): Promise<void> {
  const { db } = database;
  const { id } = await db
    .selectFrom('sync_checkpoint')
    .select('id')
    .where('number', '=', number)
    .executeTakeFirstOrThrow();
  await db.updateTable('sync_cp').set({ number, id }).execute();
}

/** Hears how many checkpoints each statement answered. */
function counting(heard: (checkpoints: number) => void): KyselyPlugin {
  return {
    transformQuery: ({ node }) => node,
    transformResult: async ({ result }) => {
      for (const { checkpoints } of result.rows) if (Array.isArray(checkpoints)) heard(checkpoints.length);
      return result;
    },
  };
}
