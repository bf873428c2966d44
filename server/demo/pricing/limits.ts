/** Credit limits: what a customer usually buys in the time until it pays, and room; the storied one got less. */
import { CHANNEL_TERMS } from './terms.ts';
import type { DemoItem } from '../catalogue/items.ts';
import type { ChannelKind, DemoCompany } from '../companies.ts';
import type { DemoCustomer } from '../parties.ts';
import type { Horizon } from '../size.ts';
import { STORIES } from '../stories/stories.ts';

const LINE_SIZE: Readonly<Record<ChannelKind, number>> = {
  inside_sales: 1,
  key_accounts: 2.2,
  ecommerce: 0.5,
  counter: 0.45,
};
const ROUND_MINOR = 100_000;

export function creditLimits(
  company: DemoCompany,
  items: readonly DemoItem[],
  customers: readonly DemoCustomer[],
  horizon: Horizon,
  order_lines: number,
): (customer: DemoCustomer) => number | null {
  let weight = 0;
  let amount = 0;
  for (const item of items) {
    weight += item.weight;
    amount += item.weight * (item.list_price_micro / 10_000) * (item.pack_qty_milli / 1_000) * item.packs * 0.92;
  }
  const line_minor = weight > 0 ? amount / weight : 0;
  const monthly = (customer: DemoCustomer): number => {
    const channel = company.channels.find((each) => each.kind === customer.channel);
    const same = customers.filter((each) => each.channel === customer.channel);
    const all = same.reduce((sum, each) => sum + each.weight, 0);
    const lines = (order_lines * company.share * (channel?.share ?? 0)) / horizon.months.length;
    const price = line_minor * LINE_SIZE[customer.channel] * (1 - customer.discount_bp / 10_000);
    return (lines * customer.weight * price) / all;
  };
  const totals = new Map<number, number>();
  for (const customer of customers) if (customer.channel !== 'ecommerce') totals.set(customer.id, monthly(customer));
  return (customer) => {
    const own = totals.get(customer.id);
    if (own === undefined) return null;
    if (customer.code === STORIES.over_limit_customer_code) return rounded(own * 1.1);
    // every seventh customer has no limit agreed
    return customer.id % 7 === 0 ? null : rounded(own * (4 + customer.terms_days / 12) + CHANNEL_ROOM_MINOR);
  };
}

/** A few single orders must fit even a small customer. */
const CHANNEL_ROOM_MINOR = 10 * (CHANNEL_TERMS.inside_sales.free_freight_from_minor ?? 0) + 500_000;

function rounded(minor: number): number {
  return Math.max(1, Math.ceil(minor / ROUND_MINOR)) * ROUND_MINOR;
}
