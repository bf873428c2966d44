/** What did we earn, by channel (or country, category, item, customer, site) and month? */
import {
  addMarginSums,
  costStatement,
  emptyMarginSums,
  MARGIN_FORMULA,
  type MarginSums,
  marginFigures,
} from '#domain/kpi/margin.ts';
import type { MarginRow } from '#contract/queries.ts';
import type { WireTableName } from '#contract/wire/tables.ts';
import type { QueryHandler } from '../context.ts';
import { provenance } from '../provenance.ts';
import { companyById } from '../reference/companies.ts';
import { type FactGroup, groupNames } from '../reference/names.ts';
import { seesArea } from '../rights.ts';
import { hasLineCosts, marginScan } from './marginScan.ts';

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
  const scan = await marginScan(context, args, args.group_by, with_cost);

  const groups = [...scan.groups].map(([key, byMonth]) => ({ key, byMonth, sums: sumOf(byMonth.values()) }));
  groups.sort((a, b) => netOf(b.sums) - netOf(a.sums) || (a.key < b.key ? -1 : 1));
  const limit = Math.min(args.limit, Math.max(1, Math.floor(CELL_LIMIT / Math.max(1, scan.months.length))));
  const shown = groups.slice(0, limit);
  const rest = groups.slice(limit);
  const names = await groupNames(
    context.db,
    company.id,
    args.group_by,
    shown.map((group) => group.key),
  );
  const needed: WireTableName[] = ['order_line', 'item', ...(cost_visible ? (['order_line_cost'] as const) : [])];
  const total = emptyMarginSums();
  for (const group of groups) addMarginSums(total, group.sums);
  return {
    rows: shown.map(({ key, byMonth }) =>
      marginRow(key, names.get(key)?.label ?? key, names.get(key)?.channel_kind ?? null, byMonth),
    ),
    other:
      rest.length === 0
        ? null
        : marginRow('other', `Other ${rest.length} ${PLURAL[args.group_by]}`, null, mergeMonths(rest)),
    total: marginRow('total', `All ${PLURAL[args.group_by]}`, null, mergeMonths(groups)),
    months: scan.months,
    currency: company.currency,
    cost_visible,
    cost_statement: cost_visible ? costStatement(total) : 'cost is for Finance',
    formula: MARGIN_FORMULA,
    provenance: provenance(context, needed, scan.since_month),
  };
};

function netOf(sums: MarginSums): number {
  return sums.gross_minor + sums.discounts_minor + sums.returns_minor;
}

function sumOf(parts: Iterable<MarginSums>): MarginSums {
  const sums = emptyMarginSums();
  for (const part of parts) addMarginSums(sums, part);
  return sums;
}

function mergeMonths(
  groups: readonly { readonly byMonth: ReadonlyMap<number, MarginSums> }[],
): Map<number, MarginSums> {
  const merged = new Map<number, MarginSums>();
  for (const { byMonth } of groups) {
    for (const [month, sums] of byMonth) {
      const target = merged.get(month) ?? emptyMarginSums();
      merged.set(month, target);
      addMarginSums(target, sums);
    }
  }
  return merged;
}

function marginRow(
  key: string,
  label: string,
  channel_kind: string | null,
  byMonth: ReadonlyMap<number, MarginSums>,
): MarginRow {
  const months = [...byMonth].toSorted(([a], [b]) => a - b);
  return {
    key,
    label,
    channel_kind,
    ...marginFigures(sumOf(byMonth.values())),
    months: months.map(([month, sums]) => ({ month, ...marginFigures(sums) })),
  };
}
