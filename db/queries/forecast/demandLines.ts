/** Which order lines is a period of the demand ledger made of? Newest first. */
import { dayNumber, isoDate } from '#domain/calendar.ts';
import { BinnacleError } from '#contract/errors.ts';
import type { DemandLineView } from '#contract/queries.ts';
import type { QueryContext, QueryHandler } from '../context.ts';
import { asOfDay, isoDateOrNull, provenance } from '../provenance.ts';
import { channelsOf } from '../reference/names.ts';
import { demandPlace, type ItemLine, itemLines } from './itemLines.ts';

export const demandLines: QueryHandler<'demandLines'> = async (context, args) => {
  const place = await demandPlace(context, args);
  const [from_on, to_on] = [dayNumber(args.from_on), dayNumber(args.to_on)];
  if (from_on === null || to_on === null) throw new BinnacleError('bad_arguments', 'That is no date.');
  const as_of_on = asOfDay(context, place.company.time_zone);
  const lines = itemLines(context, place, { from_on, to_on, as_of_on }).toReversed();
  const shown = lines.slice(args.offset, args.offset + args.limit);
  return {
    lines: await views(context, place.company.id, shown),
    total_lines: lines.length,
    demand_qty_milli: lines.reduce((sum, line) => sum + line.demand_qty_milli, 0),
    provenance: provenance(context, ['order_line', 'sales_order', 'shipment_line']),
  };
};

async function views(context: QueryContext, company_id: number, lines: readonly ItemLine[]): Promise<DemandLineView[]> {
  if (lines.length === 0) return [];
  const orders = await context.db
    .selectFrom('sales_order')
    .select(['id', 'number'])
    .where('id', 'in', [...new Set(lines.map((line) => line.order_id))])
    .execute();
  const numbers = new Map(orders.map((row) => [row.id, row.number]));
  const party_ids = [...new Set(lines.flatMap((line) => (line.party_id === null ? [] : [line.party_id])))];
  const parties = party_ids.length
    ? await context.db.selectFrom('party').select(['id', 'name']).where('id', 'in', party_ids).execute()
    : [];
  const names = new Map(parties.map((row) => [row.id, row.name]));
  const channels = await channelsOf(context.db, company_id);
  return lines.map((line) => {
    const channel = line.channel_id === null ? undefined : channels.get(line.channel_id);
    return {
      order_line_id: line.id,
      order_id: line.order_id,
      number: numbers.get(line.order_id) ?? String(line.order_id),
      ordered_on: isoDate(line.ordered_on),
      requested_on: isoDateOrNull(line.requested_on),
      committed_on: isoDateOrNull(line.committed_on),
      party: line.party_id === null ? null : (names.get(line.party_id) ?? null),
      channel: channel?.name ?? 'Unmapped',
      channel_kind: channel?.kind ?? 'unmapped',
      kind: line.kind,
      ordered_qty_milli: line.ordered_qty_milli,
      shipped_qty_milli: line.shipped_qty_milli,
      demand_qty_milli: line.demand_qty_milli,
      backorder_qty_milli: line.backorder_qty_milli,
      forward_qty_milli: line.forward_qty_milli,
      withdrawn_qty_milli: line.withdrawn_qty_milli,
      returned_qty_milli: line.returned_qty_milli,
    };
  });
}
