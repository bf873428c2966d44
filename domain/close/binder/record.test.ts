import { expect, test } from 'vitest';
import { filesOver, filesOverWords } from './evidenceRoom.ts';
import { sinceKept } from './kept.ts';
import { lackingOf } from './lacking.ts';
import { mayRecord, standingOf } from './record.ts';

test('a final binder is recorded of a month that is locked for good, a draft of any, by who closes it', () => {
  const asked = (final: boolean, trail_faults: readonly string[]) =>
    mayRecord({ may_record: true, final, period_state: 'hard_locked', trail_faults, bytes_known: true });
  const code = (may_record: boolean, final: boolean, period_state: string, bytes_known = true) => {
    const answer = mayRecord({ may_record, final, period_state, trail_faults: [], bytes_known });
    return answer.ok ? 'ok' : answer.code;
  };
  expect(asked(false, ['One is missing.'])).toEqual({ ok: true });
  expect(asked(true, ['One.', 'Two.', 'Three.', 'Four.'])).toMatchObject({
    code: 'trail_not_in_order',
    message: expect.stringMatching(/no final binder\. One\. Two\. Three\. And 1 more\. .*Ask who keeps the server/),
  });
  expect(code(true, true, 'hard_locked')).toBe('ok');
  expect(code(true, true, 'soft_locked')).toBe('not_locked');
  expect(code(true, false, 'open')).toBe('ok');
  expect(code(true, false, 'hard_locked')).toBe('ok');
  expect(code(false, false, 'hard_locked')).toBe('not_permitted');
  expect(code(true, true, 'hard_locked', false)).toBe('evidence_missing');
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

test('what is lacking is said in words; of a locked month files and a trail that is not in order', () => {
  const open = {
    locked_for_good: false,
    tasks: 22,
    signed_tasks: 21,
    open_proposals: 2,
    trail_faults: 0,
    files_away: 1,
    kept_away: false,
  };
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
  expect(lackingOf({ ...open, locked_for_good: true, trail_faults: 2, files_away: 0 })).toEqual([
    'its audit trail is not in order: 2 things differ',
  ]);
  expect(lackingOf({ ...open, locked_for_good: true, files_away: 0, kept_away: true })).toEqual([
    'the binder that is kept at the server is not whole on this machine',
  ]);
});

test('beyond 512 MB files find no room, by what the rows say of them, and it is said what to do', () => {
  const MB = 1024 * 1024;
  const file = (sha256: string, mb: number) => ({ sha256, size_bytes: mb * MB });
  const files = [file('a', 300), file('b', 212), file('a', 300), file('c', 1), file('d', 0.5)];
  expect([...filesOver(files)]).toEqual(['c', 'd']);
  expect([...filesOver([file('a', 300), file('b', 213), file('c', 212)])]).toEqual(['b']);
  expect(filesOverWords(0)).toBeNull();
  expect(filesOverWords(2)).toBe(
    '2 files of evidence are not in it: a binder holds 512 MB of evidence. Save them from their tasks and keep them beside the binder, which names each with its hash.',
  );
});

test('of a binder made again, rows of KPIs and margin may move, what was locked may not, and drawings only follow', () => {
  const part = (path: string, sign: string) => ({ path, bytes: 1, sha256: sign.repeat(64) });
  const kept = [
    part('binder.pdf', 'a'),
    part('rows/kpi-fill.csv', 'a'),
    part('rows/notes.csv', 'a'),
    part('evidence/001-a.pdf', 'a'),
  ];
  const anew = [part('rows/kpi-fill.csv', 'b'), part('rows/kpi-more.csv', 'a'), part('rows/notes.csv', 'a')];
  expect(sinceKept(kept, anew)).toEqual({
    moved: ['rows/kpi-fill.csv', 'rows/kpi-more.csv'],
    locked: ['evidence/001-a.pdf'],
  });
  expect(sinceKept(kept, kept)).toEqual({ moved: [], locked: [] });
});
