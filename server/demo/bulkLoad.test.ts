import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canonicalImage, type ImageValue } from '#contract/wire/image.ts';
import { WIRE_TABLES, type WireTable } from '#contract/wire/tables.ts';
import { type OpenDatabase, openDatabase } from '#server/database.ts';
import { migrate } from '#server/migrations/migrate.ts';
import { startServer } from '#server/server.ts';
import { ensureIdentity } from '#server/sync/epoch.ts';
import { imageSql } from '#server/sync/image.ts';
import { installTriggers } from '#server/sync/triggers.ts';
import { ENGINES, PGLITE, type TestEngine } from '#server/testing/engines.ts';
import { DEMO_ACCOUNTS, DEMO_PASSWORD } from './accounts.ts';
import { bulkLoad } from './bulkLoad.ts';
import { isUnseeded, seedDemo } from './seed.ts';
import { collect, optionsFor, SMALL } from './testing.ts';

const options = optionsFor(SMALL);
/** The demo's last day is over: none of its moments is moved. */
const clock = (): number => (options.today + 1) * 86_400_000;

/** The image; with JSON as what it says, because PostgreSQL keeps its keys in an order of its own. */
function asStored(table: WireTable, image: string | undefined): unknown {
  if (image === undefined || !table.columns.some(({ type }) => type === 'json')) return image;
  const values = JSON.parse(image) as readonly ImageValue[];
  return values.map((value, place) => {
    const isJson = table.columns[place]?.type === 'json';
    return isJson && typeof value === 'string' ? (JSON.parse(value) as unknown) : value;
  });
}

describe.each(ENGINES)('bulk load on $name', ({ missing, start }) => {
  describe.skipIf(missing !== null)('of the demo', () => {
    let engine: TestEngine;
    let database: OpenDatabase;
    let epoch_before: string;
    let loaded: Awaited<ReturnType<typeof seedDemo>>;
    const progress: (readonly [number, number])[] = [];
    const rows = collect(options);

    beforeAll(async () => {
      engine = await start();
      database = await openDatabase(await engine.prepared());
      await migrate(database.db);
      await ensureIdentity(database.db, clock);
      await installTriggers(database.db);
      epoch_before = (await database.db.selectFrom('sync_epoch').select('epoch').executeTakeFirstOrThrow()).epoch;
      expect(await isUnseeded(database.db)).toBe(true);
      loaded = await seedDemo(database.db, {
        ...options,
        clock,
        onProgress: (done, total) => progress.push([done, total]),
      });
    }, 180_000);
    afterAll(async () => {
      await database?.close();
      await engine?.stop();
    });

    test('every value rests as it travelled', async () => {
      let total = 0;
      for (const table of WIRE_TABLES) {
        if (table.name === 'mutation_outcome') continue;
        const stored = await sql<{ id: string; image: string }>`
          select id::text as id, ${sql.raw(imageSql(table, 't'))} as image from ${sql.table(table.name)} t`.execute(
          database.db,
        );
        const images = new Map(stored.rows.map((row) => [row.id, row.image]));
        const own: readonly object[] = rows[table.name];
        expect(images.size, table.name).toBe(own.length);
        total += own.length;
        for (const row of own) {
          const values = new Map<string, ImageValue>(Object.entries(row));
          const expected = canonicalImage(table.columns.map((column) => values.get(column.name) ?? null));
          expect(asStored(table, images.get(String(values.get('id')))), table.name).toEqual(asStored(table, expected));
        }
      }
      expect(loaded.rows).toBe(total);
    });

    test('every row lies in the bucket the trigger would choose', async () => {
      for (const table of WIRE_TABLES) {
        const column = (dimension: 'company' | 'site' | 'channel' | 'month'): string =>
          table.dimensions.includes(dimension)
            ? `coalesce(t.${table.dimensionColumns?.[dimension] ?? (dimension === 'month' ? 'month' : `${dimension}_id`)}, 0)`
            : '0';
        const { rows: wrong } = await sql`
          select t.id from ${sql.table(table.name)} t left join sync_bucket b on b.id = t.bucket
          where b.id is null or b.tbl <> ${sql.lit(table.id)} or b.company <> ${sql.raw(column('company'))}
            or b.site <> ${sql.raw(column('site'))} or b.channel <> ${sql.raw(column('channel'))}
            or b.month <> ${sql.raw(column('month'))} limit 3`.execute(database.db);
        expect(wrong, table.name).toEqual([]);
      }
    });

    test('nothing reached the log, a new epoch began, and the triggers are on again', async () => {
      const count = async () =>
        Number((await sql<{ n: number }>`select count(*) as n from sync_outbox`.execute(database.db)).rows[0]?.n);
      const epoch = await database.db.selectFrom('sync_epoch').select('epoch').executeTakeFirstOrThrow();
      expect(epoch.epoch).toBe(loaded.epoch);
      expect(epoch.epoch).not.toBe(epoch_before);
      expect(await count()).toBe(0);
      const company = rows.company[0];
      if (!company) throw new Error('no company');
      await database.db.updateTable('company').set({ name: 'Renamed' }).where('id', '=', company.id).execute();
      expect(await count()).toBe(1);
    });

    test('new rows get ids behind the loaded ones', async () => {
      const highest = Math.max(...Object.values(rows).flatMap((own) => own.map((row) => Number(row.id) || 0)));
      const { rows: next } = await sql<{ id: number }>`select nextval('row_id') as id`.execute(database.db);
      expect(next[0]?.id).toBeGreaterThan(highest);
    });

    test('progress only grows and ends at what was loaded', () => {
      expect(progress.length).toBeGreaterThan(20);
      progress.forEach(([done, total], nth) => {
        expect(done).toBeGreaterThanOrEqual(progress[nth - 1]?.[0] ?? 0);
        expect(total).toBeGreaterThanOrEqual(done);
      });
      expect(progress.at(-1)).toEqual([loaded.rows, loaded.rows]);
    });

    test('a database with rows is refused and stays as it is', async () => {
      expect(await isUnseeded(database.db)).toBe(false);
      await expect(seedDemo(database.db, { ...options, clock })).rejects.toThrow('company already has rows');
    });

    test('a load that fails half-way leaves nothing behind', async () => {
      const other = await openDatabase(await engine.prepared());
      await migrate(other.db);
      await ensureIdentity(other.db, clock);
      await installTriggers(other.db);
      const site = { id: 2, company_id: 99, code: 'X', name: 'Nowhere', kind: 'dc' };
      const company = { id: 1, code: 'A', name: 'A', currency: 'EUR', time_zone: 'UTC', fiscal_year_start_month: 1 };
      const load = bulkLoad(
        other.db,
        [
          { table: 'company', rows: [company] },
          { table: 'site', rows: [site] },
        ],
        { clock },
      );
      await expect(load).rejects.toThrow();
      expect(await isUnseeded(other.db)).toBe(true);
      await other.close();
    }, 60_000);
  });
});

describe('a seeded server', () => {
  test('knows the demo accounts, each with its grant, and lets them in', async () => {
    const engine = await PGLITE.start();
    const silent = (): void => {};
    const server = await startServer({
      ...(await engine.prepared()),
      port: 0,
      clock,
      log: { info: silent, warn: silent, error: silent },
      prepare: async ({ db }) => {
        await seedDemo(db, { ...options, clock });
      },
    });
    try {
      const health: unknown = await (await fetch(`${server.url}/health`)).json();
      expect(health).toMatchObject({ demo_accounts: DEMO_ACCOUNTS.map((account) => account.name) });
      for (const { name, display_name, grant } of DEMO_ACCOUNTS) {
        const answer = await fetch(`${server.url}/auth/login`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-binnacle-protocol': '1' },
          body: JSON.stringify({ user_name: name, password: DEMO_PASSWORD }),
        });
        expect(answer.status, name).toBe(200);
        expect(await answer.json()).toMatchObject({
          user: {
            name,
            display_name,
            grants: [
              {
                role: grant.role,
                company_code: grant.company_code,
                site_code: grant.site_code ?? null,
                channel_code: grant.channel_code ?? null,
              },
            ],
          },
        });
      }
    } finally {
      await server.close();
      await engine.stop();
    }
  }, 180_000);
});
