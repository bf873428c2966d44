/**
 * What an account's change is likely made of: the kinds of entries that moved it in the direction of the change, largest
 * first, until they make most of it. A suggestion from the ledger, nothing that is signed.
 */
import { divideRounded, safeNumber } from '../../money.ts';

/** What entries of a kind moved on an account, in the month and in the one before. Debit positive. */
export interface FluxPart {
  readonly journal: string;
  /** Kind of text of entries that stand for themselves; null: a journal that adds up documents. */
  readonly memo: string | null;
  readonly now_minor: number;
  readonly before_minor: number;
}

export interface FluxCause<P extends FluxPart = FluxPart> {
  readonly part: P;
  /** What it adds to the change. */
  readonly change_minor: number;
  /** Of the change, in hundredths of a per cent; more than all of it where other entries go against it. */
  readonly share_bp: number;
}

/** What entries have in common whose texts tell a month or a number: 'Salaries 202610' and 'Salaries 202609' are one kind. */
export function memoKind(memo: string): string {
  return memo
    .replaceAll(/\d[\d./:-]*/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

export const MOST_CAUSES = 3;
/** Most of a change: four fifths. */
const MOST_PER_CENT = 80n;

/**
 * @param result the account is income or expense: its month stands beside the month before; of the rest the balance changed by
 *   what moved in the month alone
 */
export function fluxCauses<P extends FluxPart>(
  change_minor: number,
  parts: readonly P[],
  result: boolean,
): FluxCause<P>[] {
  const sign = Math.sign(change_minor);
  if (sign === 0) return [];
  const size = BigInt(Math.abs(change_minor));
  const towards = parts
    .map((part) => ({ part, change_minor: result ? part.now_minor - part.before_minor : part.now_minor }))
    .filter((each) => Math.sign(each.change_minor) === sign)
    .toSorted((a, b) => Math.abs(b.change_minor) - Math.abs(a.change_minor) || byName(a.part, b.part));
  const causes: FluxCause<P>[] = [];
  let made = 0n;
  for (const { part, change_minor: adds } of towards) {
    if (causes.length === MOST_CAUSES || made * 100n >= size * MOST_PER_CENT) break;
    const amount = BigInt(Math.abs(adds));
    made += amount;
    causes.push({ part, change_minor: adds, share_bp: safeNumber(divideRounded(amount * 10_000n, size)) });
  }
  return causes;
}

function byName(a: FluxPart, b: FluxPart): number {
  const name = ({ journal, memo }: FluxPart): string => `${journal}\u0000${memo ?? ''}`;
  return name(a) < name(b) ? -1 : name(a) > name(b) ? 1 : 0;
}
