import { expect, test } from 'vitest';
import { sinceKept, tooLargeToKeepWords } from './kept.ts';

const part = (path: string, sha256 = 'a') => ({ path, bytes: 1, sha256 });

test('rows a later program writes beside those that were kept say nothing of the month; what differs or is gone does', () => {
  const kept = [part('rows/items-ar.csv'), part('rows/kpis.csv')];
  expect(sinceKept(kept, [...kept, part('rows/allocation-landed-cost.csv')])).toEqual({ moved: [], locked: [] });
  expect(sinceKept([...kept, part('rows/allocation-landed-cost.csv')], kept).locked).toEqual([
    'rows/allocation-landed-cost.csv',
  ]);
  const changed = [...kept, part('rows/allocation-landed-cost.csv', 'b')];
  expect(sinceKept([...kept, part('rows/allocation-landed-cost.csv')], changed).locked).toHaveLength(1);
  expect(sinceKept(kept, [part('rows/items-ar.csv', 'b'), part('rows/kpis.csv', 'b'), part('rows/more.csv')])).toEqual({
    moved: ['rows/kpis.csv'],
    locked: ['rows/items-ar.csv', 'rows/more.csv'],
  });
});

test('one that was kept with a trail computed of rows says nothing of the month beside entries of the chain', () => {
  const trail = ['rows/trail-entries.csv', 'rows/trail-faults.csv', 'rows/trail-steps.csv', 'trail/entries.json'];
  const before = [part('rows/audit-trail.csv'), part('rows/items-ar.csv')];
  const after = [part('rows/items-ar.csv'), ...trail.map((path) => part(path))];
  expect(sinceKept(before, after)).toEqual({ moved: [], locked: [] });
  // once it holds them, one that is another is no news of the program
  const changed = after.map((each) => (each.path === 'trail/entries.json' ? part(each.path, 'b') : each));
  expect(sinceKept(after, changed).locked).toEqual(['trail/entries.json']);
});

test('what is too large to be kept says how large, and what to do', () => {
  expect(tooLargeToKeepWords(null)).toBeNull();
  const said = tooLargeToKeepWords(20 * 1024 * 1024 + 1);
  expect(said).toContain('packed it is 20.1 MB, and up to 20 MB is kept');
  expect(said).toContain('keep this file');
});
