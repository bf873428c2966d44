/** At which rate the ledger revalued, told beside the closing rate. */
import { convertBack } from '../../currency/convert.ts';
import { RATE_PLACES, keptTogether, rateDecimalText, type RateValue } from '../../currency/rateValue.ts';
import { divideRounded, minorDigits } from '../../money.ts';
import type { DocumentRef } from './facts.ts';

/** What is open in a currency on a control account, and the rate it should be valued at. */
export interface Valued extends RateValue {
  readonly currency: string;
  /** Of the company. */
  readonly ours: string;
  /** Minor units of the currency. */
  readonly foreign_minor: number;
  /** Minor units of ours, as it was booked. */
  readonly booked_minor: number;
  /** 1 = a receivable, −1 = a payable. */
  readonly sign: 1 | -1;
}

/**
 * The rate at which a revaluation comes to `amount_minor` on the control account, debit positive: the one with the fewest decimals.
 * Null = no rate does: nothing is open, or it would be worth nothing or less.
 */
export function impliedRate(valued: Valued, amount_minor: number): RateValue | null {
  const { currency, ours, foreign_minor, booked_minor, sign } = valued;
  const value_minor = BigInt(booked_minor) + BigInt(sign) * BigInt(amount_minor);
  const foreign = BigInt(foreign_minor);
  if (foreign === 0n || value_minor === 0n || foreign > 0n !== value_minor > 0n) return null;
  const digits = minorDigits(ours) - minorDigits(currency);
  const numerator = foreign * 10n ** BigInt(Math.max(0, digits));
  const denominator = value_minor * 10n ** BigInt(Math.max(0, -digits));
  let finest: RateValue | null = null;
  for (let places = 0; places <= RATE_PLACES; places++) {
    const units = divideRounded(numerator * 10n ** BigInt(places), denominator);
    const kept = units <= 0n ? null : keptTogether([{ units, places }]);
    const [rate_micro] = kept?.rates_micro ?? [];
    if (!kept || rate_micro === undefined) continue;
    finest = { rate_micro, per_units: kept.per_units };
    if (convertBack(foreign, { from: ours, to: currency, ...finest }) === value_minor) break;
  }
  return finest;
}

/** 'USD at 1.12, closing rate 1.25'. */
export function rateDocument(valued: Valued, booked: RateValue): DocumentRef {
  return {
    kind: 'rate',
    id: 0,
    ref: `${valued.currency} at ${rateDecimalText(booked)}, closing rate ${rateDecimalText(valued)}`,
  };
}
