/** How a party pays: days after the due day, the middle by amount, of what was settled in the last year. */
export interface Settled {
  /** Day numbers. */
  readonly due_on: number;
  readonly paid_on: number;
  readonly amount_minor: number;
}

/** Fewer say nothing of a habit. */
export const FEWEST_PAYMENTS = 3;

export interface PaymentHabit {
  /** Days after the due day; below nothing: before it. */
  readonly days: number;
  readonly payments: number;
}

/**
 * The day by which half of the money had come: the weighted median, which one payment that took a year does not move. null
 * with too few payments.
 */
export function paymentHabit(settled: readonly Settled[]): PaymentHabit | null {
  const counted = settled.filter(({ amount_minor }) => amount_minor > 0);
  if (counted.length < FEWEST_PAYMENTS) return null;
  const late = counted
    .map(({ due_on, paid_on, amount_minor }) => ({ days: paid_on - due_on, amount_minor }))
    .toSorted((a, b) => a.days - b.days);
  const whole = late.reduce((sum, { amount_minor }) => sum + BigInt(amount_minor), 0n);
  let paid = 0n;
  for (const { days, amount_minor } of late) {
    paid += BigInt(amount_minor);
    if (paid * 2n >= whole) return { days, payments: counted.length };
  }
  return null;
}
