/** No command is forgotten in the trail, and what people decide stands there, sealed, with who and where from. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sql } from 'kysely';
import { AUDIT_KINDS, AUDIT_WORDS } from '#contract/auditWords.ts';
import { COMMANDS } from '#contract/commands.ts';
import { WIRE_TABLES } from '#contract/wire/tables.ts';
import { fileClient } from '#server/imports/testing/fileClient.ts';
import { ENGINES, type TestEngine } from '#server/testing/engines.ts';
import { mutation } from '#server/testing/replica.ts';
import { startTestServer, type TestServer } from '#server/testing/server.ts';
import type { CommandContext } from '#server/commands/handler.ts';
import { checkAuditChain, sealAudit, sha256 } from './chain.ts';
import { COMMAND_TRAIL } from './commandTrail.ts';

test('every command says what the trail tells of it, or why it tells nothing', () => {
  expect(Object.keys(COMMAND_TRAIL).toSorted()).toEqual(Object.keys(COMMANDS).toSorted());
  for (const [command, declared] of Object.entries(COMMAND_TRAIL)) {
    if ('left_out' in declared) expect(declared.left_out.length, command).toBeGreaterThan(20);
    else if ('by_handler' in declared) expect(AUDIT_KINDS, command).toContain(declared.by_handler);
    else expect(declared.tell, command).toBeTypeOf('function');
  }
  expect(Object.keys(AUDIT_WORDS).toSorted()).toEqual([...AUDIT_KINDS].toSorted());
});

describe.each(ENGINES)('decisions in the trail on $name', ({ missing, start }) => {
  describe.skipIf(missing !== null)('a running server', () => {
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
    const trail = async () =>
      await running.server.database.db
        .selectFrom('audit_event')
        .select(['kind', 'user_name', 'address', 'about', 'detail'])
        .where('kind', 'not in', ['signed_in', 'account_added', 'grant_given'])
        .orderBy('id')
        .execute();

    test('a signature, a comment and an import of a file are told once each, in words that give no figure away', async () => {
      const { data } = running;
      const { id: task_id, content_hash, amount_minor } = data.task;
      const before = (await trail()).length;
      const words = 'Looked into with the bank: 4,711.00 too much';
      const note = mutation('addCloseNote', { task_id, body: words, assigned_to: null, answers_id: null });
      const sign = mutation('signCloseTask', { task_id, role: 'preparer', task_ver: 0, content_hash, amount_minor });
      expect(await running.push('finance', note, sign, sign)).toEqual(['accepted', 'accepted', 'accepted']);
      expect(await running.push('finance', mutation('addItemNote', { item_id: data.items[0], body: 'Count' }))).toEqual(
        ['accepted'],
      );
      const admin = await fileClient(running.server.url, 'admin');
      await admin.import('accounts', 'code,name,kind\n4999,Rounding,expense\n');
      const told = (await trail()).slice(before);
      expect(told.map(({ kind, user_name }) => [kind, user_name])).toEqual([
        ['close_noted', 'finance'],
        ['close_signed', 'finance'],
        ['file_imported', 'admin'],
      ]);
      expect(told[1]).toMatchObject({ detail: { role: 'preparer', content: content_hash } });
      expect(told[0]?.about).toMatch(/^HAL \d{4}-\d{2} \w+$/);
      expect(told[2]).toMatchObject({ about: 'HAL accounts', detail: { lines: 1, created: 1, file: 'accounts.csv' } });
      for (const { address } of told) expect(address).toBeTruthy();
      expect(JSON.stringify(told)).not.toContain('4,711');
      await sealAudit(running.server.database.db);
      expect(await checkAuditChain(running.server.database.db)).toMatchObject({ broken: null, waiting: 0 });
    });

    test('what is refused leaves its refusal only', async () => {
      const before = (await trail()).length;
      const { data } = running;
      const note = mutation('addCloseNote', { task_id: data.task.id, body: 'x', assigned_to: null, answers_id: null });
      const [refused] = await running.push('sales', note);
      expect(refused).toMatch(/^rejected|^conflict/);
      expect((await trail()).slice(before).map(({ kind }) => kind)).toEqual(['push_refused']);
    });

    test('a decision that was taken is neither altered nor taken out', async () => {
      const { db } = running.server.database;
      await expect(sql`update signoff set user_name = 'ines'`.execute(db)).rejects.toThrow('only ever added to');
      await expect(sql`delete from signoff`.execute(db)).rejects.toThrow('only ever added to');
      await expect(sql`update close_note set body = 'never said'`.execute(db)).rejects.toThrow('only ever added to');
    });

    test('why something was called off is told by its hash, never in words', async () => {
      const reason = 'They took it elsewhere at 4,711';
      const { cancelDraftOrder, withdrawOverride, endTransfer } = COMMAND_TRAIL;
      await running.server.database.db.transaction().execute(async (tx) => {
        const context = { tx } as unknown as CommandContext;
        if (!('tell' in cancelDraftOrder) || !('tell' in withdrawOverride) || !('tell' in endTransfer))
          throw new Error('they are told by what they were sent with');
        const told = [
          await cancelDraftOrder.tell(context, { company_id: 1, draft_order_id: 'D', reason }),
          await withdrawOverride.tell(context, { item_id: 1, site_id: 1, override_id: 'O', reason }),
          await endTransfer.tell(context, { company_id: 1, transfer_id: 'T', step: 'withdrawn', reason }),
        ];
        for (const { detail } of told) expect(detail).toMatchObject({ reason_sha256: sha256(reason) });
        expect(JSON.stringify(told)).not.toContain('4,711');
      });
    });

    test('every table of what people decided is guarded, but for proposals, which the books clear', async () => {
      const decided = WIRE_TABLES.filter(({ columns }) => columns.some(({ name }) => name === 'accepted_at'));
      const { rows } = await sql<{ name: string }>`
        select tgrelid::regclass::text as name from pg_trigger where tgname = 'decision_stays'`.execute(
        running.server.database.db,
      );
      const guarded = new Set(rows.map(({ name }) => name));
      expect(decided.map(({ name }) => name).filter((name) => !guarded.has(name))).toEqual(['journal_proposal']);
    });
  });
});
