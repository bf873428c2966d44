/** What a differing day of an account may be made of: the fewest parts that come to exactly its amount. */
import type { Posting, Suspect } from './facts.ts';

/** More documents of a day than this are not tried two at a time: chance would make pairs. */
const FEW = 12;

/** What the ledger is off by where it has this suspect, or lacks this posting. */
export function worthOf(part: Suspect | Posting): number {
  return 'cause' in part ? part.amount_minor : -part.amount_minor;
}

/** The fewest parts that come to exactly the amount; null where none do. */
export function partsOf(
  amount: number,
  suspects: readonly Suspect[],
  postings: readonly Posting[],
): readonly (Suspect | Posting)[] | null {
  const all = [...suspects, ...postings];
  const one = all.find((part) => worthOf(part) === amount);
  if (one) return [one];
  const firsts = all.length <= FEW ? all : suspects;
  const byWorth = new Map(all.toReversed().map((part) => [worthOf(part), part]));
  for (const first of firsts) {
    const second = byWorth.get(amount - worthOf(first));
    if (second && second !== first) return [first, second];
  }
  for (const first of suspects) {
    for (const second of firsts) {
      const third = byWorth.get(amount - worthOf(first) - worthOf(second));
      if (third && second !== first && third !== first && third !== second) return [first, second, third];
    }
  }
  return null;
}

/** What a document posts to an account on a day in several parts is one amount. */
export function netted(postings: readonly Posting[]): readonly Posting[] {
  const byDocument = new Map<string, Posting>();
  for (const posting of postings) {
    const key = `${posting.document.kind} ${posting.document.ref}`;
    const known = byDocument.get(key);
    byDocument.set(key, known ? { ...known, amount_minor: known.amount_minor + posting.amount_minor } : posting);
  }
  return [...byDocument.values()].toSorted((a, b) => (a.document.ref < b.document.ref ? -1 : 1));
}
