import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { EARLIER_RESULT } from '#domain/close/fiscalYear.ts';
import { addMonths, addWorkdays, isoDate } from '#domain/calendar.ts';
import { fluxChanges } from '#domain/close/flux/lines.ts';
import { areasOfText, LOCK_AREAS, locksOf, lockStepOf } from '#domain/close/locking.ts';
import { signoffContent } from '#domain/close/signoffContent.ts';
import { taskState } from '#domain/close/signing.ts';
import { plantedDifferences } from '../generate.ts';
import { DEMO_SIZES } from '../size.ts';
import { byId, collect, groupBy, optionsFor } from '../testing.ts';
import { FLUX_THRESHOLD } from './draft.ts';
import { CLOSE_TASKS } from './tasks.ts';

describe('demo close', () => {
  // the seed of a start; in about half of them a receipt of the month is without its bill, and can come late
  const options = optionsFor(DEMO_SIZES.small, 1);
  const rows = collect(options);
  const planted = plantedDifferences(options);
  const companies = byId(rows.company);
  const periods = byId(rows.close_period);
  const lines = groupBy(rows.close_task_line, (line) => line.task_id);
  const signoffs = groupBy(rows.signoff, (signoff) => signoff.task_id);
  const sum = (side: string, task_id: number) =>
    (lines.get(task_id) ?? [])
      .filter((line) => line.side === side)
      .reduce((total, line) => total + line.amount_minor, 0);

  test('the graph has no cycle and names only its own tasks', () => {
    const before = new Set<string>();
    for (const task of CLOSE_TASKS) {
      for (const code of task.depends_on) expect(before.has(code), `${task.code} waits for ${code}`).toBe(true);
      before.add(task.code);
    }
    expect(before.size).toBe(CLOSE_TASKS.length);
  });

  test('each company has the last month open and the one before locked, with every task', () => {
    for (const company of rows.company) {
      const own = rows.close_period.filter((period) => period.company_id === company.id);
      expect(own.map((period) => [period.period, period.state, isoDate(period.cut_off_on)])).toEqual([
        [202609, 'hard_locked', '2026-09-30'],
        [202610, 'open', '2026-10-31'],
      ]);
    }
    expect(rows.close_task).toHaveLength(4 * CLOSE_TASKS.length);
    for (const task of rows.close_task) {
      const period = periods.get(task.period_id);
      expect(task.due_on).toBe(addWorkdays(period?.cut_off_on ?? Number.NaN, task.due_day));
    }
  });

  test('a month that is locked for good says who locked it and when, after the signatures; the open one has no lock', () => {
    for (const period of rows.close_period) {
      const events = rows.lock_event
        .filter((event) => event.period_id === period.id)
        .map((event) => ({
          ...event,
          step: lockStepOf(event.step),
          areas: areasOfText(event.areas),
          user_name: event.author,
          at_ms: event.written_at,
        }));
      const { period_state, areas } = locksOf(events, Number.MAX_SAFE_INTEGER);
      expect([period.period, period_state]).toEqual([period.period, period.state]);
      for (const area of LOCK_AREAS) expect(areas[area].by).toBe(period.state === 'open' ? null : 'controller');
      const tasks = rows.close_task.filter((task) => task.period_id === period.id).map(({ id }) => id);
      const signed = rows.signoff.filter((each) => tasks.includes(each.task_id)).map(({ signed_at }) => signed_at);
      const hard = events.find(({ step }) => step === 'hard_lock');
      if (hard) expect(hard.at_ms).toBeGreaterThan(Math.max(...signed));
    }
  });

  test('a task binds to its lines: hash, balance, and differences that are explained to the cent', () => {
    let reconciled = 0;
    let unexplained = 0;
    for (const task of rows.close_task) {
      const own = lines.get(task.id) ?? [];
      const content = signoffContent(
        task,
        own.map((line) => ({ ...line, booked_on: isoDate(line.booked_on) })),
        [],
      );
      expect(task.content_hash).toBe(createHash('sha256').update(content).digest('hex'));
      expect(task.amount_minor).toBe(sum('ledger', task.id));
      if (task.code === 'trial_balance') {
        expect(task.amount_minor).toBe(0);
        expect(own.length).toBeGreaterThan(10);
      } else {
        const off = sum('ledger', task.id) - sum('subledger', task.id) - sum('item', task.id);
        const period = periods.get(task.period_id);
        // what was planted in the month being closed is still to be found, unless the task is signed already
        const fresh = planted.filter(
          (each) =>
            each.company_code === companies.get(task.company_id)?.code &&
            each.from_on > (period?.cut_off_on ?? 0) - 31 &&
            each.from_on <= (period?.cut_off_on ?? 0),
        );
        if (period?.state === 'hard_locked' || task.state !== 'open' || fresh.length === 0)
          expect(off, task.code).toBe(0);
        if (off !== 0) {
          expect(
            fresh.some((each) => Math.abs(each.amount_minor) === Math.abs(off)),
            task.code,
          ).toBe(true);
          unexplained += 1;
        }
        if (own.some((line) => line.side === 'subledger')) reconciled += 1;
      }
      // changes that ask nothing need no words
      if (task.code === 'flux') continue;
      for (const line of own) if (line.side === 'item') expect(line.explanation).not.toBeNull();
    }
    expect(reconciled).toBeGreaterThan(4 * 11);
    expect(unexplained).toBeGreaterThan(0);
  });

  test('the locked month is signed by two people, the open one is under way with one change after sign-off', () => {
    const states = new Map<string, string[]>();
    for (const task of rows.close_task) {
      const own = signoffs.get(task.id) ?? [];
      const facts = own.map((signoff) => ({
        role: signoff.role === 'reviewer' ? ('reviewer' as const) : ('preparer' as const),
        user_name: signoff.user_name,
        content_hash: signoff.content_hash,
        signed_at_ms: signoff.signed_at,
        place: signoff.accepted_at,
      }));
      expect(new Set(own.map((signoff) => signoff.user_name)).size).toBe(own.length);
      const state = taskState(facts, task.content_hash);
      expect(task.state).toBe(state === 'changed' ? 'open' : state);
      const key = `${periods.get(task.period_id)?.state}/${state}`;
      states.set(key, [...(states.get(key) ?? []), task.code]);
    }
    expect([...states.keys()].toSorted()).toEqual([
      'hard_locked/signed',
      'open/changed',
      'open/open',
      'open/prepared',
      'open/signed',
    ]);
    // a company whose receipts of the month are all billed has nothing that could come late
    expect(new Set(states.get('open/changed'))).toEqual(new Set(['grni']));
    expect(states.get('open/prepared')?.filter((code) => code === 'ap_gl')).toHaveLength(2);
  });

  test('no task is signed before what it waits for', () => {
    for (const task of rows.close_task) {
      if (task.state !== 'signed') continue;
      const codes = new Set<unknown>(JSON.parse(task.depends_on) as unknown[]);
      const before = rows.close_task.filter((each) => each.period_id === task.period_id && codes.has(each.code));
      expect(before).toHaveLength(codes.size);
      for (const each of before) {
        expect(each.state, `${task.code} waits for ${each.code}`).toBe('signed');
        // nor before it was: the rule of what rests on what finds nothing to sign again
        for (const role of ['preparer', 'reviewer']) {
          const at = (id: number) => signoffs.get(id)?.find((signoff) => signoff.role === role)?.accepted_at ?? 0;
          expect(at(task.id), `${task.code} as ${role} after ${each.code}`).toBeGreaterThanOrEqual(at(each.id));
        }
      }
    }
  });

  test('receivables are the unpaid part of what was billed to customers, and what the closing rate makes of it', () => {
    const parties = new Set(rows.party.map((party) => `${party.code} ${party.name}`));
    const currencies = new Set<string>();
    for (const task of rows.close_task.filter((each) => each.code === 'ar_gl')) {
      const own = lines.get(task.id) ?? [];
      const customers = own.filter((line) => line.side === 'subledger');
      expect(customers.length).toBeGreaterThan(3);
      for (const line of customers) {
        const [, currency] = /^Revaluation of (GBP|EUR) receivables at [\d.]+$/.exec(line.ref) ?? [];
        if (currency === undefined) expect(parties.has(line.ref), line.ref).toBe(true);
        else currencies.add(currency);
      }
      expect(own.some((line) => line.ref === 'INV Invoices')).toBe(true);
    }
    expect(currencies.size).toBe(2);
  });

  test('flux compares every account with the month before; the locked month is explained, the open one asks', () => {
    const accounts = byId(rows.gl_account);
    for (const task of rows.close_task.filter((each) => each.code === 'flux')) {
      const { company_id, period, state } = periods.get(task.period_id) ?? { company_id: 0, period: 0, state: '' };
      const figures = new Map<string, { now: number; before: number }>();
      for (const line of rows.gl_line) {
        if (line.company_id !== company_id || line.month > period) continue;
        const { code, kind } = accounts.get(line.account_id) ?? { code: '', kind: '' };
        const result = kind === 'income' || kind === 'expense';
        const own = figures.get(code) ?? { now: 0, before: 0 };
        if (!result || line.month === period) own.now += line.amount_minor;
        if (result ? line.month === addMonths(period, -1) : line.month < period) own.before += line.amount_minor;
        figures.set(code, own);
      }
      const changes = fluxChanges(lines.get(task.id) ?? [], FLUX_THRESHOLD);
      expect(changes.length).toBeGreaterThan(20);
      for (const { account, now_minor, before_minor } of changes) {
        expect({ account, now: now_minor, before: before_minor }).toEqual({ account, ...figures.get(account) });
        figures.delete(account);
      }
      for (const left of figures.values()) expect(left).toEqual({ now: 0, before: 0 });
      const asking = changes.filter(({ asks }) => asks);
      expect(asking.length).toBeGreaterThan(2);
      for (const { line } of asking) expect(line.explanation === null, line.ref).toBe(state === 'open');
      const said = rows.item_explanation.filter(({ task_id }) => task_id === task.id);
      expect(said.map(({ line_id, explanation }) => [line_id, explanation])).toEqual(
        (lines.get(task.id) ?? []).flatMap(({ id, explanation }) => (explanation === null ? [] : [[id, explanation]])),
      );
    }
  });

  test('the trial balance has every account with a balance, with its code, and adds up to nothing', () => {
    for (const task of rows.close_task.filter((each) => each.code === 'trial_balance')) {
      const own = lines.get(task.id) ?? [];
      const codes = new Set(rows.gl_account.map((account) => account.code));
      for (const line of own) {
        expect(line.account === null ? line.ref === EARLIER_RESULT : codes.has(line.account), line.ref).toBe(true);
      }
      expect(own.reduce((sum, line) => sum + line.amount_minor, 0)).toBe(0);
      expect(own.length).toBeGreaterThan(25);
    }
  });
});
