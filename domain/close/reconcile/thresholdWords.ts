/** What the reconciliation of rebates says of agreements that begin at a threshold. */
import { isoDate } from '../../calendar.ts';
import type { ShortAgreement } from '../../pricing/thresholds.ts';

export interface RebateThresholds {
  readonly running: number;
  readonly short: readonly (ShortAgreement & { readonly party_code: string })[];
}

/** A sentence each; `money` writes minor units with their currency. */
export function thresholdWords(
  thresholds: RebateThresholds | null,
  money: (minor: number) => string,
): readonly string[] {
  if (thresholds === null) return [];
  const { running, short } = thresholds;
  const told = short.map(
    ({ party_code, name, to, net_minor, threshold_minor, accrued_minor }) =>
      `${party_code} ${name} ended on ${isoDate(to)} at net sales ${money(net_minor)}, below its threshold ${money(threshold_minor)}: ${accrued_minor === 0 ? 'nothing was accrued for it.' : `the ${money(accrued_minor)} accrued for it are not owed. Give them back by an entry.`}`,
  );
  if (running === 0) return told;
  return [
    `${running} ${running === 1 ? 'agreement with a threshold runs' : 'agreements with a threshold run'} on: rebates accrue from the first sale, as if it were reached.`,
    ...told,
  ];
}
