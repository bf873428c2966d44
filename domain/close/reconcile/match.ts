/**
 * What a differing day is made of: bills that repeat another, entries nobody had a document for, documents the ledger lacks,
 * and where those stand instead. The parts add up to what differs; what nothing explains is said to be not found.
 */
import { monthOfDay } from '../../calendar.ts';
import type { Movements, Postings } from './byDay.ts';
import type { Cell } from './cells.ts';
import { type CellsLeft, keyOf } from './cellsLeft.ts';
import { amountsThatDiffer } from './amountsDiffer.ts';
import { onAnotherAccount } from './elsewhere.ts';
import type { DocumentRef, Found, LedgerMovement, Suspect } from './facts.ts';
import { byDocument, partsOf, worthOf } from './parts.ts';
import { JOURNALS } from './plan.ts';
import type { Steps } from './steps.ts';
import { type Lacking, matchRevaluations, type MovedOnto } from './revaluations.ts';

export interface MatchInput {
  readonly currency: string;
  readonly cells: readonly Cell[];
  readonly cut_off: number;
  readonly movements: Movements;
  readonly postings: Postings;
  readonly suspects: readonly Suspect[];
  /** Revaluations that were booked on another day and put onto their own. */
  readonly onto: MovedOnto;
}

/** Takes what it finds out of `left`; answers it in the order of days. */
export function* matchDays(left: CellsLeft, input: MatchInput): Steps<readonly Found[]> {
  const { cut_off } = input;
  const found: Found[] = [];
  const missing: Lacking[] = [];
  const suspects = Map.groupBy([...input.suspects, ...byHand(input.movements.all)], keyOf);
  const differing = amountsThatDiffer(left, { ...input, suspects });
  found.push(...differing);
  yield;
  found.push(...onAnotherAccount(left, input, 'sure'));
  yield;
  const revalued = matchRevaluations(left, input, input.onto);
  found.push(...revalued.found);
  missing.push(...revalued.lacking);
  yield;
  found.push(...onAnotherAccount(left, input, 'left'));
  yield;
  const told = Map.groupBy(
    [
      ...differing.map(({ role, arose_on: day, documents: [own] }) => ({ role, day, ref: own?.ref ?? '' })),
      ...revalued.found.map(({ role, arose_on: day, ref }) => ({ role, day, ref })),
      ...revalued.lacking.map(({ posting: { role, day, document } }) => ({ role, day, ref: document.ref })),
    ],
    keyOf,
  );
  for (const cell of left.all()) {
    if (cell.day > cut_off) continue;
    yield;
    const key = keyOf(cell);
    const refs = new Set(told.get(key)?.map(({ ref }) => ref));
    const parts = partsOf(
      cell.amount_minor,
      (suspects.get(key) ?? []).filter(({ ref }) => !refs.has(ref)),
      byDocument(input.postings.on(cell.role, cell.day)).filter(({ document }) => !refs.has(document.ref)),
    );
    for (const part of parts ?? []) {
      left.take(part.role, part.day, worthOf(part));
      if ('cause' in part) {
        const { role, day, amount_minor, cause, ref, documents } = part;
        found.push({ role, cause, amount_minor, ref, arose_on: day, documents, settles_on: null });
      } else missing.push({ posting: part, settles_on: null });
    }
  }
  for (const each of missing.toSorted((a, b) => a.posting.day - b.posting.day)) {
    const back = takenBack(each, found);
    if (back) found[found.indexOf(back)] = { ...back, settles_on: each.posting.day };
    else found.push(...placed(each, left));
  }
  return found;
}

/** Of what was never posted there is nothing to take back: the day it should have been settles it. */
function takenBack({ posting }: Lacking, found: readonly Found[]): Found | undefined {
  if (posting.takes_back === null) return undefined;
  return found.find(
    ({ role, ref, amount_minor, settles_on }) =>
      settles_on === null &&
      role === posting.role &&
      ref === posting.takes_back &&
      amount_minor === posting.amount_minor,
  );
}

/** A document the ledger lacks on its day stands on another, or nowhere. */
function placed({ posting, settles_on }: Lacking, left: CellsLeft): readonly Found[] {
  const { role, day, document } = posting;
  const amount_minor = -posting.amount_minor;
  const item = { role, amount_minor, ref: document.ref, arose_on: day, documents: [document] };
  if (settles_on !== null) return [{ ...item, cause: 'posted_in_another_month', settles_on }];
  // nobody posts it later: the first of the next month would take it back
  if (posting.missing === 'not_revalued') return [{ ...item, cause: posting.missing, settles_on: null }];
  const [later] = left
    .all()
    .filter((other) => other.role === role && other.day > day && other.amount_minor === -amount_minor)
    .toSorted((a, b) => a.day - b.day);
  if (!later) return [{ ...item, cause: posting.missing, settles_on: null }];
  left.take(role, later.day, later.amount_minor);
  // within a month it is only late
  if (monthOfDay(later.day) === monthOfDay(day)) return [];
  return [{ ...item, cause: 'posted_in_another_month', settles_on: later.day }];
}

/** Entries of journals that no document or schedule of the account goes through. */
function byHand(movements: readonly LedgerMovement[]): readonly Suspect[] {
  return movements
    .filter(({ role, journal_kind }) => !JOURNALS[role].usual.has(journal_kind))
    .map((movement) => handEntry(movement));
}

export function handEntry({ role, booked_on, amount_minor, number, entry_id }: LedgerMovement): Suspect {
  const documents: readonly DocumentRef[] = [{ kind: 'entry', id: entry_id, ref: number }];
  return { role, day: booked_on, amount_minor, cause: 'entry_by_hand', ref: number, documents };
}

export interface Settling {
  readonly open: readonly Found[];
  readonly settled: readonly Found[];
}

/** What a later day took back by the cut-off is settled; the day is taken out of `left`. */
export function settle(found: readonly Found[], left: CellsLeft, cut_off: number): Settling {
  const open: Found[] = [];
  const settled: Found[] = [];
  for (const item of found) {
    const { role, arose_on, amount_minor } = item;
    const back = left
      .all()
      .find(
        (cell) =>
          cell.role === role &&
          cell.day >= arose_on &&
          cell.day <= cut_off &&
          amount_minor !== 0 &&
          cell.amount_minor === -amount_minor,
      );
    if (!back) {
      open.push(item);
      continue;
    }
    left.take(role, back.day, back.amount_minor);
    settled.push({ ...item, settles_on: back.day });
  }
  const together = settledTogether(open, left, cut_off);
  return { open: open.filter((item) => !together.has(item)), settled: [...settled, ...together.values()] };
}

/** More items of one account and day than this are not tried together: chance would settle them. */
const TOGETHER = 8;

/** What arose on one day of an account may go on another at once: revaluations of a month are all taken back on the first. */
function settledTogether(open: readonly Found[], left: CellsLeft, cut_off: number): ReadonlyMap<Found, Found> {
  const settled = new Map<Found, Found>();
  const nonzero = open.filter(({ amount_minor }) => amount_minor !== 0);
  for (const group of Map.groupBy(nonzero, ({ role, arose_on }) => `${role}/${arose_on}`).values()) {
    const [first] = group;
    if (!first || group.length < 2) continue;
    let rest = group;
    let most = mostBySum(rest);
    for (const cell of left.all()) {
      if (cell.role !== first.role || cell.day < first.arose_on || cell.day > cut_off) continue;
      const whole = rest.reduce((sum, item) => sum + item.amount_minor, 0) === -cell.amount_minor;
      const parts = whole ? rest : (most.get(-cell.amount_minor) ?? []);
      if (parts.length < 2) continue;
      left.take(cell.role, cell.day, cell.amount_minor);
      for (const item of parts) settled.set(item, { ...item, settles_on: cell.day });
      rest = rest.filter((item) => !settled.has(item));
      most = mostBySum(rest);
    }
  }
  return settled;
}

/** By what they come to, the most of them; of too many nothing. */
function mostBySum(items: readonly Found[]): ReadonlyMap<number, readonly Found[]> {
  const most = new Map<number, readonly Found[]>();
  if (items.length > TOGETHER) return most;
  for (let chosen = 1; chosen < 2 ** items.length; chosen++) {
    const parts = items.filter((_, nth) => (chosen & (1 << nth)) !== 0);
    const sum = parts.reduce((all, each) => all + each.amount_minor, 0);
    if (parts.length > (most.get(sum)?.length ?? 0)) most.set(sum, parts);
  }
  return most;
}

/** Found with the day that settles it: by the cut-off it is no difference any more. */
export function settledAlready({ settles_on }: Found, cut_off: number): boolean {
  return settles_on !== null && settles_on <= cut_off;
}

/** What nothing explains, by day; two that cancel are no difference. */
export function notFound(left: CellsLeft, movements: Movements, cut_off: number): readonly Found[] {
  const open: Cell[] = [];
  for (const cell of left.all().filter(({ day }) => day <= cut_off)) {
    const back = open.findIndex((each) => each.role === cell.role && each.amount_minor === -cell.amount_minor);
    if (back >= 0) open.splice(back, 1);
    else open.push(cell);
  }
  return open.map(({ role, day, amount_minor }) => {
    const documents = movements
      .on(role, day)
      .map(({ entry_id: id, number: ref }) => ({ kind: 'entry' as const, id, ref }));
    const [first, ...others] = documents;
    // which of several it is nobody knows: an innocent one is not named
    const ref = first ? (others.length > 0 ? 'Several entries' : first.ref) : 'No entry';
    return { role, cause: 'not_found', amount_minor, ref, arose_on: day, documents, settles_on: null };
  });
}
