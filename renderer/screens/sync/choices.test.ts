import { expect, test } from 'vitest';
import type { OutboxRow } from '#contract/queries.ts';
import { choicesFor } from './choices.ts';

const change = (part: Partial<OutboxRow>): OutboxRow => ({
  id: 'x',
  command: 'addItemNote',
  title: '',
  args: { item_id: 1, body: 'text' },
  state: 'rejected',
  made_at_ms: 0,
  decided_at_ms: null,
  attempts: 1,
  reason: null,
  actions: ['edit', 'retry', 'discard', 'export'],
  ...part,
});
const kinds = (part: Partial<OutboxRow>, by: string | null = null) =>
  choicesFor(change(part), by).map((each) => each.kind);

test('only what the state allows is offered', () => {
  expect(kinds({})).toEqual(['edit', 'retry', 'discard']);
  expect(kinds({ state: 'sent', actions: ['retry', 'export'] })).toEqual(['retry']);
  expect(kinds({ state: 'accepted', actions: ['export'] })).toEqual([]);
});

test('a sign-off that met another names the other signer', () => {
  const sign = change({
    command: 'signCloseTask',
    args: { task_id: 7 },
    state: 'conflict',
    reason: { code: 'already_signed', message: '' },
  });
  const choices = choicesFor(sign, 'dora');
  expect(choices.map((each) => each.kind)).toEqual(['discard', 'look', 'retry']);
  expect(choices[0]?.title).toBe('Keep the signature of dora');
});

test('a sign-off on what changed meanwhile leads to the task first', () => {
  for (const code of ['content_changed', 'named_other']) {
    const reason = { code, message: '' };
    expect(kinds({ command: 'signCloseTask', args: { task_id: 7 }, state: 'conflict', reason })).toEqual([
      'look',
      'discard',
      'retry',
    ]);
  }
});

test('a mark that was refused can be decided again or dropped, and no kind of change is without a way out', () => {
  const mark = { command: 'markException', args: { key: 'runs_out:840:3', kind: 'assigned', assigned_to: 'nobody' } };
  expect(kinds(mark)).toEqual(['look', 'retry', 'discard']);
  expect(kinds({ ...mark, state: 'pending' })).toEqual(['look', 'retry', 'discard']);
  expect(kinds({ command: 'ofALaterBinnacle', args: {} })).toEqual(['retry', 'discard']);
});

test('a decision somebody else was first with can be left to them, and is decided anew where it is', () => {
  const choices = choicesFor(
    change({
      command: 'decideReplenishment',
      args: { company_id: 1, decisions: [] },
      state: 'conflict',
      reason: { code: 'decided_already', message: '' },
    }),
    'buyer',
  );
  expect(choices.map((each) => each.kind)).toEqual(['look', 'retry', 'discard']);
  expect(choices[0]?.title).toBe('Let the decision of buyer stand and look at it');
});
