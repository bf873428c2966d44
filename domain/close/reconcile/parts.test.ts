/** What a differing day is made of does not depend on the order documents were read in, nor on how few sums are tried. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { partWorth } from './accruals.ts';
import type { Posting, Suspect } from './facts.ts';
import { byDocument, netted, partsOf, worthOf } from './parts.ts';

const posting = (ref: string, amount_minor: number, kind: Posting['document']['kind'] = 'receipt'): Posting => ({
  role: 'grni',
  day: 1,
  amount_minor,
  document: { kind, id: 1, ref },
  party_id: null,
  channel_id: null,
  ordered_on: null,
  missing: 'document_not_posted',
  takes_back: null,
  valued: null,
});
const suspect = (ref: string, amount_minor: number): Suspect => ({
  role: 'grni',
  day: 1,
  amount_minor,
  cause: 'entry_by_hand',
  ref,
  documents: [],
});

const Postings = fc
  .array(fc.record({ ref: fc.integer({ min: 1, max: 30 }), amount: fc.integer({ min: -9, max: 9 }) }), {
    maxLength: 30,
  })
  .map((all) => all.map(({ ref, amount }) => posting(`R${ref}`, amount)));
const Suspects = fc
  .array(fc.integer({ min: -9, max: 9 }), { maxLength: 4 })
  .map((all) => all.map((amount, nth) => suspect(`E${nth}`, amount)));

test('parts are the same whatever order documents come in, and come to the amount', () => {
  fc.assert(
    fc.property(Postings, Suspects, fc.integer({ min: -30, max: 30 }), (postings, suspects, amount) => {
      const ordered = netted(postings);
      const parts = partsOf(amount, suspects, ordered);
      expect(partsOf(amount, suspects, ordered.toReversed())).toEqual(parts);
      expect(partsOf(amount, suspects, byDocument(postings))).toEqual(parts);
      expect(ordered.map(({ document }) => document.ref)).toEqual(
        [...new Set(postings.map(({ document }) => document.ref))].toSorted(),
      );
      if (parts) expect(parts.reduce((sum, part) => sum + worthOf(part), 0)).toBe(amount);
    }),
  );
});

test('a document of each kind is one of its own', () => {
  expect(byDocument([posting('R1', 5), posting('R1', 7, 'invoice'), posting('R1', 6)])).toEqual([
    posting('R1', 11),
    posting('R1', 7, 'invoice'),
  ]);
});

test('some of the documents come to an amount exactly when trying all of them says so', () => {
  const amounts = fc.array(fc.integer({ min: -40, max: 40 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(amounts, fc.integer({ min: -120, max: 120 }), (all, amount) => {
      fc.pre(amount !== 0);
      const postings = all.map((each, nth) => posting(`R${nth}`, each));
      const part = partWorth(postings, amount);
      const sums = new Set(
        Array.from({ length: 2 ** all.length }, (_, chosen) =>
          all.reduce((sum, each, nth) => ((chosen & (1 << nth)) === 0 ? sum : sum + each), 0),
        ),
      );
      expect(part !== null).toBe(sums.has(amount));
      if (part) expect(part.reduce((sum, { amount_minor }) => sum + amount_minor, 0)).toBe(amount);
    }),
  );
});
