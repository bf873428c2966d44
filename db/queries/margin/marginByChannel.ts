/** What did we earn, by channel (or country, category, item, customer, site) and month? */
import { costStatement, MARGIN_FORMULA, marginFigures } from '#domain/kpi/margin.ts';
import type { MarginRow } from '#contract/queries.ts';
import type { WireTableName } from '#contract/wire/tables.ts';
import type { QueryHandler } from '../context.ts';
import { lineFilterOf } from '../orders/linePredicate.ts';
import { provenance } from '../provenance.ts';
import { companyById } from '../reference/companies.ts';
import { type FactGroup, groupNames } from '../reference/names.ts';
import { seesArea } from '../rights.ts';
import { hasLineCosts } from './marginScan.ts';
import { marginTable, mergeMonths, type SumsByMonth, sumOf } from './marginTable.ts';

/** Rows × months of one answer, so that it stays well under the transport's limit. */
const CELL_LIMIT = 15_000;

const PLURAL: Readonly<Record<FactGroup, string>> = {
  channel: 'channels',
  country: 'countries',
  category: 'categories',
  item: 'items',
  customer: 'customers',
  site: 'sites',
};

export const marginByChannel: QueryHandler<'marginByChannel'> = async (context, args) => {
  const company = await companyById(context, args.company_id);
  const cost_visible = seesArea(context.user, company.id, 'cost');
  const with_cost = cost_visible && (await hasLineCosts(context, company.id));
  const table = await marginTable(context, {
    ...lineFilterOf(args),
    from_month: args.from_month,
    to_month: args.to_month,
    group_by: args.group_by,
    with_cost,
    limit: args.limit,
    cell_limit: CELL_LIMIT,
  });
  const names = await groupNames(
    context.db,
    company.id,
    args.group_by,
    table.shown.map((group) => group.key),
  );
  const needed: WireTableName[] = [
    'order_line',
    'credit_note',
    'item',
    ...(cost_visible ? (['order_line_cost'] as const) : []),
  ];
  const { shown, rest } = table;
  const all = mergeMonths([...shown.map((group) => group.byMonth), ...(rest ? [rest.byMonth] : [])]);
  return {
    rows: shown.map(({ key, byMonth }) =>
      marginRow(key, names.get(key)?.label ?? key, names.get(key)?.channel_kind ?? null, byMonth),
    ),
    other:
      rest === null ? null : marginRow('other', `Other ${rest.groups} ${PLURAL[args.group_by]}`, null, rest.byMonth),
    total: marginRow('total', `All ${PLURAL[args.group_by]}`, null, all),
    months: table.months,
    currency: company.currency,
    cost_visible,
    cost_statement: cost_visible ? costStatement(sumOf(all.values())) : 'cost is for Finance',
    formula: MARGIN_FORMULA,
    provenance: provenance(context, needed, table.since_month),
  };
};

function marginRow(key: string, label: string, channel_kind: string | null, byMonth: SumsByMonth): MarginRow {
  const months = [...byMonth].toSorted(([a], [b]) => a - b);
  return {
    key,
    label,
    channel_kind,
    ...marginFigures(sumOf(byMonth.values())),
    months: months.map(([month, sums]) => ({ month, ...marginFigures(sums) })),
  };
}
