/** What people already did about the storied exceptions: somebody was given each of them, and one was slept over. */
import type { DemoBatch } from './rows.ts';
import { STORIES } from './stories/stories.ts';
import type { CompanyWorld } from './world.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

export function* markBatches(world: CompanyWorld): Generator<DemoBatch> {
  const { company, items, suppliers, customers, horizon } = world;
  if (company.code !== 'HAL') return;
  const random = world.stream('marks');
  const item = items.find((each) => each.code === STORIES.short_item_code);
  const supplier = suppliers.find((each) => each.code === STORIES.cost_rise_supplier_code);
  const customer = customers.find((each) => each.code === STORIES.over_limit_customer_code);
  const site = company.sites[0];
  const mark = (
    exception_key: string,
    site_id: number | null,
    author: string,
    assigned_to: string,
    days_ago: number,
  ) => {
    const written_at = (horizon.today - days_ago) * DAY_MS + 9 * HOUR_MS + random.whole(0, 90) * 60_000;
    return {
      id: random.uuid(),
      company_id: company.id,
      site_id,
      channel_id: null,
      exception_key,
      kind: 'assigned',
      until_on: null,
      assigned_to,
      author,
      written_at,
      accepted_at: written_at + 1_400,
    };
  };
  if (item && site) {
    const key = `runs_out:${item.id}:${site.id}`;
    yield { table: 'exception_mark', rows: [mark(key, site.id, 'planner', 'buyer', 2)] };
  }
  if (supplier) {
    yield { table: 'exception_mark_cost', rows: [mark(`cost_rise:${supplier.id}`, null, 'controller', 'buyer', 8)] };
  }
  if (customer) {
    const key = `over_credit_limit:${customer.id}`;
    yield { table: 'exception_mark_finance', rows: [mark(key, null, 'controller', 'finance', 3)] };
  }
  const slipping = suppliers.find((each) => each.slipping);
  if (slipping) {
    const slept = mark(`supplier_slipping:${slipping.id}`, null, 'buyer', 'buyer', 20);
    const until_on = horizon.today - 3;
    yield { table: 'exception_mark_cost', rows: [{ ...slept, kind: 'snoozed', until_on, assigned_to: null }] };
  }
}
