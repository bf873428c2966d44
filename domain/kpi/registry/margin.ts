/** What is earned: the steps from gross sales to GM3. */
import type { DataArea } from '../../access/roles.ts';
import type { KpiDefinition } from '../definition.ts';

const CANCELLED = 'cancelled quantities, the customer’s and our own';
const APART = 'freight, fees and adjustments billed on orders: shown apart as Other';
const GRAIN = 'order line, by month of the order date; credit note by month of issue; claim cost by month of booking';

const MARGIN = {
  family: 'Margin',
  grain: GRAIN,
  version: 1,
  owner: 'finance',
  period: 'flow',
  target: 'channel',
  dimensions: ['channel', 'site', 'category'],
  parts: 'money',
} as const;

const NO_LINES = 'no line: 0';
const EVERY_COST =
  'a goods line without a cost, or nothing sold, returned or credited: no data, coverage says how much is known';
const everyPart = (parts: string): string => `${EVERY_COST}; the same for ${parts}`;

function amount(
  id: string,
  name: string,
  area: DataArea,
  numerator: string,
  null_rule: string,
  better: KpiDefinition['better'] = 'higher',
): KpiDefinition {
  return {
    ...MARGIN,
    id,
    name,
    area,
    unit: 'company currency',
    numerator,
    denominator: '–',
    exclusions: [APART, CANCELLED],
    null_rule,
    needs: area === 'cost' ? ['order_line', 'order_line_cost'] : ['order_line'],
    measure: 'sum',
    format: 'money',
    better,
  };
}

function rate(id: string, name: string, numerator: string, null_rule: string): KpiDefinition {
  return {
    ...amount(id, name, 'cost', numerator, `${null_rule}; net sales 0: no data`),
    unit: '% of net sales',
    denominator: 'net sales',
    measure: 'ratio',
    format: 'rate',
  };
}

export const MARGIN_KPIS: readonly KpiDefinition[] = [
  { ...amount('gross_sales', 'Gross sales', 'general', 'Σ gross amount of goods lines', NO_LINES), owner: 'sales' },
  {
    ...amount(
      'discounts',
      'Discounts',
      'general',
      '−Σ discount of goods and return lines + Σ net amount of discount lines (negative lowers sales)',
      NO_LINES,
    ),
    owner: 'sales',
  },
  amount(
    'returns',
    'Returns and credits',
    'general',
    'Σ gross amount of return lines − Σ credit notes without a claim (negative), in the return’s or credit’s month',
    NO_LINES,
  ),
  {
    ...amount('net_sales', 'Net sales', 'general', 'gross sales + discounts + returns and credits', NO_LINES),
    owner: 'sales',
    version: 2,
  },
  {
    ...amount('other_billed', 'Other', 'general', 'Σ net amount of freight, fee and adjustment lines', NO_LINES, null),
    exclusions: [],
  },
  amount(
    'landed_cost',
    'Landed cost',
    'cost',
    'Σ landed cost of goods and return lines (restocked returns reverse it)',
    'no line has a cost: no data',
    null,
  ),
  {
    ...amount('cost_coverage', 'Cost coverage', 'cost', 'Σ |net| of goods lines with a cost', 'no goods sold: no data'),
    unit: '%',
    grain: 'order line, by month of the order date',
    denominator: 'Σ |net| of goods lines',
    exclusions: ['returns and credits'],
    measure: 'ratio',
    format: 'rate',
  },
  { ...amount('gm1', 'GM1', 'cost', 'net sales − landed cost', EVERY_COST), version: 3 },
  { ...rate('gm1_rate', 'GM1 rate', 'GM1', EVERY_COST), version: 3 },
  amount(
    'outbound_freight',
    'Outbound freight',
    'cost',
    'Σ freight paid for goods and return lines',
    'a goods line without it: no data, coverage says how much is known',
    'lower',
  ),
  { ...amount('gm2', 'GM2', 'cost', 'GM1 − outbound freight', everyPart('freight')), version: 2 },
  { ...rate('gm2_rate', 'GM2 rate', 'GM2', everyPart('freight')), version: 2 },
  amount(
    'rebates',
    'Rebates',
    'cost',
    'Σ rebates owed on goods and return lines',
    'a goods line without it: no data, coverage says how much is known',
    'lower',
  ),
  amount(
    'channel_fees',
    'Channel fees',
    'cost',
    'Σ fees of portals and payment providers on goods and return lines',
    'a goods line without it: no data, coverage says how much is known',
    'lower',
  ),
  {
    ...amount(
      'claims',
      'Claims',
      'cost',
      'Σ claim costs + Σ credit notes of a claim (each counts here, once)',
      'no claim: 0',
      'lower',
    ),
    exclusions: ['credit notes without a claim: in returns and credits'],
    needs: ['order_line'],
  },
  {
    ...amount('gm3', 'GM3', 'cost', 'GM2 − rebates − channel fees − claims', everyPart('freight, rebates and fees')),
    version: 2,
  },
  { ...rate('gm3_rate', 'GM3 rate', 'GM3', everyPart('freight, rebates and fees')), version: 2 },
];
