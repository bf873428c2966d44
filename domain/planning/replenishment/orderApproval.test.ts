import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rolePermits, ROLES } from '../../access/roles.ts';
import {
  type JudgedLine,
  type JudgedOrder,
  mayAnswerOrder,
  maySendOrder,
  UNSEEN_DAYS,
  unseenValue,
  unseenWords,
  WHO_APPROVES,
} from './orderApproval.ts';

const DAY_MS = 86_400_000;
const LIMIT = 500_000;
const NOW = 100 * DAY_MS;
const SUPPLIER = 12;

const line = (value_minor: number | null, more: Partial<JudgedLine> = {}): JudgedLine => ({
  value_minor,
  decided_by: 'planner',
  seen: false,
  ...more,
});
const order = (id: string, more: Partial<JudgedOrder> = {}): JudgedOrder => ({
  id,
  supplier_id: SUPPLIER,
  author: 'planner',
  made_at_ms: NOW,
  waiting: false,
  ended: null,
  answer: null,
  lines: [line(300_000)],
  ...more,
});
const sent = (days_ago: number): JudgedOrder['ended'] => ({
  kind: 'sent',
  by: 'planner',
  at_ms: NOW - days_ago * DAY_MS,
});
const answer = (verdict: 'approved' | 'refused') => ({ verdict, by: 'buyer', at_ms: NOW, reason: null });
const judge = (asked: JudgedOrder, ...others: JudgedOrder[]) =>
  unseenValue(asked, [asked, ...others], { limit_minor: LIMIT, now_ms: NOW });

describe('what needs a second person before it is sent', () => {
  test('sixty lines within the limit are an order beyond it; equal to the limit is within', () => {
    const many = order('a', { lines: Array.from({ length: 60 }, () => line(490_000)) });
    expect(judge(many)).toMatchObject({ own_minor: 29_400_000, others_minor: 0, needed: true });
    expect(judge(order('a', { lines: [line(200_000), line(300_000)] })).needed).toBe(false);
    expect(judge(order('a', { lines: [line(200_000), line(300_001)] })).needed).toBe(true);
  });

  test('what somebody approved line by line is not added; without a price it counts as needing one', () => {
    expect(judge(order('a', { lines: [line(9_000_000, { seen: true }), line(500_000)] })).needed).toBe(false);
    expect(judge(order('a', { lines: [line(null, { seen: true }), line(1)] })).needed).toBe(false);
    expect(judge(order('a', { lines: [line(null)] }))).toMatchObject({ unpriced: 1, own_minor: 0, needed: true });
  });

  test('other drafts to the supplier count: open ones made before, sent ones for some days', () => {
    const mine = order('m');
    const counted = (...others: JudgedOrder[]) => judge(mine, ...others).others;
    const before = { made_at_ms: NOW - 1 };
    expect(counted(order('a', before), order('z', { made_at_ms: NOW + 1 }))).toEqual(['a']);
    expect(counted(order('a', { made_at_ms: NOW - UNSEEN_DAYS * DAY_MS }))).toEqual([]);
    // of the same moment the order of their ids decides, and what waits here comes last
    expect(counted(order('l'), order('n'), order('k', { waiting: true }))).toEqual(['l']);
    const made_after = { made_at_ms: NOW + 1 };
    expect(counted(order('z', { ...made_after, ended: sent(UNSEEN_DAYS - 0.1) }))).toEqual(['z']);
    expect(counted(order('a', { ...before, ended: sent(UNSEEN_DAYS) }))).toEqual([]);
    expect(counted(order('a', { ...before, supplier_id: 13 }))).toEqual([]);
    expect(counted(order('a', { ...before, ended: { kind: 'cancelled', by: 'planner', at_ms: NOW } }))).toEqual([]);
    for (const verdict of ['approved', 'refused'] as const) {
      expect(counted(order('a', { ...before, answer: answer(verdict) }))).toEqual([]);
    }
    expect(judge(mine, order('a', before))).toMatchObject({ own_minor: 300_000, others_minor: 300_000, needed: true });
    expect(judge(mine, order('a', { ...before, lines: [line(900_000, { seen: true })] }))).toMatchObject({
      others: [],
      needed: false,
    });
  });

  test('it says the sum, what it is made of, the limit and who answers', () => {
    const words = unseenWords(judge(order('m'), order('a', { made_at_ms: NOW - 1 })), 'EUR');
    expect(words).toBe(
      'Nobody else saw lines worth 6000.00 EUR: 3000.00 EUR here, 3000.00 EUR in other drafts to this supplier of ' +
        'the last 7 days. The limit is 5000.00 EUR. A buyer, controller or executive who decided none of it approves it first.',
    );
    expect(unseenWords(judge(order('m', { lines: [line(null)] })), 'EUR')).toContain('One line has no known price.');
    const roles = ROLES.filter((role) => rolePermits(role, 'approve_purchases'));
    expect(WHO_APPROVES).toBe(`A ${roles.slice(0, -1).join(', ')} or ${roles.at(-1)}`);
  });
});

describe('who answers, and what may be sent', () => {
  const code = (says: ReturnType<typeof mayAnswerOrder>): string => (says.ok ? 'ok' : `${says.outcome}:${says.code}`);
  const answers = (more: Partial<JudgedOrder> = {}, user_name = 'buyer', may_approve = true) =>
    code(mayAnswerOrder(order('a', more), { user_name, may_approve }));
  test('somebody who may, made none of it and decided none of what nobody saw; once, while it is open', () => {
    expect(answers()).toBe('ok');
    expect(answers({}, 'buyer', false)).toBe('rejected:not_permitted');
    expect(answers({ author: 'buyer' })).toBe('rejected:own_order');
    expect(answers({ lines: [line(1), line(2, { decided_by: 'buyer' })] })).toBe('rejected:own_decision');
    expect(answers({ lines: [line(1), line(2, { decided_by: 'buyer', seen: true })] })).toBe('ok');
    expect(answers({ lines: [line(1, { seen: true })] })).toBe('rejected:no_approval_needed');
    expect(answers({ answer: answer('refused') })).toBe('conflict:already_answered');
    expect(answers({ ended: sent(0) })).toBe('conflict:draft_ended');
  });

  test('approved or within the limit, and never what was refused', () => {
    const sends = (asked: JudgedOrder) => code(maySendOrder(asked, judge(asked), 'EUR'));
    expect(sends(order('a'))).toBe('ok');
    const much = { lines: [line(600_000)] };
    expect(sends(order('a', much))).toBe('rejected:order_not_approved');
    expect(sends(order('a', { ...much, answer: answer('approved') }))).toBe('ok');
    expect(sends(order('a', { answer: answer('refused') }))).toBe('rejected:order_refused');
    const why = { ...answer('refused'), reason: 'too much' };
    expect(maySendOrder(order('a', { answer: why }), judge(order('a')), 'EUR')).toMatchObject({
      message: 'buyer refused it: “too much”. Cancel it, then decide on its lines anew.',
    });
  });
});

describe('however lines are split over drafts, sites and days', () => {
  const Step = fc.record({
    hours: fc.nat({ max: 40 }),
    what: fc.constantFrom('make', 'send', 'send', 'approve', 'cancel'),
    which: fc.nat({ max: 40 }),
    supplier_id: fc.constantFrom(12, 12, 12, 13),
    values: fc.array(fc.nat({ max: 400_000 }), { minLength: 1, maxLength: 2 }),
    seen: fc.boolean(),
  });

  test('no more than the limit leaves unseen within the days, and what is approved makes the rest count from nothing', () => {
    fc.assert(
      fc.property(fc.array(Step, { minLength: 20, maxLength: 60 }), (steps) => {
        let now_ms = NOW;
        const orders: JudgedOrder[] = [];
        for (const [at, { hours, what, which, supplier_id, values, seen }] of steps.entries()) {
          now_ms += hours * 3_600_000;
          if (what === 'make') {
            const lines = values.map((value, nth) => line(value, { seen: seen && nth === 0 }));
            orders.push(order(`d${100 + at}`, { supplier_id, made_at_ms: now_ms, lines }));
            continue;
          }
          const place = orders.length === 0 ? -1 : which % orders.length;
          const asked = orders[place];
          if (asked === undefined || asked.ended !== null) continue;
          if (what === 'cancel')
            orders[place] = { ...asked, ended: { kind: 'cancelled', by: 'planner', at_ms: now_ms } };
          if (what === 'approve' && mayAnswerOrder(asked, { user_name: 'buyer', may_approve: true }).ok) {
            orders[place] = { ...asked, answer: { ...answer('approved'), at_ms: now_ms } };
            const counted = orders.map((each) => unseenValue(each, orders, { limit_minor: LIMIT, now_ms }).others);
            expect(counted.flat()).not.toContain(asked.id);
          }
          if (what !== 'send') continue;
          const value = unseenValue(asked, orders, { limit_minor: LIMIT, now_ms });
          if (maySendOrder(asked, value, 'EUR').ok) {
            orders[place] = { ...asked, ended: { kind: 'sent', by: 'planner', at_ms: now_ms } };
          }
          const left = orders.filter(
            (each) =>
              each.supplier_id === asked.supplier_id &&
              each.ended?.kind === 'sent' &&
              each.answer === null &&
              each.ended.at_ms > now_ms - UNSEEN_DAYS * DAY_MS,
          );
          const unseen = left.flatMap(({ lines }) => lines).filter((each) => !each.seen);
          expect(unseen.reduce((sum, each) => sum + (each.value_minor ?? 0), 0)).toBeLessThanOrEqual(LIMIT);
        }
      }),
      { numRuns: 400 },
    );
  });

  test('the same lines in any drafts wait unless they are within the limit together', () => {
    const Lines = fc.array(fc.record({ value: fc.integer({ min: 1, max: 600_000 }), draft: fc.nat({ max: 5 }) }), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(Lines, fc.array(fc.nat({ max: 6 }), { minLength: 6, maxLength: 6 }), (lines, days) => {
        const drafts = [...Map.groupBy(lines, ({ draft }) => draft)].map(([draft, own]) =>
          order(`d${draft}`, {
            made_at_ms: NOW - (days[draft] ?? 0) * DAY_MS,
            lines: own.map(({ value }) => line(value)),
          }),
        );
        const total = lines.reduce((sum, { value }) => sum + value, 0);
        const free = drafts.filter((each) => !judge(each, ...drafts.filter((other) => other !== each)).needed);
        const out = free.flatMap((each) => each.lines).reduce((sum, each) => sum + (each.value_minor ?? 0), 0);
        expect(out).toBeLessThanOrEqual(LIMIT);
        expect(free.length === drafts.length).toBe(total <= LIMIT);
      }),
      { numRuns: 400 },
    );
  });
});
