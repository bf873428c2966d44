import { describe, expect, test } from 'vitest';
import type { CloseTaskView, SignoffView } from '#contract/queries.ts';
import {
  noLinesWords,
  nextOfMine,
  reachedServerMs,
  signatureOf,
  stateCounts,
  stateWord,
  whyNot,
  withdrawalOf,
} from './closeStates.ts';

const task = (id: number, part: Partial<CloseTaskView> = {}): CloseTaskView => ({
  id,
  ver: 1,
  code: `task_${id}`,
  title: `Task ${id}`,
  account: null,
  depends_on: [],
  waiting_for: [],
  owner: 'finance',
  reviewer: 'controller',
  due_day: 1,
  due_on: '2026-11-02',
  state: 'open',
  amount_minor: 0,
  needs_evidence: false,
  content_hash: 'now',
  signoffs: [],
  withdrawn: [],
  may_withdraw: null,
  next: { role: null, why_not: 'Waits for something.', code: 'waiting_for', explain_first: [], stands_in_for: null },
  ...part,
});
const signoff = (state: SignoffView['state'], stale = false): SignoffView => ({
  id: 's',
  role: 'preparer',
  user_name: 'finance',
  signed_at_ms: 0,
  accepted_at_ms: state === 'accepted' ? 0 : null,
  amount_minor: 0,
  content_hash: stale ? 'before' : 'now',
  device: 'd',
  state,
  stale,
  overtaken_by: [],
  for_user: null,
});
const mine = { role: 'preparer', why_not: null, code: null, explain_first: [], stands_in_for: null } as const;

describe('the next task of one’s own', () => {
  test('is after the one that is open, then from the first, never the open one, and may ask for words first', () => {
    const words = {
      role: null,
      why_not: 'An item needs an explanation.',
      code: 'unexplained',
      explain_first: [7],
      stands_in_for: null,
    };
    const tasks = [task(1, { next: mine }), task(2), task(3, { next: mine }), task(4, { next: words })];
    const next = (from: number | null) => nextOfMine(tasks, from, 'finance')?.id;
    expect([1, 3, 4, null].map(next)).toEqual([3, 4, 1, 1]);
    expect(nextOfMine([task(1, { next: mine }), task(2)], 1, 'finance')).toBeNull();
  });

  test('of several, what is planned for somebody else comes last', () => {
    const review = { role: 'reviewer', why_not: null, code: null, explain_first: [], stands_in_for: null } as const;
    const tasks = [task(1, { next: mine }), task(2, { next: review }), task(3, { owner: null, next: mine })];
    expect(nextOfMine(tasks, null, 'controller')?.id).toBe(2);
    expect(nextOfMine(tasks, 2, 'controller')?.id).toBe(3);
    expect(nextOfMine(tasks.slice(0, 2), 2, 'controller')?.id).toBe(1);
  });
});

describe('a foreseen state', () => {
  test('is marked while a signature that counts waits for the server, in the task and in the counts', () => {
    const waits = task(1, { state: 'in_review', signoffs: [signoff('pending')] });
    const known = task(2, { state: 'in_review', signoffs: [signoff('accepted')] });
    const refused = task(3, { state: 'changed', signoffs: [signoff('pending', true), signoff('conflict')] });
    expect([waits, known, refused].map(stateWord)).toEqual(['≈ In review', 'In review', 'Changed after sign-off']);
    expect(stateCounts([waits, known, refused])).toEqual([
      { state: 'in_review', count: 2, foreseen: true },
      { state: 'changed', count: 1, foreseen: false },
    ]);
  });
});

test('whoever prepared and does not review is told who signs next', () => {
  const next = {
    role: null,
    why_not: 'Your role may not sign as reviewer.',
    code: 'not_permitted',
    explain_first: [],
    stands_in_for: null,
  };
  expect(whyNot(task(1, { state: 'in_review', next }))).toBe('Prepared; controller signs next.');
  expect(whyNot(task(1, { state: 'in_review', reviewer: null, next }))).toBe(
    'Prepared; somebody who reviews signs next.',
  );
  expect(whyNot(task(1, { next }))).toBe(next.why_not);
});

describe('what was taken back', () => {
  const withdrawn = (at_ms: number) =>
    ({
      id: 'w',
      role: 'preparer',
      user_name: 'finance',
      reason: 'too early',
      at_ms,
      accepted_at_ms: at_ms,
      state: 'accepted',
    }) as const;

  test('is told beside an older signature that no longer counts, and no more once it is signed again', () => {
    const before = { ...signoff('accepted', true), signed_at_ms: 10, accepted_at_ms: 10 };
    const again = { ...signoff('pending'), signed_at_ms: 30 };
    const taken = task(1, { state: 'changed', signoffs: [before], withdrawn: [withdrawn(20)] });
    expect(signatureOf(taken, 'preparer')).toBe(before);
    expect(withdrawalOf(taken, 'preparer')?.reason).toBe('too early');
    expect(withdrawalOf(taken, 'reviewer')).toBeUndefined();
    expect(withdrawalOf({ ...taken, signoffs: [before, again] }, 'preparer')).toBeUndefined();
    // signed, changed, and an earlier one withdrawn before that
    expect(withdrawalOf({ ...taken, withdrawn: [withdrawn(5)] }, 'preparer')).toBeUndefined();
    expect(withdrawalOf(task(1, { withdrawn: [withdrawn(5), withdrawn(20)] }), 'preparer')?.at_ms).toBe(20);
    // a device's clock moves nothing before what the server had earlier
    const backdated = { ...signoff('accepted', true), signed_at_ms: -99, accepted_at_ms: 30 };
    expect(withdrawalOf({ ...taken, signoffs: [backdated] }, 'preparer')).toBeUndefined();
    expect([reachedServerMs(before), reachedServerMs(again)]).toEqual([null, null]);
    expect(reachedServerMs({ ...before, accepted_at_ms: 10 + 15 * 60_000 })).toBe(10 + 15 * 60_000);
  });
});

test('nobody is told to sign what locking for good does', () => {
  expect(noLinesWords('hard_lock', false).text).not.toContain('signed as done');
  expect(noLinesWords('calendar', false).text).toContain('signed as done');
  expect(noLinesWords('grni', true).title).toBe('Not reconciled yet');
});
