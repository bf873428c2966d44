import { describe, expect, test } from 'vitest';
import { JOURNAL_KINDS, JOURNAL_PARTS, journalsOf, unmappedWords, USUAL_JOURNALS } from './journalKinds.ts';
import { DOCUMENT_JOURNALS, JOURNALS } from './reconcile/plan.ts';

describe('what a code means', () => {
  test('a company that gave none has the usual ones, without names of its own', () => {
    const usual = journalsOf([]);
    expect(USUAL_JOURNALS.every(({ code, kind }) => usual.kindOf(code) === kind && usual.isMapped(code))).toBe(true);
    expect([usual.nameOf('INV'), usual.kindOf('STJ'), usual.isMapped('STJ'), usual.by_hand]).toEqual([
      null,
      'by_hand',
      false,
      'ADJ',
    ]);
  });

  test('with the first of its own only its own count; proposed entries leave under the first by hand', () => {
    const own = journalsOf([
      { code: 'BNK1', name: 'Bank', kind: 'all_payments' },
      { code: 'MISC', name: 'Miscellaneous', kind: 'by_hand' },
      { code: 'CABA', name: 'Cash basis taxes', kind: 'by_hand' },
    ]);
    expect([own.kindOf('BNK1'), own.nameOf('BNK1'), own.by_hand]).toEqual(['all_payments', 'Bank', 'MISC']);
    expect([own.kindOf('INV'), own.isMapped('INV'), own.nameOf('INV')]).toEqual(['by_hand', false, null]);
    expect(own.codesOf(DOCUMENT_JOURNALS)).toEqual(['BNK1']);
    expect(journalsOf([{ code: 'INV', name: 'Invoices', kind: 'sales_invoices' }]).by_hand).toBe('ADJ');
  });

  test('a journal that keeps several kinds in one reaches every account one of them reaches, and is no document itself', () => {
    for (const [role, { usual, own }] of Object.entries(JOURNALS)) {
      for (const whole of JOURNAL_KINDS) {
        const parts = JOURNAL_PARTS[whole];
        if (!parts) continue;
        expect([role, whole, usual.has(whole)]).toEqual([role, whole, parts.some((part) => usual.has(part))]);
        expect([role, whole, own.has(whole)]).toEqual([role, whole, role === 'prepaid' && whole === 'all_payments']);
      }
    }
  });
});

test('codes without a kind are named, with what to do', () => {
  expect(unmappedWords([])).toBeNull();
  expect(unmappedWords(['STJ'])).toBe(
    'The journal STJ has no kind: its entries count as by hand. Say what it is for under Imports, Journals.',
  );
  expect(unmappedWords(['BNK1', 'EXCH', 'STJ'])).toBe(
    'The journals BNK1, EXCH and STJ have no kind: their entries count as by hand. Say what they are for under Imports, Journals.',
  );
});
