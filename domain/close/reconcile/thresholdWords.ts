/** What the reconciliation of rebates says of agreements that begin at a threshold. */
import { isoDate } from '../../calendar.ts';
import type { ShortAgreement } from '../../pricing/thresholds.ts';

export interface RebateThresholds {
  readonly running: number;
  readonly short: readonly (ShortAgreement & { readonly party_code: string })[];
}

/** A sentence each; `money` writes minor units with their currency. Of more agreements than `most` the others in one. */
export function thresholdWords(
  thresholds: RebateThresholds | null,
  money: (minor: number) => string,
  most = Number.POSITIVE_INFINITY,
): readonly string[] {
  if (thresholds === null) return [];
  const { running } = thresholds;
  const short = thresholds.short.toSorted((a, b) => b.accrued_minor - a.accrued_minor);
  const others = short.slice(most);
  const told = short
    .slice(0, most)
    .map(
      ({ party_code, name, to, net_minor, threshold_minor, accrued_minor }) =>
        `${party_code} ${name} ended on ${isoDate(to)} at net sales ${money(net_minor)}, below its threshold ${money(threshold_minor)}: ${accrued_minor === 0 ? 'nothing was accrued for it.' : `the ${money(accrued_minor)} accrued for it are not owed. Give them back by an entry.`}`,
    );
  if (others.length > 0) {
    const accrued_minor = others.reduce((sum, each) => sum + each.accrued_minor, 0);
    told.push(
      `${others.length} more ended below ${others.length === 1 ? 'its' : 'their'} threshold, ${money(accrued_minor)} accrued: the binder names each.`,
    );
  }
  if (running === 0) return told;
  return [
    `${running} ${running === 1 ? 'agreement with a threshold runs' : 'agreements with a threshold run'} on: rebates accrue from the first sale, as if it were reached.`,
    ...told,
  ];
}
