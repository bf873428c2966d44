import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type OpenDatabase, openDatabase } from './database.ts';
import { POSTGRES, type TestEngine } from './testing/engines.ts';

describe.skipIf(POSTGRES.missing !== null)('a session that PostgreSQL ends', () => {
  let engine: TestEngine;
  let database: OpenDatabase;
  beforeAll(async () => {
    engine = await POSTGRES.start();
    database = await openDatabase({ ...(await engine.fresh()), maxConnections: 3 });
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
});
