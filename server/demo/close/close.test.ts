import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { addWorkdays, isoDate } from '#domain/calendar.ts';
import { signoffContent } from '#domain/close/signoffContent.ts';
import { taskState } from '#domain/close/signing.ts';
import { byId, collect, groupBy, optionsFor, SMALL } from '../testing.ts';
import { CLOSE_TASKS } from './tasks.ts';

describe('demo close', () => {
  const rows = collect(optionsFor(SMALL));
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

  test('a task binds to its lines: hash, balance, and differences that are explained to the cent', () => {
    let reconciled = 0;
    for (const task of rows.close_task) {
      const own = lines.get(task.id) ?? [];
      const content = signoffContent(
        task,
        own.map((line) => ({ ...line, booked_on: isoDate(line.booked_on) })),
      );
      expect(task.content_hash).toBe(createHash('sha256').update(content).digest('hex'));
      expect(task.amount_minor).toBe(sum('ledger', task.id));
      if (task.code === 'trial_balance') {
        expect(task.amount_minor).toBe(0);
        expect(own.length).toBeGreaterThan(10);
      } else {
        expect(sum('ledger', task.id) - sum('subledger', task.id), task.code).toBe(sum('item', task.id));
        if (own.some((line) => line.side === 'subledger')) reconciled += 1;
      }
      for (const line of own) if (line.side === 'item') expect(line.explanation).not.toBeNull();
    }
    expect(reconciled).toBeGreaterThan(4 * 11);
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
    expect(states.get('open/changed')).toEqual(['grni', 'grni']);
    expect(states.get('open/prepared')).toEqual(['ap_gl', 'ap_gl']);
  });

  test('no task is signed before what it waits for', () => {
    for (const task of rows.close_task) {
      if (task.state !== 'signed') continue;
      const codes = new Set<unknown>(JSON.parse(task.depends_on) as unknown[]);
      const before = rows.close_task.filter((each) => each.period_id === task.period_id && codes.has(each.code));
      expect(before).toHaveLength(codes.size);
      for (const each of before) expect(each.state, `${task.code} waits for ${each.code}`).toBe('signed');
    }
  });

  test('receivables are the unpaid part of what was billed to customers', () => {
    const parties = new Set(rows.party.map((party) => `${party.code} ${party.name}`));
    for (const task of rows.close_task.filter((each) => each.code === 'ar_gl')) {
      const own = lines.get(task.id) ?? [];
      const customers = own.filter((line) => line.side === 'subledger');
      expect(customers.length).toBeGreaterThan(3);
      for (const line of customers) expect(parties.has(line.ref), line.ref).toBe(true);
      expect(own.some((line) => line.ref.startsWith('Invoices, week'))).toBe(true);
    }
  });

  test('net sales of the close are the net of the month’s lines, without what was cancelled', () => {
    const channels = byId(rows.channel);
    let cancelled = 0;
    for (const task of rows.close_task.filter((each) => each.code === 'flux')) {
      const period = periods.get(task.period_id);
      const net = new Map<string, number>();
      for (const line of rows.order_line) {
        if (line.company_id !== period?.company_id || line.month !== period.period) continue;
        // a line without its channel is an order of inside sales
        const kind = line.channel_id === null ? 'inside_sales' : channels.get(line.channel_id)?.kind;
        if (line.cancelled_qty_milli > 0) cancelled += 1;
        if (!['goods', 'return'].includes(line.kind) || kind === undefined) continue;
        const ref = `Net sales, ${kind.replace('_', ' ')}`;
        net.set(ref, (net.get(ref) ?? 0) + line.net_minor);
      }
      const booked = (lines.get(task.id) ?? []).filter((line) => line.side === 'ledger');
      expect(new Map(booked.map((line) => [line.ref, line.amount_minor])), String(period?.period)).toEqual(net);
    }
    expect(cancelled).toBeGreaterThan(5);
  });
});
