import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MOST_VIEWED_A_DAY } from '#domain/audit/viewed.ts';
import { wireTable } from '#contract/wire/tables.ts';
import { addGrant, createUser, listUsers, removeGrant } from '#server/auth/accounts.ts';
import { ENGINES, type TestEngine } from '#server/testing/engines.ts';
import type { TestReplica } from '#server/testing/replica.ts';
import { startTestServer, type TestServer } from '#server/testing/server.ts';
import { sealAudit } from './chain.ts';
import { sendEntries } from './copies.ts';
import { THE_OPERATOR, writeAudit } from './trail.ts';

const TRAIL = wireTable('audit_entry').id;

describe.each(ENGINES)('the audit trail on copies, on $name', ({ missing, start }) => {
  describe.skipIf(missing !== null)('sent', () => {
    let engine: TestEngine;
    let running: TestServer;
    beforeAll(async () => {
      engine = await start();
      running = await startTestServer(engine);
    });
    afterAll(async () => {
      await running?.close();
      await engine?.stop();
    });
    const db = () => running.server.database.db;
    const write = async (...abouts: readonly string[]): Promise<void> => {
      for (const about of abouts) {
        await writeAudit(db(), running.time.now_ms, { kind: 'backed_up', by: THE_OPERATOR, about });
      }
    };
    const send = async (): Promise<void> => {
      await sealAudit(db());
      await sendEntries(db());
    };
    const trailBucketsOf = (replica: TestReplica): readonly number[] =>
      replica.scope.filter(([, table]) => table === TRAIL).map(([bucket]) => bucket);
    const abouts = (replica: TestReplica) => replica.rows('audit_entry').map(({ about }) => about);

    test('who may see all of it has every sealed entry; nobody else has a bucket, a row or a byte, forged numbers or not', async () => {
      await write('the-secret-backup');
      await send();
      const admin = await running.replica('admin');
      await admin.sync();
      const { rows: sealed } = await sql<{ seq: number; seal: string }>`
        select seq, seal from audit_chain order by seq`.execute(db());
      expect(sealed.length).toBeGreaterThan(8);
      expect(
        admin
          .rows('audit_entry')
          .map(({ id, seal }) => ({ seq: id, seal }))
          .toSorted((a, b) => Number(a.seq) - Number(b.seq)),
      ).toEqual(sealed);
      expect((await admin.verify()).body).toEqual({ moved: false, buckets: admin.sums() });
      const [bucket = 0] = trailBucketsOf(admin);
      expect(bucket).toBeGreaterThan(0);

      for (const name of ['auditor', 'controller', 'finance', 'planner', 'sales', 'counter']) {
        const other = await running.replica(name);
        await other.sync();
        expect([name, trailBucketsOf(other)]).toEqual([name, []]);
        for (const [path, asked] of [
          ['/sync/snapshot', { buckets: [{ bucket, after: null }], limit_rows: 10 }],
          ['/sync/verify', { checkpoint: other.checkpoint, buckets: [bucket] }],
          ['/sync/verify', { checkpoint: other.checkpoint, ranges: [{ bucket, after: null, upto: null, rows: true }] }],
        ] as const) {
          const answer = await other.post(path, { client_id: other.client_id, epoch: other.epoch, ...asked });
          expect([name, path, answer.status]).toEqual([name, path, 403]);
        }
        for (const path of ['/admin/audit', '/admin/audit/chain', '/admin/audit/seal']) {
          expect([name, path, (await other.post(path, {})).status]).toEqual([name, path, 403]);
        }
        await write('the-secret-backup');
        await send();
        await other.sync();
        expect(other.received).not.toContain('the-secret-backup');
      }
    });

    test('who loses the right loses the rows, in the middle of a load too; who gets it has them', async () => {
      await createUser(
        db(),
        { name: 'ines', display_name: 'Ines', password: 'demo' },
        [{ role: 'auditor', company_code: null }],
        () => running.time.now_ms,
      );
      const ines = await running.replica('ines');
      await ines.sync();
      const [bucket = 0] = trailBucketsOf(ines);
      expect(abouts(ines).length).toBeGreaterThan(8);
      const by = THE_OPERATOR;
      const clock = () => running.time.now_ms;
      const [user] = await listUsers(db(), 'ines');
      await removeGrant(db(), 'ines', user?.grants[0]?.id ?? 0, clock, by);
      await addGrant(
        db(),
        'ines',
        { role: 'auditor', company_code: 'HAL', site_code: null, channel_code: null },
        clock,
        by,
      );
      const asked = {
        client_id: ines.client_id,
        epoch: ines.epoch,
        buckets: [{ bucket, after: null }],
        limit_rows: 10,
      };
      expect((await ines.post('/sync/snapshot', asked)).status).toBe(403);
      await write('after-the-downgrade');
      await send();
      await ines.sync();
      expect([trailBucketsOf(ines), abouts(ines), ines.buckets.has(bucket)]).toEqual([[], [], false]);
      expect(ines.received).not.toContain('after-the-downgrade');
      await addGrant(
        db(),
        'ines',
        { role: 'auditor', company_code: null, site_code: null, channel_code: null },
        clock,
        by,
      );
      await ines.sync();
      expect(abouts(ines)).toContain('after-the-downgrade');
    });

    test('what was written since is one change however much it is, and none when nothing was', async () => {
      const admin = await running.replica('admin');
      await send();
      const head = async () => (await admin.open()).head.number;
      const before = await head();
      await write('a', 'b', 'c', 'd', 'e', 'f', 'g');
      expect((await admin.post('/admin/audit/seal', {})).body).toEqual({ sealed: 7 });
      expect(await head()).toBe(before + 1);
      expect((await admin.post('/admin/audit/seal', {})).body).toEqual({ sealed: 0 });
      expect(await head()).toBe(before + 1);
    });

    test('who saw what: once a thing, month and day, where they see the books, and bounded whatever is sent', async () => {
      const { company_id } = running.data;
      const finance = await running.replica('finance');
      await finance.sync();
      const { client_id } = finance;
      const now_ms = running.time.now_ms;
      const view = (period: number, more: object = {}) => ({
        thing: 'close',
        company_id,
        period,
        viewed_at_ms: now_ms,
        ...more,
      });
      const tell = async (...views: readonly object[]) => await finance.post('/audit/views', { client_id, views });
      const seen = async (by = 'finance') =>
        (
          await db()
            .selectFrom('audit_event')
            .select('about')
            .where('kind', '=', 'viewed')
            .where('user_name', '=', by)
            .orderBy('id')
            .execute()
        ).map(({ about }) => about);
      expect((await tell(view(202_610), view(202_610), view(202_610, { thing: 'ledger' }))).body).toEqual({ noted: 2 });
      expect((await tell(view(202_610, { viewed_at_ms: now_ms + 1 }))).body).toEqual({ noted: 0 });
      expect(await seen()).toEqual(['HAL 2026-10 close', 'HAL 2026-10 ledger']);
      // of an absence, on its own day; a device's clock that is far away is taken for today
      expect((await tell(view(202_610, { viewed_at_ms: now_ms - 3 * 86_400_000 }))).body).toEqual({ noted: 1 });
      for (const viewed_at_ms of [5, now_ms + 9 * 86_400_000]) {
        expect((await tell(view(202_610, { viewed_at_ms }))).body).toEqual({ noted: 0 });
      }
      // no company of theirs, no company at all, no thing, too many at once, for another installation
      expect((await tell(view(202_610, { company_id: 987_654 }))).body).toEqual({ noted: 0 });
      for (const views of [
        [view(202_613)],
        [view(202_610, { thing: '=cmd()' })],
        Array.from({ length: 101 }, () => view(202_610)),
        [],
      ]) {
        expect((await tell(...views)).status).toBe(400);
      }
      const sales = await running.replica('sales');
      await sales.sync();
      expect((await sales.post('/audit/views', { client_id, views: [view(202_610)] })).status).toBe(403);
      const own = { client_id: sales.client_id, views: [view(202_610), view(202_610, { thing: 'cost_export' })] };
      expect((await sales.post('/audit/views', own)).body).toEqual({ noted: 0 });
      expect(await seen('sales')).toEqual([]);
      // a flood ends at the bound, and says so once
      const months = Array.from({ length: 500 }, (_, at) => 190_001 + Math.floor(at / 12) * 100 + (at % 12));
      for (let at = 0; at < months.length; at += 100) {
        expect((await tell(...months.slice(at, at + 100).map((month) => view(month)))).status).toBe(200);
      }
      expect(await seen()).toHaveLength(MOST_VIEWED_A_DAY + 1);
      expect((await seen()).at(-1)).toBe('more than 300 things in a day');
      running.time.now_ms += 86_400_000;
      expect((await tell(view(202_610, { viewed_at_ms: running.time.now_ms }))).status).toBe(401);
    });

    test('copies hold the newest only, and lose the oldest some at a time', async () => {
      const places = async (): Promise<readonly number[]> =>
        (await db().selectFrom('audit_entry').select('id').orderBy('id').execute()).map(({ id }) => id);
      await send();
      const { last } = await db()
        .selectFrom('audit_entry')
        .select((row) => row.fn.max('id').as('last'))
        .executeTakeFirstOrThrow();
      const most = { entries: 3, over: 2 };
      expect((await sendEntries(db(), most)).removed).toBeGreaterThan(0);
      expect(await places()).toEqual([last - 2, last - 1, last]);
      await write('h', 'i');
      await sealAudit(db());
      expect(await sendEntries(db(), most)).toEqual({ added: 2, removed: 0 });
      await write('j');
      await sealAudit(db());
      expect(await sendEntries(db(), most)).toEqual({ added: 1, removed: 3 });
      expect(await places()).toEqual([last + 1, last + 2, last + 3]);
      // an entry that is here is never another afterwards
      await expect(db().updateTable('audit_entry').set({ about: 'x' }).execute()).rejects.toThrow('only ever added to');
    });
  });
});
