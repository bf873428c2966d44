import { expect, test } from 'vitest';
import { OTHER_TASKS_REFUSED } from '#domain/imports/kinds/tasks.ts';
import { choiceKind } from './importState.ts';
import { byWhole, type WaitingLine, wholeOf } from './waitingLines.ts';

const line = (id: number, label: string, file_name: string, reason = OTHER_TASKS_REFUSED): WaitingLine => ({
  id,
  line_number: id,
  label,
  reason,
  file_name,
  header: [],
  fields: [],
  raw: null,
  of_whole: false,
  identity: null,
});

test('a list of close tasks is one whole a file, and its lines that are wrong themselves come first', () => {
  const tasks = choiceKind('tasks');
  const lines = [
    line(2, 'bank', 'october.csv'),
    line(3, 'counts', 'october.csv', 'Prepares: nobody named “warehouse” may prepare the close of this company.'),
    line(2, 'bank', 'november.csv'),
    line(4, 'flux', 'october.csv'),
  ];
  expect(byWhole(lines, tasks).map(({ label, file_name }) => `${label} ${file_name}`)).toEqual([
    'counts october.csv',
    'bank october.csv',
    'flux october.csv',
    'bank november.csv',
  ]);
  expect(new Set(lines.map((each) => wholeOf(each, tasks))).size).toBe(2);
});

test('lines of one statement stand together, those of a kind without wholes as they came', () => {
  const lines = [line(2, 'A', 'one.csv'), line(3, 'B', 'one.csv'), line(4, 'A', 'one.csv'), line(5, '', 'one.csv')];
  expect(byWhole(lines, choiceKind('statements')).map(({ id }) => id)).toEqual([2, 4, 3, 5]);
  expect(byWhole(lines, choiceKind('items'))).toBe(lines);
});
