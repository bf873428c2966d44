/**
 * What a differing day is made of: bills that repeat another, entries nobody had a document for, documents the ledger lacks,
 * and where those stand instead. The parts add up to what differs; what nothing explains is said to be not found.
 */
import { monthOfDay } from '../../calendar.ts';
import type { Cell } from './cells.ts';
import type { DocumentRef, Found, LedgerMovement, Posting, Suspect } from './facts.ts';
import { JOURNALS, type ReconciledRole } from './plan.ts';

export interface MatchInput {
  readonly cells: readonly Cell[];
  readonly cut_off: number;
  readonly movements: readonly LedgerMovement[];
  readonly postings: readonly Posting[];
  readonly suspects: readonly Suspect[];
}

/** More documents of a day than this are not tried two at a time: chance would make pairs. */
const FEW = 12;

interface Missing {
  readonly posting: Posting;
  readonly cell: Cell;
}

/** Keeps what is left of each cell while parts of it are found. */
export class CellsLeft {
  private readonly left = new Map<string, Cell>();

  constructor(cells: readonly Cell[]) {
    for (const cell of cells) this.left.set(keyOf(cell), cell);
  }

  at(role: ReconciledRole, day: number): number {
    return this.left.get(keyOf({ role, day }))?.amount_minor ?? 0;
  }

  take(role: ReconciledRole, day: number, amount_minor: number): void {
    const rest = this.at(role, day) - amount_minor;
    if (rest === 0) this.left.delete(keyOf({ role, day }));
    else this.left.set(keyOf({ role, day }), { role, day, amount_minor: rest });
  }

  all(): readonly Cell[] {
    return [...this.left.values()];
  }
}

/** Takes what it finds out of `left`; answers it in the order of days. */
export function matchDays(left: CellsLeft, input: MatchInput): readonly Found[] {
  const { cut_off } = input;
  const found: Found[] = [];
  const missing: Missing[] = [];
  const suspects = Map.groupBy([...input.suspects, ...byHand(input.movements)], keyOf);
  const postings = Map.groupBy(input.postings, keyOf);
  for (const cell of left.all()) {
    if (cell.day <= cut_off) found.push(...onAnotherAccount(cell, postings.get(keyOf(cell)) ?? [], left));
  }
  for (const cell of left.all()) {
    if (cell.day > cut_off) continue;
    const parts = partsOf(cell.amount_minor, suspects.get(keyOf(cell)) ?? [], netted(postings.get(keyOf(cell)) ?? []));
    for (const part of parts ?? []) {
      if ('cause' in part) {
        const { role, day, amount_minor, cause, ref, documents } = part;
        found.push({ role, cause, amount_minor, ref, arose_on: day, documents, settles_on: null });
        left.take(role, day, amount_minor);
      } else missing.push({ posting: part, cell });
    }
  }
  for (const each of missing) found.push(...placed(each, left));
  return found;
}

/** A document that its account lacks and another has, on the same day. */
function onAnotherAccount(cell: Cell, postings: readonly Posting[], left: CellsLeft): readonly Found[] {
  const { role, day, amount_minor } = cell;
  const other = left
    .all()
    .find((each) => each.role !== role && each.day === day && each.amount_minor === -amount_minor);
  const posting = other ? netted(postings).find((each) => each.amount_minor === -amount_minor) : undefined;
  if (!other || !posting || left.at(role, day) === 0) return [];
  const of = { ref: posting.document.ref, arose_on: day, documents: [posting.document], settles_on: null };
  const cause = 'posted_to_another_account' as const;
  return [cell, other].map((each) => {
    left.take(each.role, day, each.amount_minor);
    return { role: each.role, cause, amount_minor: each.amount_minor, ...of };
  });
}

/** A document the ledger lacks on its day stands on another, or nowhere. */
function placed({ posting, cell }: Missing, left: CellsLeft): readonly Found[] {
  const { role, day, document } = posting;
  const amount_minor = -posting.amount_minor;
  left.take(role, cell.day, amount_minor);
  const item = { role, amount_minor, ref: document.ref, arose_on: day, documents: [document] };
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

/** The fewest parts that come to exactly the amount; null where none do. */
function partsOf(
  amount: number,
  suspects: readonly Suspect[],
  postings: readonly Posting[],
): readonly (Suspect | Posting)[] | null {
  const worth = (part: Suspect | Posting): number => ('cause' in part ? part.amount_minor : -part.amount_minor);
  const all = [...suspects, ...postings];
  const one = all.find((part) => worth(part) === amount);
  if (one) return [one];
  const firsts = all.length <= FEW ? all : suspects;
  const byWorth = new Map(all.toReversed().map((part) => [worth(part), part]));
  for (const first of firsts) {
    const second = byWorth.get(amount - worth(first));
    if (second && second !== first) return [first, second];
  }
  for (const first of suspects) {
    for (const second of firsts) {
      const third = byWorth.get(amount - worth(first) - worth(second));
      if (third && second !== first && third !== first && third !== second) return [first, second, third];
    }
  }
  return null;
}

/** What a document posts to an account on a day in several parts is one amount. */
function netted(postings: readonly Posting[]): readonly Posting[] {
  const byDocument = new Map<string, Posting>();
  for (const posting of postings) {
    const key = `${posting.document.kind} ${posting.document.ref}`;
    const known = byDocument.get(key);
    byDocument.set(key, known ? { ...known, amount_minor: known.amount_minor + posting.amount_minor } : posting);
  }
  return [...byDocument.values()].toSorted((a, b) => (a.document.ref < b.document.ref ? -1 : 1));
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
  return { open, settled };
}

/** Found with the day that settles it: by the cut-off it is no difference any more. */
export function settledAlready({ settles_on }: Found, cut_off: number): boolean {
  return settles_on !== null && settles_on <= cut_off;
}

/** What nothing explains, by day; two that cancel are no difference. */
export function notFound(left: CellsLeft, movements: readonly LedgerMovement[], cut_off: number): readonly Found[] {
  const open: Cell[] = [];
  for (const cell of left.all().filter(({ day }) => day <= cut_off)) {
    const back = open.findIndex((each) => each.role === cell.role && each.amount_minor === -cell.amount_minor);
    if (back >= 0) open.splice(back, 1);
    else open.push(cell);
  }
  return open.map(({ role, day, amount_minor }) => {
    const entries = movements.filter((each) => each.role === role && each.booked_on === day);
    const documents = entries.map(({ entry_id: id, number: ref }) => ({ kind: 'entry' as const, id, ref }));
    const ref = documents[0]?.ref ?? 'No entry';
    return { role, cause: 'not_found', amount_minor, ref, arose_on: day, documents, settles_on: null };
  });
}

function keyOf({ role, day }: { readonly role: ReconciledRole; readonly day: number }): string {
  return `${role}/${day}`;
}
