import { describe, expect, test } from 'vitest';
import { mayOpenPeriod, mayPlanTask, nextPeriod } from './opening.ts';
import { FIRST_CLOSE } from './template.ts';

const open = (period: number, periods: readonly number[] = [202609, 202610], may_prepare = true) => {
  const answer = mayOpenPeriod({ period, periods, may_prepare, this_month: 202611 });
  return answer.ok ? 'ok' : answer.code;
};

describe('opening a close', () => {
  test('the month after the last, once it has begun', () => {
    expect(open(202611)).toBe('ok');
    expect(open(202610)).toBe('already_open');
    expect(open(202612, [202611])).toBe('not_begun');
    expect(open(202611, [202601])).toBe('not_next');
    expect(open(202611, [], false)).toBe('not_permitted');
    expect(nextPeriod([202609, 202612], 202612)).toBe(202701);
  });
  test('of a company without any, a month that has begun', () => {
    expect(open(202508, [])).toBe('ok');
    expect(open(202612, [])).toBe('not_begun');
    expect(nextPeriod([], 202601)).toBe(202512);
  });
});

describe('who does a task', () => {
  const question = {
    may_review: true,
    period_state: 'open',
    task_ver: 1,
    seen_ver: 1,
    owner: 'finance',
    reviewer: 'controller',
    people: [
      { user_name: 'finance', may_prepare: true, may_review: false },
      { user_name: 'controller', may_prepare: true, may_review: true },
    ],
  };
  const code = (more: object) => {
    const answer = mayPlanTask({ ...question, ...more });
    return answer.ok ? 'ok' : answer.code;
  };
  test('is said by who reviews, of two people, on the task as it stands', () => {
    expect(code({})).toBe('ok');
    expect(code({ owner: null, reviewer: null })).toBe('ok');
    expect(code({ reviewer: 'finance' })).toBe('same_person');
    expect(code({ may_review: false })).toBe('not_permitted');
    expect(code({ owner: 'fnance' })).toBe('not_preparer');
    expect(code({ owner: 'controller', reviewer: 'finance' })).toBe('not_reviewer');
    expect(code({ seen_ver: 0 })).toBe('task_moved');
    expect(code({ period_state: 'soft_locked' })).toBe('ok');
    expect(code({ period_state: 'hard_locked' })).toBe('period_locked');
  });
});

test('the first close has no circle, names only its own tasks, and is due in the order things wait', () => {
  const before = new Map<string, number>();
  for (const { code, depends_on, due_day } of FIRST_CLOSE) {
    for (const each of depends_on) expect(before.get(each), `${code} waits for ${each}`).toBeLessThanOrEqual(due_day);
    before.set(code, due_day);
  }
  expect(before.size).toBe(FIRST_CLOSE.length);
});
