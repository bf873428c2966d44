import { expect, test } from 'vitest';
import { tieOf, tieSentence } from './tieView.ts';

test('what ties, what differs and what has no account is said apart', () => {
  const tie = (component: 'rebates' | 'fees' | 'cost', ledger_minor: number | null, differing_days: number) => ({
    component,
    ledger_minor,
    differing_days,
  });
  expect(tieSentence([tie('rebates', -5, 0), tie('cost', -9, 0)])).toBe(
    'Every component ties to the ledger, to the cent',
  );
  expect(tieSentence([tie('rebates', -5, 2), tie('fees', -9, 1)])).toBe(
    'Rebates and channel fees differ from the ledger',
  );
  expect(tieSentence([tie('cost', -5, 2), tie('fees', null, 0)])).toBe(
    'Landed cost differs from the ledger. Channel fees: no account has the role',
  );
  expect([tieOf('tie-rebates'), tieOf('tie-nothing')]).toEqual(['rebates', null]);
});
