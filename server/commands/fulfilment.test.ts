import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isoDate } from '#domain/calendar.ts';
import { ENGINES, type TestEngine } from '#server/testing/engines.ts';
import { mutation } from '#server/testing/replica.ts';
import { startTestServer, type TestServer } from '#server/testing/server.ts';

describe.each(ENGINES)('decisions on the queue on $name', ({ missing, start }) => {
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

    const daysFromNow = (days: number): string => isoDate(Math.floor(running.time.now_ms / 86_400_000) + days);
    const decide = (more: object = {}) =>
      mutation('overrideFulfilment', {
        order_id: running.data.orders[0],
        order_line_id: running.data.lines[0],
        kind: 'raised',
        until_on: daysFromNow(7),
        reason: 'line stands still',
        ...more,
      });
    const push: TestServer['push'] = (...said) => running.push(...said);
    const kept = () =>
      running.server.database.db
        .selectFrom('fulfilment_override')
        .select(['order_line_id', 'site_id', 'channel_id', 'kind', 'until_on', 'author'])
        .orderBy('accepted_at')
        .execute();

    test('lies where the line lies, whoever sends it, once', async () => {
      const sent = decide();
      expect(await push('admin', sent)).toEqual(['accepted']);
      expect(await push('admin', sent)).toEqual(['accepted']);
      const { lines, sites, channels } = running.data;
      expect(await kept()).toEqual([
        {
          order_line_id: lines[0],
          site_id: sites[0],
          channel_id: channels[0],
          kind: 'raised',
          until_on: daysFromNow(7),
          author: 'admin',
        },
      ]);
      expect(await push('admin', decide({ kind: 'released', until_on: null, order_line_id: null }))).toEqual([
        'accepted',
      ]);
    });

    test('a day is the company’s: where tomorrow has begun, today of Greenwich is over', async () => {
      const { db } = running.server.database;
      const company = db.updateTable('company').where('id', '=', running.data.company_id);
      await company.set({ time_zone: 'Pacific/Kiritimati' }).execute();
      expect(
        await push(
          'admin',
          decide({ until_on: daysFromNow(0) }),
          decide({ until_on: daysFromNow(1) }),
          decide({ until_on: daysFromNow(91) }),
          decide({ until_on: daysFromNow(92) }),
        ),
      ).toEqual(['rejected:bad_arguments', 'accepted', 'accepted', 'rejected:bad_arguments']);
      await company.set({ time_zone: 'Europe/Amsterdam' }).execute();
    });

    test('a role without the right decides nothing, and whose the order is not finds none', async () => {
      expect(await push('sales', decide())).toEqual(['rejected:not_permitted']);
      expect(await push('auditor', decide())).toEqual(['rejected:not_permitted']);
      expect(
        await push('counter', decide(), decide({ order_id: running.data.orders[2], order_line_id: null })),
      ).toEqual(['rejected:not_found', 'rejected:not_found']);
    });

    test('a line of another order, no day or too long a one, no reason, a closed order: nothing is kept', async () => {
      const before = await kept();
      expect(
        await push(
          'admin',
          decide({ order_line_id: running.data.lines[1] }),
          decide({ order_id: 99_999, order_line_id: null }),
          decide({ until_on: null }),
          decide({ until_on: daysFromNow(91) }),
          decide({ until_on: daysFromNow(-3) }),
          decide({ kind: 'released' }),
          decide({ kind: 'first' }),
          decide({ reason: '  ' }),
          decide({ site_id: running.data.sites[1] }),
        ),
      ).toEqual([
        'rejected:not_found',
        'rejected:not_found',
        'rejected:bad_arguments',
        'rejected:bad_arguments',
        'rejected:bad_arguments',
        'rejected:bad_arguments',
        'rejected:bad_arguments',
        'rejected:bad_arguments',
        'rejected:bad_arguments',
      ]);
      const { db } = running.server.database;
      await db
        .updateTable('sales_order')
        .set({ state: 'done' })
        .where('id', '=', running.data.orders[1] ?? 0)
        .execute();
      expect(await push('admin', decide({ order_id: running.data.orders[1], order_line_id: null }))).toEqual([
        'conflict:order_closed',
      ]);
      expect(await kept()).toEqual(before);
    });
  });
});
