import { describe, expect, test } from 'vitest';
import { linesOnceExplained, unexplainedItems } from './reconcile/explaining.ts';
import {
  maySign,
  mayWithdraw,
  type SigningQuestion,
  type SignoffFact,
  standingSignoffs,
  taskState,
} from './signing.ts';
import { signoffContent } from './signoffContent.ts';

const HASH = 'a'.repeat(64);
const OTHER = 'b'.repeat(64);
const prepared: SignoffFact = { role: 'preparer', user_name: 'finance', content_hash: HASH, signed_at_ms: 1, place: 1 };
const reviewed: SignoffFact = {
  role: 'reviewer',
  user_name: 'controller',
  content_hash: HASH,
  signed_at_ms: 2,
  place: 2,
};
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
  named: null,
  stands_in_for: null,
  waiting_for: [],
  unexplained: [],
  unreckoned: false,
  evidence_missing: false,
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

  test('who is not the one the plan names signs knowingly for them', () => {
    expect(code({ named: 'controller' })).toBe('ok');
    expect(code({ named: 'dora' })).toBe('conflict:named_other');
    expect(code({ named: 'dora', stands_in_for: 'dora' })).toBe('ok');
    // planned for another, or for nobody, since the signer looked
    expect(code({ named: 'emil', stands_in_for: 'dora' })).toBe('conflict:named_other');
    expect(code({ named: null, stands_in_for: 'dora' })).toBe('conflict:named_other');
    expect(code({ named: 'controller', stands_in_for: 'dora' })).toBe('conflict:named_other');
    // standing in does not let anybody review their own
    expect(code({ named: 'dora', stands_in_for: 'dora', user_name: 'finance' })).toBe('rejected:same_person');
  });

  test('whoever gave a signature takes it back: a preparer until it is reviewed, a reviewer until the month is locked', () => {
    const withdraw = (signoff: SignoffFact | undefined, more: object = {}, signoffs = [prepared, reviewed]) => {
      const facts = {
        may_sign: true,
        user_name: signoff?.user_name ?? 'x',
        period_state: 'open',
        content_hash: HASH,
        signoff,
        signoffs,
      };
      const answer = mayWithdraw({ ...facts, ...more });
      return answer.ok ? 'ok' : `${answer.outcome}:${answer.code}`;
    };
    expect(withdraw(prepared, {}, [prepared])).toBe('ok');
    expect(withdraw(prepared, { period_state: 'soft_locked' }, [prepared])).toBe('ok');
    expect(withdraw(prepared, { period_state: 'hard_locked' }, [prepared])).toBe('rejected:period_locked');
    expect(withdraw(prepared)).toBe('conflict:reviewed');
    expect(withdraw(reviewed)).toBe('ok');
    expect(withdraw(reviewed, { period_state: 'soft_locked' })).toBe('rejected:period_locked');
    expect(withdraw(reviewed, { user_name: 'finance' })).toBe('rejected:not_yours');
    expect(withdraw(reviewed, { content_hash: OTHER })).toBe('conflict:stale');
    expect(withdraw(undefined)).toBe('conflict:not_signed');
    expect(withdraw(undefined, { may_sign: false })).toBe('rejected:not_permitted');
  });

  test('a withdrawn signature counts no more, nor does the withdrawal', () => {
    const steps = [
      { ...prepared, id: 'a', withdraws_id: null },
      { ...prepared, id: 'b', withdraws_id: 'a' },
    ];
    expect(standingSignoffs(steps)).toEqual([]);
    expect(taskState(standingSignoffs(steps), HASH)).toBe('open');
    const again = { ...prepared, id: 'c', withdraws_id: null };
    expect(standingSignoffs([...steps, again])).toEqual([again]);
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
    expect(code({ waiting_for: ['Bank'] })).toBe('rejected:waiting_for');
    expect(maySign({ ...question, waiting_for: ['Billed, not received', 'Bank'] })).toMatchObject({
      message: 'Waits for Billed, not received; Bank.',
    });
    // it says that the lock is done, so it is not signed before
    expect(code({ task_code: 'hard_lock', period_state: 'soft_locked' })).toBe('rejected:done_by_lock');
  });

  test('a signature that something it rests on has overtaken counts for nothing, and is given again', () => {
    const overtaken = [prepared, reviewed].map((each) => ({ ...each, overtaken_by: ['Flux'] }));
    expect(taskState(overtaken, HASH)).toBe('changed');
    expect(code({ signoffs: overtaken, role: 'preparer', user_name: 'finance' })).toBe('ok');
    const facts = { user_name: 'controller', may_sign: true, period_state: 'open', content_hash: HASH };
    expect(mayWithdraw({ ...facts, signoff: overtaken[1], signoffs: overtaken })).toMatchObject({
      code: 'stale',
      message: 'Flux was opened or signed again after this was signed, so this signature counts no more.',
    });
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

describe('an account nobody compared yet', () => {
  test('is signed by nobody, after what it waits for and before what its figures ask', () => {
    expect(maySign({ ...question, unreckoned: true })).toMatchObject({ message: expect.stringContaining('Reconcile') });
    expect(code({ unreckoned: true, role: 'reviewer', may_review: true })).toBe('rejected:unreckoned');
    expect(code({ unreckoned: true, waiting_for: ['bank'] })).toBe('rejected:waiting_for');
    expect(code({ unreckoned: true, unexplained: ['a'], evidence_missing: true })).toBe('rejected:unreckoned');
  });
});

describe('items without words', () => {
  const item = { id: 1, side: 'item', ref: 'GEN/1', amount_minor: -500, explanation: null };
  const refs = (
    lines: readonly (typeof item | (Omit<typeof item, 'explanation'> & { explanation: string }))[],
    threshold_minor: number | null,
  ) => unexplainedItems(lines, threshold_minor).map(({ ref }) => ref);

  test('neither role signs while an item at or above the threshold has none, and the sentence names them', () => {
    expect(code({ unexplained: ['GEN/1'] })).toBe('rejected:unexplained');
    expect(code({ role: 'preparer', user_name: 'finance', signoffs: [], unexplained: ['GEN/1'] })).toBe(
      'rejected:unexplained',
    );
    expect(maySign({ ...question, unexplained: ['a', 'b', 'c', 'd', 'e'] })).toMatchObject({
      message: '5 items need an explanation before anybody signs: a, b, c and 2 more.',
    });
    expect(maySign({ ...question, unexplained: ['a'] })).toMatchObject({
      message: '1 item needs an explanation before anybody signs: a.',
    });
  });

  test('only items of a reconciled task, from the threshold on, and none that has words', () => {
    expect(refs([item], 500)).toEqual(['GEN/1']);
    expect(refs([item], 501)).toEqual([]);
    expect(refs([item], null)).toEqual([]);
    expect(
      refs(
        [
          { ...item, side: 'ledger' },
          { ...item, explanation: 'timing' },
        ],
        0,
      ),
    ).toEqual([]);
  });

  test('what could not be valued is below no threshold', () => {
    const unvalued = { ...item, amount_minor: 0, ref: 'FXR 202610 USD receivables: no closing rate' };
    expect(refs([unvalued], 500)).toEqual([unvalued.ref]);
    expect(refs([{ ...unvalued, explanation: 'the rate is late' }], 500)).toEqual([]);
    expect(refs([{ ...unvalued, ref: 'RC 5' }], 500)).toEqual([]);
  });

  test('words are taken in their order, and never over what their writer did not see', () => {
    const said = (explanation: string, seen_explanation: string | null, line_id = 1) => ({
      line_id,
      explanation,
      seen_explanation,
    });
    const after = (...queued: ReturnType<typeof said>[]) => linesOnceExplained([item], queued)[0]?.explanation;
    expect(after()).toBeNull();
    expect(after(said('one', null), said('two', 'one'))).toBe('two');
    expect(after(said('one', null), said('two', null))).toBe('one');
    expect(after(said('one', 'theirs'))).toBeNull();
    expect(after(said('one', null, 2))).toBeNull();
    expect(linesOnceExplained([{ ...item, side: 'ledger' }], [said('one', null)])[0]?.explanation).toBeNull();
  });
});

describe('sign-off content', () => {
  const line = { side: 'ledger', account: '2150', booked_on: '2026-10-31', currency: 'EUR', explanation: null };
  const task = { id: 7, code: 'grni' };
  test('does not depend on the order of lines but on every field, not only the total', () => {
    const a = { ...line, id: 1, amount_minor: 100 };
    const b = { ...line, id: 2, amount_minor: 200 };
    const content = signoffContent(task, [a, b], []);
    expect(signoffContent(task, [b, a], [])).toBe(content);
    expect(
      signoffContent(
        task,
        [
          { ...a, amount_minor: 200 },
          { ...b, amount_minor: 100 },
        ],
        [],
      ),
    ).not.toBe(content);
    expect(signoffContent(task, [{ ...a, explanation: 'timing' }, b], [])).not.toBe(content);
    expect(signoffContent({ id: 8, code: 'grni' }, [a, b], [])).not.toBe(content);
  });
});
