/**
 * What of the accrued rebates is not owed since agreements ended below their threshold, month by month: in the month an agreement
 * ends all that was accrued by then, in later months what comes to it or is taken off it. What earlier months found stands, so a
 * month gives back only what is new in it (decision 0050).
 */
import { addMonths, firstDayOfMonth, lastDayOfMonth } from '../calendar.ts';
import { amountsOfParts } from '../money.ts';
import {
  shortOfThreshold,
  type ShortAgreement,
  type SoldOnDay,
  type ThresholdTerms,
  thresholdsOn,
} from './thresholds.ts';

/** So long after its end an agreement is looked at again; then it stands as it was found. */
export const LOOK_AGAIN_MONTHS = 12;

export interface AgreementKey {
  readonly party_id: number;
  readonly channel_id: number | null;
  readonly name: string;
}
/** Minor units > 0: not owed. */
export type GivenTotal = AgreementKey & { readonly amount_minor: number };

/** A rebate as the ledger accrues it: of the order's day, in the month the goods left or came back. */
export interface AccruedRebate {
  readonly party_id: number;
  readonly channel_id: number | null;
  readonly ordered_on: number;
  readonly month: number;
  readonly rebate_minor: number;
}

/** A goods line's rebate by delivery, each its part of the quantity sold, so that the parts add up to it. */
export function accruedByDelivery(
  rebate_minor: number,
  sold_qty_milli: number,
  parts: readonly { readonly month: number; readonly qty_milli: number }[],
): readonly { readonly month: number; readonly rebate_minor: number }[] {
  const quantities = parts.map(({ qty_milli }) => qty_milli);
  const rebates = amountsOfParts(rebate_minor, quantities, sold_qty_milli);
  return parts.map(({ month }, nth) => ({ month, rebate_minor: rebates[nth] ?? 0 }));
}

export interface GiveBacksAsked {
  readonly agreements: readonly ThresholdTerms[];
  /** Of the customers of agreements that ended; rebates in them do not count. */
  readonly sold: readonly SoldOnDay[];
  readonly accrued: readonly AccruedRebate[];
  /** In their order, one after the other. */
  readonly months: readonly number[];
  /** Until this day nothing has ended that ends later, though it be in the month. */
  readonly today: number;
  /** What months before the first one found; null = none was ever asked: what is not owed by then counts as given back. */
  readonly before: readonly GivenTotal[] | null;
}

export interface MonthsGiveBack extends GivenTotal {
  readonly month: number;
  /** Null: it did not end short of a threshold after all. */
  readonly short: ShortAgreement | null;
}

export interface GiveBacksFound {
  /** Never 0; negative = owed after all. */
  readonly given: readonly MonthsGiveBack[];
  /** By the end of the last month. */
  readonly totals: readonly GivenTotal[];
}

export function giveBacksByMonth({ agreements, sold, accrued, months, today, before }: GiveBacksAsked): GiveBacksFound {
  const [first] = months;
  if (first === undefined) return { given: [], totals: before ?? [] };
  const nets = sold.map((row) => ({ ...row, rebate_minor: 0 }));
  const shortBy = (month: number): ReadonlyMap<string, ShortAgreement> => {
    const { ended } = thresholdsOn(agreements, lookedAtFrom(month), lastEndedOn(month, today));
    const rebates = accrued
      .filter((row) => row.month <= month)
      .map(({ party_id, channel_id, ordered_on: day, rebate_minor }) => ({
        party_id,
        channel_id,
        day,
        rebate_minor,
        net_minor: 0,
      }));
    return byKey(shortOfThreshold(ended, agreements, [...nets, ...rebates]));
  };
  let totals = byKey(
    before ??
      [...shortBy(addMonths(first, -1)).values()].map(({ accrued_minor, ...key }) => ({
        ...keyPart(key),
        amount_minor: accrued_minor,
      })),
  );
  const given: MonthsGiveBack[] = [];
  for (const month of months) {
    const short = shortBy(month);
    const old = byKey(thresholdsOn(agreements, Number.NEGATIVE_INFINITY, lookedAtFrom(month) - 1).ended);
    const now = new Map<string, GivenTotal>();
    const moved: MonthsGiveBack[] = [];
    for (const [key, of] of [...totals, ...short]) {
      if (now.has(key)) continue;
      const was = totals.get(key)?.amount_minor ?? 0;
      const found = short.get(key) ?? null;
      const amount_minor = old.has(key) ? was : (found?.accrued_minor ?? 0);
      now.set(key, { ...keyPart(of), amount_minor });
      if (amount_minor !== was) moved.push({ ...keyPart(of), month, amount_minor: amount_minor - was, short: found });
    }
    given.push(...withoutRenamed(moved));
    totals = new Map([...now].filter(([, { amount_minor }]) => amount_minor !== 0));
  }
  return { given, totals: [...totals.values()] };
}

/** The first day an agreement may have ended on to be looked at in a month. */
export function lookedAtFrom(month: number): number {
  return firstDayOfMonth(addMonths(month, -LOOK_AGAIN_MONTHS));
}

/** The last day an agreement may have ended on by a month's end: on its last day it still runs. */
export function lastEndedOn(month: number, today: number): number {
  return Math.min(lastDayOfMonth(month), today - 1);
}

/** One that goes by another name since owes what it did: nothing moves. */
function withoutRenamed(moved: readonly MonthsGiveBack[]): readonly MonthsGiveBack[] {
  const kept: MonthsGiveBack[] = [];
  for (const each of moved) {
    const other = kept.findIndex(
      (one) =>
        one.party_id === each.party_id && one.channel_id === each.channel_id && one.amount_minor === -each.amount_minor,
    );
    if (other >= 0) kept.splice(other, 1);
    else kept.push(each);
  }
  return kept;
}

function byKey<K extends AgreementKey>(rows: readonly K[]): ReadonlyMap<string, K> {
  return new Map(rows.map((row) => [JSON.stringify([row.party_id, row.channel_id, row.name]), row]));
}

function keyPart({ party_id, channel_id, name }: AgreementKey): AgreementKey {
  return { party_id, channel_id, name };
}
