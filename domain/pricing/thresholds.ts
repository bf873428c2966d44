/**
 * Rebates that begin at a threshold: they accrue from the first sale, as is expected of them, and what was accrued for an
 * agreement that ended short of its threshold is not owed (decision 0050).
 */
import type { RebateTerms } from './lineCosts.ts';
import { rebateOf } from './rebates.ts';

/** One version of an agreement; those of one customer, channel and name are one. */
export type ThresholdTerms = RebateTerms & { readonly threshold_minor: number };

export interface AgreementWithThreshold {
  readonly party_id: number;
  readonly channel_id: number | null;
  readonly name: string;
  /** Day numbers, both included; from null = since ever, to null = until further notice. */
  readonly from: number | null;
  readonly to: number | null;
  readonly threshold_minor: number;
}

export type EndedAgreement = AgreementWithThreshold & { readonly to: number };

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

/** How far an agreement has come. */
export type RunningAgreement = AgreementWithThreshold & { readonly net_minor: number };

/** Agreements with a threshold that end on the days, and those that go on after them. */
export function thresholdsOn(
  agreements: readonly ThresholdTerms[],
  first: number,
  last: number,
): { readonly ended: readonly EndedAgreement[]; readonly running: readonly AgreementWithThreshold[] } {
  const ended: EndedAgreement[] = [];
  const running: AgreementWithThreshold[] = [];
  for (const versions of Map.groupBy(agreements, keyOf).values()) {
    const begun = versions.filter(({ valid_from }) => valid_from === null || valid_from <= last);
    const newest = begun.toSorted((a, b) => (a.valid_from ?? -Infinity) - (b.valid_from ?? -Infinity)).at(-1);
    if (newest === undefined || newest.threshold_minor <= 0) continue;
    const to = Math.max(...versions.map(({ valid_to }) => valid_to ?? Infinity));
    if (to < first) continue;
    const begins = Math.min(...begun.map(({ valid_from }) => valid_from ?? -Infinity));
    const { party_id, channel_id, name, threshold_minor } = newest;
    const from = Number.isFinite(begins) ? begins : null;
    if (to <= last) ended.push({ party_id, channel_id, name, from, to, threshold_minor });
    else running.push({ party_id, channel_id, name, from, to: Number.isFinite(to) ? to : null, threshold_minor });
  }
  return { ended, running };
}

/** Those that ended short; `sold` by day, of all their customers and days. */
export function shortOfThreshold(
  ended: readonly EndedAgreement[],
  agreements: readonly ThresholdTerms[],
  sold: readonly SoldOnDay[],
): readonly ShortAgreement[] {
  return soldUnder(ended, agreements, sold).filter(({ net_minor, threshold_minor }) => net_minor < threshold_minor);
}

/** With what was sold while each holds. */
export function soldUnder<A extends AgreementWithThreshold>(
  asked: readonly A[],
  agreements: readonly ThresholdTerms[],
  sold: readonly SoldOnDay[],
): readonly (A & { readonly net_minor: number; readonly accrued_minor: number })[] {
  const ofParty = Map.groupBy(agreements, ({ party_id }) => party_id);
  const sums = new Map(asked.map((each) => [keyOf(each), { net_minor: 0, accrued_minor: 0 }]));
  for (const { party_id, channel_id, day, net_minor, rebate_minor } of sold) {
    const holds = rebateOf(ofParty.get(party_id) ?? [], { channel_id, ordered_on: day });
    const sum = holds && sums.get(keyOf(holds));
    if (!sum) continue;
    sum.net_minor += net_minor;
    sum.accrued_minor += rebate_minor;
  }
  return asked.map((each) => ({ ...each, ...(sums.get(keyOf(each)) ?? { net_minor: 0, accrued_minor: 0 }) }));
}

function keyOf({ party_id, channel_id, name }: Pick<ThresholdTerms, 'party_id' | 'channel_id' | 'name'>): string {
  return JSON.stringify([party_id, channel_id, name]);
}
