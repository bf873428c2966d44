/** A ledger entry nobody has a document for, and what undoes it: its own lines, all of them, the other way round (decision 0063). */
import { safeNumber } from '../../money.ts';
import type { Valuation } from '../reconcile/facts.ts';
import { isJournalReference } from './reference.ts';

/** What one entry moved on one account. Debit positive. */
export interface BookedLine {
  readonly account: string;
  /** Null: the account has no use here. */
  readonly role: string | null;
  readonly amount_minor: number;
}

/** An entry of the ledger, account by account. */
export interface BookedEntry {
  readonly id: number;
  /** What it names as what it comes from. */
  readonly ref: string | null;
  /** By their codes, none of them 0. */
  readonly lines: readonly BookedLine[];
}

export function bookedEntry(id: number, ref: string | null, lines: readonly BookedLine[]): BookedEntry {
  const summed = [...Map.groupBy(lines, ({ account }) => account)].flatMap(([account, ofAccount]): BookedLine[] => {
    const amount_minor = safeNumber(ofAccount.reduce((sum, line) => sum + BigInt(line.amount_minor), 0n));
    return amount_minor === 0 ? [] : [{ account, role: ofAccount[0]?.role ?? null, amount_minor }];
  });
  return { id, ref, lines: summed.toSorted((a, b) => (a.account < b.account ? -1 : 1)) };
}

/** The account of the item first, then the others. */
export function turnedLines({ lines }: BookedEntry, role: string): readonly BookedLine[] {
  const turned = lines.map((line) => ({ ...line, amount_minor: -line.amount_minor }));
  return [...turned.filter((line) => line.role === role), ...turned.filter((line) => line.role !== role)];
}

/** Why it cannot be undone from here, in a sentence; null = it can. */
export function whyNotTurned({
  role,
  ref,
  amount_minor,
  booked,
}: {
  readonly role: string;
  readonly ref: string;
  readonly amount_minor: number;
  readonly booked?: BookedEntry | null;
}): string | null {
  const byHand = 'Take it back in the ledger by hand.';
  const sumOf = (lines: readonly BookedLine[]): bigint =>
    lines.reduce((sum, each) => sum + BigInt(each.amount_minor), 0n);
  if (!booked || booked.lines.length === 0 || sumOf(booked.lines) !== 0n) {
    return `It is not known here on which other accounts entry ${ref} stands. ${byHand}`;
  }
  if (isJournalReference(ref) || isJournalReference(booked.ref)) {
    return `${booked.ref ?? ref} was a proposed entry itself. ${byHand}`;
  }
  if (booked.lines.some((line) => line.role === 'bank')) {
    return `Entry ${ref} moved the bank account too. Look first whether the bank has it: then post the payment itself. Else take the entry back in the ledger by hand.`;
  }
  if (sumOf(booked.lines.filter((line) => line.role === role)) !== BigInt(amount_minor)) {
    return `Only a part of entry ${ref} is left. Post what is left by hand.`;
  }
  return null;
}

/** So many of the newest entries that accrue landed costs say how the ledger books them. */
export const LANDED_ENTRIES = 50;

/**
 * Whether a landed cost that goods bear comes to stock, as most of the ledger's own entries of them do; else it stays with the
 * purchases. Where there is none to go by it comes to stock, which moves with every document.
 */
export function landedToStock(valuation: Valuation, entries: readonly BookedEntry[]): boolean {
  if (valuation !== 'perpetual') return false;
  const own = entries.filter(({ ref }) => !isJournalReference(ref));
  const onStock = own.filter(({ lines }) =>
    lines.some(({ role, amount_minor }) => role === 'inventory' && amount_minor > 0),
  );
  return own.length === 0 || onStock.length * 2 > own.length;
}

export function sameBooked(one: BookedEntry | null | undefined, other: BookedEntry | null | undefined): boolean {
  if (!one || !other) return !one === !other;
  return (
    one.id === other.id &&
    one.lines.length === other.lines.length &&
    one.lines.every(
      ({ account, amount_minor }, nth) =>
        other.lines[nth]?.account === account && other.lines[nth].amount_minor === amount_minor,
    )
  );
}
