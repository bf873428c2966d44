import { expect, test } from 'vitest';
import { chargeIdentities, type KnownCharge, type NamedCharge } from './chargeIdentity.ts';

const line = (amount_minor: number, reference: string | null = null): NamedCharge => ({ amount_minor, reference });
/** What is known after a file, as its store keeps it. */
const after = (known: readonly KnownCharge[], ...lines: readonly NamedCharge[]): KnownCharge[] => {
  const kept = new Map(known.map((charge) => [charge.external_id, charge]));
  for (const [at, { external_id }] of chargeIdentities(lines, known).entries()) {
    kept.set(external_id, { external_id, amount_minor: lines[at]?.amount_minor ?? 0 });
  }
  return [...kept.values()];
};
const amounts = (known: readonly KnownCharge[]) => known.map(({ amount_minor }) => amount_minor);

test('two equal lines of one file are two charges; the file again, in whatever order, changes nothing', () => {
  const first = after([], line(100), line(100), line(30));
  expect(amounts(first)).toEqual([100, 100, 30]);
  expect(after(first, line(100), line(100), line(30))).toEqual(first);
  expect(after(first, line(30), line(100), line(100))).toEqual(first);
  expect(amounts(after(first, line(100), line(100), line(30), line(100)))).toEqual([100, 100, 30, 100]);
});

test('a reference tells charges apart and finds its own again, whatever it comes to now', () => {
  const first = after([], line(100, 'A'), line(100, 'B'));
  expect(first).toHaveLength(2);
  expect(amounts(after(first, line(100, 'B'), line(70, 'A')))).toEqual([70, 100]);
  expect(amounts(after(first, line(100, 'C')))).toEqual([100, 100, 100]);
});

test('a file that begins to say references, or no longer does, brings no charge twice', () => {
  // of before there were references
  const old = [{ external_id: null, amount_minor: 100 }];
  expect(after(old, line(100))).toEqual(old);
  expect(after(old, line(100, 'A'))).toEqual(old);
  expect(amounts(after(old, line(120)))).toEqual([120]);
  const named = after([], line(100, 'A'), line(50, 'B'));
  expect(after(named, line(100), line(50))).toEqual(named);
  // a line without a reference corrects none that has one
  expect(amounts(after(named, line(60)))).toEqual([100, 50, 60]);
});

test('a number of a charge that is no more is given to another, never one that stands', () => {
  expect(chargeIdentities([line(5), line(7)], [{ external_id: 'charge 2', amount_minor: 9 }])).toEqual([
    { known: { external_id: 'charge 2', amount_minor: 9 }, external_id: 'charge 2' },
    { known: null, external_id: 'charge 1' },
  ]);
});
