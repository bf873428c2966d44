/** Claims and groups of them as the screen reads them: orders and shipments are looked up for what is shown. */
import { isoDate } from '#domain/calendar.ts';
import { claimAgeDays, claimMarginMinor, claimState, isOpenTooLong } from '#domain/claims/claim.ts';
import type { ClaimRow } from '#contract/queries.ts';
import type { QueryContext } from '../context.ts';
import { isoDateOrNull } from '../provenance.ts';
import { type Beside, type ClaimGroup, clockMilliDays, keyOfClaim, ownerOf, type ViewEntry } from './claimView.ts';
import type { ClaimFacts, ClaimGround } from './ground.ts';

interface OrderOfClaim {
  readonly order_id: number;
  readonly number: string | null;
  readonly shipped_on: number | null;
}

/** By order line. */
export function ordersOf(
  { scan }: Pick<QueryContext, 'scan'>,
  claims: readonly ClaimFacts[],
): ReadonlyMap<number, OrderOfClaim> {
  const ids = claims.flatMap(({ order_line_id }) => (order_line_id === null ? [] : [order_line_id]));
  if (ids.length === 0) return new Map();
  const rows = scan<readonly [line: number, order: number, number: string | null, shipped: number | null]>(
    `SELECT l.id, l.order_id, o.number,
       (SELECT max(s.shipped_on) FROM main.shipment_line s WHERE s.order_line_id = l.id)
     FROM json_each(?) j JOIN main.order_line l ON l.id = j.value LEFT JOIN main.sales_order o ON o.id = l.order_id`,
    [JSON.stringify(ids)],
  );
  return new Map(rows.map(([line, order_id, number, shipped_on]) => [line, { order_id, number, shipped_on }]));
}

export function rowsOf(
  context: QueryContext,
  ground: ClaimGround,
  beside: Beside,
  entries: readonly ViewEntry[],
): ClaimRow[] {
  const orders = ordersOf(
    context,
    entries.flatMap((entry) => (entry.kind === 'claim' ? [entry.claim] : [])),
  );
  return entries.map((entry) =>
    entry.kind === 'group'
      ? groupRow(ground, entry.group, entry.expanded)
      : claimRow(ground, beside, orders, entry.claim, entry.level),
  );
}

export function claimRow(
  ground: ClaimGround,
  { marks }: Beside,
  orders: ReadonlyMap<number, OrderOfClaim>,
  claim: ClaimFacts,
  level = 0,
): ClaimRow {
  const order = claim.order_line_id === null ? undefined : orders.get(claim.order_line_id);
  const item = claim.item_id === null ? undefined : ground.items.get(claim.item_id);
  const channel = claim.channel_id === null ? undefined : ground.channels.get(claim.channel_id);
  const marked = marks.get(claim.id);
  const state = claimState(claim);
  return {
    key: keyOfClaim(claim.id),
    kind: 'claim',
    level,
    label: claim.number,
    expanded: false,
    claims: 1,
    open: state === 'resolved' ? 0 : 1,
    too_long: isOpenTooLong(claim, ground.as_of_on) ? 1 : 0,
    target_days: claim.target_days,
    claim_id: claim.id,
    number: claim.number,
    party_id: claim.party_id,
    party: claim.party_id === null ? null : (ground.customers.get(claim.party_id)?.name ?? null),
    order_id: order?.order_id ?? null,
    order_line_id: claim.order_line_id,
    order_number: order?.number ?? null,
    shipped_on: isoDateOrNull(order?.shipped_on ?? null),
    item_id: claim.item_id,
    item_code: item?.code ?? null,
    item: item?.name ?? null,
    site_id: claim.site_id,
    site: claim.site_id === null ? null : (ground.sites.get(claim.site_id)?.name ?? null),
    channel_id: claim.channel_id,
    channel: channel?.name ?? null,
    channel_kind: channel?.kind ?? 'unmapped',
    reason: claim.kind,
    state,
    opened_on: isoDate(claim.opened_on),
    resolved_on: isoDateOrNull(claim.resolved_on),
    age_days: claimAgeDays(claim, ground.as_of_on),
    clock_milli_days: clockMilliDays(claim),
    claimed_minor: claim.claimed_minor,
    allowed_minor: claim.allowed_minor,
    cost_minor: claim.cost_minor,
    margin_minor: claimMarginMinor(claim),
    owner: ownerOf(ground, claim),
    assigned_to: marked?.assigned_to ?? null,
    snoozed_until_on: isoDateOrNull(marked?.snoozed_until_on ?? null),
    mark_state: marked?.waiting ?? null,
  };
}

/** Of groups and of the pinned sum. A sum of costs of which one is not for this person is none. */
export function groupRow(ground: ClaimGround, { key, label, claims }: ClaimGroup, expanded: boolean): ClaimRow {
  const open = claims.filter((claim) => claimState(claim) !== 'resolved');
  const sum = (valueOf: (claim: ClaimFacts) => number): number => claims.reduce((to, claim) => to + valueOf(claim), 0);
  const known = claims.every(({ cost_minor }) => cost_minor !== null);
  const money = {
    claimed_minor: sum((claim) => claim.claimed_minor),
    allowed_minor: sum((claim) => claim.allowed_minor),
    cost_minor: known ? sum((claim) => claim.cost_minor ?? 0) : null,
  };
  return {
    key,
    kind: 'group',
    level: 0,
    label,
    expanded,
    claims: claims.length,
    open: open.length,
    too_long: claims.filter((claim) => isOpenTooLong(claim, ground.as_of_on)).length,
    target_days: null,
    claim_id: null,
    number: null,
    party_id: null,
    party: null,
    order_id: null,
    order_line_id: null,
    order_number: null,
    shipped_on: null,
    item_id: null,
    item_code: null,
    item: null,
    site_id: null,
    site: null,
    channel_id: null,
    channel: null,
    channel_kind: null,
    reason: null,
    state: null,
    opened_on: null,
    resolved_on: null,
    age_days: open.reduce<number | null>(
      (oldest, claim) => Math.max(oldest ?? 0, claimAgeDays(claim, ground.as_of_on)),
      null,
    ),
    clock_milli_days: null,
    ...money,
    margin_minor: claimMarginMinor(money),
    owner: null,
    assigned_to: null,
    snoozed_until_on: null,
    mark_state: null,
  };
}
