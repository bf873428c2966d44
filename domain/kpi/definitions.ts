/** Every KPI as data: what the panel beside a figure shows, and what a change of the figure's meaning must change. */
export interface KpiDefinition {
  readonly id: string;
  readonly name: string;
  readonly unit: string;
  readonly grain: string;
  readonly numerator: string;
  readonly denominator: string;
  readonly exclusions: readonly string[];
  readonly null_rule: string;
  readonly version: number;
}

const FILL_EXCLUSIONS = [
  'lines not yet due: cut-off today or later',
  'quantities the customer cancelled (our own cancellations stay in)',
  'quantity shipped above what was ordered',
  'lines that are not goods; returned goods do not reduce the rate',
  'lines without a committed date',
] as const;
const NO_DUE_LINES = 'no line due: no data, never 100 %';
const MARGIN_EXCLUSIONS = [
  'freight, fees and adjustments: shown apart as Other',
  'cancelled quantities, the customer’s and our own',
] as const;

function fill(id: string, name: string, grain: string, numerator: string, denominator: string): KpiDefinition {
  return {
    id,
    name,
    unit: '%',
    grain,
    numerator,
    denominator,
    exclusions: FILL_EXCLUSIONS,
    null_rule: NO_DUE_LINES,
    version: 1,
  };
}

function amount(id: string, name: string, numerator: string, null_rule: string): KpiDefinition {
  return {
    id,
    name,
    unit: 'company currency',
    grain: 'order line, by month of the order date',
    numerator,
    denominator: '–',
    exclusions: MARGIN_EXCLUSIONS,
    null_rule,
    version: 1,
  };
}

const DUE_LINE = 'order line, by month of the committed date';
const NO_LINES = 'no line: 0';

export const KPI_DEFINITIONS: readonly KpiDefinition[] = [
  fill(
    'fill_rate_unit',
    'Unit fill rate',
    DUE_LINE,
    'Σ min(shipped by cut-off, ordered), thousandths of the base unit',
    'Σ ordered at confirmation',
  ),
  fill(
    'fill_rate_value',
    'Value fill rate',
    DUE_LINE,
    'Σ filled quantity × net price at confirmation',
    'Σ ordered quantity × net price at confirmation; a line we cancelled in full counts at its unit price before discount',
  ),
  fill('fill_rate_line', 'Line fill rate', DUE_LINE, 'lines complete by cut-off', 'lines due'),
  fill(
    'fill_rate_order',
    'Order fill rate',
    'order, counted in each month and group where it has lines due',
    'orders whose due lines are all complete by cut-off',
    'orders with a line due',
  ),
  fill(
    'fill_rate_first_pass',
    'First-pass fill rate',
    DUE_LINE,
    'lines complete in their first shipment, by cut-off',
    'lines due',
  ),
  amount('gross_sales', 'Gross sales', 'Σ gross amount of goods lines', NO_LINES),
  amount(
    'discounts',
    'Discounts',
    '−Σ discount of goods and return lines + Σ net amount of discount lines (negative lowers sales)',
    NO_LINES,
  ),
  amount(
    'returns',
    'Returns and credits',
    'Σ gross amount of return lines (negative), in the return’s month',
    NO_LINES,
  ),
  amount('net_sales', 'Net sales', 'gross sales + discounts + returns and credits', NO_LINES),
  {
    ...amount('other_billed', 'Other', 'Σ net amount of freight, fee and adjustment lines', NO_LINES),
    exclusions: [],
  },
  amount(
    'landed_cost',
    'Landed cost',
    'Σ landed cost of goods and return lines (restocked returns reverse it)',
    'no line has a cost: no data',
  ),
  {
    id: 'cost_coverage',
    name: 'Cost coverage',
    unit: '%',
    grain: 'order line, by month of the order date',
    numerator: 'Σ |net| of goods lines with a cost',
    denominator: 'Σ |net| of goods lines',
    exclusions: ['returns and credits'],
    null_rule: 'no goods sold: no data',
    version: 1,
  },
  amount(
    'gm1',
    'GM1',
    'net sales − landed cost',
    'a goods line without a cost: no data, coverage says how much is known',
  ),
  {
    id: 'gm1_rate',
    name: 'GM1 rate',
    unit: '% of net sales',
    grain: 'order line, by month of the order date',
    numerator: 'GM1',
    denominator: 'net sales',
    exclusions: MARGIN_EXCLUSIONS,
    null_rule: 'GM1 unknown, or net sales 0: no data',
    version: 1,
  },
  {
    id: 'days_on_hand',
    name: 'Days on hand',
    unit: 'days',
    grain: 'item at a site',
    numerator: 'on hand',
    denominator: 'daily usage: ordered goods of the last 90 days less cancellations / 90',
    exclusions: ['usage without a site'],
    null_rule: 'no usage: no data',
    version: 1,
  },
  {
    id: 'free_to_promise',
    name: 'Free to promise',
    unit: 'base unit',
    grain: 'item at a site',
    numerator: 'on hand − reserved',
    denominator: '–',
    exclusions: [],
    null_rule: 'mixed units: no sum',
    version: 1,
  },
];
