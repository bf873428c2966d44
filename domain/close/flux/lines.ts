/**
 * The lines of the flux task: of each account what it did in the month, what it did before, and the change as an item that
 * bears the words. So a signature binds to both months and to the words, and both sides differ by the items, to the cent.
 */
import { type Flux, fluxOf, type FluxThreshold, isResultKind } from '../flux.ts';

export const FLUX_TASK = 'flux';

export interface FluxAccount {
  readonly code: string;
  readonly name: string;
  readonly kind: string;
  /** Debit positive, at the end of the month and of the one before. */
  readonly balance_minor: number;
  readonly balance_before_minor: number;
  /** In the month and in the one before. */
  readonly moved_minor: number;
  readonly moved_before_minor: number;
}

export interface FluxSideLine {
  readonly side: 'ledger' | 'subledger' | 'item';
  readonly ref: string;
  readonly account: string;
  readonly amount_minor: number;
}

/** Of accounts with something on either side, in the order they come. A side with nothing has no line. */
export function fluxLines(accounts: readonly FluxAccount[]): readonly FluxSideLine[] {
  const compared = accounts.map(({ code, name, kind, ...of }) => ({
    account: code,
    ref: `${code} ${name}`,
    now_minor: isResultKind(kind) ? of.moved_minor : of.balance_minor,
    before_minor: isResultKind(kind) ? of.moved_before_minor : of.balance_before_minor,
  }));
  const side = (of: FluxSideLine['side'], amount: (each: (typeof compared)[number]) => number) =>
    compared.map(
      (each): FluxSideLine => ({
        side: of,
        ref: each.ref,
        account: each.account,
        amount_minor: amount(each),
      }),
    );
  const items = compared
    .filter(({ now_minor, before_minor }) => now_minor !== 0 || before_minor !== 0)
    .map(
      ({ ref, account, now_minor, before_minor }): FluxSideLine => ({
        side: 'item',
        ref,
        account,
        amount_minor: now_minor - before_minor,
      }),
    );
  return [
    ...side('ledger', ({ now_minor }) => now_minor).filter(({ amount_minor }) => amount_minor !== 0),
    ...side('subledger', ({ before_minor }) => before_minor).filter(({ amount_minor }) => amount_minor !== 0),
    ...items,
  ];
}

/** A line of the task as it is kept. */
export interface FluxTaskLine {
  readonly id: number;
  readonly side: string;
  readonly ref: string;
  readonly account: string | null;
  readonly amount_minor: number;
  readonly explanation: string | null;
}

export interface FluxChange<L extends FluxTaskLine> extends Flux {
  /** The item that bears the words. */
  readonly line: L;
  readonly account: string;
  readonly now_minor: number;
  readonly before_minor: number;
}

/** The changes a task's lines say, in their order; a line without an account is none. */
export function fluxChanges<L extends FluxTaskLine>(lines: readonly L[], threshold: FluxThreshold): FluxChange<L>[] {
  const sum = (side: string): ReadonlyMap<string | null, number> => {
    const sums = new Map<string | null, number>();
    for (const line of lines) {
      if (line.side === side) sums.set(line.account, (sums.get(line.account) ?? 0) + line.amount_minor);
    }
    return sums;
  };
  const now = sum('ledger');
  const before = sum('subledger');
  return lines.flatMap((line) => {
    if (line.side !== 'item' || line.account === null) return [];
    const now_minor = now.get(line.account) ?? 0;
    const before_minor = before.get(line.account) ?? 0;
    return [{ line, account: line.account, now_minor, before_minor, ...fluxOf(now_minor, before_minor, threshold) }];
  });
}

/** The items that keep the task from being signed: their change asks, and nobody said why. */
export function unexplainedChanges<L extends FluxTaskLine>(lines: readonly L[], threshold: FluxThreshold): L[] {
  return fluxChanges(lines, threshold).flatMap(({ asks, line }) => (asks && line.explanation === null ? [line] : []));
}
