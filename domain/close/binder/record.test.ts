import { expect, test } from 'vitest';
import { lackingOf } from './lacking.ts';
import { mayRecord, standingOf } from './record.ts';

test('a final binder is recorded of a month that is locked for good, a draft of any, by who closes it', () => {
  const code = (may_record: boolean, final: boolean, period_state: string) => {
    const answer = mayRecord({ may_record, final, period_state });
    return answer.ok ? 'ok' : answer.code;
  };
  expect(code(true, true, 'hard_locked')).toBe('ok');
  expect(code(true, true, 'soft_locked')).toBe('not_locked');
  expect(code(true, false, 'open')).toBe('ok');
  expect(code(true, false, 'hard_locked')).toBe('ok');
  expect(code(false, false, 'hard_locked')).toBe('not_permitted');
});

test('final binders of a month that are not the same stand against each other; drafts are as many as checkpoints', () => {
  const [a, b] = ['a'.repeat(64), 'b'.repeat(64)];
  const records = [
    { manifest_hash: a, final: true, by: 'one' },
    { manifest_hash: b, final: true, by: 'two' },
    { manifest_hash: a, final: true, by: 'three' },
    { manifest_hash: b, final: false, by: 'four' },
  ];
  const by = (list: readonly { readonly by: string }[]) => list.map((each) => each.by);
  const final = standingOf({ manifest_hash: a, final: true }, records);
  expect([by(final.same), by(final.other_final)]).toEqual([['one', 'three'], ['two']]);
  const draft = standingOf({ manifest_hash: b, final: false }, records);
  expect([by(draft.same), by(draft.other_final)]).toEqual([['two', 'four'], []]);
});

test('what is lacking is said in words; of a locked month only files can be', () => {
  const open = { locked_for_good: false, tasks: 22, signed_tasks: 21, open_proposals: 2, files_away: 1 };
  expect(lackingOf(open)).toEqual([
    'the month is not locked for good',
    '1 of 22 tasks is not signed by both',
    '2 proposed entries wait for a decision',
    '1 file of evidence is not on this machine',
  ]);
  expect(lackingOf({ ...open, locked_for_good: true, files_away: 2 })).toEqual([
    '2 files of evidence are not on this machine',
  ]);
  expect(lackingOf({ ...open, locked_for_good: true, files_away: 0 })).toEqual([]);
});
