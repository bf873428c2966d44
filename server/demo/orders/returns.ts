/** Goods that come back some days after they left. */
import { addWorkdays } from '#domain/calendar.ts';
import type { DemoItem } from '../catalogue/items.ts';
import type { ChannelKind, DemoChannel, DemoSite } from '../companies.ts';
import type { DemoCustomer } from '../parties.ts';
import type { OrderHead, OrderWriter } from './orderWriter.ts';

export interface ReturnOrigin {
  readonly head: OrderHead;
  readonly ordinal: number;
  readonly unit_price_micro: number;
  readonly discount_bp: number;
  readonly cost_minor: number;
  /** The quantity the cost is of: ordered − cancelled. */
  readonly sold_qty_milli: number;
}

export interface PendingReturn {
  readonly original: ReturnOrigin;
  readonly item: DemoItem;
  readonly site: DemoSite;
  readonly channel: DemoChannel;
  readonly customer: DemoCustomer | null;
  readonly qty_milli: number;
  readonly restocked: boolean;
}

const RETURN_SHARE: Readonly<Record<ChannelKind, number>> = {
  inside_sales: 0.018,
  key_accounts: 0.012,
  ecommerce: 0.05,
  counter: 0.01,
};

/** Decides whether a shipped line comes back, and puts it aside for the day it does. Days after today are dropped. */
export function maybeReturn(
  writer: OrderWriter,
  sold: Omit<PendingReturn, 'qty_milli' | 'restocked'> & {
    readonly shipped_on: number;
    readonly shipped_qty_milli: number;
  },
): void {
  const { random } = writer;
  const { horizon } = writer.world;
  if (sold.item.plant !== null || !random.chance(RETURN_SHARE[sold.channel.kind])) return;
  const day = addWorkdays(sold.shipped_on, random.whole(3, 18));
  const packs = Math.max(1, Math.floor(sold.shipped_qty_milli / sold.item.pack_qty_milli));
  const qty_milli = Math.min(sold.shipped_qty_milli, random.whole(1, packs) * sold.item.pack_qty_milli);
  const restocked = random.chance(0.8);
  if (day > horizon.today || qty_milli <= 0) return;
  const { original, item, site, channel, customer } = sold;
  const waiting = writer.returns.get(day);
  const pending: PendingReturn = { original, item, site, channel, customer, qty_milli, restocked };
  if (waiting) waiting.push(pending);
  else writer.returns.set(day, [pending]);
}

/** Writes the returns of a day; called once for each day, in order. */
export function takeReturns(writer: OrderWriter, day: number): void {
  const waiting = writer.returns.get(day);
  if (!waiting) return;
  writer.returns.delete(day);
  for (const pending of waiting) writer.creditOrder(pending, day);
}
