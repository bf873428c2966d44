/**
 * What a payment takes off the invoice as it was booked, minor units of the company's currency: what came or left less what was
 * won or lost by the rate since. Everything that says what is open goes by this; what the bank holds goes by the amount.
 */
export interface PaidFact {
  readonly amount_minor: number;
  /** What of the amount is no part of the invoice as it was booked; 0 in the company's own currency. */
  readonly exchange_minor: number;
}

export function settledMinor({ amount_minor, exchange_minor }: PaidFact): number {
  return amount_minor - exchange_minor;
}
