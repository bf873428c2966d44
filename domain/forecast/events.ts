/**
 * What happened to an item that demand may have answered to: prices that changed, discounts that were allowed for a time, and
 * months that broke with what was expected. Pure; versions come as they lie, days as day numbers.
 */
import { inForceOn, type RuleVersion } from '#domain/governance/inForce.ts';
import { type BreakKind, demandBreak } from './breaks.ts';

export interface ValueVersion extends RuleVersion {
  readonly value: number;
}

export interface ValueChange {
  readonly on: number;
  /** null = none was in force the day before, or none is from then on. */
  readonly before: number | null;
  readonly after: number | null;
}

/**
 * Days from `from_on` to `to_on` on which another value began to hold, oldest first. What was there since ever is no change.
 */
export function valueChanges(versions: readonly ValueVersion[], from_on: number, to_on: number): ValueChange[] {
  const days = versions.flatMap(({ valid_from, valid_to }) => [
    ...(valid_from === null ? [] : [valid_from]),
    ...(valid_to === null ? [] : [valid_to + 1]),
  ]);
  return [...new Set(days)]
    .filter((on) => on >= from_on && on <= to_on)
    .toSorted((a, b) => a - b)
    .flatMap((on) => {
      const before = inForceOn(versions, on - 1)?.value ?? null;
      const after = inForceOn(versions, on)?.value ?? null;
      return before === after ? [] : [{ on, before, after }];
    });
}

export interface PastBreak {
  /** Index of the first period of it. */
  readonly at: number;
  readonly kind: BreakKind;
  readonly actual: number;
  readonly expected: number;
}

/** The period after a break is not told apart from it: what returns to usual stands out as well. */
const ECHO_PERIODS = 1;

/**
 * Every break as it was found when it was new, oldest first: a period that stood out and stayed where it was is the level
 * shift it became.
 */
export function pastBreaks(values: Float64Array, season: number): PastBreak[] {
  const found: PastBreak[] = [];
  for (let end = 1; end <= values.length; end++) {
    const one = demandBreak(values.subarray(0, end), season);
    if (one === null) continue;
    const { kind, actual, expected } = one;
    const here = { at: end - one.periods, kind, actual, expected };
    const last = found.at(-1);
    if (last !== undefined && here.at <= last.at) {
      if (kind === 'level_shift') found[found.length - 1] = { ...here, at: last.at };
      continue;
    }
    if (last !== undefined && here.at - last.at <= ECHO_PERIODS) continue;
    found.push(here);
  }
  return found;
}
