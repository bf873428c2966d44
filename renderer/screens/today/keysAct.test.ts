import { expect, test } from 'vitest';
import { keysAct } from './keysAct.ts';
import { subjectOf } from './MarkDialogs.tsx';

const nothing = { data: undefined, isPlaceholderData: false };
const some = { data: { still_looking: true }, isPlaceholderData: false };
const all = { data: { still_looking: false }, isPlaceholderData: false };
/** Of the tab before. */
const former = <T>(answer: T) => ({ ...answer, isPlaceholderData: true });

test.each([
  ['nothing is there', nothing, nothing, false, false],
  ['all was found at once', all, nothing, false, true],
  ['some of it, the rest is looked for', some, nothing, false, false],
  ['some of it, but somebody moved to the row', some, nothing, true, true],
  ['some of it, and then all', some, all, false, true],
  ['some of it, all of another tab', some, former(all), false, false],
  ['all of another tab', former(all), nothing, false, false],
  ['all of another tab, where somebody chose a row', former(all), nothing, true, false],
])('%s', (_, asked, whole, chosen, acts) => {
  expect(keysAct(asked, whole, chosen)).toBe(acts);
});

test('a dialog names what it is about, a few of many', () => {
  expect(subjectOf(['A'])).toBe('A');
  expect(subjectOf(['A', 'B', 'C'])).toBe('A, B and C');
  expect(subjectOf(['A', 'B', 'C', 'D', 'E'])).toBe('A, B and 3 others');
});
