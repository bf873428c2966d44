import { expect, test } from 'vitest';
import { leftOutWords, RECONCILIATIONS } from './plan.ts';

test('the revaluation says what it does not revalue; no other reconciliation promises more than it does', () => {
  const said = RECONCILIATIONS.flatMap(({ code }) => (leftOutWords(code, 'GBP') === null ? [] : [code]));
  expect(said).toEqual(['fx_revaluation']);
  expect(leftOutWords('fx_revaluation', 'GBP')).toContain('taken for one in GBP until');
});
