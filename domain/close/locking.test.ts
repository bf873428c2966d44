import { describe, expect, test } from 'vitest';
import { LOCK_AREAS, type LockEvent, type LockQuestion, locksOf, type LockStep, mayLock } from './locking.ts';

const HOUR_MS = 3_600_000;
const event = (id: string, step: LockStep, more: Partial<LockEvent> = {}): LockEvent => ({
  id,
  step,
  areas: LOCK_AREAS,
  hours: null,
  answers_id: null,
  reason: null,
  user_name: 'controller',
  at_ms: 1_000,
  ...more,
});
const asking = event('ask', 'reopening_asked', {
  areas: ['sales'],
  hours: 4,
  reason: 'A late credit',
  user_name: 'finance',
  at_ms: 2_000,
});
const given = event('give', 'reopening_given', { answers_id: 'ask', at_ms: 3_000 });

function ask(step: LockStep, events: readonly LockEvent[], more: Partial<LockQuestion> = {}) {
  return mayLock({
    step,
    areas: LOCK_AREAS,
    answers_id: null,
    user_name: 'controller',
    may_prepare: true,
    may_review: true,
    locks: locksOf(events, 10_000),
    cut_off_on: '2026-10-31',
    today_on: '2026-11-05',
    unsigned: [],
    earlier_open: [],
    ...more,
  });
}
const code = (answer: ReturnType<typeof ask>) => (answer.ok ? 'ok' : answer.code);

describe('how locks stand', () => {
  test('a month is soft locked when the last of its areas is', () => {
    const three = locksOf([event('a', 'soft_lock', { areas: ['sales', 'purchasing', 'stock'] })], 10_000);
    expect(three.period_state).toBe('open');
    expect(three.areas.ledger.state).toBe('open');
    const all = [
      event('a', 'soft_lock', { areas: ['sales', 'purchasing', 'stock'] }),
      event('b', 'soft_lock', { areas: ['ledger'] }),
    ];
    expect(locksOf(all, 10_000).period_state).toBe('soft_locked');
  });

  test('what was opened for some hours takes postings until then, and only the areas that were asked for', () => {
    const events = [event('a', 'soft_lock'), asking, given];
    const during = locksOf(events, 3_000 + 4 * HOUR_MS - 1);
    expect(during.areas.sales).toMatchObject({
      state: 'reopened',
      open_until_ms: 3_000 + 4 * HOUR_MS,
      reason: 'A late credit',
    });
    expect(during.areas.stock.state).toBe('soft_locked');
    expect(during.period_state).toBe('soft_locked');
    expect(locksOf(events, 3_000 + 4 * HOUR_MS).areas.sales).toMatchObject({
      state: 'soft_locked',
      open_until_ms: null,
    });
  });

  test('a question stands until it is answered; a refusal opens nothing', () => {
    expect(locksOf([event('a', 'soft_lock'), asking], 10_000).asked.map(({ id }) => id)).toEqual(['ask']);
    const refused = locksOf(
      [event('a', 'soft_lock'), asking, event('no', 'reopening_refused', { answers_id: 'ask' })],
      10_000,
    );
    expect(refused.asked).toEqual([]);
    expect(refused.areas.sales.state).toBe('soft_locked');
  });

  test('a second answer opens nothing, and an area locked again meanwhile is closed', () => {
    const again = locksOf(
      [event('a', 'soft_lock'), asking, given, event('b', 'soft_lock', { areas: ['sales'] })],
      3_500,
    );
    expect(again.areas.sales.state).toBe('soft_locked');
    const twice = [
      event('a', 'soft_lock'),
      asking,
      given,
      event('b', 'soft_lock', { areas: ['sales'] }),
      { ...given, id: 'x', at_ms: 4_000 },
    ];
    expect(locksOf(twice, 4_500).areas.sales.state).toBe('soft_locked');
  });

  test('a hard lock is for every area and answers every question', () => {
    const locks = locksOf([event('a', 'soft_lock'), asking, event('h', 'hard_lock'), given], 3_500);
    expect(locks).toMatchObject({ period_state: 'hard_locked', asked: [] });
    expect(LOCK_AREAS.map((area) => locks.areas[area].state)).toEqual(LOCK_AREAS.map(() => 'hard_locked'));
  });
});

describe('who may take which step', () => {
  const locked = [event('a', 'soft_lock')];

  test('only a reviewer locks, and not before the month is over', () => {
    expect(code(ask('soft_lock', [], { may_review: false }))).toBe('not_permitted');
    expect(code(ask('soft_lock', [], { today_on: '2026-10-31' }))).toBe('not_over');
    expect(code(ask('soft_lock', []))).toBe('ok');
    expect(ask('soft_lock', locked)).toMatchObject({ outcome: 'conflict', code: 'already_locked' });
  });

  test('a hard lock needs every area locked and every task signed, and nothing follows it', () => {
    expect(code(ask('hard_lock', [event('a', 'soft_lock', { areas: ['sales'] })]))).toBe('not_locked');
    expect(code(ask('hard_lock', [...locked, asking, given]))).toBe('not_locked');
    expect(
      ask('hard_lock', locked, { unsigned: ['AR vs GL', 'Billed, not received', 'Flux', 'Counts'] }),
    ).toMatchObject({
      code: 'unsigned_tasks',
      message:
        'Not signed by both yet: AR vs GL; Billed, not received; Flux and 1 more. A hard lock needs every task signed.',
    });
    expect(ask('hard_lock', locked, { earlier_open: [202609] })).toMatchObject({
      code: 'earlier_open',
      message:
        "September 2026 is not locked for good yet, and what is booked there stands in this month's balances. Lock it first.",
    });
    expect(code(ask('hard_lock', locked))).toBe('ok');
    const forGood = [...locked, event('h', 'hard_lock')];
    for (const step of ['soft_lock', 'hard_lock', 'reopening_asked', 'reopening_given'] as const)
      expect(code(ask(step, forGood)), step).toBe('hard_locked');
  });

  test('who prepares may ask, another person who reviews answers, once', () => {
    const one = { areas: ['sales'] as const, user_name: 'finance', may_review: false };
    expect(code(ask('reopening_asked', locked, one))).toBe('ok');
    expect(code(ask('reopening_asked', locked, { ...one, may_prepare: false }))).toBe('not_permitted');
    expect(code(ask('reopening_asked', [], one))).toBe('not_locked');
    expect(code(ask('reopening_asked', [...locked, asking], one))).toBe('already_asked');
    expect(code(ask('reopening_given', [...locked, asking], { answers_id: 'ask', user_name: 'finance' }))).toBe(
      'same_person',
    );
    expect(code(ask('reopening_given', [...locked, asking], { answers_id: 'ask', may_review: false }))).toBe(
      'not_permitted',
    );
    expect(code(ask('reopening_given', [...locked, asking], { answers_id: 'ask' }))).toBe('ok');
    expect(ask('reopening_refused', [...locked, asking, given], { answers_id: 'ask' })).toMatchObject({
      outcome: 'conflict',
      code: 'not_asked',
    });
  });

  test('who asked may take it back, with the role they asked in, and nobody else without reviewing', () => {
    const own = { answers_id: 'ask', user_name: 'finance', may_review: false };
    expect(code(ask('reopening_refused', [...locked, asking], own))).toBe('ok');
    expect(code(ask('reopening_refused', [...locked, asking], { ...own, may_review: true }))).toBe('ok');
    expect(code(ask('reopening_refused', [...locked, asking], { ...own, may_prepare: false }))).toBe('not_permitted');
    expect(code(ask('reopening_refused', [...locked, asking], { ...own, user_name: 'dora' }))).toBe('not_permitted');
    expect(code(ask('reopening_given', [...locked, asking], own))).toBe('not_permitted');
  });
});
