import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type OpenDatabase, openDatabase } from '#server/database.ts';
import { migrate } from '#server/migrations/migrate.ts';
import type { Database } from '#server/schema/database.ts';
import { ENGINES, POSTGRES, type TestEngine } from '#server/testing/engines.ts';
import { drainOnce } from './drain.ts';
import { ensureIdentity } from './epoch.ts';
import { installTriggers } from './triggers.ts';

const clock = (): number => 1_780_000_000_000;
const noCrash = (): void => {};
const TOTAL_QTY_MILLI = 40_000;
const ENOUGH_CUTS = 20;
const MOST_TURNS = 40;

/** Random numbers from a printed seed, so that a failure can be run again. */
function seeded(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Eight balances over two sites whose quantities always add up to the same; every transaction moves some from one to another. */
async function createLedger(db: Database): Promise<readonly number[]> {
  return await db.transaction().execute(async (tx) => {
    const company = await tx
      .insertInto('company')
      .values({ code: 'LEDGER', name: 'l', currency: 'EUR', time_zone: 'UTC' })
      .returning('id')
      .executeTakeFirstOrThrow();
    const company_id = company.id;
    const sites = await tx
      .insertInto('site')
      .values(['A', 'B'].map((code) => ({ company_id, code, name: code, kind: 'dc' })))
      .returning('id')
      .execute();
    const items = await tx
      .insertInto('item')
      .values(['1', '2', '3', '4'].map((code) => ({ company_id, code, name: code, uom: 'pcs', active: true })))
      .returning('id')
      .execute();
    const rows = await tx
      .insertInto('stock_balance')
      .values(
        items.flatMap((item) =>
          sites.map((site) => ({
            company_id,
            site_id: site.id,
            item_id: item.id,
            on_hand_qty_milli: TOTAL_QTY_MILLI / 8,
            reserved_qty_milli: 0,
          })),
        ),
      )
      .returning('id')
      .execute();
    return rows.map((row) => row.id);
  });
}

async function transfer(tx: Database, from: number, to: number, qty_milli: number): Promise<void> {
  await add(tx, from, -qty_milli);
  await add(tx, to, qty_milli);
}

/** A row deleted and inserted again meanwhile is not seen by a waiting update: the transaction then gives up. */
async function add(tx: Database, id: number, qty_milli: number): Promise<void> {
  const { numAffectedRows } =
    await sql`update stock_balance set on_hand_qty_milli = on_hand_qty_milli + ${qty_milli} where id = ${id}`.execute(
      tx,
    );
  if (numAffectedRows !== 1n) throw new Error(`balance ${id} was away`);
}

/** Deletes a balance and inserts it again under the same id, with what another gives to it. */
async function reinsert(tx: Database, id: number, giver: number): Promise<void> {
  const row = await tx.deleteFrom('stock_balance').where('id', '=', id).returningAll().executeTakeFirst();
  if (!row) throw new Error(`balance ${id} is gone`);
  await add(tx, giver, -3);
  await tx
    .insertInto('stock_balance')
    .values({
      id,
      company_id: row.company_id,
      site_id: row.site_id,
      item_id: row.item_id,
      on_hand_qty_milli: row.on_hand_qty_milli + 3,
      reserved_qty_milli: 0,
    })
    .execute();
}

interface Cut {
  readonly checkpoint: number;
  readonly total_qty_milli: number;
  readonly balances: number;
}

/** Replays the log as a client would: state after every checkpoint, and the last state by bucket and id. */
async function replay(
  db: Database,
): Promise<{ readonly cuts: readonly Cut[]; readonly rows: ReadonlyMap<string, string> }> {
  const log = await db.selectFrom('sync_log').selectAll().orderBy('seq').execute();
  const rows = new Map<string, string>();
  const cuts: Cut[] = [];
  log.forEach((entry, index) => {
    const key = `${entry.tbl}|${entry.bucket}|${entry.pk}`;
    if (entry.op === 'D') rows.delete(key);
    else rows.set(key, `${entry.ver}|${entry.image}`);
    if (log[index + 1]?.cp !== entry.cp) {
      const balances = [...rows].filter(([each]) => each.startsWith('8|'));
      const total_qty_milli = balances.reduce((sum, [, value]) => {
        const image: unknown = JSON.parse(value.slice(value.indexOf('|') + 1));
        return sum + (Array.isArray(image) ? Number(image[3]) : Number.NaN);
      }, 0);
      cuts.push({ checkpoint: entry.cp, total_qty_milli, balances: balances.length });
    }
  });
  return { cuts, rows };
}

async function tableState(db: Database): Promise<ReadonlyMap<string, string>> {
  const { rows } = await sql<{ key: string; value: string }>`
    select '8|' || bucket || '|' || id as key, ver || '|' || json_build_array(company_id, site_id, item_id, on_hand_qty_milli,
      reserved_qty_milli, (counted_on - date '1970-01-01'))::text as value from stock_balance`.execute(db);
  return new Map(rows.map((row) => [row.key, row.value]));
}

async function opened(engine: TestEngine): Promise<OpenDatabase> {
  const database = await openDatabase({ ...(await engine.prepared()), maxConnections: 14 });
  await migrate(database.db);
  await ensureIdentity(database.db, clock);
  await installTriggers(database.db);
  return database;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function writers(
  db: Database,
  ids: readonly number[],
  count: number,
  rounds: number,
  seed: number,
): Promise<number> {
  let rolled_back = 0;
  const one = async (writer: number): Promise<void> => {
    const random = seeded(seed + writer * 7919);
    for (let round = 0; round < rounds; round++) {
      const first = ids[random(ids.length)] ?? 0;
      const second = ids[(ids.indexOf(first) + 1 + random(ids.length - 1)) % ids.length] ?? 0;
      const kind = random(10);
      try {
        await db.transaction().execute(async (tx) => {
          // An early transaction id and a late write: what sorts wrongly by transaction id.
          await sql`select pg_current_xact_id()`.execute(tx);
          if (random(3) === 0) await pause(random(12));
          if (kind < 3) await reinsert(tx, first, second);
          else await transfer(tx, first, second, 1 + random(50));
          if (random(3) === 0) await pause(random(12));
          if (kind === 9) throw new Error('changed my mind');
        });
      } catch (error) {
        // Deadlocks and a row that is away for a moment are part of the game; the transaction left nothing.
        if (!(error instanceof Error)) throw error;
        rolled_back += 1;
      }
    }
  };
  await Promise.all(Array.from({ length: count }, (_, writer) => one(writer)));
  return rolled_back;
}

/** Those that hold rows: a checkpoint that only begins is none. */
async function cutsMade(db: Database): Promise<number> {
  const { count } = await db
    .selectFrom('sync_log')
    .select(({ fn }) => fn.count<number>('cp').distinct().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

describe.each(ENGINES)('sequencer on $name', ({ missing, start }) => {
  describe.skipIf(missing !== null)('drains', () => {
    let engine: TestEngine;
    let database: OpenDatabase;
    beforeAll(async () => {
      engine = await start();
      database = await opened(engine);
    });
    afterAll(async () => {
      await database?.close();
      await engine?.stop();
    });

    test('under concurrent writers, rollbacks and re-inserts every cut is whole and the last is the table', async () => {
      const seed = 20261123;
      const { db } = database;
      const ids = await createLedger(db);
      let writing = true;
      const drains = async (): Promise<void> => {
        while (writing) {
          await drainOnce(db, clock, noCrash);
          await pause(3);
        }
      };
      // two servers of one database: leaders take turns
      const draining = [drains(), drains()];
      let rolled_back = await writers(db, ids, 8, 40, seed);
      // How many cuts that made is the machine's affair: a slow drain takes many transactions at once.
      for (let turn = 1; turn < MOST_TURNS && (await cutsMade(db)) <= ENOUGH_CUTS; turn++)
        rolled_back += await writers(db, ids, 8, 10, seed + turn);
      writing = false;
      await Promise.all(draining);
      await drainOnce(db, clock, noCrash);
      expect(rolled_back, `seed ${seed}`).toBeGreaterThan(0);
      const { cuts, rows } = await replay(db);
      expect(cuts.length).toBeGreaterThan(ENOUGH_CUTS);
      expect(
        cuts.filter((cut) => cut.total_qty_milli !== TOTAL_QTY_MILLI || cut.balances !== 8),
        `seed ${seed}`,
      ).toEqual([]);
      expect(new Map([...rows].filter(([key]) => key.startsWith('8|')))).toEqual(await tableState(db));
      const checkpoints = await db
        .selectFrom('sync_checkpoint')
        .select(['number', 'last_seq', 'rows'])
        .orderBy('number')
        .execute();
      checkpoints.slice(1).forEach((checkpoint, index) => {
        expect(checkpoint.number).toBe((checkpoints[index]?.number ?? 0) + 1);
        expect(checkpoint.last_seq).toBe((checkpoints[index]?.last_seq ?? 0) + checkpoint.rows);
      });
    });

    test('a crash before the commit of a drain loses and doubles nothing', async () => {
      const { db } = database;
      await sql`update stock_balance set reserved_qty_milli = reserved_qty_milli + 1`.execute(db);
      const before = await replay(db);
      await expect(
        drainOnce(db, clock, (point) => {
          throw new Error(point);
        }),
      ).rejects.toThrow('server.drain.before_commit');
      expect(await replay(db)).toEqual(before);
      const { rows } = await drainOnce(db, clock, noCrash);
      expect(rows).toBe(8);
      expect(new Map([...(await replay(db)).rows].filter(([key]) => key.startsWith('8|')))).toEqual(
        await tableState(db),
      );
      expect((await drainOnce(db, clock, noCrash)).rows).toBe(0);
    });
  });
});

describe.skipIf(POSTGRES.missing !== null)('the checker itself', () => {
  test('fails on a drain that takes a limited number of rows', async () => {
    const engine = await POSTGRES.start();
    const database = await opened(engine);
    const { db } = database;
    const ids = await createLedger(db);
    await drainOnce(db, clock, noCrash);
    await db.transaction().execute(async (tx) => await transfer(tx, ids[0] ?? 0, ids[1] ?? 0, 10));
    // one row of two is hidden from the drain, as a LIMIT would
    await sql`create table aside as select * from sync_outbox where id = (select max(id) from sync_outbox)`.execute(db);
    await sql`delete from sync_outbox where id in (select id from aside)`.execute(db);
    await drainOnce(db, clock, noCrash);
    await sql`insert into sync_outbox select * from aside`.execute(db);
    await drainOnce(db, clock, noCrash);
    const { cuts, rows } = await replay(db);
    expect(cuts.filter((cut) => cut.total_qty_milli !== TOTAL_QTY_MILLI)).toHaveLength(1);
    expect(new Map([...rows].filter(([key]) => key.startsWith('8|')))).toEqual(await tableState(db));
    await database.close();
    await engine.stop();
  });
});
