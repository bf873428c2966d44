/**
 * Flux: what an account did in a month beside what it did before, and whether somebody has to say why. A change asks for an
 * explanation when it is more than an amount and more than a share of what was there before; from nothing, any share is more.
 * Amounts are debit minus credit; the per cent is of the amount: it rises where the account grew on the side it stood on.
 */
import { divideRounded } from '../money.ts';

export interface FluxThreshold {
  readonly amount_minor: number;
  /** Of what was there before, in hundredths of a per cent. */
  readonly rate_bp: number;
}

/** Accounts that begin anew with each year: a month of theirs is what moved in it, of the rest it is the balance. */
const RESULT_KINDS: ReadonlySet<string> = new Set(['income', 'expense']);

/** @param kind the account's: 'asset' | 'liability' | 'equity' | 'income' | 'expense' */
export function isResultKind(kind: string): boolean {
  return RESULT_KINDS.has(kind);
}

export interface Flux {
  readonly change_minor: number;
  /**
   * Of what was there before, in hundredths of a per cent: above zero where the amount grew, on whichever side the account stood;
   * null where nothing was, or so little that no number holds it.
   */
  readonly rate_bp: number | null;
  readonly asks: boolean;
}

export function fluxOf(now_minor: number, before_minor: number, { amount_minor, rate_bp }: FluxThreshold): Flux {
  const change_minor = now_minor - before_minor;
  const size = BigInt(Math.abs(change_minor));
  const base = BigInt(Math.abs(before_minor));
  return {
    change_minor,
    rate_bp: rateOf(change_minor, before_minor),
    asks: Math.abs(change_minor) > amount_minor && size * 10_000n > base * BigInt(rate_bp),
  };
}

/** What the per cent is of, and what its sign says: for every heading that shows one. */
export const FLUX_RATE_HELP =
  'Of the amount before: + where the amount of the account grew, − where it fell, whether it stands in debit or in credit';

function rateOf(change_minor: number, before_minor: number): number | null {
  if (before_minor === 0) return null;
  const sign = before_minor < 0 ? -1n : 1n;
  const rate_bp = Number(divideRounded(sign * BigInt(change_minor) * 10_000n, sign * BigInt(before_minor)));
  return Number.isSafeInteger(rate_bp) ? rate_bp : null;
}
