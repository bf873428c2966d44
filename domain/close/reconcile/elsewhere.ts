/** A document that its account lacks and another has, on the same day. */
import type { Movements, Postings } from './byDay.ts';
import type { Cell } from './cells.ts';
import type { CellsLeft } from './cellsLeft.ts';
import type { Found, LedgerMovement, Posting } from './facts.ts';
import { mentions } from './mentions.ts';
import { netted } from './parts.ts';
import { isRevaluation, lacksRevaluation, type MovedOnto, revalues } from './revaluations.ts';

interface Asked {
  readonly cut_off: number;
  readonly movements: Movements;
  readonly postings: Postings;
  readonly onto: MovedOnto;
}

/**
 * Takes what it finds out of `left`. `sure`: before revaluations are looked at, what cannot be one; `left`: of what they leave.
 * Two amounts of a day may coincide, so what may be a revaluation, or take one back, is posted elsewhere only where an entry says so.
 */
export function onAnotherAccount(left: CellsLeft, asked: Asked, which: 'sure' | 'left'): readonly Found[] {
  const due = (at: Cell): readonly Posting[] => asked.postings.on(at.role, at.day);
  const lacking = (at: Cell): readonly Posting[] =>
    netted(due(at)).filter((each) => each.amount_minor === -at.amount_minor);
  const unsure = (at: Cell): boolean => which === 'sure' && lacksRevaluation(due(at), asked.movements, asked.onto);
  const ofPair = (cell: Cell, other: Cell): Posting | undefined => {
    const able = lacking(cell);
    if (able.length === 0) return undefined;
    const doubtful = unsure(cell) || unsure(other) || bookedBoth(cell, other, asked.movements);
    // what both accounts lack stands on neither
    const both = new Set(lacking(other).map(({ document }) => document.ref));
    return able.find(
      (each) =>
        !both.has(each.document.ref) && ((!doubtful && !isRevaluation(each)) || named(each, other, asked.movements)),
    );
  };
  const found: Found[] = [];
  for (const [day, cells] of Map.groupBy(left.all(), (cell) => cell.day)) {
    if (day > asked.cut_off) continue;
    const stands = (cell: Cell): boolean => left.at(cell.role, day) === cell.amount_minor;
    for (const cell of cells) {
      for (const other of cells) {
        if (other.role === cell.role || other.amount_minor !== -cell.amount_minor) continue;
        const posting = stands(cell) && stands(other) ? ofPair(cell, other) : undefined;
        if (!posting) continue;
        const of = { ref: posting.document.ref, arose_on: day, documents: [posting.document], settles_on: null };
        for (const { role, amount_minor } of [cell, other]) {
          left.take(role, day, amount_minor);
          found.push({ role, cause: 'posted_to_another_account', amount_minor, ...of });
        }
      }
    }
  }
  return found;
}

/** One entry that revalues is the whole of what differs on both. */
function bookedBoth(cell: Cell, other: Cell, movements: Movements): boolean {
  const on = (at: Cell): readonly LedgerMovement[] =>
    movements.on(at.role, at.day).filter((each) => each.amount_minor === at.amount_minor);
  const entries = new Set(on(other).map(({ entry_id }) => entry_id));
  return on(cell).some((each) => entries.has(each.entry_id) && revalues(each, movements));
}

/** Whether what stands on the other account names the document. */
function named({ document }: Posting, other: Cell, movements: Movements): boolean {
  return movements
    .on(other.role, other.day)
    .some(
      ({ amount_minor, number, memo, ref }) =>
        amount_minor === other.amount_minor && [number, memo, ref ?? ''].some((text) => mentions(text, document.ref)),
    );
}
