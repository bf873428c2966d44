/** What is expected of every item at every site, how good was it so far, and where is it worth a look? */
import type { Forecasts } from '#contract/queries.ts';
import type { TableRow } from '#db/schema/tables.ts';
import type { QueryContext, QueryHandler } from '../context.ts';
import { type Edition, editionOf, questionKey } from '../editions.ts';
import { asOfDay, provenance } from '../provenance.ts';
import { keptOf } from '../readCache.ts';
import { companyById } from '../reference/companies.ts';
import { arrangedForecasts, countFlags, forecastRow } from './forecastArrangement.ts';
import { forecastColumns, type KeptForecasts } from './forecastColumns.ts';
import { overriddenPoints, pointsOf } from './overrides.ts';
import { FORECAST_TABLES, forecastGround } from './forecastGround.ts';

/** Forecasts of so many companies, or moments, are kept. */
const MOST_EDITIONS = 2;
const MOST_ARRANGEMENTS = 4;

export const forecasts: QueryHandler<'forecasts'> = async (context, args): Promise<Forecasts> => {
  const company = await companyById(context, args.company_id);
  const { offset, limit, edition: wanted, locate, ...arrangement } = args;
  const { edition, newer } = await forecastEdition(context, company, wanted);
  context.checkCancelled();
  const { columns, arrangements } = edition.value;
  const { overridden, key: overrides } = overriddenPoints(context, company.id, pointsOf(columns));
  const shown = { columns, overridden };
  const key = `${questionKey(arrangement)} ${overrides}`;
  const order = keptOf(arrangements, key, MOST_ARRANGEMENTS, () => arrangedForecasts(shown, args));
  const rows = Array.from(order.subarray(offset, offset + limit), (slot) => forecastRow(shown, slot));
  return {
    rows,
    total_rows: order.length,
    flagged: countFlags(shown, order),
    months: columns.months,
    history_months: columns.of.history.months.length,
    edition: edition.id,
    newer,
    located: locate.map((wantedKey) => {
      const at = order.findIndex((slot) => forecastRow(shown, slot).key === wantedKey);
      return at < 0 ? null : at;
    }),
    provenance: provenance({ ...context, replica: edition.standing }, [...FORECAST_TABLES, 'forecast_override']),
  };
};

export async function forecastEdition(
  context: QueryContext,
  company: TableRow<'company'>,
  wanted: string | undefined,
): Promise<{ readonly edition: Edition<KeptForecasts>; readonly newer: boolean }> {
  return await editionOf(
    context,
    context.cache?.forecasts ?? [],
    {
      of: ['forecasts', company.id, FORECAST_TABLES.filter((table) => context.replica.loading_tables.has(table))],
      tables: FORECAST_TABLES,
      as_of_on: asOfDay(context, company.time_zone),
      most: MOST_EDITIONS,
      make: async () => ({
        columns: forecastColumns(context, await forecastGround(context, company)),
        arrangements: new Map(),
      }),
    },
    wanted,
  );
}
