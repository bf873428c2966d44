/** What the reconciliation of rebates says of agreements that begin at a threshold. */
import { isoDate } from '../../calendar.ts';
import type { RunningAgreement, ShortAgreement } from '../../pricing/thresholds.ts';

interface OfParty {
  readonly party_code: string;
}

export interface RebateThresholds {
  /** With what was sold by the month's end. */
  readonly running: readonly (RunningAgreement & OfParty)[];
  readonly short: readonly (ShortAgreement & OfParty)[];
}

/** A sentence each; `money` writes minor units with their currency. Of more agreements than `most` the others in one. */
export function thresholdWords(
  thresholds: RebateThresholds | null,
  money: (minor: number) => string,
  most = Number.POSITIVE_INFINITY,
): readonly string[] {
  if (thresholds === null) return [];
  return [...runningWords(thresholds.running, money, most), ...shortWords(thresholds.short, money, most)];
}

/** The nearest to its threshold first; those that reached it are counted. */
function runningWords(
  running: RebateThresholds['running'],
  money: (minor: number) => string,
  most: number,
): readonly string[] {
  if (running.length === 0) return [];
  const below = running
    .filter(({ net_minor, threshold_minor }) => net_minor < threshold_minor)
    .toSorted((a, b) => b.net_minor / b.threshold_minor - a.net_minor / a.threshold_minor);
  const reached = running.length - below.length;
  const [run, has] =
    running.length === 1
      ? ['agreement with a threshold runs', 'it has']
      : ['agreements with a threshold run', `${reached} of them ${reached === 1 ? 'has' : 'have'}`];
  const told = [
    `${running.length} ${run} on; rebates accrue from the first sale${reached === 0 ? ', as if it were reached' : `, and ${has} reached it`}.`,
    ...below
      .slice(0, most)
      .map(
        ({ party_code, name, net_minor, threshold_minor, to }) =>
          `${party_code} ${name}: net sales ${money(net_minor)} of ${money(threshold_minor)}, ${percentOf(net_minor, threshold_minor)}, ${to === null ? 'no end agreed' : `ends on ${isoDate(to)}`}.`,
      ),
  ];
  const others = below.length - most;
  if (others > 0) told.push(`${others} more ${others === 1 ? 'is' : 'are'} below: the binder names each.`);
  return told;
}

function shortWords(all: RebateThresholds['short'], money: (minor: number) => string, most: number): readonly string[] {
  const short = all.toSorted((a, b) => b.accrued_minor - a.accrued_minor);
  const told = short
    .slice(0, most)
    .map(
      ({ party_code, name, to, net_minor, threshold_minor, accrued_minor }) =>
        `${party_code} ${name} ended on ${isoDate(to)} at net sales ${money(net_minor)}, below its threshold ${money(threshold_minor)}: ${accrued_minor === 0 ? 'nothing is accrued for its orders.' : `the ${money(accrued_minor)} of rebate on its orders are not owed. What of them was delivered is an item until an entry gives it back.`}`,
    );
  const others = short.slice(most);
  if (others.length > 0) {
    const accrued_minor = others.reduce((sum, each) => sum + each.accrued_minor, 0);
    told.push(
      `${others.length} more ended below ${others.length === 1 ? 'its' : 'their'} threshold, ${money(accrued_minor)} of rebate: the binder names each.`,
    );
  }
  return told;
}

/** One decimal, cut off: 100 % is reached. */
function percentOf(part: number, whole: number): string {
  const thousandths = (BigInt(part) * 1_000n) / BigInt(whole);
  const size = thousandths < 0n ? -thousandths : thousandths;
  return `${thousandths < 0n ? '-' : ''}${size / 10n}.${size % 10n} %`;
}
