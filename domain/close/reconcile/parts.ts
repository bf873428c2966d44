/** What a differing day of an account may be made of: the fewest parts that come to exactly its amount. */
import type { DocumentRef, Posting, Suspect } from './facts.ts';

/** More documents of a day than this are not tried two at a time: chance would make pairs. */
const FEW = 12;

/** What the ledger is off by where it has this suspect, or lacks this posting. */
export function worthOf(part: Suspect | Posting): number {
  return 'cause' in part ? part.amount_minor : -part.amount_minor;
}

/** The fewest parts that come to exactly the amount, of several the one whose reference is first; null where none do. */
export function partsOf(
  amount: number,
  suspects: readonly Suspect[],
  postings: readonly Posting[],
): readonly (Suspect | Posting)[] | null {
  const one = suspects.find((part) => worthOf(part) === amount) ?? firstOf(postings, amount);
  if (one) return [one];
  const few = suspects.length + postings.length <= FEW;
  // most days have nothing but documents, and too many
  if (!few && suspects.length === 0) return null;
  const firsts = few ? [...suspects, ...postings.toSorted(byRef)] : suspects;
  const byWorth = partsByWorth(suspects, postings);
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

function firstOf(postings: readonly Posting[], amount: number): Posting | undefined {
  let first: Posting | undefined;
  for (const posting of postings) {
    if (worthOf(posting) === amount && (!first || byRef(posting, first) < 0)) first = posting;
  }
  return first;
}

/** Suspects before postings; of several the first. */
function partsByWorth(
  suspects: readonly Suspect[],
  postings: readonly Posting[],
): ReadonlyMap<number, Suspect | Posting> {
  const firsts = new Map<number, Posting>();
  for (const posting of postings) {
    const worth = worthOf(posting);
    const known = firsts.get(worth);
    if (!known || byRef(posting, known) < 0) firsts.set(worth, posting);
  }
  const all = new Map<number, Suspect | Posting>(firsts);
  for (const suspect of suspects.toReversed()) all.set(worthOf(suspect), suspect);
  return all;
}

function byRef(a: Posting, b: Posting): number {
  return a.document.ref < b.document.ref ? -1 : a.document.ref > b.document.ref ? 1 : 0;
}

/** What a document posts to an account on a day in several parts is one amount. By reference. */
export function netted(postings: readonly Posting[]): readonly Posting[] {
  return byDocument(postings).toSorted(byRef);
}

/** The same in the order the documents first come: of a day's thousands none has to be put in order. */
export function byDocument(postings: readonly Posting[]): readonly Posting[] {
  const places = new Map<DocumentRef['kind'], Map<string, number>>();
  const documents: Posting[] = [];
  for (const posting of postings) {
    const { kind, ref } = posting.document;
    const ofKind = places.get(kind) ?? new Map<string, number>();
    places.set(kind, ofKind);
    const place = ofKind.get(ref);
    const known = place === undefined ? undefined : documents[place];
    if (place === undefined || !known) ofKind.set(ref, documents.push(posting) - 1);
    else documents[place] = { ...known, amount_minor: known.amount_minor + posting.amount_minor };
  }
  return documents;
}
