import { expect, test } from 'vitest';
import { isLacking, tieOf, tieSentence } from './tieView.ts';

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

test('the ledger lacks what sales owe where it has less than they come to, and an account for it', () => {
  const lacks = (component: 'rebates' | 'cost', documents_minor: number, ledger_minor: number | null) =>
    isLacking({ component, documents_minor, ledger_minor });
  expect([lacks('rebates', -810, -540), lacks('rebates', -810, 0)]).toEqual([true, true]);
  expect([lacks('rebates', -810, -810), lacks('rebates', -810, -900), lacks('rebates', -810, null)]).toEqual([
    false,
    false,
    false,
  ]);
  expect(lacks('cost', -810, -540)).toBe(false);
});
