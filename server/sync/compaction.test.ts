import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Checkpoint } from '#contract/wire/protocol.ts';
import { grantsOf } from '#server/auth/grants.ts';
import { type OpenDatabase, openDatabase } from '#server/database.ts';
import type { Database } from '#server/schema/database.ts';
import { prepareDatabase } from '#server/server.ts';
import type { Distributor } from '#server/testing/distributor.ts';
import { ENGINES, type TestEngine } from '#server/testing/engines.ts';
import { compactLog } from './compaction.ts';
import { deltaLines, MOST_DELTA_ROWS } from './delta.ts';
import { drainOnce } from './drain.ts';
import { createScopeRegistry, type Scope } from './scope.ts';

const HOUR_MS = 3_600_000;
const SEED = 20_261_126;
const TRANSACTIONS = 44;
/** Small, so that a short history makes several windows and every read several pages. */
const limits = (older_than_ms: number) => ({ older_than_ms, window_bytes: 900, page_rows: 7 });

function seeded(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** One transaction that always writes two rows, so that half of it shows. */
async function transact(db: Database, data: Distributor, random: (below: number) => number): Promise<void> {
  const order_id = data.orders[random(data.orders.length)];
  const item_id = data.items[random(data.items.length)];
  await db.transaction().execute(async (tx) => {
    await sql`update stock_balance set on_hand_qty_milli = on_hand_qty_milli + 1 where item_id = ${item_id}`.execute(
      tx,
    );
    switch (random(4)) {
      case 0:
        await sql`update sales_order set channel_id = ${data.channels[random(2)]}, country = ${`C${random(99)}`}
          where id = ${order_id}`.execute(tx);
        break;
      case 1:
        await sql`update order_line_cost set cost_minor = cost_minor + 1`.execute(tx);
        break;
      case 2:
        await sql`delete from item_cost where id = ${item_id}`.execute(tx);
        break;
      default:
        await sql`insert into item_cost (id, company_id, unit_cost_micro) values (${item_id}, ${data.company_id}, ${random(999)})
          on conflict (id) do update set unit_cost_micro = excluded.unit_cost_micro`.execute(tx);
    }
  });
}

/** Bucket and id to version: versions are never given twice, so they tell whole rows apart. */
type State = ReadonlyMap<string, number>;
interface Stand {
  readonly checkpoint: Checkpoint;
  readonly state: State;
}
const textOf = (state: State): string => JSON.stringify([...state].toSorted(([a], [b]) => (a < b ? -1 : 1)));

describe.each(ENGINES)('compaction of the log on $name', ({ missing, start }) => {
  describe.skipIf(missing !== null)('a history of a quarter of an hour each', () => {
    let engine: TestEngine;
    let database: OpenDatabase;
    let db: Database;
    let scope: Scope;
    let now_ms = 1_780_000_000_000;
    const clock = (): number => now_ms;
    const stands: Stand[] = [];

    const read = async (from: Checkpoint): Promise<AsyncGenerator<string, void, undefined>> => {
      const { epoch } = await db.selectFrom('sync_epoch').select('epoch').executeTakeFirstOrThrow();
      return deltaLines(
        db,
        async () => scope,
        { client_id: randomUUID(), epoch, from, reloads: false },
        MOST_DELTA_ROWS,
      );
    };
    const step = async (stand: Stand): Promise<Stand & { readonly atHead: boolean }> => {
      let text = '';
      for await (const part of await read(stand.checkpoint)) text += part;
      const [header, ...lines] = text.trimEnd().split('\n');
      const { to, head } = JSON.parse(header ?? '') as { to: Checkpoint; head: Checkpoint };
      const state = new Map(stand.state);
      for (const line of lines.slice(0, -1)) {
        const [bucket, op, id, ver] = JSON.parse(line) as [number, 'U' | 'D', string | number, number];
        if (op === 'D') state.delete(`${bucket} ${id}`);
        else state.set(`${bucket} ${id}`, ver);
      }
      return { checkpoint: to, state, atHead: to.number === head.number };
    };
    /** Follows from every stand to the head: what is not as it was at the checkpoint reached, and where deltas ended. */
    const followFromEach = async () => {
      const then = new Map(stands.map(({ checkpoint, state }) => [checkpoint.number, textOf(state)]));
      const wrong: string[] = [];
      const ends = new Set<number>();
      for (const from of stands) {
        for (let [at, atHead] = [from, false]; !atHead; ) {
          const next = await step(at);
          ends.add(next.checkpoint.number);
          if (textOf(next.state) !== then.get(next.checkpoint.number)) {
            wrong.push(`${from.checkpoint.number} → ${next.checkpoint.number}`);
          }
          [at, atHead] = [next, next.atHead];
        }
      }
      return { wrong, ends };
    };
    const logged = async (): Promise<number> =>
      (await db.selectFrom('sync_log').select(sql<number>`count(*)::int`.as('rows')).executeTakeFirstOrThrow()).rows;
    const marks = async () =>
      await db.selectFrom('sync_checkpoint').select(['number', 'delta_ends']).orderBy('number').execute();

    beforeAll(async () => {
      engine = await start();
      const made = await engine.withDistributor();
      database = await openDatabase(made.database);
      ({ db } = database);
      await prepareDatabase(database, { clock });
      const random = seeded(SEED);
      // rows of every bucket the history will touch
      await sql`insert into item_cost (id, company_id, unit_cost_micro) select id, company_id, 1 from item
        where company_id = ${made.data.company_id} on conflict do nothing`.execute(db);
      for (const channel_id of made.data.channels) await db.updateTable('sales_order').set({ channel_id }).execute();
      const { head } = await drainOnce(db, clock, () => {});
      const { id } = await db
        .selectFrom('app_user')
        .select('id')
        .where('name', '=', 'finance')
        .executeTakeFirstOrThrow();
      const grants = (await grantsOf(db, [id])).get(id) ?? [];
      const user = { id, name: 'finance', display_name: '', session_id: '', expires_at_ms: 0, grants };
      scope = await createScopeRegistry(db).scopeOf(user, null);
      stands.push({ checkpoint: head, state: new Map() });
      for (let count = 0; count < TRANSACTIONS; count++) {
        now_ms += HOUR_MS / 4;
        await transact(db, made.data, random);
        await drainOnce(db, clock, () => {});
        const before = stands.at(-1);
        if (before) stands.push(await step(before));
      }
    });
    afterAll(async () => {
      await database?.close();
      await engine?.stop();
    });

    test('from every cursor a delta ends where no transaction is halved, in the state of that checkpoint', async () => {
      const before = await logged();
      // in two runs: the second goes over the windows of the first
      const first = await compactLog(db, clock, undefined, undefined, limits(7 * HOUR_MS));
      expect((await followFromEach()).wrong, `seed ${SEED}`).toEqual([]);
      const second = await compactLog(db, clock, undefined, undefined, limits(3 * HOUR_MS));
      const { wrong, ends } = await followFromEach();
      expect(wrong, `seed ${SEED}`).toEqual([]);
      expect(Math.min(first, second)).toBeGreaterThan(10);
      expect(await logged()).toBe(before - first - second);
      expect(await compactLog(db, clock, undefined, undefined, limits(3 * HOUR_MS))).toBe(0);

      const after = await marks();
      expect(after.filter((mark) => !mark.delta_ends).length).toBeGreaterThan(15);
      // several windows, and the young checkpoints as they were
      expect(after.filter((mark, at) => mark.delta_ends && after[at - 1]?.delta_ends === false).length).toBeGreaterThan(
        2,
      );
      expect(after.slice(-11).every((mark) => mark.delta_ends)).toBe(true);
      expect([...ends].every((end) => after.some((mark) => mark.number === end && mark.delta_ends))).toBe(true);
    });

    test('the check itself: it finds deltas that end inside a window', async () => {
      const before = await marks();
      const closed = before.filter((mark) => !mark.delta_ends).map(({ number }) => number);
      const [first] = stands;
      if (!first) throw new Error('there is no first stand');
      let halves = 0;
      for (const number of closed) {
        await sql`update sync_checkpoint set delta_ends = (number = ${number})`.execute(db);
        const end = stands.find(({ checkpoint }) => checkpoint.number === number);
        if (textOf((await step(first)).state) !== textOf(end?.state ?? new Map())) halves += 1;
      }
      const ends = before.filter((mark) => mark.delta_ends).map(({ number }) => number);
      await sql`update sync_checkpoint set delta_ends = (number = any(${ends}::bigint[]))`.execute(db);
      expect(halves).toBeGreaterThan(5);
      expect((await followFromEach()).wrong).toEqual([]);
    });

    test('a delta that is being read when its end is gone over breaks off', async () => {
      const [from, end] = [stands.at(-3), stands.at(-1)];
      if (!from || !end) throw new Error('no stands');
      const lines = await read(from.checkpoint);
      await lines.next();
      const mark = async (delta_ends: boolean) =>
        await db
          .updateTable('sync_checkpoint')
          .set({ delta_ends })
          .where('number', '=', end.checkpoint.number)
          .execute();
      await mark(false);
      const rest = async () => {
        for await (const line of lines) expect(line).not.toContain('"end"');
      };
      await expect(rest()).rejects.toThrow('the log was cut while a delta was read');
      await mark(true);
    });
  });
});
