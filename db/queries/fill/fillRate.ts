/** How much of what was due did we ship in time, by group and month? */
import { isoDate } from '#domain/calendar.ts';
import { FILL_FORMULA, figuresOfFillTotals } from '#domain/kpi/fillRate.ts';
import type { FillRow, QueryArgs } from '#contract/queries.ts';
import type { QueryHandler } from '../context.ts';
import { asOfDay, provenance } from '../provenance.ts';
import { remembered } from '../readCache.ts';
import { companyById } from '../reference/companies.ts';
import { groupNames } from '../reference/names.ts';
import { fillSince } from './dueLines.ts';
import { type FillGroup, fillTable } from './fillTable.ts';

type Args = QueryArgs<'fillRate'>;

/** Rows × months of one answer, so that it stays well under the transport's limit. */
const CELL_LIMIT = 12_000;

const PLURAL: Readonly<Record<Args['group_by'], string>> = {
  channel: 'channels',
  site: 'sites',
  category: 'categories',
  customer: 'customers',
  item: 'items',
};

export const fillRate: QueryHandler<'fillRate'> = async (context, args) => {
  const company = await companyById(context, args.company_id);
  const as_of_on = asOfDay(context, company.time_zone);
  const { limit, ...asked } = args;
  const loading = [...context.replica.loading_tables].toSorted().join();
  const whole_since = await fillSince(context, company.id);
  const from_month = Math.max(args.from_month, whole_since ?? 0);
  const question = { ...asked, from_month, as_of_on, currency: company.currency, limit, cell_limit: CELL_LIMIT };
  const table = await remembered(
    context,
    (cache) => cache.fill,
    JSON.stringify([Object.entries(question).toSorted(([a], [b]) => (a < b ? -1 : 1)), loading]),
    () => fillTable(context, question),
  );
  const months = [...table.total.months.keys()].toSorted((a, b) => a - b);
  const names = await groupNames(
    context.db,
    company.id,
    args.group_by,
    table.shown.map(({ key }) => key),
  );
  return {
    rows: table.shown.map((group) => {
      const name = names.get(group.key);
      return fillRow(group.key, name?.label ?? group.key, name?.channel_kind ?? null, group);
    }),
    total: fillRow('total', `All ${PLURAL[args.group_by]}`, null, table.total),
    months,
    missing: table.missing,
    currency: company.currency,
    as_of_date: isoDate(as_of_on),
    formula: FILL_FORMULA,
    provenance: provenance(context, ['order_line', 'shipment_line', 'channel', 'channel_rule', 'item'], whole_since),
  };
};

function fillRow(key: string, label: string, channel_kind: string | null, group: Omit<FillGroup, 'key'>): FillRow {
  const months = [...group.months].toSorted(([a], [b]) => a - b);
  return {
    key,
    label,
    channel_kind,
    ...figuresOfFillTotals(group.sums),
    months: months.map(([month, sums]) => ({ month, ...figuresOfFillTotals(sums) })),
  };
}
