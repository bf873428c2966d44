/**
 * Rebates that begin at a threshold: they accrue from the first sale, as is expected of them, and what was accrued for an
 * agreement that ended short of its threshold is not owed (decision 0050).
 */
import type { RebateTerms } from './lineCosts.ts';
import { rebateOf } from './rebates.ts';

/** One version of an agreement; those of one customer, channel and name are one. */
export type ThresholdTerms = RebateTerms & { readonly threshold_minor: number };

export interface EndedAgreement {
  readonly party_id: number;
  readonly channel_id: number | null;
  readonly name: string;
  /** Day numbers, both included; from null = since ever. */
  readonly from: number | null;
  readonly to: number;
  readonly threshold_minor: number;
}

/** What a customer bought in a channel on a day, less what came back and was credited. */
export interface SoldOnDay {
  readonly party_id: number;
  readonly channel_id: number | null;
  readonly day: number;
  readonly net_minor: number;
  readonly rebate_minor: number;
}

export interface ShortAgreement extends EndedAgreement {
  readonly net_minor: number;
  /** What is to be given back. */
  readonly accrued_minor: number;
}

/** Agreements with a threshold that end on the days, and how many go on after them. */
export function thresholdsOn(
  agreements: readonly ThresholdTerms[],
  first: number,
  last: number,
): { readonly ended: readonly EndedAgreement[]; readonly running: number } {
  const ended: EndedAgreement[] = [];
  let running = 0;
  for (const versions of Map.groupBy(agreements, keyOf).values()) {
    const begun = versions.filter(({ valid_from }) => valid_from === null || valid_from <= last);
    const newest = begun.toSorted((a, b) => (a.valid_from ?? -Infinity) - (b.valid_from ?? -Infinity)).at(-1);
    if (newest === undefined || newest.threshold_minor <= 0) continue;
    const to = Math.max(...versions.map(({ valid_to }) => valid_to ?? Infinity));
    if (to > last) running += 1;
    else if (to >= first) {
      const from = Math.min(...begun.map(({ valid_from }) => valid_from ?? -Infinity));
      const { party_id, channel_id, name, threshold_minor } = newest;
      ended.push({ party_id, channel_id, name, from: Number.isFinite(from) ? from : null, to, threshold_minor });
    }
  }
  return { ended, running };
}

/** Those that ended short; `sold` by day, of all their customers and days. */
export function shortOfThreshold(
  ended: readonly EndedAgreement[],
  agreements: readonly ThresholdTerms[],
  sold: readonly SoldOnDay[],
): readonly ShortAgreement[] {
  const ofParty = Map.groupBy(agreements, ({ party_id }) => party_id);
  const sums = new Map(ended.map((each) => [keyOf(each), { net_minor: 0, accrued_minor: 0 }]));
  for (const { party_id, channel_id, day, net_minor, rebate_minor } of sold) {
    const holds = rebateOf(ofParty.get(party_id) ?? [], { channel_id, ordered_on: day });
    const sum = holds && sums.get(keyOf(holds));
    if (!sum) continue;
    sum.net_minor += net_minor;
    sum.accrued_minor += rebate_minor;
  }
  return ended.flatMap((each) => {
    const sum = sums.get(keyOf(each));
    return sum && sum.net_minor < each.threshold_minor ? [{ ...each, ...sum }] : [];
  });
}

function keyOf({ party_id, channel_id, name }: Pick<ThresholdTerms, 'party_id' | 'channel_id' | 'name'>): string {
  return JSON.stringify([party_id, channel_id, name]);
}
