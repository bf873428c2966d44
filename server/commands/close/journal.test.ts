/** Entries proposed for what a reconciliation found: from the item to the file, to the ledger, to the item that is gone, and back. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GL } from '#domain/imports/kinds/gl.ts';
import type { Distributor } from '#server/testing/distributor.ts';
import { ENGINES, type TestEngine } from '#server/testing/engines.ts';
import { mutation } from '#server/testing/replica.ts';
import { startTestServer, type TestServer } from '#server/testing/server.ts';
import { against, type Posting, postEntry } from './testing/postEntry.ts';

describe.each(ENGINES)('proposed entries on $name', ({ missing, start }) => {
  describe.skipIf(missing !== null)('a running server', () => {
    let engine: TestEngine;
    let running: TestServer;
    let data: Distributor;
    let accounts: ReadonlyMap<string, number>;
    beforeAll(async () => {
      engine = await start();
      running = await startTestServer(engine);
      ({ data } = running);
      const made = await running.server.database.db
        .insertInto('gl_account')
        .values(
          (
            [
              ['2150', 'grni'],
              ['8000', 'revenue'],
            ] as const
          ).map(([code, role]) => ({ company_id: data.company_id, code, name: role, kind: 'liability', role })),
        )
        .returning(['id', 'code'])
        .execute();
      accounts = new Map(made.map(({ id, code }) => [code, id]));
      await post({
        journal: 'GEN',
        number: 'GEN/1',
        lines: against('2150', '8000', -900),
      });
      await post({
        journal: 'GEN',
        number: 'GEN/2',
        lines: against('2150', '8000', -70),
      });
      expect(await running.push('finance', reconcile())).toEqual(['accepted']);
    });
    afterAll(async () => {
      await running?.close();
      await engine?.stop();
    });

    const post = async (posting: Posting): Promise<void> => {
      const { company_id } = data;
      await postEntry(running.server.database.db, { company_id, now_ms: running.time.now_ms, accounts }, posting);
    };
    /** A task without lines yet, otherwise as the one there is. */
    const taskLike = async (of: { readonly code: string; readonly period_id: number }): Promise<number> => {
      const { db } = running.server.database;
      const task = await db
        .selectFrom('close_task')
        .select(['company_id', 'title', 'account', 'owner', 'reviewer', 'due_day', 'due_on', 'state'])
        .where('id', '=', data.task.id)
        .executeTakeFirstOrThrow();
      const { id } = await db
        .insertInto('close_task')
        .values({ ...task, ...of, depends_on: '[]', amount_minor: 0, content_hash: '0'.repeat(64) })
        .returning('id')
        .executeTakeFirstOrThrow();
      return id;
    };
    const reconcile = () => mutation('reconcile', { period_id: data.task.period_id });
    const items = async () =>
      await running.server.database.db
        .selectFrom('close_task_line')
        .select(['id', 'ref', 'amount_minor'])
        .where('task_id', '=', data.task.id)
        .where('side', '=', 'item')
        .orderBy('ref')
        .execute();
    const itemOf = async (ref: string) => {
      const item = (await items()).find((each) => each.ref === ref);
      if (!item) throw new Error(`no item ${ref}`);
      return { line_id: item.id, amount_minor: item.amount_minor };
    };
    const propose = (
      chosen: readonly { readonly line_id: number; readonly amount_minor: number }[],
      more: { reverses?: boolean; renews_id?: string; words?: string } = {},
    ) =>
      mutation('proposeJournal', {
        period_id: data.task.period_id,
        items: chosen,
        reverses: more.reverses ?? false,
        words: more.words ?? 'Put right',
        renews_id: more.renews_id ?? null,
      });
    const about = (proposal_id: string) => ({ period_id: data.task.period_id, proposal_id, seen_words: 'Put right' });
    const change = (proposal_id: string, step: string, words: string | null = null) =>
      mutation('changeJournal', { ...about(proposal_id), step, words });
    const decide = (proposal_id: string, verdict: string, reason: string | null = null) =>
      mutation('decideJournal', { ...about(proposal_id), verdict, reason });
    const proposals = async () =>
      await running.server.database.db.selectFrom('journal_proposal').selectAll().orderBy('accepted_at').execute();
    const proposal = async (id: string) => {
      const found = (await proposals()).find((each) => each.id === id);
      if (!found) throw new Error('no such proposal');
      return found;
    };
    const fetchCsv = async (user: string, query: Readonly<Record<string, string>>) => {
      const { access_token } = await running.replica(user);
      const answer = await fetch(`${running.server.url}/close/journal.csv?${new URLSearchParams(query).toString()}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${access_token}` },
      });
      const text = await answer.text();
      const code = answer.ok ? '' : (JSON.parse(text) as { error: { code: string } }).error.code;
      return { status: answer.status, text, code };
    };
    const october = { company: 'HAL', period: '202610' };

    test('only who prepares the close proposes, of items as they are, once', async () => {
      const chosen = [await itemOf('GEN/1')];
      expect(await running.push('auditor', propose(chosen))).toEqual(['rejected:not_permitted']);
      expect(await running.push('sales', propose(chosen))).toEqual(['rejected:not_found']);
      expect(await running.push('finance', propose([{ ...(await itemOf('GEN/1')), amount_minor: 1 }]))).toEqual([
        'conflict:item_changed',
      ]);
      expect(await proposals()).toEqual([]);
      const one = propose(chosen);
      expect(await running.push('finance', one)).toEqual(['accepted']);
      expect(await running.push('controller', propose(chosen))).toEqual(['conflict:proposed_already']);
      const { reference, lines, amount_minor, booked_on, reverses_on } = await proposal(one.id);
      expect(reference).toMatch(/^JP-202610-[0-9A-F]{8}$/);
      expect([amount_minor, booked_on, reverses_on]).toEqual([900, '2026-10-31', null]);
      expect(lines).toMatchObject([
        { account: '2150', role: 'grni', amount_minor: 900 },
        { account: '8000', role: 'revenue', amount_minor: -900 },
      ]);
      // who reads the books receives it, and nobody else
      await running.server.drainNow();
      const auditor = await running.replica('auditor');
      await auditor.sync();
      expect(auditor.rows('journal_proposal').map((row) => row['id'])).toEqual([one.id]);
      const planner = await running.replica('planner');
      await planner.sync();
      expect([planner.rows('journal_proposal'), planner.received.includes(reference)]).toEqual([[], false]);
    });

    test('a forged client writes no lines, state or name of its own', async () => {
      const honest = propose([await itemOf('GEN/2')]).args;
      for (const forged of [{ lines: [] }, { author: 'controller' }, { posted_as: 'x' }, { reference: 'JP-1' }]) {
        expect(await running.push('finance', mutation('proposeJournal', { ...honest, ...forged }))).toEqual([
          'rejected:bad_arguments',
        ]);
      }
      const [one] = await proposals();
      const exported = mutation('changeJournal', { ...about(one?.id ?? ''), step: 'exported', words: null });
      expect(await running.push('finance', exported)).toEqual(['rejected:bad_arguments']);
      const approved = mutation('changeJournal', { ...about(one?.id ?? ''), step: 'approved', words: null });
      expect(await running.push('controller', approved)).toEqual(['rejected:bad_arguments']);
    });

    test('another person approves, once; nobody their own', async () => {
      const [{ id } = { id: '' }] = await proposals();
      expect(await running.push('finance', decide(id, 'approved'))).toEqual(['rejected:not_permitted']);
      expect(await running.push('auditor', decide(id, 'approved'))).toEqual(['rejected:not_permitted']);
      const own = propose([await itemOf('GEN/2')]);
      expect(await running.push('controller', own)).toEqual(['accepted']);
      expect(await running.push('controller', decide(own.id, 'approved'))).toEqual(['rejected:own_proposal']);
      expect(await running.push('finance', change(own.id, 'withdrawn'))).toEqual(['accepted']);
      // whoever words it is one of its authors
      expect(await running.push('controller', change(id, 'reworded', 'Put right'))).toEqual(['accepted']);
      expect(await running.push('controller', decide(id, 'approved'))).toEqual(['rejected:own_proposal']);
      const renewed = propose([await itemOf('GEN/1')], { renews_id: id });
      expect(await running.push('finance', renewed)).toEqual(['accepted']);
      expect(await running.push('controller', decide(id, 'approved'))).toEqual(['rejected:own_proposal']);
      const [one, two] = await Promise.all([
        running.push('controller', decide(renewed.id, 'approved')),
        running.push('controller', decide(renewed.id, 'approved')),
      ]);
      expect([...one, ...two].toSorted()).toEqual(['accepted', 'conflict:decided_already']);
    });

    test('what has changed since is not approved until it is renewed', async () => {
      const old = propose([await itemOf('GEN/2')]);
      expect(await running.push('finance', old)).toEqual(['accepted']);
      const { db } = running.server.database;
      const { id: entry_id } = await db
        .selectFrom('gl_entry')
        .select('id')
        .where('number', '=', 'GEN/2')
        .executeTakeFirstOrThrow();
      const bookedAs = async (minor: number): Promise<void> => {
        for (const [code, amount_minor] of against('2150', '8000', -minor)) {
          await db
            .updateTable('gl_line')
            .set({ amount_minor })
            .where('entry_id', '=', entry_id)
            .where('account_id', '=', accounts.get(code) ?? 0)
            .execute();
        }
        expect(await running.push('finance', reconcile())).toEqual(['accepted']);
      };
      await bookedAs(71);
      expect(await running.push('controller', decide(old.id, 'approved'))).toEqual(['conflict:item_changed']);
      const fresh = propose([await itemOf('GEN/2')], { renews_id: old.id });
      expect(await running.push('finance', fresh)).toEqual(['accepted']);
      expect((await proposal(fresh.id)).amount_minor).toBe(71);
      expect(await running.push('controller', decide(old.id, 'refused', 'old'))).toEqual(['conflict:decided_already']);
      expect(await running.push('controller', decide(fresh.id, 'refused', 'Found out first.'))).toEqual(['accepted']);
      await bookedAs(70);
    });

    test('nothing is proposed for or approved into a locked ledger, its reversal’s month included', async () => {
      const { db } = running.server.database;
      const lock = async (id: number, locked: string) =>
        await db.updateTable('close_period').set({ locked }).where('id', '=', id).execute();
      const chosen = [await itemOf('GEN/2')];
      const waiting = propose(chosen);
      expect(await running.push('finance', waiting)).toEqual(['accepted']);
      await lock(data.task.period_id, JSON.stringify({ ledger: null }));
      expect(await running.push('finance', propose(chosen, { renews_id: waiting.id }))).toEqual([
        'rejected:period_locked',
      ]);
      expect(await running.push('controller', decide(waiting.id, 'approved'))).toEqual(['rejected:period_locked']);
      await lock(data.task.period_id, '{}');
      const next = await db
        .insertInto('close_period')
        .values({ company_id: data.company_id, period: 202611, state: 'hard_locked', cut_off_on: '2026-11-30' })
        .returning('id')
        .executeTakeFirstOrThrow();
      const taken = propose(chosen, { renews_id: waiting.id, reverses: true });
      expect(await running.push('finance', taken)).toEqual(['rejected:period_locked']);
      await db.deleteFrom('close_period').where('id', '=', next.id).execute();
      expect(await running.push('finance', change(waiting.id, 'withdrawn', 'Not needed'))).toEqual(['accepted']);
    });

    test('approved ones leave as a file, once unless it is asked for on purpose, and it is written down who took them', async () => {
      const [approved] = (await proposals()).filter(
        ({ renews_id, amount_minor }) => renews_id !== null && amount_minor === 900,
      );
      if (!approved) throw new Error('none is approved');
      expect(
        (await fetch(`${running.server.url}/close/journal.csv?company=HAL&period=202610`, { method: 'POST' })).status,
      ).toBe(401);
      expect((await fetchCsv('auditor', october)).status).toBe(403);
      expect((await fetchCsv('sales', october)).code).toBe('not_found');
      expect((await fetchCsv('finance', { ...october, period: '202609' })).code).toBe('not_found');
      expect((await fetchCsv('finance', { ...october, reference: "x' or 1" })).code).toBe('bad_arguments');
      const [first, second] = await Promise.all([fetchCsv('finance', october), fetchCsv('controller', october)]);
      expect([first?.status, second?.status].toSorted()).toEqual([200, 404]);
      const { text } = first?.status === 200 ? first : (second ?? { text: '' });
      const [head, ...lines] = text.trim().split('\r\n');
      expect(head).toContain('entry number');
      expect(lines.map((each) => each.split(',').slice(3, 9))).toEqual([
        [approved.reference, '2026-10-31', '2150', '9.00', '', approved.reference],
        [approved.reference, '2026-10-31', '8000', '', '9.00', approved.reference],
      ]);
      // the product's own import of ledger entries knows every column it needs
      const names = new Set((head ?? '').split(',').map((name) => name.replaceAll(/[^a-z]/g, '')));
      for (const field of GL.fields.filter((each) => 'required' in each && each.required)) {
        expect([
          field.name,
          [...field.strong, ...('weak' in field ? (field.weak ?? []) : [])].some((name) => names.has(name)),
        ]).toEqual([field.name, true]);
      }
      const named = { ...october, reference: approved.reference };
      expect((await fetchCsv('finance', named)).code).toBe('exported_already');
      expect((await fetchCsv('finance', { ...named, again: 'true' })).text).toBe(text);
      // under the company's own journal by hand, once it is known
      const { db } = running.server.database;
      const own = { company_id: data.company_id, code: 'MISC', name: 'Miscellaneous', kind: 'by_hand' };
      await db.insertInto('gl_journal').values(own).execute();
      expect(new Set(lines.map((each) => each.split(',')[2]))).toEqual(new Set(['ADJ']));
      const renamed = (await fetchCsv('finance', { ...named, again: 'true' })).text;
      expect(renamed).toBe(text.replaceAll(',ADJ,', ',MISC,'));
      await db.deleteFrom('gl_journal').where('code', '=', 'MISC').execute();
      expect(await running.push('finance', change(approved.id, 'withdrawn'))).toEqual(['conflict:decided_already']);
      const audit = await running.server.database.db
        .selectFrom('audit_event')
        .select(['user_name', 'detail'])
        .where('kind', '=', 'exported')
        .where('about', '=', 'journal')
        .execute();
      expect(audit.map(({ detail }) => [detail['references'], detail['again']]).toSorted()).toEqual(
        [
          [approved.reference, null],
          [approved.reference, 'on purpose'],
          [approved.reference, 'on purpose'],
        ].toSorted(),
      );
    });

    test('a bank account in dollars is valued by an entry on that account, without a statement too; posted there is none left', async () => {
      const { db } = running.server.database;
      const { company_id } = data;
      const made = await db
        .insertInto('gl_account')
        .values([
          // the first of its role is another
          { company_id, code: '1010', name: 'Bank', kind: 'asset', role: 'bank' },
          { company_id, code: '1020', name: 'Dollars', kind: 'asset', role: 'bank', currency: 'USD' },
          { company_id, code: '8900', name: 'Exchange', kind: 'income', role: 'fx_gain' },
        ])
        .returning(['id', 'code'])
        .execute();
      accounts = new Map([...accounts, ...made.map(({ id, code }) => [code, id] as const)]);
      const rate = { average_rate_micro: 1_100_000, closing_rate_micro: 1_250_000, per_units: 1 };
      await db
        .insertInto('fx_rate')
        .values({ company_id, month: 202610, currency: 'USD', ...rate })
        .execute();
      const { period_id } = data.task;
      const tasks: number[] = [];
      for (const code of ['bank', 'fx_revaluation']) tasks.push(await taskLike({ code, period_id }));
      // 1,000.00 dollars are 800.00 euros, the ledger has 900.00
      const paid = [['1020', 90_000, 100_000] as const, ['8000', -90_000] as const];
      await post({ journal: 'BNK', number: 'BNK/1', lines: paid });
      const found = async () => {
        expect(await running.push('finance', reconcile())).toEqual(['accepted']);
        return await db
          .selectFrom('close_task_line')
          .select(['id as line_id', 'ref', 'account', 'amount_minor'])
          .where('task_id', 'in', tasks)
          .where('side', '=', 'item')
          .where('amount_minor', '<>', 0) // without that there is no statement
          .orderBy('amount_minor', 'desc')
          .execute();
      };
      const lacking = await found();
      expect(lacking.map(({ ref, account, amount_minor }) => [ref, account, amount_minor])).toEqual([
        ['FXR 202610 USD bank 1020', '1020', 10_000],
        ['FXR 202610 USD bank 1020', '8900', -10_000],
      ]);
      const chosen = lacking.map(({ line_id, amount_minor }) => ({ line_id, amount_minor }));
      expect(await running.push('finance', propose(chosen, { reverses: true }))).toEqual(['rejected:no_entry']);
      const one = propose(chosen);
      expect(await running.push('finance', one)).toEqual(['accepted']);
      expect(await running.push('finance', propose(chosen.slice(1)))).toEqual(['conflict:proposed_already']);
      expect(await running.push('controller', decide(one.id, 'approved'))).toEqual(['accepted']);
      const { reference, lines, reverses_on } = await proposal(one.id);
      expect([reverses_on, lines]).toMatchObject([
        null,
        [{ account: '1020', amount_minor: -10_000 }, { account: '8900' }],
      ]);
      const { text } = await fetchCsv('finance', { ...october, reference });
      expect(text).toContain(',1020,,100.00,');
      const posted = [['1020', -10_000] as const, ['8900', 10_000] as const];
      await post({ journal: 'ADJ', number: '9', ref: reference, booked_on: '2026-10-31', lines: posted });
      expect(await found()).toEqual([]);
      expect(await proposal(one.id)).toMatchObject({ posted_as: 'ADJ 9', posted_otherwise: false });
    });

    test('posted it clears its item and says under which number; taken back in November the item is there again', async () => {
      const { db } = running.server.database;
      const left = (await proposals()).find(
        ({ amount_minor, renews_id }) => renews_id !== null && amount_minor === 900,
      );
      if (!left) throw new Error('none left');
      expect((await items()).map(({ ref }) => ref)).toEqual(['GEN/1', 'GEN/2']);
      await post({
        journal: 'ADJ',
        number: '17',
        ref: left.reference,
        booked_on: '2026-10-31',
        lines: against('2150', '8000', 900),
      });
      await running.server.drainNow();
      running.time.now_ms += 600_000;
      await running.server.runDueJobs();
      expect((await items()).map(({ ref }) => ref)).toEqual(['GEN/2']);
      expect(await proposal(left.id)).toMatchObject({
        posted_as: 'ADJ 17',
        reversed_as: null,
        posted_otherwise: false,
      });
      expect((await fetchCsv('finance', { ...october, reference: left.reference, again: 'true' })).code).toBe(
        'exported_already',
      );
      await post({
        journal: 'ADJ',
        number: '18',
        ref: `${left.reference}-R`,
        booked_on: '2026-11-01',
        lines: against('2150', '8000', -900),
      });
      expect(await running.push('finance', reconcile())).toEqual(['accepted']);
      // in October nothing changes by what is booked in November
      expect((await items()).map(({ ref }) => ref)).toEqual(['GEN/2']);
      expect(await proposal(left.id)).toMatchObject({ reversed_as: 'ADJ 18', posted_otherwise: true });
      const november = await db
        .insertInto('close_period')
        .values({ company_id: data.company_id, period: 202611, state: 'open', cut_off_on: '2026-11-30' })
        .returning('id')
        .executeTakeFirstOrThrow();
      const next = await taskLike({ code: 'grni', period_id: november.id });
      running.time.now_ms = Date.UTC(2026, 11, 2);
      expect(await running.push('finance', mutation('reconcile', { period_id: november.id }))).toEqual(['accepted']);
      const carried = await db
        .selectFrom('close_task_line')
        .select(['ref', 'amount_minor'])
        .where('task_id', '=', next)
        .where('side', '=', 'item')
        .orderBy('ref')
        .execute();
      expect(carried).toEqual([
        { ref: 'GEN/1', amount_minor: 900 },
        { ref: 'GEN/2', amount_minor: 70 },
      ]);
    });

    test('one entry that two tasks have as an item is proposed from one of them, and posted both are cleared', async () => {
      const { db } = running.server.database;
      const payables = { company_id: data.company_id, code: '2000', name: 'Payables', kind: 'liability', role: 'ap' };
      const { id } = await db.insertInto('gl_account').values(payables).returning('id').executeTakeFirstOrThrow();
      accounts = new Map([...accounts, ['2000', id]]);
      const there = await taskLike({ code: 'ap_gl', period_id: data.task.period_id });
      await post({ journal: 'GEN', number: 'GEN/3', lines: against('2000', '2150', 50) });
      expect(await running.push('finance', reconcile())).toEqual(['accepted']);
      const here = await itemOf('GEN/3');
      const itemsThere = async () =>
        await db
          .selectFrom('close_task_line')
          .select(['id as line_id', 'amount_minor'])
          .where('task_id', '=', there)
          .where('ref', '=', 'GEN/3')
          .execute();
      const one = propose([here]);
      expect(await running.push('finance', one)).toEqual(['accepted']);
      const before = await proposals();
      expect(await running.push('controller', propose(await itemsThere()))).toEqual(['conflict:proposed_already']);
      expect(await proposals()).toEqual(before);
      expect((await proposal(one.id)).lines).toMatchObject([
        { account: '2150', amount_minor: 50 },
        { account: '2000', amount_minor: -50 },
      ]);
      expect(await running.push('controller', decide(one.id, 'approved'))).toEqual(['accepted']);
      const { reference: ref } = await proposal(one.id);
      await post({ journal: 'ADJ', number: '19', ref, booked_on: '2026-10-31', lines: against('2150', '2000', 50) });
      expect(await running.push('finance', reconcile())).toEqual(['accepted']);
      expect([(await items()).map((each) => each.ref), await itemsThere()]).toEqual([['GEN/2'], []]);
    });
  });
});
