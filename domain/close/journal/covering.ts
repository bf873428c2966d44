/**
 * One document stands on several accounts: a receipt with the supplier and in stock, an exchange difference with the customer and with
 * exchange differences. An entry proposed from one item posts to the other's account as well; a second one would post it twice.
 */
import { isReconciledRole } from '../reconcile/plan.ts';
import type { ClearedItem, OpenItem } from './entry.ts';
import { turnedLines } from './turned.ts';

/** As much of an item as says which document it is. */
type OfDocument = Pick<OpenItem, 'ref' | 'document_kind' | 'document_id'>;

/** Of one document. Entries proposed before its id was kept are told by what kind it is and what it is called. */
export function isSameDocument(one: OfDocument, other: OfDocument): boolean {
  if (one.ref !== other.ref || one.document_kind !== other.document_kind) return false;
  return (one.document_id ?? null) === null || (other.document_id ?? null) === null
    ? true
    : one.document_id === other.document_id;
}

interface Move {
  readonly role: string;
  readonly amount_minor: number;
}

/** What clearing it posts to accounts that are reconciled. */
function movesOf(item: ClearedItem): readonly Move[] {
  const { role, counter_role, amount_minor, booked } = item;
  const moves: readonly (Move | { readonly role: null; readonly amount_minor: number })[] = booked
    ? turnedLines(booked, role)
    : [{ role, amount_minor: -amount_minor }, ...(counter_role ? [{ role: counter_role, amount_minor }] : [])];
  return moves.filter((move): move is Move => move.amount_minor !== 0 && isReconciledRole(move.role));
}

function goesWith(one: Move, other: Move): boolean {
  return one.role === other.role && Math.sign(one.amount_minor) === Math.sign(other.amount_minor);
}

/** Whether what clears `standing` already posts to this item's account what clears it. */
export function covers(
  standing: ClearedItem,
  item: OfDocument & { readonly role: string; readonly cause?: string; readonly amount_minor: number },
): boolean {
  if (item.amount_minor === 0 || item.cause !== standing.cause || !isSameDocument(standing, item)) return false;
  const wanted = { role: item.role, amount_minor: -item.amount_minor };
  return movesOf(standing).some((move) => goesWith(move, wanted));
}

/** Whether an entry with both would post one document to one account twice. */
export function postsTwice(standing: ClearedItem, item: ClearedItem): boolean {
  if (!isSameDocument(standing, item)) return false;
  const [stands, wanted] = [movesOf(standing), movesOf(item)];
  const rolesOf = (moves: readonly Move[]): string =>
    moves
      .map(({ role }) => role)
      .toSorted()
      .join();
  // another thing of the document, such as a price variance, posts to other accounts
  if (standing.cause !== item.cause && rolesOf(stands) !== rolesOf(wanted)) return false;
  return wanted.some((move) => stands.some((each) => goesWith(each, move)));
}
