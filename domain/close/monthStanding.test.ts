import { describe, expect, test } from 'vitest';
import { monthStanding, type TaskInMonth, unsignedTitles } from './monthStanding.ts';
import { placeOf, type SignoffFact } from './signing.ts';

/** 'p3' = prepared as the third; a capital letter: on content that is not the task's any more. */
const signed = (...given: readonly string[]): SignoffFact[] =>
  given.map((each) => ({
    role: each[0]?.toLowerCase() === 'p' ? 'preparer' : 'reviewer',
    user_name: each[0]?.toLowerCase() === 'p' ? 'finance' : 'controller',
    content_hash: /^[PR]/.test(each) ? 'old' : 'now',
    signed_at_ms: 0,
    place: Number(each.slice(1)),
  }));
const task = (code: string, depends_on: readonly string[], ...given: readonly string[]): TaskInMonth => ({
  code,
  title: `Task ${code}`,
  depends_on,
  content_hash: 'now',
  signoffs: signed(...given),
});
const states = (tasks: readonly TaskInMonth[], period_state = 'open') =>
  Object.fromEntries([...monthStanding(tasks, period_state)].map(([code, { state }]) => [code, state]));

const unsigned = (tasks: readonly TaskInMonth[]) => {
  const standing = monthStanding(tasks, 'soft_locked');
  return unsignedTitles(tasks, (code) => standing.get(code)?.state);
};

describe('which signatures of a month count', () => {
  const review = task('review', ['flux'], 'p5', 'r6');
  const flux = task('flux', ['bank'], 'p3', 'r4');

  test('those given in their order, also in the same moment', () => {
    const tasks = [review, flux, task('bank', [], 'p1', 'r2')];
    expect(states(tasks)).toEqual({ bank: 'signed', flux: 'signed', review: 'signed' });
    expect(states([task('b', ['a'], 'p1', 'r1'), task('a', [], 'p1', 'r1')])).toEqual({ a: 'signed', b: 'signed' });
  });

  test('what changed opens what depends on it, directly and through others', () => {
    const tasks = [review, flux, task('bank', [], 'P1', 'R2')];
    expect(states(tasks)).toEqual({ bank: 'changed', flux: 'changed', review: 'changed' });
    const standing = monthStanding(tasks, 'open');
    expect(standing.get('flux')).toMatchObject({ waiting_for: ['bank'], waiting_for_titles: ['Task bank'] });
    expect(standing.get('review')?.waiting_for).toEqual(['flux']);
  });

  test('signed again, each asks for what rests on it to be signed again, in turn', () => {
    const again = task('bank', [], 'P1', 'R2', 'p7', 'r8');
    const first = monthStanding([review, flux, again], 'open');
    expect(first.get('flux')).toMatchObject({ state: 'changed', waiting_for: [] });
    expect(first.get('flux')?.signoffs.map(({ overtaken_by }) => overtaken_by)).toEqual([['Task bank'], ['Task bank']]);
    expect(first.get('review')?.waiting_for).toEqual(['flux']);
    const fluxAgain = task('flux', ['bank'], 'p3', 'r4', 'p9', 'r10');
    // the finding of an audit: the review of before passed the lock
    const second = monthStanding([review, fluxAgain, again], 'open');
    expect(second.get('review')).toMatchObject({ state: 'changed', waiting_for: [] });
    expect(second.get('review')?.signoffs[1]?.overtaken_by).toEqual(['Task flux']);
    const last = [task('review', ['flux'], 'p5', 'r6', 'p11', 'r12'), fluxAgain, again];
    expect(states(last)).toEqual({ bank: 'signed', flux: 'signed', review: 'signed' });
  });

  test('a reviewer who took theirs back and signed again reviews again what rests on it; what was prepared stands', () => {
    expect(states([flux, task('bank', [], 'p1')])).toEqual({ bank: 'prepared', flux: 'changed' });
    expect(states([flux, task('bank', [], 'p1', 'r5')])).toEqual({ bank: 'signed', flux: 'prepared' });
  });

  test('on their way they come after everything the server took, in the order they were made', () => {
    const late = placeOf(true, Date.UTC(2200, 0, 1));
    expect(placeOf(false, 0)).toBeGreaterThan(late);
    expect(placeOf(false, 2)).toBeGreaterThan(placeOf(false, 1));
    expect(Number.isSafeInteger(placeOf(false, Date.UTC(2200, 0, 1)))).toBe(true);
  });

  test('a month that is locked for good stays as it was signed', () => {
    expect(states([review, flux, task('bank', [], 'p7', 'r8')], 'hard_locked')).toMatchObject({ review: 'signed' });
  });

  test('what is in no list, or waits for itself, is waited for', () => {
    expect(monthStanding([task('a', ['gone'])], 'open').get('a')?.waiting_for).toEqual(['gone']);
    const circle = monthStanding([task('a', ['b'], 'p1', 'r1'), task('b', ['a'], 'p1', 'r1')], 'open');
    expect([...circle.values()].map(({ state }) => state)).toEqual(['changed', 'changed']);
  });

  test('the lock for good is done by the lock: nobody signs it first, and nothing waits for it', () => {
    const tasks = [task('statements', []), task('hard_lock', ['statements']), task('archive', ['hard_lock'])];
    expect(unsigned(tasks)).toEqual(['Task statements', 'Task archive']);
    const early = [task('statements', [], 'p1', 'r1'), task('hard_lock', ['statements'], 'p2', 'r2')];
    expect(unsigned(early)).toEqual([]);
    expect(states(early)).toMatchObject({ hard_lock: 'open' });
    expect(states(early, 'hard_locked')).toMatchObject({ hard_lock: 'signed' });
    expect(monthStanding(tasks, 'open').get('archive')?.waiting_for).toEqual([]);
  });
});
