/** What leaves as a file is written down on the server, also when it left without a connection, once each. */
import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { AuditPage } from '#contract/audit.ts';
import { freshFolder, testService } from '#db/testing/testService.ts';
import { PGLITE } from '#server/testing/engines.ts';
import { startTestServer } from '#server/testing/server.ts';

test('an export made offline is told of at the next contact, a lost answer tells it once', async () => {
  const running = await startTestServer(await PGLITE.start());
  const dataDir = freshFolder();
  let state: 'there' | 'away' | 'answers are lost' = 'there';
  const machine = (background: boolean) =>
    testService({
      dataDir,
      serverUrl: running.server.url,
      background,
      fetch: async (input, init) => {
        if (state === 'away') throw new TypeError('away');
        const response = await fetch(input, init);
        if (
          state === 'answers are lost' &&
          (input instanceof Request ? input.url : input.toString()).endsWith('/audit/exports')
        )
          throw new TypeError('lost');
        return response;
      },
    });
  let service = machine(false);
  try {
    await service.signIn({ user_name: 'sales', password: 'demo' });
    await service.syncOnce();
    state = 'away';
    const { company_id } = running.data;
    const made = await service.call('exportRows', { query: 'stockPositions', args: { company_id, group_by: 'none' } });
    expect(made.rows).toBeGreaterThan(0);
    await expect(service.pushPending()).rejects.toThrow();
    state = 'answers are lost';
    await expect(service.pushPending()).rejects.toThrow();
    state = 'there';
    await service.pushPending();
    const admin = await running.replica('admin');
    const { rows } = (await admin.post('/admin/audit', { text: 'exported' })).body as AuditPage;
    expect(rows).toEqual([
      expect.objectContaining({ kind: 'exported', user_name: 'sales', about: 'stockPositions', address: '127.0.0.1' }),
    ]);
    expect(rows[0]?.detail).toMatchObject({ format: 'csv', rows: made.rows, bytes: made.bytes });
    // nobody notes for another
    const { db } = running.server.database;
    const { client_id } = await db.selectFrom('sync_client').select('client_id').executeTakeFirstOrThrow();
    const note = { id: crypto.randomUUID(), made_at_ms: 1, query: 'x', format: 'csv', rows: 1, bytes: 1 };
    const finance = await running.replica('finance');
    expect((await finance.post('/audit/exports', { client_id, exports: [note] })).status).toBe(403);

    // nothing else waits to be sent: the background tells of it all the same, after an absence and at once
    await service.close();
    state = 'away';
    service = machine(true);
    await service.signIn({ user_name: 'sales', password: 'demo' });
    await service.call('exportRows', { query: 'outbox', args: {} });
    const told = async () =>
      ((await admin.post('/admin/audit', { text: 'exported' })).body as AuditPage).rows.map(({ about }) => about);
    expect(await told()).toEqual(['stockPositions']);
    state = 'there';
    await expect.poll(told, { timeout: 20_000 }).toEqual(['outbox', 'stockPositions']);
    await service.call('exportRows', { query: 'outbox', args: {}, format: 'xlsx' });
    await expect.poll(told, { timeout: 20_000 }).toEqual(['outbox', 'outbox', 'stockPositions']);
  } finally {
    await service.close();
    await running.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}, 60_000);
