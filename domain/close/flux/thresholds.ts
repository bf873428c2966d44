/**
 * From how much on a change of an account, or an item of a reconciliation, asks for words. Rules like others (domain/governance):
 * drafted by one, approved by another, each from the first of a month on, so that a month is judged by what held in it whenever
 * it is asked.
 */
import { lastDayOfMonth } from '../../calendar.ts';
import { inForceOn, type RuleVersion } from '../../governance/inForce.ts';
import { minorDigits } from '../../money.ts';
import type { FluxThreshold } from '../flux.ts';

/** Of a company that has no rule of its own: a thousand of its currency's main unit, and a tenth. */
const MAIN_UNITS = 1_000;
const RATE_BP = 1_000;

export interface FluxVersion extends FluxThreshold, RuleVersion {}

/** What holds for a month (yyyymm). `version` null: the company has no rule of its own. */
export function thresholdOf<V extends FluxVersion>(
  period: number,
  versions: readonly V[],
  currency: string,
): FluxThreshold & { readonly version: V | null } {
  const version = inForceOn(versions, lastDayOfMonth(period));
  if (version) return { amount_minor: version.amount_minor, rate_bp: version.rate_bp, version };
  return { amount_minor: MAIN_UNITS * 10 ** minorDigits(currency), rate_bp: RATE_BP, version: null };
}

export interface ItemVersion extends RuleVersion {
  /** The close task's code. */
  readonly name: string;
  readonly threshold_minor: number;
}

/** Below so much an item of that reconciliation needs no words; without a rule every item does. */
export function itemThresholdOf(period: number, code: string, versions: readonly ItemVersion[]): number {
  const own = versions.filter(({ name }) => name === code);
  return inForceOn(own, lastDayOfMonth(period))?.threshold_minor ?? 0;
}
