/** What a planner expected of the best sellers: the mean of the last months with their season, what customers announced, and a bit too much. */
import { addMonths, firstDayOfMonth, isWorkday, addWorkdays } from '#domain/calendar.ts';
import type { DemoBatch, DemoRow } from '../rows.ts';
import type { CompanyWorld } from '../world.ts';
import { UNIT_MILLI } from './policies.ts';

/** A forecast is said a month ahead, so many months are still to come, and it looks back on so many. */
const AHEAD_MONTHS = 3;
const LOOK_BACK = 3;
const OPTIMISM = 1.08;
/** How much of what came the planner knew from customers. */
const FORESIGHT = 0.45;
const YEAR = [0.95, 0.98, 1.06, 1.03, 1.02, 1.01, 0.9, 0.84, 1.05, 1.08, 1.12, 0.93];

export function* forecastBatches(world: CompanyWorld): Generator<DemoBatch> {
  const { company, items, horizon, books, ids } = world;
  const random = world.stream('forecasts');
  const rows: DemoRow<'forecast_line'>[] = [];
  const count = horizon.months.length;
  const season = (month: number) => YEAR[(month % 100) - 1] ?? 1;
  for (const [item_index, slot] of books.forecast_slot) {
    const item = items[item_index];
    if (!item) continue;
    for (const site of company.sites) {
      if (site.kind !== 'dc') continue;
      const at = (slot * company.sites.length + site.index) * count;
      for (let nth = LOOK_BACK + 1; nth < count + AHEAD_MONTHS; nth++) {
        const month = addMonths(horizon.first_month, nth);
        let past = 0;
        let weight = 0;
        // known when it was said: the months before the one before, and of those only full ones
        const known = Math.min(nth - 2, count - 2);
        for (let back = 0; back < LOOK_BACK; back++) {
          past += books.forecast_qty_milli[at + known - back] ?? 0;
          weight += season(addMonths(horizon.first_month, known - back));
        }
        if (past === 0 || weight === 0) continue;
        const usual = (past / weight) * season(month);
        const came = nth < count - 1 ? (books.forecast_qty_milli[at + nth] ?? 0) : usual;
        const expected = FORESIGHT * came + (1 - FORESIGHT) * usual;
        const wanted = expected * OPTIMISM * (1 + 0.12 * random.normal());
        const first = firstDayOfMonth(Math.min(addMonths(month, -1), horizon.this_month));
        const made_on = isWorkday(first) ? first : addWorkdays(first, 1);
        rows.push({
          id: ids.next(),
          company_id: company.id,
          site_id: site.id,
          item_id: item.id,
          month,
          made_on: Math.min(made_on, horizon.today),
          qty_milli: Math.max(0, Math.round(wanted / UNIT_MILLI)) * UNIT_MILLI,
        });
      }
    }
  }
  yield { table: 'forecast_line', rows };
}
