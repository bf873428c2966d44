import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addMonths, isoDate, monthOfDay } from '#domain/calendar.ts';
import { ENGINES, type TestEngine } from '#server/testing/engines.ts';
import { mutation } from '#server/testing/replica.ts';
import { startTestServer, type TestServer } from '#server/testing/server.ts';

describe.each(ENGINES)('overrides of a forecast on $name', ({ missing, start }) => {
  describe.skipIf(missing !== null)('decisions', () => {
    let engine: TestEngine;
    let running: TestServer;
    beforeAll(async () => {
      engine = await start();
      running = await startTestServer(engine, {});
    });
    afterAll(async () => {
      await running?.close();
      await engine?.stop();
    });

    const today = (): number => Math.floor(running.time.now_ms / 86_400_000);
    const month = (ahead: number): number => addMonths(monthOfDay(today()), ahead);
    const override = (nth: number, more: object = {}) =>
      mutation('overrideForecast', {
        item_id: running.data.items[nth],
        site_id: running.data.sites[0],
        from_month: month(1),
        to_month: month(2),
        qty_milli: 5_000,
        factor_bp: null,
        reason: 'A project',
        expires_on: isoDate(today() + 60),
        replaces: null,
        ...more,
      });
    const withdraw = (nth: number, override_id: string) =>
      mutation('withdrawOverride', {
        item_id: running.data.items[nth],
        site_id: running.data.sites[0],
        override_id,
        reason: 'It came to nothing',
      });
    const push: TestServer['push'] = (...said) => running.push(...said);

    test('who comes second does not win: the months are somebody’s already, until the figure seen is named', async () => {
      const first = override(0);
      expect(await push('planner', first)).toEqual(['accepted']);
      expect(await push('admin', override(0, { from_month: month(2), to_month: month(3) }))).toEqual([
        'conflict:override_moved',
      ]);
      const beside = override(0, { from_month: month(3), to_month: month(3) });
      expect(await push('admin', beside)).toEqual(['accepted']);
      const instead = override(0, { replaces: first.id, qty_milli: null, factor_bp: 12_000 });
      const late = override(0, { replaces: first.id, qty_milli: 1 });
      expect(await push('admin', instead)).toEqual(['accepted']);
      expect(await push('planner', late, withdraw(0, first.id))).toEqual([
        'conflict:override_moved',
        'conflict:override_moved',
      ]);
      expect(await push('planner', withdraw(0, instead.id), withdraw(0, instead.id))).toEqual([
        'accepted',
        'conflict:override_moved',
      ]);
      expect(await push('planner', override(0))).toEqual(['accepted']);
    });

    test('two who send at once: one stands', async () => {
      const outcomes = await Promise.all([push('planner', override(1)), push('admin', override(1))]);
      expect(outcomes.flat().toSorted()).toEqual(['accepted', 'conflict:override_moved']);
    });

    test('only who plans there, of what lies there', async () => {
      expect(await push('sales', override(2))).toEqual(['rejected:not_permitted']);
      expect(await push('auditor', override(2))).toEqual(['rejected:not_permitted']);
      // another site than one’s own
      expect(await push('counter', override(2))).toEqual(['rejected:not_found']);
      const { foreign_item_id } = running.data;
      expect(
        await push('planner', override(2, { item_id: foreign_item_id }), override(2, { site_id: 99_999 })),
      ).toEqual(['rejected:not_found', 'rejected:not_found']);
      expect(await push('planner', withdraw(2, crypto.randomUUID()))).toEqual(['conflict:override_moved']);
    });

    test('a day is the company’s: what expires where it is still running has not expired', async () => {
      const { db } = running.server.database;
      const company = db.updateTable('company').where('id', '=', running.data.company_id);
      const until_today = () => override(2, { from_month: month(5), to_month: month(5), expires_on: isoDate(today()) });
      await company.set({ time_zone: 'Pacific/Kiritimati' }).execute();
      expect(await push('planner', until_today())).toEqual(['rejected:bad_arguments']);
      await company.set({ time_zone: 'Pacific/Honolulu' }).execute();
      expect(await push('planner', until_today())).toEqual(['accepted']);
      await company.set({ time_zone: 'Europe/Amsterdam' }).execute();
    });

    test('what makes no sense is refused and leaves no row', async () => {
      const { db } = running.server.database;
      const rows = async () => (await db.selectFrom('forecast_override').select('id').execute()).length;
      const before = await rows();
      const outcomes = await push(
        'planner',
        override(2, { to_month: month(0), from_month: month(1) }),
        override(2, { from_month: month(-3), to_month: month(-1) }),
        override(2, { to_month: month(25) }),
        override(2, { expires_on: isoDate(today() - 1) }),
        override(2, { expires_on: isoDate(today() + 800) }),
        override(2, { qty_milli: -1 }),
        override(2, { qty_milli: 1e300 }),
        override(2, { qty_milli: 5, factor_bp: 5 }),
        override(2, { qty_milli: null }),
        override(2, { reason: '  ' }),
        override(2, { from_month: 202613 }),
        override(2, { replaces: "'; drop table item; --" }),
        override(2, { expires_on: '2026-02-31' }),
        override(2, { extra: 1 }),
      );
      expect(outcomes).toEqual(outcomes.map(() => 'rejected:bad_arguments'));
      expect(await rows()).toBe(before);
    });
  });
});
