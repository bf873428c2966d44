import { describe, expect, test } from 'vitest';
import { maySign, type SigningQuestion, type SignoffFact, taskState } from './signing.ts';
import { signoffContent } from './signoffContent.ts';

const HASH = 'a'.repeat(64);
const OTHER = 'b'.repeat(64);
const prepared: SignoffFact = { role: 'preparer', user_name: 'finance', content_hash: HASH, signed_at_ms: 1 };
const reviewed: SignoffFact = { role: 'reviewer', user_name: 'controller', content_hash: HASH, signed_at_ms: 2 };
const question: SigningQuestion = {
  task_code: 'grni',
  user_name: 'controller',
  role: 'reviewer',
  may_prepare: true,
  may_review: true,
  period_state: 'open',
  content_hash: HASH,
  seen_content_hash: HASH,
  signoffs: [prepared],
  waiting_for: [],
};
const code = (changes: Partial<SigningQuestion>) => {
  const answer = maySign({ ...question, ...changes });
  return answer.ok ? 'ok' : `${answer.outcome}:${answer.code}`;
};

describe('signing a close task', () => {
  test('a second person reviews what the first prepared', () => {
    expect(code({})).toBe('ok');
    expect(code({ user_name: 'finance' })).toBe('rejected:same_person');
    expect(code({ signoffs: [] })).toBe('rejected:not_prepared');
    expect(code({ may_review: false })).toBe('rejected:not_permitted');
  });

  test('a reviewer cannot become the preparer of what they reviewed', () => {
    const other: SignoffFact = { ...reviewed, user_name: 'dora' };
    expect(code({ role: 'preparer', user_name: 'dora', signoffs: [other] })).toBe('rejected:same_person');
  });

  test('the same sign-off twice is a conflict that names the first signer', () => {
    const answer = maySign({ ...question, signoffs: [prepared, reviewed] });
    expect(answer).toMatchObject({
      ok: false,
      outcome: 'conflict',
      code: 'already_signed',
      by: 'controller',
      at_ms: 2,
    });
    expect(code({ role: 'preparer', user_name: 'finance' })).toBe('conflict:already_signed');
  });

  test('changed content, locks and unsigned predecessors stop a signature', () => {
    expect(code({ seen_content_hash: OTHER })).toBe('conflict:content_changed');
    expect(code({ period_state: 'hard_locked' })).toBe('rejected:period_locked');
    // what remains to be signed is signed on books that do not move any more
    expect(code({ period_state: 'soft_locked' })).toBe('ok');
    expect(code({ task_code: 'soft_lock' })).toBe('rejected:not_locked');
    expect(code({ task_code: 'soft_lock', period_state: 'soft_locked' })).toBe('ok');
    expect(code({ waiting_for: ['bank'] })).toBe('rejected:waiting_for');
  });

  test('a change after the signature reopens the task', () => {
    expect(taskState([prepared, reviewed], HASH)).toBe('signed');
    expect(taskState([prepared], HASH)).toBe('prepared');
    expect(taskState([prepared, reviewed], OTHER)).toBe('changed');
    expect(taskState([], HASH)).toBe('open');
    // signed anew on the new content
    expect(code({ content_hash: OTHER, seen_content_hash: OTHER, role: 'preparer', user_name: 'finance' })).toBe('ok');
  });
});

describe('sign-off content', () => {
  const line = { side: 'ledger', account: '2150', booked_on: '2026-10-31', currency: 'EUR', explanation: null };
  const task = { id: 7, code: 'grni' };
  test('does not depend on the order of lines but on every field, not only the total', () => {
    const a = { ...line, id: 1, amount_minor: 100 };
    const b = { ...line, id: 2, amount_minor: 200 };
    const content = signoffContent(task, [a, b]);
    expect(signoffContent(task, [b, a])).toBe(content);
    expect(
      signoffContent(task, [
        { ...a, amount_minor: 200 },
        { ...b, amount_minor: 100 },
      ]),
    ).not.toBe(content);
    expect(signoffContent(task, [{ ...a, explanation: 'timing' }, b])).not.toBe(content);
    expect(signoffContent({ id: 8, code: 'grni' }, [a, b])).not.toBe(content);
  });
});
