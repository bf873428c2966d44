import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type OpenDatabase, openDatabase } from './database.ts';
import { POSTGRES, type TestEngine } from './testing/engines.ts';

describe.skipIf(POSTGRES.missing !== null)('a session that PostgreSQL ends', () => {
  let engine: TestEngine;
  let database: OpenDatabase;
  let made: Awaited<ReturnType<TestEngine['fresh']>>;
  beforeAll(async () => {
    engine = await POSTGRES.start();
    made = await engine.fresh();
    database = await openDatabase({ ...made, maxConnections: 3 });
  });
  afterAll(async () => {
    await database?.close();
    await engine?.stop();
  });

  // an unheard error of the connection would end the process: vitest reports it as uncaught
  test.each(['between two statements', 'under a statement'])(
    '%s fails its transaction, not the process',
    async (when) => {
      const { db } = database;
      const work = db.transaction().execute(async (tx) => {
        const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx);
        const end = sql`select pg_terminate_backend(${rows[0]?.pid})`.execute(db);
        if (when === 'between two statements') {
          await end;
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
        await sql`select pg_sleep(2)`.execute(tx);
      });
      await expect(work).rejects.toThrow();
      expect((await sql<{ one: number }>`select 1 as one`.execute(db)).rows).toEqual([{ one: 1 }]);
    },
  );

  test('a transaction whose machine vanished lets its locks go, and says so to whoever comes back', async () => {
    const { db } = database;
    await sql`create table leader (one int)`.execute(db);
    await sql`insert into leader values (1)`.execute(db);
    const other = await openDatabase({ ...made, abandonedMs: 300 });
    let comesBack = (): void => {};
    const away = new Promise<void>((resolve) => {
      comesBack = resolve;
    });
    let locked = (): void => {};
    const leads = new Promise<void>((resolve) => {
      locked = resolve;
    });
    const abandoned = other.db.transaction().execute(async (tx) => {
      await sql`update leader set one = 2`.execute(tx);
      locked();
      await away;
      await sql`select 1`.execute(tx);
    });
    abandoned.catch(() => {});
    await leads;
    // waits until the lock is gone: without an end to it, for ever
    await sql`update leader set one = one + 10`.execute(db);
    expect((await sql<{ one: number }>`select one from leader`.execute(db)).rows).toEqual([{ one: 11 }]);
    comesBack();
    await expect(abandoned).rejects.toThrow();
    await other.close();
    const { rows } = await sql<{ limit: string }>`show idle_in_transaction_session_timeout`.execute(db);
    expect(Object.values(rows[0] ?? {})).toEqual(['15s']);
  });
});
