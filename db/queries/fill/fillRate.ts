/** How much of what was due did we ship in time, by group and month? */
import { isoDate } from '#domain/calendar.ts';
import { addFillLine, emptyFillSums, FILL_FORMULA, type FillSums, fillFigures } from '#domain/kpi/fillRate.ts';
import type { FillRow, QueryArgs } from '#contract/queries.ts';
import type { QueryContext, QueryHandler } from '../context.ts';
import { asOfDay, provenance } from '../provenance.ts';
import { remembered } from '../readCache.ts';
import { companyById } from '../reference/companies.ts';
import { categoriesOf, groupNames } from '../reference/names.ts';
import { type DueLine, eachDueLine, missingForFill } from './dueLines.ts';

interface FillGroup {
  readonly sums: FillSums;
  readonly months: Map<number, FillSums>;
}
export interface FillScan {
  readonly missing: readonly string[];
  readonly total: FillGroup;
  readonly groups: ReadonlyMap<string, FillGroup>;
}

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
  const { limit, ...question } = args;
  const loading = [...context.replica.loading_tables].toSorted().join();
  const key = JSON.stringify([Object.entries(question).toSorted(([a], [b]) => (a < b ? -1 : 1)), as_of_on, loading]);
  const scan = await remembered(
    context,
    (cache) => cache.fill,
    key,
    () => fillScan(context, args, as_of_on, company.currency),
  );
  const months = [...scan.total.months.keys()].toSorted((a, b) => a - b);
  const groups = [...scan.groups].toSorted(
    ([a, one], [b, two]) => two.sums.due_value_minor - one.sums.due_value_minor || (a < b ? -1 : 1),
  );
  const shown = groups.slice(0, Math.min(limit, Math.max(1, Math.floor(CELL_LIMIT / Math.max(1, months.length)))));
  const names = await groupNames(
    context.db,
    company.id,
    args.group_by,
    shown.map(([each]) => each),
  );
  return {
    rows: shown.map(([each, group]) => {
      const name = names.get(each);
      return fillRow(each, name?.label ?? each, name?.channel_kind ?? null, group);
    }),
    total: fillRow('total', `All ${PLURAL[args.group_by]}`, null, scan.total),
    months,
    missing: scan.missing,
    currency: company.currency,
    as_of_date: isoDate(as_of_on),
    formula: FILL_FORMULA,
    provenance: provenance(context, ['order_line', 'shipment_line', 'channel', 'item']),
  };
};

function emptyGroup(): FillGroup {
  return { sums: emptyFillSums(), months: new Map() };
}

async function fillScan(context: QueryContext, args: Args, as_of_on: number, currency: string): Promise<FillScan> {
  const missing = await missingForFill(context, args.company_id);
  const total = emptyGroup();
  const groups = new Map<string, FillGroup>();
  // without the dates or the shipments every rate would read 0 % or nothing at all: it is not computed
  if (missing.length > 0) return { missing, total, groups };
  const categories = args.group_by === 'category' ? await categoriesOf(context.db, args.company_id) : null;
  await eachDueLine(context, args, as_of_on, currency, (line) => {
    const key = groupKey(line, args.group_by, categories);
    const group = groups.get(key) ?? emptyGroup();
    groups.set(key, group);
    add(group, line);
    add(total, line);
  });
  return { missing, total, groups };
}

function add(group: FillGroup, line: DueLine): void {
  const month = group.months.get(line.fill.due_month) ?? emptyFillSums();
  group.months.set(line.fill.due_month, month);
  addFillLine(month, line.fill);
  addFillLine(group.sums, line.fill);
}

function groupKey(line: DueLine, group_by: Args['group_by'], categories: ReadonlyMap<number, string> | null): string {
  if (group_by === 'category') return line.item_id === null ? '' : (categories?.get(line.item_id) ?? '');
  const id = {
    channel: line.channel_id,
    site: line.site_id,
    customer: line.party_id,
    item: line.item_id,
  }[group_by];
  return id === null ? '' : String(id);
}

function fillRow(key: string, label: string, channel_kind: string | null, group: FillGroup): FillRow {
  const months = [...group.months].toSorted(([a], [b]) => a - b);
  return {
    key,
    label,
    channel_kind,
    ...fillFigures(group.sums),
    months: months.map(([month, sums]) => ({ month, ...fillFigures(sums) })),
  };
}
