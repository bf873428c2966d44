import { expect, test } from 'vitest';
import { noneOfMonths, noneWords, told, waitWords } from './told.ts';

const at = (coverage: string) => ({ total_minor: 0, provenance: { coverage } });

test('no figure is told, and nothing is said to be missing, before the rows it is made of are here', () => {
  const whole = at('complete');
  expect(told(whole)).toBe(whole);
  expect(told(at('still loading: ledger lines'))).toBeUndefined();
  expect(told(at('complete since Oct 2026; older months are loading: ledger lines'))).toBeUndefined();
  expect(told(undefined)).toBeUndefined();
  const none = { title: 'Nothing was booked', text: 'Choose a later day.' };
  expect(noneWords(whole, none)).toBe(none);
  expect(noneWords(at('still loading: ledger lines'), none)).toEqual({
    title: 'Not all of it is here yet',
    text: 'This machine is still loading: ledger lines. What there is appears as it arrives.',
  });
  expect(noneOfMonths(whole, 'Oct 2026')).toBe('No order lines in Oct 2026.');
  expect(noneOfMonths(at('still loading: order lines'), 'Oct 2026')).toBe(
    'Nothing of Oct 2026 is told yet: this machine is still loading: order lines.',
  );
  expect(waitWords(at('still loading: payments'), 'Balances')).toEqual({
    title: 'Balances are told once all their rows are here',
    text: 'This machine is still loading: payments. They appear by themselves.',
  });
});
