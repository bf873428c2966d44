/** What a pivot can show of a cell, in the order in which a screen that shows everything asks it. */
export const MARGIN_MEASURES = [
  'gross_sales',
  'discounts',
  'returns',
  'net_sales',
  'other_billed',
  'landed_cost',
  'cost_coverage',
  'gm1',
  'gm1_rate',
  'outbound_freight',
  'gm2',
  'gm2_rate',
  'rebates',
  'channel_fees',
  'claims',
  'gm3',
  'gm3_rate',
  /** Credit notes without a claim: in returns and net sales; rows of their own among the lines behind these. */
  'credits',
  'lines',
] as const;
export type MarginMeasure = (typeof MARGIN_MEASURES)[number];

export const FILL_MEASURES = [
  'unit_fill',
  'value_fill',
  'line_fill',
  'order_fill',
  'first_pass_fill',
  'due_value',
  'missing_value',
  'due_lines',
  'incomplete_lines',
] as const;
export type FillMeasure = (typeof FILL_MEASURES)[number];
