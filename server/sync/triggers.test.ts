import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dayNumber } from '#domain/calendar.ts';
import { canonicalImage, rowHashInput } from '#contract/wire/image.ts';
import { WIRE_TABLES } from '#contract/wire/tables.ts';
import { type OpenDatabase, openDatabase } from '#server/database.ts';
import { MIGRATIONS } from '#server/migrations/all.ts';
import { migrate } from '#server/migrations/migrate.ts';
import { ENGINES, type TestEngine } from '#server/testing/engines.ts';
import { startNewEpoch, withTriggersOff } from './bulkLoad.ts';
import { drainOnce } from './drain.ts';
import { ensureIdentity } from './epoch.ts';
import { installTriggers } from './triggers.ts';

const clock = (): number => 1_780_000_000_000;

describe.each(ENGINES)('change feed on $name', ({ missing, start }) => {
  describe.skipIf(missing !== null)('triggers', () => {
    let engine: TestEngine;
    let database: OpenDatabase;
    beforeAll(async () => {
      engine = await start();
      database = await openDatabase(await engine.fresh());
      await migrate(database.db);
      await ensureIdentity(database.db, clock);
      expect(await installTriggers(database.db)).toBe(true);
    });
    afterAll(async () => {
      await database?.close();
      await engine?.stop();
    });

    const outbox = async (): Promise<
      readonly { op: string; bucket: number; old_bucket: number | null; image: string | null }[]
    > =>
      await database.db
        .selectFrom('sync_outbox')
        .select(['op', 'bucket', 'old_bucket', 'image'])
        .orderBy('id')
        .execute();
    const empty = async (): Promise<void> => {
      await drainOnce(database.db, clock, () => {});
    };
    let number = 0;
    const company = async (name = 'Halvorsen'): Promise<number> => {
      number += 1;
      const row = await database.db
        .insertInto('company')
        .values({ code: `C${number}`, name, currency: 'EUR', time_zone: 'UTC' })
        .returning('id')
        .executeTakeFirstOrThrow();
      return row.id;
    };

    test('a schema that is up to date is left alone; one of a newer version, or in another order, is refused', async () => {
      const { db } = database;
      expect(await migrate(db)).toEqual([]);
      const { [Object.keys(MIGRATIONS).toSorted().at(-1) ?? '']: _newest, ...older } = MIGRATIONS;
      await expect(migrate(db, older)).rejects.toThrow(/is missing/);
      const before = '1970-01-01T00:00:00.000Z';
      const swapped = db.transaction().execute(async (tx) => {
        await sql`update kysely_migration set timestamp = ${before} where name = (select max(name) from kysely_migration)`.execute(
          tx,
        );
        await migrate(tx);
      });
      await expect(swapped).rejects.toThrow(/at index 0/);
    });

    test('installing again changes nothing, and the registry matches the physical columns', async () => {
      expect(await installTriggers(database.db)).toBe(false);
      for (const table of WIRE_TABLES) {
        const columns = table.columns.map((column) => sql.ref(`t.${column.name}`));
        await sql`select t.id, t.ver, t.bucket, ${sql.join(columns)} from ${sql.table(table.name)} t limit 0`.execute(
          database.db,
        );
      }
    });

    test('triggers of another form begin a new epoch with them, those of an empty server do not', async () => {
      const { db } = database;
      const epochOf = async () => (await db.selectFrom('sync_epoch').select('epoch').executeTakeFirstOrThrow()).epoch;
      const before = await epochOf();
      await company();
      await db.updateTable('server_meta').set({ trigger_hash: 'of an older release' }).execute();
      expect(await installTriggers(db, (tx) => startNewEpoch(tx, clock))).toBe(true);
      expect(await epochOf()).not.toBe(before);
      expect(await outbox()).toEqual([]);
      const now = await epochOf();
      await db.updateTable('server_meta').set({ trigger_hash: '' }).execute();
      expect(await installTriggers(db, (tx) => startNewEpoch(tx, clock))).toBe(true);
      expect(await epochOf()).toBe(now);
      // a failure of the one undoes the other
      await db.updateTable('server_meta').set({ trigger_hash: 'of an older release' }).execute();
      await expect(
        installTriggers(db, async () => {
          throw new Error('stopped here');
        }),
      ).rejects.toThrow('stopped here');
      expect(await installTriggers(db)).toBe(true);
    });

    test('the image text is the canonical one, whatever the text holds', async () => {
      const odd = [
        'plain',
        'quote " backslash \\ slash /',
        'tab\t newline\n return\r bell\u0007 escape\u001b unit\u001f delete\u007f',
        'é ü 漢字 🔩 \u2028\u2029 \u00a0',
        '',
        '\\u0041 \\n',
      ];
      for (const name of odd) {
        await empty();
        const id = await company(name);
        const [entry] = await outbox();
        expect(entry?.image).toBe(canonicalImage([`C${number}`, name, 'EUR', 'UTC', 1]));
        await empty();
        const logged = await database.db
          .selectFrom('sync_log')
          .select(['ver', 'image', 'hash'])
          .where('pk', '=', String(id))
          .executeTakeFirstOrThrow();
        const own = createHash('md5')
          .update(rowHashInput(id, logged.ver, logged.image ?? ''))
          .digest('hex')
          .slice(0, 16);
        expect(logged.hash).toBe(own);
      }
    });

    test('dates, instants, booleans, nulls, negative and largest numbers have their wire value', async () => {
      const company_id = await company();
      const item = await database.db
        .insertInto('item')
        .values({ company_id, code: 'A', name: 'a', uom: 'pcs', active: false, category: null })
        .returning('id')
        .executeTakeFirstOrThrow();
      await empty();
      await database.db
        .insertInto('item_cost')
        .values({ id: item.id, company_id, unit_cost_micro: -Number.MAX_SAFE_INTEGER })
        .execute();
      const order = await database.db
        .insertInto('sales_order')
        .values({
          company_id,
          month: 196_912,
          number: 'x',
          ordered_on: '1969-12-30',
          ordered_at: new Date('1969-12-30T23:59:59.999Z'),
          state: 'open',
        })
        .returning('id')
        .executeTakeFirstOrThrow();
      // finer than a millisecond: floored, before 1970 too
      await sql`update sales_order set ordered_at = timestamptz '1969-12-30 23:59:59.9995Z' where id = ${order.id}`.execute(
        database.db,
      );
      await database.db.updateTable('item').set({ active: true }).where('id', '=', item.id).execute();
      const day = dayNumber('1969-12-30');
      const ordered_at = Date.UTC(1969, 11, 30, 23, 59, 59, 999);
      expect((await outbox()).map((entry) => entry.image)).toEqual([
        canonicalImage([company_id, -Number.MAX_SAFE_INTEGER]),
        canonicalImage([company_id, null, null, 196_912, 'binnacle', 'x', null, day, ordered_at, null, 'open']),
        canonicalImage([company_id, null, null, 196_912, 'binnacle', 'x', null, day, ordered_at, null, 'open']),
        canonicalImage([company_id, 'A', 'a', null, 'pcs', null, 1, null, null, null, null]),
      ]);
      await expect(
        sql`update item_cost set unit_cost_micro = 9007199254740992 where id = ${item.id}`.execute(database.db),
      ).rejects.toThrow(/safe_integer/);
    });

    test('an update that changes nothing writes nothing; a real one gives a new version', async () => {
      const id = await company();
      await empty();
      const before = await database.db
        .selectFrom('company')
        .select('ver')
        .where('id', '=', id)
        .executeTakeFirstOrThrow();
      await sql`update company set name = name, ver = ver + 100, bucket = 99 where id = ${id}`.execute(database.db);
      expect(await outbox()).toEqual([]);
      await database.db.updateTable('company').set({ name: 'other' }).where('id', '=', id).execute();
      const after = await database.db
        .selectFrom('company')
        .select('ver')
        .where('id', '=', id)
        .executeTakeFirstOrThrow();
      expect(after.ver).toBeGreaterThan(before.ver);
      expect(await outbox()).toHaveLength(1);
    });

    test('an id never changes and a synchronised table is never truncated', async () => {
      const id = await company();
      await expect(
        database.db
          .updateTable('company')
          .set({ id: id + 1_000_000 })
          .where('id', '=', id)
          .execute(),
      ).rejects.toThrow(/never changes/);
      for (const table of WIRE_TABLES) {
        await expect(sql`truncate ${sql.table(table.name)} cascade`.execute(database.db), table.name).rejects.toThrow(
          /never truncate/,
        );
      }
    });

    test('a row that moves leaves a D in the old bucket before the U in the new one', async () => {
      const company_id = await company();
      const sites = await database.db
        .insertInto('site')
        .values(['A', 'B'].map((code) => ({ company_id, code, name: code, kind: 'dc' })))
        .returning('id')
        .execute();
      const order = await database.db
        .insertInto('sales_order')
        .values({
          company_id,
          site_id: sites[0]?.id ?? 0,
          month: 202_610,
          number: 'move',
          ordered_on: '2026-10-01',
          ordered_at: new Date(0),
          state: 'open',
        })
        .returning(['id', 'bucket'])
        .executeTakeFirstOrThrow();
      await empty();
      const moved = await database.db
        .updateTable('sales_order')
        .set({ site_id: sites[1]?.id ?? 0 })
        .where('id', '=', order.id)
        .returning(['bucket', 'ver'])
        .executeTakeFirstOrThrow();
      expect(moved.bucket).not.toBe(order.bucket);
      const { head } = await drainOnce(database.db, clock, () => {});
      const log = await database.db
        .selectFrom('sync_log')
        .select(['op', 'bucket', 'pk', 'hash'])
        .where('cp', '=', head.number)
        .orderBy('seq')
        .execute();
      expect(log).toEqual([
        { op: 'D', bucket: order.bucket, pk: String(order.id), hash: null },
        { op: 'U', bucket: moved.bucket, pk: String(order.id), hash: expect.stringMatching(/^[0-9a-f]{16}$/) },
      ]);
    });

    test('delete and insert of the same id keep their order', async () => {
      const id = await company('first');
      await empty();
      await database.db.transaction().execute(async (tx) => {
        await tx.deleteFrom('company').where('id', '=', id).execute();
        await tx
          .insertInto('company')
          .values({ id, code: `R${id}`, name: 'second', currency: 'EUR', time_zone: 'UTC' })
          .execute();
      });
      expect((await outbox()).map((entry) => entry.op)).toEqual(['D', 'U']);
    });

    test('a bulk load skips the log, checks references, and starts a new epoch', async () => {
      await empty();
      const before = await database.db.selectFrom('sync_epoch').selectAll().executeTakeFirstOrThrow();
      const load = async (supplier_id: number | null, code: string): Promise<void> =>
        await withTriggersOff(database.db, async (tx) => {
          const row = await tx
            .insertInto('company')
            .values({ code, name: 'bulk', currency: 'EUR', time_zone: 'UTC', bucket: 0 })
            .returning('id')
            .executeTakeFirstOrThrow();
          await sql`update company set bucket = sync_bucket_id(1::smallint, id, 0, 0, 0, '') where id = ${row.id}`.execute(
            tx,
          );
          await tx
            .insertInto('item')
            .values({ company_id: row.id, code: 'B', name: 'b', uom: 'pcs', active: true, supplier_id, bucket: 1 })
            .execute();
          await startNewEpoch(tx, clock);
        });
      await expect(load(987_654, 'BAD')).rejects.toThrow();
      expect(await database.db.selectFrom('company').select('id').where('code', '=', 'BAD').execute()).toEqual([]);
      await load(null, 'GOOD');
      expect(await outbox()).toEqual([]);
      expect(await database.db.selectFrom('sync_log').select('seq').execute()).toEqual([]);
      const after = await database.db.selectFrom('sync_epoch').selectAll().executeTakeFirstOrThrow();
      expect(after.epoch).not.toBe(before.epoch);
      // the triggers are back
      await company();
      expect(await outbox()).toHaveLength(1);
    });
  });
});
