/** Margin and fill rate as trees: a row a line of the file, the figures of the totals, then the periods' measure. */
import { growthBp } from '#domain/kpi/change.ts';
import { KPI_DEFINITIONS } from '#domain/kpi/definitions.ts';
import { minorDigits } from '#domain/money.ts';
import type { ComparedValues, FillMeasure, MarginMeasure, Pivot, PivotRow, PivotValues } from '#contract/queries.ts';
import { type Column, decimal, integer, percent, text } from './table.ts';

/** A row of the tree, or the total of all. */
export interface PivotLine {
  readonly label: string;
  readonly within: string | null;
  readonly total: PivotValues;
  readonly cells: readonly PivotValues[];
  readonly compared: ComparedValues | null;
}

interface Word {
  /** The grid's column. */
  readonly id: string;
  readonly title: string;
  readonly kind: 'money' | 'rate' | 'count';
}
export type MeasureWords = Readonly<Partial<Record<string, Word>>>;

export const MARGIN_PIVOT_WORDS: Readonly<Record<MarginMeasure, Word>> = {
  lines: { id: 'lines', title: 'Order lines', kind: 'count' },
  gross_sales: { id: 'gross', title: 'Gross', kind: 'money' },
  discounts: { id: 'discounts', title: 'Discounts', kind: 'money' },
  returns: { id: 'returns', title: 'Returns', kind: 'money' },
  credits: { id: 'returns', title: 'of which credit notes', kind: 'money' },
  net_sales: { id: 'net', title: 'Net sales', kind: 'money' },
  other_billed: { id: 'other', title: 'Freight, fees, adjustments', kind: 'money' },
  landed_cost: { id: 'cost', title: 'Landed cost', kind: 'money' },
  cost_coverage: { id: 'cost', title: 'Cost known for', kind: 'rate' },
  gm1: { id: 'gm1_amount', title: 'GM1', kind: 'money' },
  gm1_rate: { id: 'gm1_rate', title: 'GM1 %', kind: 'rate' },
  outbound_freight: { id: 'freight', title: 'Freight out', kind: 'money' },
  gm2: { id: 'gm2_amount', title: 'GM2', kind: 'money' },
  gm2_rate: { id: 'gm2_rate', title: 'GM2 %', kind: 'rate' },
  rebates: { id: 'rebates', title: 'Rebates', kind: 'money' },
  channel_fees: { id: 'fees', title: 'Channel fees', kind: 'money' },
  claims: { id: 'claims', title: 'Claims', kind: 'money' },
  gm3: { id: 'gm3_amount', title: 'GM3', kind: 'money' },
  gm3_rate: { id: 'gm3_rate', title: 'GM3 %', kind: 'rate' },
};

export const FILL_PIVOT_WORDS: Readonly<Record<FillMeasure, Word>> = {
  unit_fill: { id: 'unit_fill', title: 'Unit fill', kind: 'rate' },
  value_fill: { id: 'value_fill', title: 'Value fill', kind: 'rate' },
  line_fill: { id: 'line_fill', title: 'Line fill', kind: 'rate' },
  order_fill: { id: 'order_fill', title: 'Order fill', kind: 'rate' },
  first_pass_fill: { id: 'first_pass_fill', title: 'First-pass fill', kind: 'rate' },
  due_value: { id: 'due', title: 'Value due', kind: 'money' },
  missing_value: { id: 'missing', title: 'Value missing', kind: 'money' },
  due_lines: { id: 'due_lines', title: 'Lines due', kind: 'count' },
  incomplete_lines: { id: 'lines', title: 'Incomplete lines', kind: 'count' },
};

/** Made of costs, as the registry says: in no file of a role that may not see them. */
const OF_COST: ReadonlySet<string> = new Set(KPI_DEFINITIONS.flatMap(({ id, area }) => (area === 'cost' ? [id] : [])));

export function pivotColumns(
  { columns, currency }: Pivot,
  words: MeasureWords,
  asked: {
    readonly measures: readonly string[];
    /** Of the periods; without it the first one asked for. */
    readonly measure: string | undefined;
    /** Key of the period the totals are of; without it they are of all. */
    readonly totals_of: string | undefined;
    readonly cost_visible: boolean;
    /** Whether months are set beside others. */
    readonly compares?: boolean;
  },
): readonly Column<PivotLine>[] {
  const shown = asked.measures.filter((measure) => asked.cost_visible || !OF_COST.has(measure));
  const column = (
    { id, title, kind }: Word,
    suffix: string,
    value: (row: PivotLine) => number | null,
  ): Column<PivotLine> => {
    if (kind === 'rate') return percent(id, `${title}${suffix}`, value);
    if (kind === 'count') return integer(id, `${title}${suffix}`, value);
    return decimal(id, `${title}${suffix || `, ${currency}`}`, minorDigits(currency), value);
  };
  const at = columns.findIndex(({ key }) => key === asked.totals_of);
  const totalsOf = (row: PivotLine): PivotValues | null =>
    asked.totals_of === undefined ? row.total : (row.cells[at] ?? null);
  const totals = shown.flatMap((measure) => {
    const word = words[measure];
    const index = asked.measures.indexOf(measure);
    return word ? [column(word, '', (row) => totalsOf(row)?.[index] ?? null)] : [];
  });
  const measure = shown.find((each) => each === asked.measure) ?? shown[0] ?? '';
  const word = words[measure];
  const index = asked.measures.indexOf(measure);
  const periods = columns.flatMap(({ key }, period) =>
    word
      ? [
          column(
            { ...word, id: `${/W/.test(key) ? 'w' : 'm'}${key}` },
            `, ${/W/.test(key) ? key : `${key.slice(0, 4)}-${key.slice(4)}`}`,
            (row) => row.cells[period]?.[index] ?? null,
          ),
        ]
      : [],
  );
  return [
    text('label', 'Row', (row) => row.label, 34),
    text('label', 'Within', (row) => row.within, 24),
    ...totals,
    ...(asked.compares ? changeColumns(currency, words, asked.measures, measure) : []),
    ...periods,
  ];
}

/** What the periods' measure was, and how it changed: in money, and in points of its rate or as a share of what was. */
function changeColumns(
  currency: string,
  words: MeasureWords,
  measures: readonly string[],
  measure: string,
): readonly Column<PivotLine>[] {
  const level = measure.replace(/_rate$/, '');
  const title = words[level]?.title ?? '';
  const at = measures.indexOf(level);
  const rate_at = measures.indexOf(`${level}_rate`);
  const places = minorDigits(currency);
  const before = (row: PivotLine): number | null => row.compared?.before[at] ?? null;
  const change = (row: PivotLine): number | null => row.compared?.change[at] ?? null;
  return [
    decimal('before', `${title} before, ${currency}`, places, before),
    decimal('change', `${title} change, ${currency}`, places, change),
    rate_at < 0
      ? percent('change_rate', `${title} change, %`, (row) => growthBp(change(row), before(row)))
      : decimal('change_rate', `${title} % change, pp`, 2, (row) => row.compared?.change[rate_at] ?? null),
  ];
}

/** Rows as the tree shows them, the total last. */
export function pivotLines({ rows, total, column_totals, total_compared }: Pivot): readonly PivotLine[] {
  let parent: PivotRow | null = null;
  const lines: PivotLine[] = [];
  for (const row of rows) {
    if (row.level === 0) parent = row;
    lines.push({
      label: row.label,
      within: row.level === 0 ? null : (parent?.label ?? null),
      total: row.total,
      cells: row.cells,
      compared: row.compared,
    });
  }
  return [...lines, { label: 'Total', within: null, total, cells: column_totals, compared: total_compared }];
}
