/** What Rotterdam asks other warehouses for of the item that runs short: requests that wait for an answer. */
import type { DemoBatch, DemoRow } from './rows.ts';
import { STORIES } from './stories/stories.ts';
import type { CompanyWorld } from './world.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** Asked of the sites in their order, yesterday. */
const ASKED = [
  { qty_milli: 400_000, author: 'planner', reason: 'Key accounts took more than planned; two orders wait for it.' },
  { qty_milli: 250_000, author: 'buyer', reason: 'Covers the counters until the late delivery comes.' },
] as const;

export function* transferBatches(world: CompanyWorld): Generator<DemoBatch> {
  const { company, horizon } = world;
  const [to, ...others] = company.sites;
  const item = world.items.find((each) => each.code === STORIES.short_item_code);
  if (company.code !== 'HAL' || !to || !item) return;
  const random = world.stream('transfers');
  const rows = others.slice(0, ASKED.length).flatMap((from, index): DemoRow<'transfer_event'>[] => {
    const asked = ASKED[index];
    if (!asked) return [];
    const mutation_id = random.uuid();
    const written_at = (horizon.today - 1) * DAY_MS + 9 * HOUR_MS + random.whole(0, 120) * 60_000;
    return [from, to].map((site, side) => ({
      id: `${mutation_id}/${side}`,
      company_id: company.id,
      site_id: site.id,
      transfer_id: `${mutation_id}/0`,
      step: 'requested',
      number: `TR-${String(index + 1).padStart(5, '0')}`,
      item_id: item.id,
      from_site_id: from.id,
      to_site_id: to.id,
      due_on: horizon.today + 3,
      decision_id: null,
      written_at,
      accepted_at: written_at + 1_100,
      ...asked,
    }));
  });
  yield { table: 'transfer_event', rows };
}
