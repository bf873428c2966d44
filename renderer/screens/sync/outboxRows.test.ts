import { describe, expect, test } from 'vitest';
import type { OutboxRow } from '#contract/queries.ts';
import { nextWord, outboxGridRows, whatHappens } from './outboxRows.ts';

const NOW = new Date(2026, 10, 5, 11, 26).getTime();
const change = (id: string, state: OutboxRow['state'], more: Partial<OutboxRow> = {}): OutboxRow => ({
  id,
  command: 'addItemNote',
  title: `Note ${id}`,
  args: { item_id: 1, body: 'Call first' },
  state,
  made_at_ms: NOW,
  decided_at_ms: null,
  attempts: 0,
  reason: null,
  actions: ['retry', 'edit', 'discard', 'export'],
  ...more,
});

describe('outbox rows', () => {
  test('what needs a person comes first; waiting changes stand in the order they go out', () => {
    const rows = outboxGridRows(
      [
        change('c', 'conflict'),
        change('r', 'rejected'),
        change('late', 'pending', { made_at_ms: NOW }),
        change('early', 'sent', { made_at_ms: NOW - 5000 }),
        change('a', 'accepted'),
      ],
      new Set(),
    );
    expect(rows.map((row) => row.key)).toEqual(['needs_you', 'c', 'r', 'waiting', 'early', 'late', 'done', 'a']);
    expect(rows.filter((row) => row.change === null).map((row) => row.note)).toEqual([
      '2',
      '2, sent in this order',
      '1',
    ]);
  });

  test('an empty heading is left out and a folded one keeps its count', () => {
    const rows = outboxGridRows([change('a', 'accepted'), change('b', 'accepted')], new Set(['done']));
    expect(rows.map((row) => [row.key, row.note])).toEqual([['done', '2']]);
  });

  test('each state says what happens', () => {
    expect(whatHappens(change('a', 'pending'), NOW)).toBe('“Call first”');
    const sign = { command: 'signCloseTask', args: { task_id: 1 } };
    expect(whatHappens(change('a', 'pending', sign), NOW)).toContain('checked again');
    const mark = { command: 'markException', args: { key: 'runs_out:840:3', kind: 'reopened' } };
    expect(whatHappens(change('a', 'pending', mark), NOW)).toBe(
      'It holds here already; the others see it when the server has it',
    );
    expect(whatHappens(change('a', 'accepted', { decided_at_ms: NOW }), NOW)).toBe('by the server, 11:26:00');
    const reason = { code: 'already_signed', message: 'Already signed as preparer by dora.' };
    expect(whatHappens(change('a', 'conflict', { reason }), NOW)).toBe(reason.message);
  });

  test('the way on fits the state', () => {
    expect(nextWord(change('a', 'conflict'))).toBe('Decide ›');
    expect(nextWord(change('a', 'pending'))).toBe('Edit ›');
    expect(nextWord(change('a', 'pending', { actions: ['retry', 'export'] }))).toBe('Open ›');
    expect(nextWord(change('a', 'accepted'))).toBe('');
  });
});
