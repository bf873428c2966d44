/** Commits that truly overlap: PostgreSQL, two app nodes of one database, and a leader that keeps being killed. */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type OpenDatabase, openDatabase } from '#server/database.ts';
import { SILENT_LOG } from '#server/log.ts';
import type { Database } from '#server/schema/database.ts';
import { type RunningServer, startServer } from '#server/server.ts';
import { createDistributor } from '#server/testing/distributor.ts';
import { POSTGRES, type TestEngine } from '#server/testing/engines.ts';
import { login, TestReplica } from '#server/testing/replica.ts';
import { createNaiveFeed, HorizonReader, type NaiveReader, SequenceReader, sum } from './naiveFeeds.ts';
import { write, type Written } from './overlappingWriters.ts';
import { seeded } from './random.ts';

const SEED = 20_261_125;
const WRITERS = 9;
const TRANSACTIONS = 25;
/** Rounds of writing in which each of the wrong feeds has to be caught. */
const ROUNDS_TO_CATCH = 8;
/** A crowded machine takes more rounds until enough has happened beside the writing. */
const MOST_ROUNDS = 60;
const ENOUGH_CUTS = 20;
const PATIENCE_MS = 600_000;
/** Between two looks of a copy: one session may not ask without end. */
const FOLLOW_MS = 40;
const clock = (): number => 1_780_000_000_000;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function balancesOf(db: Database): Promise<ReadonlyMap<number, number>> {
  const rows = await db.selectFrom('stock_balance').select(['id', 'on_hand_qty_milli']).execute();
  return new Map(rows.map(({ id, on_hand_qty_milli }) => [id, on_hand_qty_milli]));
}

function heldBy(replica: TestReplica): ReadonlyMap<number, number> {
  return new Map(replica.rows('stock_balance').map((row) => [Number(row['id']), Number(row['on_hand_qty_milli'])]));
}

/** Ends the session that holds the row which makes a leader; true when somebody held it. */
async function killLeader(db: Database): Promise<boolean> {
  const { rows } = await sql`
    select pg_terminate_backend(a.pid) from pg_stat_activity a join pg_locks l on l.pid = a.pid
    where l.relation = 'sync_cp'::regclass and l.mode = 'RowShareLock' and a.pid <> pg_backend_pid()`.execute(db);
  return rows.length > 0;
}

describe.skipIf(POSTGRES.missing !== null)('overlapping commits', () => {
  let engine: TestEngine;
  let nodes: readonly RunningServer[];
  /** Of who kills and who looks on: a leader's connection that is ended a moment late may serve anybody of its pool. */
  let aside: OpenDatabase;
  beforeAll(async () => {
    engine = await POSTGRES.start();
    const prepared = await engine.prepared();
    const options = { ...prepared, port: 0, clock, log: SILENT_LOG };
    const first = await startServer({
      ...options,
      prepare: async ({ db }) => {
        await createDistributor(db, clock);
        await createNaiveFeed(db);
      },
    });
    nodes = [first, await startServer(options)];
    aside = await openDatabase(prepared);
  });
  afterAll(async () => {
    await aside?.close();
    for (const node of nodes ?? []) await node.close();
    await engine?.stop();
  });

  test('every cut is whole, nothing is lost or stale, and two common feeds fail', {
    timeout: PATIENCE_MS,
  }, async () => {
    const db = nodes[0]?.database.db;
    if (!db) throw new Error('no server');
    const before = await balancesOf(aside.db);
    const ids = [...before.keys()];
    const readers: Readonly<Record<string, NaiveReader>> = {
      'sequence cursor': new SequenceReader(before),
      'xid horizon': new HorizonReader(before),
    };
    const caught = new Map<string, number>();
    const written: Written = { committed: 0, rolled_back: 0, serialization_failures: 0 };
    const replicas: TestReplica[] = [];
    for (const node of nodes) {
      replicas.push(new TestReplica(node.url, (await login(node.url, 'finance')).access_token));
    }
    let [cuts, torn, kills] = [0, 0, 0];

    const goesOn = (round: number): boolean =>
      round <= 2 || (round <= ROUNDS_TO_CATCH && caught.size < 2) || cuts <= ENOUGH_CUTS || kills === 0;

    for (let round = 1; round <= MOST_ROUNDS && goesOn(round); round++) {
      // one session may not ask as often as all rounds together do
      for (const replica of replicas) replica.access_token = (await login(replica.url, 'finance')).access_token;
      let writing = true;
      const follow = async (replica: TestReplica): Promise<void> => {
        while (writing) {
          // a leader that dies takes the request along; a copy that stopped half way is no cut
          const whole = await replica.sync().then(
            () => true,
            () => false,
          );
          if (whole) {
            cuts += 1;
            const held = heldBy(replica);
            if (sum(held) !== sum(before) || held.size !== ids.length) torn += 1;
          }
          await pause(FOLLOW_MS);
        }
      };
      const readNaively = async (): Promise<void> => {
        while (writing) {
          for (const reader of Object.values(readers)) await reader.read(aside.db);
          await pause(3);
        }
      };
      const kill = async (): Promise<void> => {
        while (writing) {
          if (await killLeader(aside.db)) kills += 1;
          // a leader holds its row for moments: most looks find nobody
          await pause(5);
        }
      };
      const others = [...replicas.map(follow), readNaively(), kill()];
      await Promise.all(
        Array.from({ length: WRITERS }, (_, writer) =>
          write(db, ids, TRANSACTIONS, seeded(`${SEED}/${round}/${writer}`), written),
        ),
      );
      writing = false;
      await Promise.all(others);
      const truth = await balancesOf(aside.db);
      for (const [name, reader] of Object.entries(readers)) {
        await reader.read(aside.db);
        const wrong = reader.torn > 0 || [...truth].some(([id, qty]) => reader.balances.get(id) !== qty);
        if (wrong && !caught.has(name)) caught.set(name, round);
      }
      for (const replica of replicas) {
        await replica.sync();
        expect(heldBy(replica), `seed ${SEED}, round ${round}`).toEqual(truth);
        expect((await replica.verify()).body).toEqual({ moved: false, buckets: replica.sums() });
      }
    }

    console.log(
      `seed ${SEED}: ${written.committed} commits, ${written.rolled_back} rolled back, ${kills} leaders killed, ${cuts} cuts; ` +
        [...caught].map(([name, round]) => `${name} caught in round ${round}`).join(', '),
    );
    expect(torn, `seed ${SEED}: cuts that are not whole`).toBe(0);
    expect(cuts).toBeGreaterThan(ENOUGH_CUTS);
    expect(kills).toBeGreaterThan(0);
    expect(written.rolled_back).toBeGreaterThan(0);
    expect(written.serialization_failures).toBeGreaterThan(0);
    expect([...caught.keys()].toSorted()).toEqual(['sequence cursor', 'xid horizon']);
  });
});
