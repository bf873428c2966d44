/** What do we have, where, and where will it run out? */
import type { QueryHandler } from '../context.ts';
import { asOfDay, provenance } from '../provenance.ts';
import { rememberedOf } from '../readCache.ts';
import { companyById } from '../reference/companies.ts';
import { seesArea } from '../rights.ts';
import { STOCK_TABLES } from './stockColumns.ts';
import { rowsWithin } from './stockRuns.ts';
import { stockView } from './stockView.ts';

export const stockPositions: QueryHandler<'stockPositions'> = async (context, args) => {
  const company = await companyById(context, args.company_id);
  const cost_visible = seesArea(context.user, company.id, 'cost');
  const { offset, limit, ...question } = args;
  const as_of_on = asOfDay(context, company.time_zone);
  const view = await rememberedOf(
    context,
    (cache) => cache.stockViews,
    JSON.stringify([
      Object.entries(question).toSorted(([a], [b]) => (a < b ? -1 : 1)),
      as_of_on,
      cost_visible,
      company.currency,
    ]),
    STOCK_TABLES,
    () =>
      stockView(context, args, {
        company_id: company.id,
        currency: company.currency,
        as_of_on,
        cost_visible,
        item_id: null,
      }),
  );
  return {
    rows: rowsWithin(view.columns, view.runs, { offset, limit }, new Set(args.expanded), cost_visible),
    total_rows: view.runs.rows,
    totals: view.totals,
    items: view.items,
    sites: view.sites,
    cost_visible,
    currency: company.currency,
    provenance: provenance(context, [
      'item',
      'site',
      'policy',
      'stock_balance',
      'purchase_order',
      'po_line',
      'sales_order',
      'order_line',
      'shipment_line',
      ...(cost_visible ? (['item_cost'] as const) : []),
    ]),
  };
};
