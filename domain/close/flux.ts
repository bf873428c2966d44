/**
 * Flux: what an account did in a month beside what it did before, and whether somebody has to say why. A change asks for an
 * explanation when it is more than an amount and more than a share of what was there before; from nothing, any share is more.
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
  /** Of what was there before, in hundredths of a per cent; null where nothing was, or so little that no number holds it. */
  readonly rate_bp: number | null;
  readonly asks: boolean;
}

export function fluxOf(now_minor: number, before_minor: number, { amount_minor, rate_bp }: FluxThreshold): Flux {
  const change_minor = now_minor - before_minor;
  const size = BigInt(Math.abs(change_minor));
  const base = BigInt(Math.abs(before_minor));
  return {
    change_minor,
    rate_bp: rateOf(change_minor, base),
    asks: Math.abs(change_minor) > amount_minor && size * 10_000n > base * BigInt(rate_bp),
  };
}

function rateOf(change_minor: number, base: bigint): number | null {
  if (base === 0n) return null;
  const rate_bp = Number(divideRounded(BigInt(change_minor) * 10_000n, base));
  return Number.isSafeInteger(rate_bp) ? rate_bp : null;
}
