/** At which rate the ledger revalued, told beside the closing rate. */
import { convertBack } from '../../currency/convert.ts';
import { divideRounded, minorDigits, safeNumber } from '../../money.ts';
import type { DocumentRef } from './facts.ts';

/** What is open in a currency on a control account, and the rate it should be valued at. */
export interface Valued {
  readonly currency: string;
  /** Of the company. */
  readonly ours: string;
  /** Minor units of the currency. */
  readonly foreign_minor: number;
  /** Minor units of ours, as it was booked. */
  readonly booked_minor: number;
  /** 1 = a receivable, −1 = a payable. */
  readonly sign: 1 | -1;
  readonly rate_micro: number;
}

const DECIMALS = 6;

/**
 * Units of the currency for one of ours × 10⁻⁶ at which a revaluation comes to `amount_minor` on the control account, debit positive:
 * the one with the fewest decimals. Null = no rate does: nothing is open, or it would be worth nothing or less.
 */
export function impliedRateMicro(valued: Valued, amount_minor: number): number | null {
  const { currency, ours, foreign_minor, booked_minor, sign } = valued;
  const value_minor = BigInt(booked_minor) + BigInt(sign) * BigInt(amount_minor);
  const foreign = BigInt(foreign_minor);
  if (foreign === 0n || value_minor === 0n || foreign > 0n !== value_minor > 0n) return null;
  const digits = minorDigits(ours) - minorDigits(currency);
  const numerator = foreign * 10n ** BigInt(DECIMALS + Math.max(0, digits));
  const denominator = value_minor * 10n ** BigInt(Math.max(0, -digits));
  for (let decimals = 0; decimals <= DECIMALS; decimals++) {
    const unit = 10n ** BigInt(DECIMALS - decimals);
    const rate_micro = divideRounded(numerator, denominator * unit) * unit;
    if (rate_micro <= 0n || rate_micro > BigInt(Number.MAX_SAFE_INTEGER)) continue;
    const rate = { from: ours, to: currency, rate_micro: Number(rate_micro) };
    if (decimals === DECIMALS || convertBack(foreign, rate) === value_minor) return safeNumber(rate_micro);
  }
  return null;
}

/** 'USD at 1.12, closing rate 1.25'. */
export function rateDocument({ currency, rate_micro }: Valued, booked_micro: number): DocumentRef {
  return {
    kind: 'rate',
    id: 0,
    ref: `${currency} at ${booked_micro / 1_000_000}, closing rate ${rate_micro / 1_000_000}`,
  };
}
