/** What margin leaks against: limits of discounts, free freight, price floors, rebates agreed. */
import { Versions } from '#domain/governance/inForce.ts';
import { discountRules, type LeakageCause } from '#domain/pricing/leakage.ts';
import { type PriceFloor, priceFloorOf } from '#domain/pricing/priceFloor.ts';
import type { QueryContext } from '../context.ts';
import { itemFacts } from '../facts.ts';
import { floorApprovals } from './floorApprovals.ts';

export interface LeakageQuestion {
  readonly company_id: number;
  readonly currency: string;
  /** Days ordered, both included. */
  readonly from_on: number;
  readonly to_on: number;
  readonly cost_visible: boolean;
}

export interface LeakingLine {
  readonly cause: Exclude<LeakageCause, 'cost_rise'>;
  readonly order_id: number;
  /** null = the whole order leaks (freight). */
  readonly order_line_id: number | null;
  readonly number: string;
  readonly channel_id: number | null;
  readonly party_id: number | null;
  readonly item_id: number | null;
  readonly site_id: number | null;
  readonly country: string | null;
  readonly ordered_on: number;
  readonly qty_milli: number;
  /** What the rule allows and what was given, basis points; null where the cause has no rate. */
  readonly rule_bp: number | null;
  readonly given_bp: number | null;
  readonly leak_minor: number;
  /** Who allowed it: then it is none. null = nobody. */
  readonly approved_by: string | null;
  /** Who answers for it: the agreement's owner, else who looks after the customer; null = nobody. */
  readonly owner: string | null;
}

interface Sold {
  readonly channel_id: number | null;
  readonly ordered_on: number;
}

/** The channel's own floor on that day before everybody's. */
export function floorOf(floors: readonly PriceFloor[] | undefined, line: Sold): number | undefined {
  return priceFloorOf(floors, line)?.floor_price_micro;
}

export async function leakageRules(context: QueryContext, question: LeakageQuestion) {
  const { db } = context;
  const { company_id, cost_visible } = question;
  const channels = await db
    .selectFrom('channel_rule')
    .select([
      'channel_id',
      'free_freight_from_minor',
      'freight_charge_minor',
      'max_discount_bp',
      'valid_from',
      'valid_to',
    ])
    .where('company_id', '=', company_id)
    .execute();
  const discounts = await db.selectFrom('price_rule').selectAll().where('company_id', '=', company_id).execute();
  const items = await itemFacts(context);
  const floor_approvals = cost_visible ? floorApprovals(context, company_id) : new Map<number, string>();
  const floors = cost_visible
    ? await db.selectFrom('price_floor').selectAll().where('company_id', '=', company_id).execute()
    : [];
  const rebates = cost_visible
    ? await db.selectFrom('rebate_agreement').selectAll().where('company_id', '=', company_id).execute()
    : [];
  const of_channels = new Versions(channels, (row) => row.channel_id);
  /** What the channel went by on the day ordered. */
  const channelRule = ({ channel_id, ordered_on }: Sold) =>
    channel_id === null ? undefined : of_channels.on(channel_id, ordered_on);
  const limits = [...discounts, ...channels].flatMap(({ max_discount_bp }) => max_discount_bp ?? []);
  return {
    channelRule,
    channelMaxBp: (sold: Sold): number | null => channelRule(sold)?.max_discount_bp ?? null,
    discounts: discountRules(discounts),
    /** No rule allows less. */
    strictest_bp: Math.min(...limits, 10_000),
    categoryOf: (item_id: number): string | null => items.get(item_id)?.category || null,
    floors: Map.groupBy(floors, (row) => row.item_id),
    rebates: Map.groupBy(rebates, (row) => row.party_id),
    /** No agreement of the customer gives more. */
    highestRebateBp: highestByParty(rebates),
    /** By order: who allowed its lines below the floor. */
    floor_approvals,
    salespersonOf: (party_id: number | null): string | null =>
      party_id === null ? null : items.salespersonOf(party_id) || null,
  };
}

function highestByParty(
  agreements: readonly { readonly party_id: number; readonly rate_bp: number }[],
): ReadonlyMap<number, number> {
  const highest = new Map<number, number>();
  for (const { party_id, rate_bp } of agreements) highest.set(party_id, Math.max(highest.get(party_id) ?? 0, rate_bp));
  return highest;
}

export type LeakageRules = Awaited<ReturnType<typeof leakageRules>>;
