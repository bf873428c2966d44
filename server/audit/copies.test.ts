import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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
