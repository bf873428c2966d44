/** Amounts of who delivered in the currency of who owes: by the rates of who delivered, else by those of who owes; of one currency as they are. */
import { convertBack, convertMinor } from '../../../currency/convert.ts';
import type { RateValue } from '../../../currency/rateValue.ts';
import { divideRounded, safeNumber } from '../../../money.ts';
import type { SisterRates } from './facts.ts';

export type RateKind = 'average' | 'closing';

export class Valuer {
  readonly from: string;
  readonly to: string;
  private readonly direct: SisterRates;
  private readonly inverse: SisterRates;

  /**
   * @param from the currency of who delivered; `to` of who owes
   * @param direct units of `to` for `from`; `inverse` units of `from` for `to`
   */
  constructor(from: string, to: string, direct: SisterRates, inverse: SisterRates) {
    this.from = from;
    this.to = to;
    this.direct = direct;
    this.inverse = inverse;
  }

  /** Nothing is valued anew between companies of one currency. */
  get same(): boolean {
    return this.from === this.to;
  }

  rateOf(month: number, kind: RateKind): RateValue | null {
    return (this.direct.get(month) ?? this.inverse.get(month))?.[kind] ?? null;
  }

  /** Minor units of `from` → of `to`, rounded once; null = no rate of the month. */
  value(amount_minor: number, month: number, kind: RateKind): number | null {
    return this.convert(amount_minor, month, kind, false);
  }

  /** The way back. */
  back(amount_minor: number, month: number, kind: RateKind): number | null {
    return this.convert(amount_minor, month, kind, true);
  }

  private convert(amount_minor: number, month: number, kind: RateKind, back: boolean): number | null {
    if (this.same) return amount_minor;
    const direct = this.direct.get(month)?.[kind];
    const inverse = this.inverse.get(month)?.[kind];
    const amount = BigInt(amount_minor);
    if (direct) {
      const rate = { from: this.from, to: this.to, ...direct };
      return safeNumber(back ? convertBack(amount, rate) : convertMinor(amount, rate));
    }
    if (!inverse) return null;
    const rate = { from: this.to, to: this.from, ...inverse };
    return safeNumber(back ? convertMinor(amount, rate) : convertBack(amount, rate));
  }
}

/** `part` of `whole` of an amount, rounded once. Throws RangeError where the whole is 0. */
export function shareOf(amount_minor: number, part: number, whole: number): number {
  const denominator = BigInt(whole);
  const product = BigInt(amount_minor) * BigInt(part);
  return safeNumber(
    divideRounded(denominator < 0n ? -product : product, denominator < 0n ? -denominator : denominator),
  );
}
