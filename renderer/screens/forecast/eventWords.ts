/** What happened to an item, in words: for the chart's readout, its table and its key. Pure. */
import type { DemandEvent, DemandEventKind, ItemForecast } from '#contract/queries.ts';
import { monthYear, shortDate } from '#renderer/format/dates.ts';
import { percent, roughQuantity } from '#renderer/format/numbers.ts';
import { unitPrice } from '#renderer/format/money.ts';
import { FLAGS } from './forecastWords.ts';

/** A sign of its own for each, so that colour says nothing alone; the key names them. */
export const EVENT_SIGNS: Readonly<Record<DemandEventKind, { readonly sign: string; readonly label: string }>> = {
  list_price: { sign: '◆', label: 'List price' },
  discount: { sign: '▼', label: 'Discount allowed' },
  supplier_price: { sign: '◇', label: 'Supplier’s price' },
  break: { sign: '▲', label: 'Out of line' },
  override: { sign: '■', label: 'Planner’s word' },
};

export function eventWords(event: DemandEvent, { currency, uom }: Pick<ItemForecast, 'currency' | 'uom'>): string {
  const on = event.on === null ? '' : `, ${shortDate(event.on, 0)}`;
  switch (event.kind) {
    case 'list_price':
      return `List price${inChannel(event.channel)} ${unitPrice(event.before_micro)} → ${unitPrice(event.after_micro)} ${currency}${on}`;
    case 'discount': {
      const of = event.reach === 'item' ? ' on the item' : event.reach === 'category' ? ' on its category' : '';
      const said = (bp: number | null): string => (bp === null ? 'none' : percent(bp));
      return `Discount allowed${of}${inChannel(event.channel)} ${said(event.before_bp)} → ${said(event.after_bp)}${on}`;
    }
    case 'supplier_price':
      return `${event.supplier} ${unitPrice(event.before_micro)} → ${unitPrice(event.after_micro)} ${currency}${on}`;
    case 'break':
      return `${FLAGS[event.break].word}: ${roughQuantity(event.actual_qty_milli)} ${uom} came a month, ${roughQuantity(event.expected_qty_milli)} expected`;
    case 'override': {
      const until = event.to_month === event.month ? '' : ` until ${monthYear(event.to_month)}`;
      return `${event.author}${until}: ${event.reason}`;
    }
  }
}

function inChannel(channel: string | null): string {
  return channel === null ? '' : ` in ${channel}`;
}
