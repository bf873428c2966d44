/**
 * Revaluations in the ledger. The subledger knows each of them by currency and account, so what nobody booked is told one by
 * one however many there are; what was booked some days beside the month's end is the same one, at its own rate.
 */
import type { Movements, Postings } from './byDay.ts';
import { type CellsLeft, keyOf } from './cellsLeft.ts';
import type { Found, LedgerMovement, Posting, Suspect } from './facts.ts';
import { currencyOfRef } from './foreign.ts';
import { impliedRate, rateDocument } from './impliedRate.ts';
import { byDocument, netted, partsOf, worthOf } from './parts.ts';
import { DOCUMENT_JOURNALS, type ReconciledRole } from './plan.ts';

/** A month end on a weekend is booked on the Friday before or the first working day after: bank holidays make it four days. */
const DAYS_AROUND = 4;
/** Of more revaluations on one account and day than this not every choice is tried, nor of more choices: chance would fit. */
const MOST_CHOSEN = 14;
const MOST_CHOICES = 4_096;

export interface RevaluationsAsked {
  readonly cut_off: number;
  readonly movements: Movements;
  readonly postings: Postings;
  readonly suspects: readonly Suspect[];
}

/** A posting the ledger lacks on its day; `settles_on`: the day after the cut-off on which it stands there after all. */
export interface Lacking {
  readonly posting: Posting;
  readonly settles_on: number | null;
}

export interface RevaluationsFound {
  readonly lacking: readonly Lacking[];
  readonly found: readonly Found[];
}

/** Whether it is a month end's revaluation of documents, or what takes one back. */
export function isRevaluation({ document, missing, takes_back }: Posting): boolean {
  return document.kind === 'rate' && (missing === 'not_revalued' || takes_back !== null);
}

function revaluationsByDay(postings: readonly Posting[]): readonly (readonly Posting[])[] {
  return [...Map.groupBy(postings.filter(isRevaluation), keyOf).values()];
}

/** Sums of documents are no revaluation; whatever else moved the account that day may be one. */
function mayBeOne(movements: Movements, role: ReconciledRole, day: number): readonly LedgerMovement[] {
  return movements.on(role, day).filter((each) => !DOCUMENT_JOURNALS.has(each.journal_kind));
}

/** Whether a revaluation due on an account and day stands in no entry exactly as it is due. */
export function lacksRevaluation(due: readonly Posting[], movements: Movements, onto: MovedOnto): boolean {
  const own = netted(due.filter(isRevaluation));
  const [first] = own;
  if (!first) return false;
  const { role, day } = first;
  const booked = [...mayBeOne(movements, role, day), ...(onto.get(keyOf(first)) ?? [])].map(
    (each) => each.amount_minor,
  );
  return own.some(({ amount_minor }) => {
    const at = booked.indexOf(amount_minor);
    if (at >= 0) booked.splice(at, 1);
    return at < 0;
  });
}

/** Entries of a day that no document accounts for; none where they do not come to what differs. */
function extrasOn(left: CellsLeft, asked: RevaluationsAsked, role: ReconciledRole, day: number) {
  const amount = left.at(role, day);
  if (amount === 0) return [];
  const due = asked.postings.on(role, day).map((each) => each.amount_minor);
  const extras = mayBeOne(asked.movements, role, day).filter((each) => {
    const at = due.indexOf(each.amount_minor);
    if (at >= 0) due.splice(at, 1);
    return at < 0;
  });
  return sumOf(extras) === amount ? extras : [];
}

/** By account and day, the entries that were moved onto it. */
export type MovedOnto = ReadonlyMap<string, readonly LedgerMovement[]>;

/**
 * What was booked on the last working day before the month's end, and taken back on the first after it, is put onto the day
 * the subledger has it: what it came to stays, only the day does not differ.
 */
export function putOnTheirDay(left: CellsLeft, asked: RevaluationsAsked): MovedOnto {
  const onto = new Map<string, readonly LedgerMovement[]>();
  for (const group of revaluationsByDay(asked.postings.all)) {
    const [first] = group;
    if (!first || left.at(first.role, first.day) === 0) continue;
    const { role, day, takes_back } = first;
    const nothing = mayBeOne(asked.movements, role, day).length === 0;
    const step = takes_back === null ? -1 : 1;
    const usable: LedgerMovement[] = [];
    for (let at = 1; at <= DAYS_AROUND; at++) {
      const other = day + step * at;
      if (other > asked.cut_off) break;
      for (const each of extrasOn(left, asked, role, other)) {
        const same = group.some((posting) => posting.amount_minor === each.amount_minor);
        if (same || (nothing && each.journal_kind === 'exchange_differences')) usable.push(each);
      }
    }
    const sum = sumOf(usable);
    if (sum === 0) continue;
    const amount = left.at(role, day);
    // a late revaluation is not what takes one back
    if (takes_back !== null && Math.abs(amount + sum) >= Math.abs(amount)) continue;
    for (const each of usable) left.take(role, each.booked_on, each.amount_minor);
    left.take(role, day, -sum);
    onto.set(keyOf({ role, day }), usable);
  }
  return onto;
}

/** Of what was told before and nobody ever booked there is nothing to take back: the first of the month settles it. */
export function neverTakenBack(carried: readonly Found[], left: CellsLeft, asked: RevaluationsAsked): readonly Found[] {
  const takingBack = Map.groupBy(
    asked.postings.all.filter(({ takes_back }) => takes_back !== null),
    ({ takes_back }) => takes_back,
  );
  return carried.filter(({ role, ref, amount_minor }) => {
    const back = takingBack.get(ref)?.find((each) => each.role === role && each.amount_minor === amount_minor);
    if (!back || back.day > asked.cut_off || left.at(role, back.day) === 0) return false;
    if (mayBeOne(asked.movements, role, back.day).length > 0) return false;
    left.take(role, back.day, -back.amount_minor);
    return true;
  });
}

/** Takes what it finds out of `left`; what it cannot say for sure it leaves. */
export function matchRevaluations(left: CellsLeft, asked: RevaluationsAsked, onto: MovedOnto): RevaluationsFound {
  const lacking: Lacking[] = [];
  const found: Found[] = [];
  // the accounts of documents first: what they lack the account of exchange differences lacks too
  const groups = revaluationsByDay(asked.postings.all).toSorted(
    ([a], [b]) => (a?.day ?? 0) - (b?.day ?? 0) || Number(a?.role === 'fx_gain') - Number(b?.role === 'fx_gain'),
  );
  for (const group of groups) {
    const [first] = group;
    if (!first || first.day > asked.cut_off) continue;
    const { role, day } = first;
    const told = { lacking, found };
    for (const part of partsOfDay(left, asked, onto, netted(group), told) ?? []) {
      left.take(role, day, worthOf(part));
      if (!('cause' in part)) {
        lacking.push({ posting: part, settles_on: null });
        continue;
      }
      const { amount_minor, cause, ref, documents } = part;
      found.push({ role, cause, amount_minor, ref, arose_on: day, documents, settles_on: null });
    }
  }
  return { lacking: bookedLater(lacking, left, asked), found };
}

/** Which revaluations of the account and day are lacking or at another rate; null = it is not known. */
function partsOfDay(
  left: CellsLeft,
  asked: RevaluationsAsked,
  onto: MovedOnto,
  own: readonly Posting[],
  told: RevaluationsFound,
): readonly (Posting | Suspect)[] | null {
  const [first] = own;
  if (!first) return null;
  const { role, day } = first;
  const amount = left.at(role, day);
  if (amount === 0) return null;
  const moved = onto.get(keyOf(first));
  // nothing was booked that could be one: all of them are lacking, whatever else differs that day
  if (!moved && mayBeOne(asked.movements, role, day).length === 0) return own;
  const refs = new Set(own.map(({ document }) => document.ref));
  const others = asked.suspects.filter((each) => each.role === role && each.day === day && refs.has(each.ref));
  const fewest = partsOf(
    amount,
    asked.suspects.filter((each) => each.role === role && each.day === day),
    byDocument(asked.postings.on(role, day)),
  );
  if (fewest) return fewest.every((part) => refs.has('cause' in part ? part.ref : part.document.ref)) ? fewest : null;
  const mirrored = role === 'fx_gain' ? otherSides(own, told) : [];
  if (mirrored.length > 0 && mirrored.reduce((sum, part) => sum + worthOf(part), 0) === amount) return mirrored;
  return (
    chosenFrom(own, [], amount) ??
    chosenFrom(own, others, amount) ??
    (moved ? atItsOwnRate(own, moved, amount) : bookedAtItsOwnRate(own, asked.movements))
  );
}

/** On the account of exchange differences, what the accounts of documents were found to lack that day. */
function otherSides(own: readonly Posting[], { lacking, found }: RevaluationsFound): readonly (Posting | Suspect)[] {
  return own.flatMap((posting): readonly (Posting | Suspect)[] => {
    const { role, day, document } = posting;
    if (lacking.some((each) => each.posting.day === day && each.posting.document.ref === document.ref))
      return [posting];
    const other = found.find((each) => each.arose_on === day && each.ref === document.ref);
    if (!other) return [];
    const { cause, ref, amount_minor, documents } = other;
    return [{ role, day, amount_minor: -amount_minor, cause, ref, documents }];
  });
}

/** The fewest of them, lacking or at one of the other rates, that come to exactly the amount. */
function chosenFrom(
  own: readonly Posting[],
  others: readonly Suspect[],
  amount: number,
): readonly (Posting | Suspect)[] | null {
  if (own.length > MOST_CHOSEN) return null;
  const options = own.map((posting) => [posting, ...others.filter(({ ref }) => ref === posting.document.ref)]);
  const choices = options.reduce((product, each) => product * (each.length + 1), 1);
  if (others.length > 0 && choices > MOST_CHOICES) return null;
  let best: readonly (Posting | Suspect)[] | null = null;
  const choose = (nth: number, rest: number, chosen: readonly (Posting | Suspect)[]): void => {
    if (best !== null && chosen.length >= best.length) return;
    if (rest === 0 && chosen.length > 0) best = chosen;
    const next = options[nth];
    if (!next) return;
    for (const part of next) choose(nth + 1, rest - worthOf(part), [...chosen, part]);
    choose(nth + 1, rest, chosen);
  };
  choose(0, amount, []);
  return best;
}

/** What was booked on another day is at a rate of that day: each entry belongs to the currency it names, a single one to the only one. */
function atItsOwnRate(
  own: readonly Posting[],
  moved: readonly LedgerMovement[],
  amount: number,
): readonly (Posting | Suspect)[] | null {
  const parts = own.map((posting): Posting | Suspect => {
    const its = own.length === 1 ? moved : moved.filter((each) => names(each, currencyOfRef(posting.document.ref)));
    return its.length === 0 ? posting : atAnotherRate(posting, sumOf(its));
  });
  const differing = parts.filter((part) => worthOf(part) !== 0);
  return differing.reduce((sum, part) => sum + worthOf(part), 0) === amount ? differing : null;
}

function atAnotherRate({ role, day, amount_minor, document, valued }: Posting, booked_minor: number): Suspect {
  const booked_at = valued && impliedRate(valued, role === 'fx_gain' ? -booked_minor : booked_minor);
  return {
    role,
    day,
    amount_minor: booked_minor - amount_minor,
    cause: 'revalued_at_another_rate',
    ref: document.ref,
    documents: valued && booked_at !== null ? [document, rateDocument(valued, booked_at)] : [document],
  };
}

/**
 * What was booked on the month's end itself at a rate nobody gave. What else the account lacks that day is left for others: the
 * entry itself says what it came to.
 */
function bookedAtItsOwnRate(own: readonly Posting[], movements: Movements): readonly (Posting | Suspect)[] | null {
  const [first] = own;
  if (!first || first.takes_back !== null) return null;
  const booked = mayBeOne(movements, first.role, first.day).filter((each) => revalues(each, movements));
  const others: Posting[] = [];
  for (const posting of own) {
    const at = booked.findIndex((each) => each.amount_minor === posting.amount_minor);
    if (at >= 0) booked.splice(at, 1);
    else others.push(posting);
  }
  const ofPosting = new Map<Posting, readonly LedgerMovement[]>();
  for (const posting of others) {
    const its = booked.filter((each) => names(each, currencyOfRef(posting.document.ref)));
    if (its.length > 0) ofPosting.set(posting, its);
  }
  const known = new Set([...ofPosting.values()].flat());
  const nameless = booked.filter((each) => !known.has(each));
  const [last, ...more] = others.filter((each) => !ofPosting.has(each));
  if (nameless.length > 0 && last && more.length === 0) ofPosting.set(last, nameless);
  const parts: (Posting | Suspect)[] = [];
  for (const posting of others) {
    const its = ofPosting.get(posting);
    // of receivables and payables of one currency it is not known which an entry is of
    if (!its || others.some((each) => each !== posting && ofPosting.get(each)?.some((one) => its.includes(one))))
      continue;
    const part = atAnotherRate(posting, sumOf(its));
    if (part.documents.length > 1) parts.push(part);
  }
  return parts.length > 0 ? parts : null;
}

/** Whether an entry revalues: by its journal, or because exchange differences have the other side. */
export function revalues(movement: LedgerMovement, movements: Movements): boolean {
  if (movement.journal_kind === 'exchange_differences') return true;
  const gain = movement.role === 'fx_gain';
  return movements
    .besideGain(movement.entry_id)
    .some(
      ({ role, amount_minor }) =>
        amount_minor === -movement.amount_minor && (gain ? role === 'ar' || role === 'ap' : role === 'fx_gain'),
    );
}

function names({ number, memo, ref }: LedgerMovement, currency: string | null): boolean {
  return currency !== null && `${number} ${memo} ${ref ?? ''}`.split(/[^A-Z]+/).includes(currency);
}

/** Those of the cut-off's day that were booked on one of the first days after it. */
function bookedLater(lacking: readonly Lacking[], left: CellsLeft, asked: RevaluationsAsked): readonly Lacking[] {
  const later = new Map<string, number>();
  const last = lacking.filter(({ posting }) => posting.day === asked.cut_off && posting.takes_back === null);
  for (const [role, group] of Map.groupBy(last, ({ posting }) => posting.role)) {
    for (let day = asked.cut_off + 1; day <= asked.cut_off + DAYS_AROUND; day++) {
      const extras = extrasOn(left, asked, role, day);
      if (extras.length === 0) continue;
      const all = group.map(({ posting }) => posting).filter(({ document }) => !later.has(document.ref));
      const whole = sumOf(extras) === sumOf(all);
      const its = whole ? all : all.filter((posting) => extras.some((e) => e.amount_minor === posting.amount_minor));
      for (const posting of its) later.set(posting.document.ref, day);
      left.take(role, day, sumOf(its));
    }
  }
  return lacking.map((each) => {
    const { day, document, takes_back } = each.posting;
    const settles_on = day === asked.cut_off && takes_back === null ? (later.get(document.ref) ?? null) : null;
    return { ...each, settles_on };
  });
}

function sumOf(amounts: readonly { readonly amount_minor: number }[]): number {
  return amounts.reduce((sum, each) => sum + each.amount_minor, 0);
}
