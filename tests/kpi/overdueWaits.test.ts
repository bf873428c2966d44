/** What the demo's receipts teach of overdue ones, tested on days after those it was learned from. */
import { expect, test } from 'vitest';
import { generateDemo } from '#server/demo/generate.ts';
import { optionsFor, SMALL } from '#server/demo/testing.ts';
import { waitErrors } from './waitError.ts';

test('on the last ninety days of the demo, learned from the days before each, the wait errs by less than a week for all', () => {
  let [cases, learned, fixed] = [0, 0, 0];
  for (const seed of [1, 2, 3, 4, 5, 6]) {
    const options = optionsFor(SMALL, seed);
    for (const each of waitErrors(generateDemo(options), options.today)) {
      cases += each.cases;
      learned += each.learned_days;
      fixed += each.fixed_days;
    }
  }
  expect(cases).toBeGreaterThan(200);
  expect(learned / cases).toBeLessThan(fixed / cases);
});
