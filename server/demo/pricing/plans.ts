/** Plans and targets: what was hoped for, drawn from what came, so that a comparison says something. */
import { monthRange } from '#domain/calendar.ts';
import { RULE_OWNERS } from '../governanceTerms.ts';
import { CATEGORIES } from '../catalogue/categories.ts';
import type { ChannelKind } from '../companies.ts';
import type { DemoBatch, DemoRow } from '../rows.ts';
import { STORIES } from '../stories/stories.ts';
import type { CompanyWorld } from '../world.ts';

/** A plan is made in round amounts. */
const ROUND_MINOR = 10_000;
const YEAR = [0.95, 0.98, 1.06, 1.03, 1.02, 1.01, 0.9, 0.84, 1.05, 1.08, 1.12, 0.93];

/** The plan of each channel and category: the mean month with its season, a little growth, and the first year's margin. */
export function* planBatches(world: CompanyWorld): Generator<DemoBatch> {
  const { company, horizon, books, ids } = world;
  const random = world.stream('plans');
  const months = monthRange(horizon.first_month, Math.floor(horizon.this_month / 100) * 100 + 12);
  const full = horizon.months.length - 1;
  const rows: DemoRow<'plan_line'>[] = [];
  for (const [channel_index, channel] of company.channels.entries()) {
    const hope = channel.kind === STORIES.eroding_channel_kind ? 1.08 : 1.02;
    for (const [category_index, category] of CATEGORIES.entries()) {
      const at = (month: number) =>
        (month * company.channels.length + channel_index) * CATEGORIES.length + category_index;
      let net = 0;
      let first_net = 0;
      let first_gm3 = 0;
      for (let month = 0; month < full; month++) {
        net += books.net[at(month)] ?? 0;
        if (month >= full / 2) continue;
        first_net += books.net[at(month)] ?? 0;
        first_gm3 += books.gm3[at(month)] ?? 0;
      }
      const rate = first_net > 0 ? first_gm3 / first_net : 0.2;
      for (const [nth, month] of months.entries()) {
        const growth = 1 + 0.006 * (nth - full / 2);
        const wanted = (net / full) * (YEAR[(month % 100) - 1] ?? 1) * growth * hope * (0.98 + 0.04 * random.float());
        const net_minor = Math.max(ROUND_MINOR, Math.round(wanted / ROUND_MINOR) * ROUND_MINOR);
        rows.push({
          id: ids.next(),
          company_id: company.id,
          channel_id: channel.id,
          month,
          category: category.name,
          net_minor,
          gm3_minor: Math.round((net_minor * (rate + 0.005)) / 100) * 100,
        });
      }
    }
  }
  yield { table: 'plan_line', rows };
}

/** In the unit each KPI is stored in: basis points, thousandths of a day, minor units. null = all channels. */
const TARGETS: readonly (readonly [kpi: string, target: number, channel_kind: ChannelKind | null])[] = [
  ['fill_rate_unit', 9_500, null],
  ['fill_rate_value', 9_500, null],
  ['fill_rate_line', 9_600, null],
  ['fill_rate_line', 9_850, 'counter'],
  ['fill_rate_line', 9_700, 'key_accounts'],
  ['fill_rate_order', 9_200, null],
  ['fill_rate_first_pass', 9_400, null],
  ['otif_requested', 9_000, null],
  ['otif_committed', 9_400, null],
  ['perfect_orders_committed', 9_000, null],
  ['order_cycle_median', 4_000, null],
  ['order_cycle_p90', 9_000, null],
  ['order_cycle_median', 2_000, 'ecommerce'],
  ['claim_time_median', 6_000, null],
  ['claim_time_p90', 15_000, null],
  ['stock_accuracy_locations', 9_800, null],
  ['stock_accuracy_value', 9_900, null],
  ['inventory_turns', 45_000, null],
  ['gmroi', 15_000, null],
  ['wape', 3_500, null],
  ['supplier_otif', 8_500, null],
  ['gm1_rate', 3_000, null],
  ['gm1_rate', 3_400, 'counter'],
  ['gm3_rate', 2_600, null],
];

export function* targetBatches(world: CompanyWorld): Generator<DemoBatch> {
  yield { table: 'kpi_target', rows: targetRows(world).map((row) => ({ id: world.ids.next(), ...row })) };
}

/** The targets a company has, without their ids. */
export function targetRows({ company, horizon }: CompanyWorld): readonly Omit<DemoRow<'kpi_target'>, 'id'>[] {
  return TARGETS.map(([kpi, target, channel_kind]) => ({
    company_id: company.id,
    channel_id: company.channels.find((channel) => channel.kind === channel_kind)?.id ?? null,
    kpi,
    from_month: horizon.first_month,
    target,
    owner: RULE_OWNERS.kpi_target,
  }));
}
