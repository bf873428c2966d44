import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isoDate } from '#domain/calendar.ts';
import { ENGINES, type TestEngine } from '#server/testing/engines.ts';
import { mutation } from '#server/testing/replica.ts';
import { startTestServer, type TestServer } from '#server/testing/server.ts';

describe.each(ENGINES)('marks on exceptions on $name', ({ missing, start }) => {
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

    const mark = (more: object = {}) =>
      mutation('markException', {
        company_id: running.data.company_id,
        site_id: running.data.sites[0],
        channel_id: null,
        key: 'runs_out:840:3',
        kind: 'assigned',
        until_on: null,
        assigned_to: 'finance',
        ...more,
      });
    const push = async (user: string, ...sent: ReturnType<typeof mutation>[]): Promise<readonly string[]> => {
      const replica = await running.replica(user);
      const answer = await replica.push(...sent);
      const body = answer.body as { outcomes: { state: string; reason: { code: string } | null }[] };
      return body.outcomes.map(({ state, reason }) => (reason ? `${state}:${reason.code}` : state));
    };
    const daysFromNow = (days: number): string => isoDate(Math.floor(running.time.now_ms / 86_400_000) + days);

    test('a mark lies in the table of the area its exception is made of', async () => {
      const { db } = running.server.database;
      expect(
        await push(
          'finance',
          mark(),
          mark({ key: 'below_floor:1' }),
          mark({ key: 'over_credit_limit:7', site_id: null }),
        ),
      ).toEqual(['accepted', 'accepted', 'accepted']);
      const keys = async (table: 'exception_mark' | 'exception_mark_cost' | 'exception_mark_finance') =>
        (await db.selectFrom(table).select(['exception_key', 'author']).execute()).map(
          (row) => `${row.exception_key} ${row.author}`,
        );
      expect(await keys('exception_mark')).toEqual(['runs_out:840:3 finance']);
      expect(await keys('exception_mark_cost')).toEqual(['below_floor:1 finance']);
      expect(await keys('exception_mark_finance')).toEqual(['over_credit_limit:7 finance']);
    });

    test('a role without the area cannot mark what it cannot see, nor one without the right anything', async () => {
      expect(await push('sales', mark(), mark({ key: 'below_floor:1' }), mark({ key: 'close_late:1' }))).toEqual([
        'accepted',
        'rejected:not_found',
        'rejected:not_found',
      ]);
      expect(await push('auditor', mark())).toEqual(['rejected:not_permitted']);
    });

    test('another site or company than one’s own is not found, nor a site of another company', async () => {
      const { data } = running;
      expect(
        await push(
          'counter',
          mark(),
          mark({ site_id: null }),
          mark({ site_id: data.sites[1], channel_id: data.channels[1], assigned_to: 'counter' }),
        ),
      ).toEqual(['rejected:not_found', 'rejected:not_found', 'accepted']);
      expect(await push('sales', mark({ company_id: data.other_company_id }))).toEqual(['rejected:not_found']);
      expect(await push('admin', mark({ company_id: data.other_company_id }), mark({ company_id: 99_999 }))).toEqual([
        'rejected:not_found',
        'rejected:not_found',
      ]);
    });

    test('refuses forged keys, unknown people, sleep without end, and halves of an argument', async () => {
      const snooze = (until_on: string | null) => mark({ kind: 'snoozed', until_on, assigned_to: null });
      expect(
        await push(
          'finance',
          mark({ key: 'constructor:1' }),
          mark({ assigned_to: 'nobody' }),
          mark({ assigned_to: "x'; drop table item" }),
          snooze(null),
          snooze('2026-02-30'),
          snooze(daysFromNow(91)),
          mark({ kind: 'reopened' }),
          snooze(daysFromNow(14)),
        ),
      ).toEqual([
        'rejected:bad_arguments',
        'rejected:unknown_user',
        'rejected:bad_arguments',
        'rejected:bad_arguments',
        'rejected:bad_arguments',
        'rejected:bad_arguments',
        'rejected:bad_arguments',
        'accepted',
      ]);
    });
  });
});
