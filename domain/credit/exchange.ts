/** What of an invoice in another currency a payment settles as it was booked, and what of it is won or lost by the rate since. */
import { divideRounded, safeNumber } from '../money.ts';

/** Minor units: as it was booked in the company's currency, and in the currency it is made out in. A credit is negative. */
export interface ForeignInvoice {
  readonly amount_minor: number;
  readonly foreign_minor: number;
}

export interface ForeignPayment {
  /** Day number. */
  readonly paid_on: number;
  readonly number: string;
  readonly amount_minor: number;
  readonly foreign_minor: number;
  /** Said by who brings it; null = reckoned. */
  readonly exchange_minor: number | null;
}

/** What other payments settled of the invoice before, in both currencies. */
export interface SettledBefore {
  readonly settled_minor: number;
  readonly foreign_minor: number;
}

/**
 * Of the invoice as it was booked, what that much of its own amount is; beyond the whole at the same rate. null = more than a
 * number holds exactly.
 */
export function bookedPart(invoice: ForeignInvoice, foreign_minor: number): number | null {
  if (foreign_minor === invoice.foreign_minor) return invoice.amount_minor;
  if (invoice.foreign_minor === 0) return 0;
  const sign = invoice.foreign_minor < 0 ? -1n : 1n;
  const part = BigInt(invoice.amount_minor) * BigInt(foreign_minor) * sign;
  const booked = Number(divideRounded(part, BigInt(invoice.foreign_minor) * sign));
  return Number.isSafeInteger(booked) ? booked : null;
}

/**
 * What a payment takes off the invoice as it was booked: reckoned from the whole, so that the parts add up to it.
 * @param settled_before what earlier payments settled of its own amount; throws RangeError beyond what a number holds
 */
export function takenOff(invoice: ForeignInvoice, settled_before: number, settled: number): number {
  const upTo = (part: number): bigint => {
    const booked = bookedPart(invoice, part);
    if (booked === null) throw new RangeError('what is settled is out of all proportion to its invoice');
    return BigInt(booked);
  };
  return safeNumber(upTo(settled_before + settled) - upTo(settled_before));
}

/**
 * The exchange difference of each payment, in the order given: its amount less what it settles. They are taken in order of day
 * and number, and each settles what all so far have of the invoice less what those before it had: so together they come to
 * exactly what their own amounts are of it, and to the whole invoice when it is paid. null = out of all proportion to the invoice.
 */
export function exchangeDifferences(
  invoice: ForeignInvoice,
  payments: readonly ForeignPayment[],
  before: SettledBefore,
): (number | null)[] {
  const found: (number | null)[] = payments.map(() => 0);
  let { settled_minor, foreign_minor } = before;
  const inOrder = payments.map((payment, at) => ({ payment, at })).toSorted((a, b) => earlier(a.payment, b.payment));
  for (const { payment, at } of inOrder) {
    foreign_minor += payment.foreign_minor;
    const booked = bookedPart(invoice, foreign_minor);
    const exchange =
      payment.exchange_minor ?? (booked === null ? null : payment.amount_minor - (booked - settled_minor));
    found[at] = exchange !== null && Number.isSafeInteger(exchange) ? exchange : null;
    settled_minor += payment.amount_minor - (found[at] ?? 0);
  }
  return found;
}

function earlier(a: ForeignPayment, b: ForeignPayment): number {
  return a.paid_on - b.paid_on || (a.number < b.number ? -1 : a.number > b.number ? 1 : 0);
}
