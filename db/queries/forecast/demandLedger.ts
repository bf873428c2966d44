/** What was asked for of an item at a site, period by period, over all channels? */
import { addMonths, firstDayOfMonth, isoDate, lastDayOfMonth, monthOfDay, weekday } from '#domain/calendar.ts';
import { daysOut, isCensored } from '#domain/demand/stockouts.ts';
import { HISTORY_MONTHS } from '#domain/forecast/monthly.ts';
import type { DemandPeriod } from '#contract/queries.ts';
import type { WireTableName } from '#contract/wire/tables.ts';
import type { QueryHandler } from '../context.ts';
import { asOfDay, provenance } from '../provenance.ts';

import { channelsOfLines, demandPlace, type ItemLine, itemLines, stockoutsOfPosition } from './itemLines.ts';

export const LEDGER_TABLES = [
  'order_line',
  'sales_order',
  'shipment_line',
  'receipt_line',
  'po_line',
  'stock_move',
  'stock_balance',
] as const satisfies readonly WireTableName[];

/** Two years of weeks; as many months as forecasts look back on, and the running one. */
const WEEKS = 104;

interface Span {
  readonly from_on: number;
  readonly to_on: number;
}

export const demandLedger: QueryHandler<'demandLedger'> = async (context, args) => {
  const place = await demandPlace(context, args);
  const as_of_on = asOfDay(context, place.company.time_zone);
  const all = args.by === 'month' ? monthSpans(as_of_on) : weekSpans(as_of_on);
  const from_on = all[0]?.from_on ?? as_of_on;
  const lines = itemLines(context, place, { from_on, to_on: as_of_on, as_of_on });
  const channels = await channelsOfLines(context, place.company.id, lines);
  const outs = stockoutsOfPosition(context, place, as_of_on);
  const first_on = lines[0]?.ordered_on ?? as_of_on;
  const spans = all.filter((span) => span.to_on >= first_on);
  const placeOfChannel = new Map(channels.map(({ channel_id }, at) => [channel_id, at]));
  const unmapped = placeOfChannel.get(null) ?? 0;
  let at = 0;
  const periods = spans.map((span): DemandPeriod => {
    const own: ItemLine[] = [];
    for (let line = lines[at]; line !== undefined && line.ordered_on <= span.to_on; line = lines[++at]) own.push(line);
    const by_channel_qty_milli = channels.map(() => 0);
    for (const line of own) {
      const channel = placeOfChannel.get(line.channel_id) ?? unmapped;
      by_channel_qty_milli[channel] = (by_channel_qty_milli[channel] ?? 0) + line.demand_qty_milli;
    }
    const sum = (of: (line: ItemLine) => number): number => own.reduce((total, line) => total + of(line), 0);
    const to_on = Math.min(span.to_on, as_of_on);
    const days_out = daysOut(outs ?? [], span.from_on, to_on);
    return {
      from_on: isoDate(span.from_on),
      to_on: isoDate(span.to_on),
      demand_qty_milli: sum((line) => line.demand_qty_milli),
      by_channel_qty_milli,
      backorder_qty_milli: sum((line) => line.backorder_qty_milli),
      forward_qty_milli: sum((line) => line.forward_qty_milli),
      withdrawn_qty_milli: sum((line) => line.withdrawn_qty_milli),
      returned_qty_milli: sum((line) => line.returned_qty_milli),
      lines: own.length,
      days_out,
      censored: isCensored(days_out, span.to_on - span.from_on + 1),
    };
  });
  return {
    code: place.item.code,
    name: place.item.name,
    uom: place.item.uom,
    site: place.site.code,
    channels,
    periods,
    stockouts_known: outs !== null,
    provenance: provenance(context, LEDGER_TABLES),
  };
};

function monthSpans(as_of_on: number): Span[] {
  const last = monthOfDay(as_of_on);
  return Array.from({ length: HISTORY_MONTHS + 1 }, (_, nth) => {
    const month = addMonths(last, nth - HISTORY_MONTHS);
    return { from_on: firstDayOfMonth(month), to_on: lastDayOfMonth(month) };
  });
}

function weekSpans(as_of_on: number): Span[] {
  const monday = as_of_on - weekday(as_of_on);
  return Array.from({ length: WEEKS }, (_, nth) => {
    const from_on = monday - (WEEKS - 1 - nth) * 7;
    return { from_on, to_on: from_on + 6 };
  });
}
