/** What did planners put in the forecast's place, and was it nearer to what came than the forecast would have been? */
import { monthOfDay } from '#domain/calendar.ts';
import { lineAmountOrNull } from '#domain/money.ts';
import { MOST_OVERRIDES_SHOWN, type OverriddenForecast, type OverridesBy } from '#contract/queries.ts';
import type { QueryContext, QueryHandler } from '../context.ts';
import { asOfDay, provenance } from '../provenance.ts';
import { companyById } from '../reference/companies.ts';
import { seesArea } from '../rights.ts';
import { cellOf } from '../stock/itemColumns.ts';
import { fedHistory, FORECAST_TABLES, type ForecastGround, forecastGround } from './forecastGround.ts';
import { type LookedBack, overridesLookedBack, overridesOf, overrideViews, type StoredOverride } from './overrides.ts';

const NONE: LookedBack['values'] = new Map();

export const forecastOverrides: QueryHandler<'forecastOverrides'> = async (context, { company_id }) => {
  const company = await companyById(context, company_id);
  const cost_visible = seesArea(context.user, company_id, 'cost');
  const as_of_on = asOfDay(context, company.time_zone);
  const facts = overridesOf(context, company_id, null);
  // only months that are over are judged, and the history of all positions takes seconds to read the first time
  const judged = facts.some(({ kind, from_month }) => kind === 'set' && from_month < monthOfDay(as_of_on));
  const ground = judged ? await forecastGround(context, company) : null;
  const shown = new Set(
    facts
      .filter(({ kind }) => kind === 'set')
      .slice(-MOST_OVERRIDES_SHOWN)
      .map(({ id }) => id),
  );
  const names = namesOf(context, company_id, facts);
  const costs = new Map(
    cost_visible
      ? context.scan<readonly [number, number]>('SELECT id, unit_cost_micro FROM main.item_cost WHERE company_id = ?', [
          company_id,
        ])
      : [],
  );
  const rows: OverriddenForecast[] = [];
  for (const own of Map.groupBy(facts, ({ item_id, site_id }) => `${item_id}:${site_id}`).values()) {
    context.checkCancelled();
    const [first] = own;
    if (first === undefined || !own.some(({ id }) => shown.has(id))) continue;
    const { item_id, site_id } = first;
    const place = names(item_id, site_id);
    const values = ground === null ? NONE : lookedBack(ground, own, item_id, site_id).values;
    for (const view of overrideViews(own, as_of_on, values)) {
      if (!shown.has(view.id)) continue;
      const { value } = view;
      const better_qty_milli = value === null ? null : value.error_without_qty_milli - value.error_with_qty_milli;
      const cost = costs.get(item_id);
      rows.push({
        ...view,
        ...place,
        item_id,
        site_id,
        better_qty_milli,
        better_minor:
          better_qty_milli === null || cost === undefined
            ? null
            : lineAmountOrNull(better_qty_milli, cost, company.currency),
      });
    }
  }
  rows.sort((a, b) => b.written_at_ms - a.written_at_ms || (a.id < b.id ? -1 : 1));
  return {
    rows,
    total_rows: facts.filter(({ kind }) => kind === 'set').length,
    by: byAuthor(rows, cost_visible),
    cost_visible,
    currency: company.currency,
    provenance: provenance(context, [...FORECAST_TABLES, 'forecast_override']),
  };
};

function lookedBack(
  ground: ForecastGround,
  own: readonly StoredOverride[],
  item_id: number,
  site_id: number,
): LookedBack {
  const { history } = ground;
  const cell = cellOf(ground.ground, item_id, site_id);
  const slot = cell < 0 ? -1 : history.slots.get(cell);
  const count = history.months.length;
  const raw = slot < 0 ? new Float64Array(count) : history.values.subarray(slot * count, (slot + 1) * count);
  return overridesLookedBack(own, ground, { raw, fed: slot < 0 ? raw : fedHistory(ground, slot) });
}

/** Sums of money: quantities of several items are none. Most overrides first. */
function byAuthor(rows: readonly OverriddenForecast[], cost_visible: boolean): OverridesBy[] {
  return [...Map.groupBy(rows, ({ author }) => author)]
    .map(([author, own]): OverridesBy => {
      const over = own.flatMap(({ better_qty_milli }) => better_qty_milli ?? []);
      const money = own.flatMap(({ better_minor }) => better_minor ?? []);
      return {
        author,
        overrides: own.length,
        over: over.length,
        helped: over.filter((each) => each > 0).length,
        hurt: over.filter((each) => each < 0).length,
        better_minor: cost_visible && money.length > 0 ? money.reduce((sum, each) => sum + each, 0) : null,
      };
    })
    .toSorted((a, b) => b.overrides - a.overrides || (a.author < b.author ? -1 : 1));
}

type ItemRow = readonly [id: number, code: string, name: string, uom: string];

function namesOf(context: QueryContext, company_id: number, facts: readonly StoredOverride[]) {
  const items = new Map(
    context
      .scan<ItemRow>('SELECT id, code, name, uom FROM main.item WHERE id IN (SELECT value FROM json_each(?))', [
        JSON.stringify([...new Set(facts.map(({ item_id }) => item_id))]),
      ])
      .map((row) => [row[0], row]),
  );
  const sites = new Map(
    context.scan<readonly [number, string]>('SELECT id, code FROM main.site WHERE company_id = ?', [company_id]),
  );
  return (item_id: number, site_id: number) => {
    const [, code, name, uom] = items.get(item_id) ?? [item_id, String(item_id), `Item ${item_id}`, ''];
    return { code, name, uom, site: sites.get(site_id) ?? `Site ${site_id}` };
  };
}
