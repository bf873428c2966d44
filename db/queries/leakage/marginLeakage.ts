/** Where does margin leak, by cause? And which lines make one cause? */
import { isoDate } from '#domain/calendar.ts';
import { LEAKAGE_CAUSES, type LeakageCause } from '#domain/pricing/leakage.ts';
import type { LeakageLine, LeakageRow } from '#contract/queries.ts';
import type { QueryContext, QueryHandler } from '../context.ts';
import { provenance } from '../provenance.ts';
import { channelsOf } from '../reference/names.ts';
import { givenTo } from './givenTo.ts';
import { type Leak, selectedLeaks } from './leaks.ts';

const COST_CAUSES: ReadonlySet<LeakageCause> = new Set(['below_floor', 'cost_rise', 'rebate_not_accrued']);
const NEEDED = ['order_line', 'sales_order', 'channel_rule', 'price_rule'] as const;

export const marginLeakage: QueryHandler<'marginLeakage'> = async (context, args) => {
  const { leaks, left_out, currency, cost_visible } = await selectedLeaks(context, args);
  const persons = await givenTo(context, args.company_id);
  const rows: LeakageRow[] = [];
  const channels = await channelsOf(context.db, args.company_id);
  for (const [cause, own] of Map.groupBy(leaks, (leak) => leak.cause)) {
    const channel = largest(own, (leak) => leak.channel_id);
    const party = largest(own, (leak) => leak.party_id);
    const names = await partyNames(context, party === null ? [] : [party.id]);
    const shown = channel === null ? undefined : channels.get(channel.id);
    rows.push({
      cause,
      lines: own.length,
      leak_minor: sumOf(own),
      channel: shown?.name ?? null,
      channel_kind: shown?.kind ?? null,
      party: party === null ? null : (names.get(party.id) ?? null),
      party_minor: party?.minor ?? 0,
      given_to: persons(cause, own),
    });
  }
  return {
    rows: rows.toSorted((a, b) => b.leak_minor - a.leak_minor || (a.cause < b.cause ? -1 : 1)),
    total_minor: sumOf(leaks),
    not_for_you: cost_visible ? [] : LEAKAGE_CAUSES.filter((cause) => COST_CAUSES.has(cause)),
    left_out,
    currency,
    provenance: provenance(context, [
      ...NEEDED,
      ...(cost_visible ? (['order_line_cost', 'price_floor'] as const) : []),
    ]),
  };
};

export const marginLeakageLines: QueryHandler<'marginLeakageLines'> = async (context, args) => {
  const { leaks, currency } = await selectedLeaks(context, args);
  const own = args.cause === undefined ? leaks : leaks.filter((leak) => leak.cause === args.cause);
  return {
    lines: await lineViews(context, args.company_id, own.slice(args.offset, args.offset + args.limit)),
    total_lines: own.length,
    total_minor: sumOf(own),
    currency,
    provenance: provenance(context, NEEDED),
  };
};

function sumOf(leaks: readonly Leak[]): number {
  return leaks.reduce((sum, leak) => sum + leak.leak_minor, 0);
}

function largest(
  leaks: readonly Leak[],
  keyOf: (leak: Leak) => number | null,
): { readonly id: number; readonly minor: number } | null {
  const sums = new Map<number, number>();
  for (const leak of leaks) {
    const key = keyOf(leak);
    if (key !== null) sums.set(key, (sums.get(key) ?? 0) + leak.leak_minor);
  }
  const [first] = [...sums].toSorted(([a, x], [b, y]) => y - x || a - b);
  return first ? { id: first[0], minor: first[1] } : null;
}

async function partyNames({ db }: QueryContext, ids: readonly number[]): Promise<Map<number, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db.selectFrom('party').select(['id', 'name']).where('id', 'in', ids).execute();
  return new Map(rows.map((row) => [row.id, row.name]));
}

async function lineViews(context: QueryContext, company_id: number, leaks: readonly Leak[]): Promise<LeakageLine[]> {
  if (leaks.length === 0) return [];
  const idsOf = (pick: (leak: Leak) => number | null): number[] => [
    ...new Set(leaks.map(pick).filter((id): id is number => id !== null)),
  ];
  const parties = await partyNames(
    context,
    idsOf((leak) => leak.party_id),
  );
  const item_ids = idsOf((leak) => leak.item_id);
  const items = new Map(
    (item_ids.length === 0
      ? []
      : await context.db.selectFrom('item').select(['id', 'code', 'name', 'uom']).where('id', 'in', item_ids).execute()
    ).map((row) => [row.id, row]),
  );
  const channels = await channelsOf(context.db, company_id);
  return leaks.map((leak) => {
    const item = leak.item_id === null ? undefined : items.get(leak.item_id);
    const channel = leak.channel_id === null ? undefined : channels.get(leak.channel_id);
    return {
      cause: leak.cause,
      order_id: leak.order_id,
      number: leak.number ?? item?.code ?? '',
      item_id: leak.item_id,
      item: item?.name ?? null,
      party: leak.party_id === null ? null : (parties.get(leak.party_id) ?? null),
      channel: channel?.name ?? null,
      channel_kind: leak.channel_id === null ? null : (channel?.kind ?? 'unmapped'),
      on: isoDate(leak.on),
      qty_milli: leak.qty_milli,
      uom: item?.uom ?? null,
      rule_bp: leak.rule_bp,
      given_bp: leak.given_bp,
      leak_minor: leak.leak_minor,
    };
  });
}
