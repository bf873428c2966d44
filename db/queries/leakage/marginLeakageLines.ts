/** Which lines make one cause of leakage? They stay those of the moment at which the list was opened. */
import { isoDate } from '#domain/calendar.ts';
import type { LeakageLine, QueryArgs } from '#contract/queries.ts';
import type { QueryContext, QueryHandler } from '../context.ts';
import { type KeptList, listBlock, type ListReader } from '../listEditions.ts';
import { asOfDay, provenance } from '../provenance.ts';
import { channelsOf } from '../reference/names.ts';
import { companyById } from '../reference/companies.ts';
import { seesArea } from '../rights.ts';
import { type Leak, LEAKS_NEED, selectedLeaks, sumOf } from './leaks.ts';

export interface LeakList extends KeptList<Leak> {
  readonly total_minor: number;
}

/** What leaks are made of. */
const LEAK_TABLES = [
  ...(['order_line', 'order_line_cost', 'sales_order', 'item'] as const),
  ...(['channel_rule', 'price_rule', 'price_floor', 'rebate_agreement'] as const),
  ...(['supplier_item', 'supplier_item_price', 'order_approval_cost', 'party'] as const),
] as const;

/** The list a question is about; its blocks are read of it. */
export async function leakListOf(context: QueryContext, args: QueryArgs<'marginLeakageLines'>) {
  const company = await companyById(context, args.company_id);
  const { offset: _offset, limit: _limit, edition: _edition, locate: _locate, ...of } = args;
  const reader: ListReader<LeakList> = {
    pick: (cache) => cache.leakLists,
    question: {
      of: [of, seesArea(context.user, company.id, 'cost')],
      tables: LEAK_TABLES,
      as_of_on: asOfDay(context, company.time_zone),
      read: async ({ offset, limit }) => {
        const selected = await selectedLeaks(context, of);
        const leaks = of.allowed ? selected.allowed : selected.leaks;
        const own = of.cause === undefined ? leaks : leaks.filter((leak) => leak.cause === of.cause);
        return { rows: own.slice(offset, offset + limit), total_lines: own.length, total_minor: sumOf(own) };
      },
      keyOf: keyOfLeak,
    },
  };
  return { company, reader };
}

export const marginLeakageLines: QueryHandler<'marginLeakageLines'> = async (context, args) => {
  const { company, reader } = await leakListOf(context, args);
  const { list, rows, read_in, standing } = await listBlock(context, args, reader);
  return {
    lines: await lineViews(context, company.id, rows),
    total_lines: list.total_lines,
    total_minor: list.total_minor,
    ...read_in,
    currency: company.currency,
    provenance: provenance({ ...context, replica: standing }, LEAKS_NEED),
  };
};

/** A leak is of an order line, of an order, or of what a supplier asks for an item since a day. */
function keyOfLeak({ cause, order_line_id, order_id, item_id, party_id, on }: Leak): string {
  if (order_line_id !== null) return `${cause} line ${order_line_id}`;
  return order_id === null ? `${cause} item ${item_id} ${party_id} ${on}` : `${cause} order ${order_id}`;
}

export async function partyNames({ db }: QueryContext, ids: readonly number[]): Promise<Map<number, string>> {
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
      key: keyOfLeak(leak),
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
      approved_by: leak.approved_by,
      owner: leak.owner,
    };
  });
}
