/** What a quantity that a person types for a proposal becomes, in what the supplier sells: said before it is decided. */
import { scaledInteger } from '../../decimal.ts';
import { type DecimalMark, parseNumberText } from '../../imports/text/numberText.ts';
import { lineAmountOrNull } from '../../money.ts';
import { MOST_QTY_MILLI, roundUpToSupplierMilli } from '../orderQuantity.ts';
import { type ApprovalReason, approvalReasons } from './approval.ts';
import { approvalLimitsIn } from './orderTerms.ts';
import type { QuantityTerms } from './decision.ts';

export interface TypedAbout extends QuantityTerms {
  readonly kind: 'buy' | 'transfer';
  readonly proposed_qty_milli: number;
  /** null = not known, or not for this user. */
  readonly unit_price_micro: number | null;
  readonly currency: string;
}

export type TypedQuantity =
  | { readonly is: 'too_large' }
  /** 0: nothing is to be ordered. */
  | { readonly is: 'rejected' }
  /** What is proposed. */
  | { readonly is: 'accepted' }
  | {
      readonly is: 'changed';
      readonly qty_milli: number;
      /** Why it is more than was typed. */
      readonly raised_to: 'minimum' | 'multiple' | null;
      /** null = no price is known, or a transfer. */
      readonly value_minor: number | null;
      /** Against what is proposed, basis points. */
      readonly departs_bp: number;
      /** As far as can be said here; the server judges by its own price. */
      readonly approval: readonly ApprovalReason[];
    };

/** `qty_milli` is not negative. What is moved between sites is rounded to nothing. */
export function typedQuantity(qty_milli: number, about: TypedAbout): TypedQuantity {
  if (qty_milli === 0) return { is: 'rejected' };
  const { kind, proposed_qty_milli, minimum_qty_milli, multiple_qty_milli, currency } = about;
  const sold =
    kind === 'transfer' ? qty_milli : roundUpToSupplierMilli(qty_milli, minimum_qty_milli, multiple_qty_milli);
  if (sold > MOST_QTY_MILLI) return { is: 'too_large' };
  if (sold === proposed_qty_milli) return { is: 'accepted' };
  const worth = (qty: number): number | null =>
    about.unit_price_micro === null || kind === 'transfer'
      ? null
      : lineAmountOrNull(qty, about.unit_price_micro, currency);
  const value_minor = worth(sold);
  return {
    is: 'changed',
    qty_milli: sold,
    raised_to: sold === qty_milli ? null : qty_milli < minimum_qty_milli ? 'minimum' : 'multiple',
    value_minor,
    departs_bp: Math.round(((sold - proposed_qty_milli) * 10_000) / Math.max(1, proposed_qty_milli)),
    approval: approvalReasons(
      {
        kind,
        verdict: 'changed',
        proposed_qty_milli,
        qty_milli: sold,
        value_minor,
        proposed_value_minor: worth(proposed_qty_milli),
        recomputed: true,
      },
      approvalLimitsIn(currency),
    ),
  };
}

/** '120', '+10 %', '−10%': a quantity, or one made of what is proposed; null = neither. */
export function wantedQuantityMilli(text: string, proposed_qty_milli: number, mark: DecimalMark = '.'): number | null {
  const plain = text.trim().replace('\u2212', '-');
  const share = SHARE[mark].exec(plain);
  if (share) {
    const by = Number((share[2] ?? '').replace(',', '.')) * (share[1] === '-' ? -1 : 1);
    return Math.max(0, Math.round((proposed_qty_milli * (100 + by)) / 100));
  }
  return plainQuantityMilli(plain, mark);
}

const SHARE: Readonly<Record<DecimalMark, RegExp>> = {
  '.': /^([+-])\s*(\d{1,4}(?:\.\d{1,2})?)\s*%$/,
  ',': /^([+-])\s*(\d{1,4}(?:,\d{1,2})?)\s*%$/,
};

/** '1,250.5': a quantity as a person types it, with no more than thousandths of a unit; null = none. */
export function plainQuantityMilli(text: string, mark: DecimalMark = '.'): number | null {
  const plain = text.trim();
  // signs and exponents are for files: '+10' may be a share whose % was forgotten
  const number = /^\d[\d.,\s]*$/.test(plain) ? parseNumberText(plain, mark) : null;
  const qty_milli = number === null ? null : Number(scaledInteger(number, 3) ?? Number.NaN);
  return Number.isSafeInteger(qty_milli) ? qty_milli : null;
}
