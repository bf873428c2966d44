/** An arrangement of the claims: which of them, in which groups and order. */
import { isoDate } from '#domain/calendar.ts';
import {
  claimAgeDays,
  claimMarginMinor,
  claimReason,
  claimState,
  CLAIM_STATES,
  isOpenTooLong,
} from '#domain/claims/claim.ts';
import { columnFilterTest, type FilteredValue } from '#domain/columnFilters.ts';
import { milliDays } from '#domain/kpi/claimTime.ts';
import type { CLAIM_FILTER_COLUMNS, QueryArgs } from '#contract/queries.ts';
import type { Marked } from '../today/marks.ts';
import type { ClaimFacts, ClaimGround } from './ground.ts';

export type ClaimArgs = QueryArgs<'claims'>;

/** What is not in the rows of a claim and may change beside them. */
export interface Beside {
  /** Marks on it as an exception, by claim. */
  readonly marks: ReadonlyMap<number, Marked>;
  /** Order numbers by claim: only where the question speaks of orders. */
  readonly orders: ReadonlyMap<number, string>;
}

export interface ClaimGroup {
  readonly key: string;
  readonly label: string;
  readonly claims: readonly ClaimFacts[];
}

export type ViewEntry =
  | { readonly kind: 'group'; readonly group: ClaimGroup; readonly expanded: boolean }
  | { readonly kind: 'claim'; readonly claim: ClaimFacts; readonly level: number };

export interface ClaimView {
  readonly entries: readonly ViewEntry[];
  /** All claims of the filters. */
  readonly claims: readonly ClaimFacts[];
}

export const keyOfClaim = (id: number): string => `c:${id}`;

/** Who has it: who was asked to, else the customer's salesperson. */
export function ownerOf(ground: ClaimGround, { party_id }: ClaimFacts): string | null {
  return party_id === null ? null : (ground.customers.get(party_id)?.salesperson ?? null);
}

export function whoHas(ground: ClaimGround, { marks }: Beside, claim: ClaimFacts): string | null {
  return marks.get(claim.id)?.assigned_to ?? ownerOf(ground, claim);
}

export function clockMilliDays({ running_ms }: ClaimFacts): number | null {
  return running_ms === null ? null : milliDays(running_ms);
}

/** Whether numbers of orders are looked at: they are read for this then. */
export function speaksOfOrders({ text, filters }: ClaimArgs): boolean {
  return (text?.trim() ?? '') !== '' || filters.some(({ column }) => column === 'order');
}

export function claimView(ground: ClaimGround, args: ClaimArgs, beside: Beside): ClaimView {
  const order = orderOf(ground, args, beside);
  const claims = ground.claims.filter(inFilters(ground, args, beside)).toSorted(order);
  return { entries: entriesOf(ground, args, beside, claims), claims };
}

const inView = (ground: ClaimGround, view: ClaimArgs['view'], claim: ClaimFacts): boolean =>
  view === 'all' ||
  (view === 'too_long'
    ? isOpenTooLong(claim, ground.as_of_on)
    : (claimState(claim) === 'resolved') === (view === 'resolved'));

function inFilters(ground: ClaimGround, args: ClaimArgs, beside: Beside): (claim: ClaimFacts) => boolean {
  const words = args.text?.trim().toLowerCase() ?? '';
  const holds = columnFilterTest<Column>(args.filters);
  return (claim) =>
    inView(ground, args.view, claim) &&
    (args.site_id === undefined || claim.site_id === args.site_id) &&
    (args.channel_id === undefined || (claim.channel_id ?? 0) === args.channel_id) &&
    (args.party_id === undefined || claim.party_id === args.party_id) &&
    (words === '' || wordsOf(ground, beside, claim).includes(words)) &&
    (args.filters.length === 0 || holds((column) => valueOf(ground, beside, claim, column)));
}

function wordsOf(ground: ClaimGround, { orders }: Beside, claim: ClaimFacts): string {
  const item = claim.item_id === null ? undefined : ground.items.get(claim.item_id);
  return [claim.number, orders.get(claim.id), customerOf(ground, claim), item?.code, item?.name]
    .join('\n')
    .toLowerCase();
}

function customerOf(ground: ClaimGround, { party_id }: ClaimFacts): string | null {
  return party_id === null ? null : (ground.customers.get(party_id)?.name ?? null);
}

type Column = (typeof CLAIM_FILTER_COLUMNS)[number];

/** What a column says of a claim: days as ISO text, names as they are read, amounts in minor units. */
function valueOf(ground: ClaimGround, beside: Beside, claim: ClaimFacts, column: Column): FilteredValue {
  switch (column) {
    case 'name':
      return claim.number;
    case 'customer':
      return customerOf(ground, claim);
    case 'item': {
      const item = claim.item_id === null ? undefined : ground.items.get(claim.item_id);
      return item === undefined ? null : `${item.code} ${item.name}`;
    }
    case 'order':
      return beside.orders.get(claim.id) ?? null;
    case 'reason':
      return claimReason(claim.kind);
    case 'state':
      return claimState(claim);
    case 'opened':
      return isoDate(claim.opened_on);
    case 'resolved':
      return claim.resolved_on === null ? null : isoDate(claim.resolved_on);
    case 'age':
      return claimAgeDays(claim, ground.as_of_on);
    case 'clock':
      return clockMilliDays(claim);
    case 'claimed':
      return claim.claimed_minor;
    case 'allowed':
      return claim.allowed_minor;
    case 'cost':
      return claim.cost_minor;
    case 'margin':
      return claimMarginMinor(claim);
    case 'owner':
      return whoHas(ground, beside, claim);
    case 'site':
      return claim.site_id === null ? null : (ground.sites.get(claim.site_id)?.name ?? null);
    case 'channel':
      return claim.channel_id === null ? null : (ground.channels.get(claim.channel_id)?.name ?? null);
  }
}

type Order = (a: ClaimFacts, b: ClaimFacts) => number;

/** Without a wish: open too long first, then open, the most money first; what is resolved by its day, the newest first. */
function orderOf(ground: ClaimGround, { sort }: ClaimArgs, beside: Beside): Order {
  const natural = new Intl.Collator('en', { numeric: true });
  const rankOf = (claim: ClaimFacts): number =>
    isOpenTooLong(claim, ground.as_of_on) ? 0 : claimState(claim) === 'resolved' ? 2 : 1;
  const usual: Order = (a, b) =>
    rankOf(a) - rankOf(b) ||
    (rankOf(a) === 2 ? (b.resolved_on ?? 0) - (a.resolved_on ?? 0) : 0) ||
    b.claimed_minor - a.claimed_minor ||
    a.opened_on - b.opened_on ||
    a.id - b.id;
  const wishes = sort.map(({ column, descending }) => ({ column, sign: descending ? -1 : 1 }));
  return (a, b) => {
    for (const { column, sign } of wishes) {
      const [x, y] = [sortValue(ground, beside, a, column), sortValue(ground, beside, b, column)];
      // what has no value comes last, whichever way
      if (x === null || y === null) {
        if (x !== y) return x === null ? 1 : -1;
        continue;
      }
      const by = typeof x === 'number' && typeof y === 'number' ? x - y : natural.compare(String(x), String(y));
      if (by !== 0) return sign * by;
    }
    return usual(a, b);
  };
}

/** States by whom they wait for, not by the alphabet. */
function sortValue(ground: ClaimGround, beside: Beside, claim: ClaimFacts, column: Column): FilteredValue {
  if (column === 'state') return CLAIM_STATES.indexOf(claimState(claim));
  return valueOf(ground, beside, claim, column);
}

/** Groups by what is claimed in them, each with its own in the order asked for. */
function entriesOf(
  ground: ClaimGround,
  { group_by, expanded }: ClaimArgs,
  beside: Beside,
  claims: readonly ClaimFacts[],
): readonly ViewEntry[] {
  if (group_by === 'none') return claims.map((claim) => ({ kind: 'claim', claim, level: 0 }));
  const open = new Set(expanded);
  const natural = new Intl.Collator('en', { numeric: true });
  const groups = [...Map.groupBy(claims, (claim) => groupOf(ground, beside, claim, group_by)[0])].map(
    ([id, own]): ClaimGroup & { readonly claimed_minor: number } => {
      const [first] = own;
      return {
        key: `g:${id}`.slice(0, 120),
        label: first ? groupOf(ground, beside, first, group_by)[1] : id,
        claims: own,
        claimed_minor: own.reduce((sum, claim) => sum + claim.claimed_minor, 0),
      };
    },
  );
  return groups
    .toSorted((a, b) => b.claimed_minor - a.claimed_minor || natural.compare(a.label, b.label))
    .flatMap((group): ViewEntry[] => {
      const unfolded = open.has(group.key);
      const head: ViewEntry = { kind: 'group', group, expanded: unfolded };
      return unfolded
        ? [head, ...group.claims.map((claim): ViewEntry => ({ kind: 'claim', claim, level: 1 }))]
        : [head];
    });
}

function groupOf(
  ground: ClaimGround,
  beside: Beside,
  claim: ClaimFacts,
  by: Exclude<ClaimArgs['group_by'], 'none'>,
): readonly [key: string, label: string] {
  switch (by) {
    case 'customer':
      return [String(claim.party_id ?? 0), customerOf(ground, claim) ?? 'Customer not recorded'];
    case 'item': {
      const item = claim.item_id === null ? undefined : ground.items.get(claim.item_id);
      return [String(claim.item_id ?? 0), item === undefined ? 'Of no item' : `${item.code} ${item.name}`];
    }
    case 'reason':
      return [claim.kind, claimReason(claim.kind)];
    case 'owner': {
      const who = whoHas(ground, beside, claim);
      return [who ?? '', who ?? 'Nobody’s yet'];
    }
    case 'site':
      return [
        String(claim.site_id ?? 0),
        (claim.site_id === null ? null : ground.sites.get(claim.site_id)?.name) ?? 'Of no single site',
      ];
  }
}
