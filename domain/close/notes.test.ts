import { describe, expect, test } from 'vitest';
import { askedOf, type CloseNote, maySay, mentionsOf, openWork } from './notes.ts';

let number = 0;
const said = (author: string, body: string, more: Partial<CloseNote> = {}): CloseNote => ({
  id: `n${(number += 1)}`,
  task_id: 1,
  body,
  author,
  assigned_to: null,
  answers_id: null,
  ...more,
});

test('a name with an @ is a mention, an address is none', () => {
  expect(mentionsOf('@finance and @anna.b, also (@finance2). Not @Anna, a@b.example, @@x or @x')).toEqual([
    'finance',
    'anna.b',
    'finance2',
  ]);
  expect(mentionsOf('ask @controller.')).toEqual(['controller']);
  expect(mentionsOf('')).toEqual([]);
});

describe('what waits for a person', () => {
  test('the last mention on a task, until they say anything there', () => {
    const first = said('anna', '@ben why?');
    const again = said('carl', '@ben please');
    const elsewhere = said('anna', '@ben here too', { task_id: 2 });
    expect(askedOf([first, again, elsewhere], 'ben')).toEqual([
      { note: again, asks: 'word' },
      { note: elsewhere, asks: 'word' },
    ]);
    const answer = said('ben', 'timing');
    expect(askedOf([first, again, answer, elsewhere], 'ben').map(({ note }) => note)).toEqual([elsewhere]);
    expect(askedOf([first, again, answer, said('anna', '@ben sure?')], 'ben')).toHaveLength(1);
    expect(askedOf([said('ben', 'note to @ben')], 'ben')).toEqual([]);
    expect(askedOf([first], 'anna')).toEqual([]);
  });
  test('work stays until it is said to be done, whatever else they say', () => {
    const work = said('anna', 'send the statement @ben', { assigned_to: 'ben' });
    const word = said('ben', 'tomorrow');
    expect(askedOf([work, word], 'ben')).toEqual([{ note: work, asks: 'work' }]);
    expect(openWork([work, word])).toEqual([work]);
    const done = said('ben', 'sent', { answers_id: work.id });
    expect(askedOf([work, word, done], 'ben')).toEqual([]);
    expect(openWork([done, work])).toEqual([]);
  });
});

describe('may it be said', () => {
  const facts = { may_write: true, user_name: 'ben', period_state: 'open', answers: false };
  const work = { note: said('anna', 'x', { assigned_to: 'ben' }), done: false };
  const code = (more: Partial<Parameters<typeof maySay>[0]>): string => {
    const answer = maySay({ ...facts, ...more });
    return answer.ok ? 'ok' : answer.code;
  };
  test('by whoever writes notes, while the month is not closed for good', () => {
    expect(code({})).toBe('ok');
    expect(code({ period_state: 'soft_locked' })).toBe('ok');
    expect(code({ may_write: false })).toBe('not_permitted');
    expect(code({ period_state: 'hard_locked' })).toBe('period_locked');
  });
  test('that work is done: once, by who was to do it or who gave it', () => {
    expect(code({ answers: true, answered: work })).toBe('ok');
    expect(code({ answers: true, answered: work, user_name: 'anna' })).toBe('ok');
    expect(code({ answers: true, answered: work, user_name: 'carl' })).toBe('not_permitted');
    expect(code({ answers: true, answered: { ...work, done: true } })).toBe('already_done');
    expect(code({ answers: true, answered: undefined })).toBe('not_found');
    expect(code({ answers: true, answered: { note: said('anna', 'x'), done: false } })).toBe('not_found');
  });
});
