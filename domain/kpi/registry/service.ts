/** How well customers are served: fill rate, OTIF, order cycle time, backorder, claims. */
import type { KpiDefinition } from '../definition.ts';

const GOODS_ONLY = 'lines that are not goods; returned goods undo no delivery';
const FILL_EXCLUSIONS = [
  'lines not yet due: cut-off today or later',
  'quantities the customer cancelled (our own cancellations stay in)',
  'quantity shipped above what was ordered',
  'lines that are not goods; returned goods do not reduce the rate',
  'lines without a committed date',
] as const;
const LINES_AND_SHIPMENTS = ['order_line', 'shipment_line'] as const;
const DUE_LINE = 'order line, by month of the committed date';

const SERVICE = {
  dimensions: ['channel', 'site', 'category'],
  owner: 'sales',
  area: 'general',
  version: 1,
  needs: LINES_AND_SHIPMENTS,
  period: 'flow',
  target: 'channel',
  parts: 'count',
} as const;

function fill(id: string, name: string, grain: string, numerator: string, denominator: string): KpiDefinition {
  return {
    ...SERVICE,
    id,
    name,
    family: 'Fill rate',
    unit: '%',
    grain,
    numerator,
    denominator,
    exclusions: FILL_EXCLUSIONS,
    null_rule: 'no line due: no data, never 100 %',
    measure: id === 'fill_rate_order' ? 'whole' : 'ratio',
    parts: id === 'fill_rate_unit' ? 'quantity' : id === 'fill_rate_value' ? 'money' : 'count',
    format: 'rate',
    better: 'higher',
  };
}

function otif(against: 'requested' | 'committed', whole: boolean): KpiDefinition {
  const date = against === 'requested' ? 'requested date' : 'originally committed date';
  return {
    ...SERVICE,
    id: whole ? `perfect_orders_${against}` : `otif_${against}`,
    name: whole ? `Perfect orders to the ${date}` : `OTIF to the ${date}`,
    family: 'OTIF',
    unit: '%',
    grain: whole
      ? `order, counted in each month where it has lines due by the ${date}`
      : `part of an order line: a line in several shipments is several, what has not come is one more; by month of the ${date}`,
    numerator: whole ? 'orders of which every part came by the date' : 'parts delivered by the date',
    denominator: whole ? 'orders with a line due' : 'parts due',
    exclusions: [
      `lines not yet due: ${date} today or later; lines without it`,
      'quantities the customer cancelled (our own cancellations stay in)',
      'quantity shipped above what was ordered',
      GOODS_ONLY,
      'later promises: re-promising moves no date; the channel’s grace is not applied',
      'where delivery is unknown the day of shipment counts; coverage says how much is known',
    ],
    null_rule: 'no line due: no data, never 100 %',
    measure: whole ? 'whole' : 'ratio',
    format: 'rate',
    better: 'higher',
  };
}

function cycle(measure: 'median' | 'p90'): KpiDefinition {
  return {
    ...SERVICE,
    id: `order_cycle_${measure}`,
    name: measure === 'median' ? 'Order cycle time, median' : 'Order cycle time, 90 % of orders',
    family: 'Order cycle time',
    dimensions: ['channel', 'site'],
    unit: 'working days',
    grain: 'order, by month of entry',
    numerator: 'working days (Monday to Friday) from entry to the delivery of the last goods still wanted',
    denominator: 'orders; open ones count with their age as “longer than” (Kaplan–Meier)',
    exclusions: [
      'cancelled quantities; orders with nothing wanted',
      'what a closed order never shipped; a closed order without a shipment',
      GOODS_ONLY,
      'where delivery is unknown the day of shipment counts; coverage says how much is known',
    ],
    null_rule: 'no order: no data; too many open: “> the longest”',
    measure,
    format: 'days',
    better: 'lower',
  };
}

const BACKORDER_EXCLUSIONS = [
  'forward orders: committed on the day itself or later',
  'cancelled quantities, by the customer or us',
  'what a closed order never shipped',
  'lines without a committed date; lines that are not goods',
] as const;

function backorder(
  part: Pick<
    KpiDefinition,
    'id' | 'name' | 'unit' | 'numerator' | 'denominator' | 'measure' | 'format' | 'parts' | 'null_rule'
  >,
): KpiDefinition {
  return {
    ...SERVICE,
    ...part,
    family: 'Backorder',
    grain: 'order line past its committed date, on the last day of the period',
    exclusions: BACKORDER_EXCLUSIONS,
    period: 'snapshot',
    better: 'lower',
  };
}

function claims(
  part: Pick<KpiDefinition, 'id' | 'name' | 'grain' | 'numerator' | 'denominator' | 'measure' | 'period' | 'null_rule'>,
): KpiDefinition {
  return {
    ...SERVICE,
    ...part,
    family: 'Claim resolution time',
    dimensions: ['channel', 'site'],
    unit: 'days',
    exclusions: [
      'time spent waiting on the customer',
      'time between a resolution and its reopening: reopening continues the clock',
      'claims without events',
    ],
    needs: ['claim', 'claim_event'],
    format: 'days',
    better: 'lower',
  };
}

export const SERVICE_KPIS: readonly KpiDefinition[] = [
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
  otif('requested', false),
  otif('committed', false),
  otif('requested', true),
  otif('committed', true),
  cycle('median'),
  cycle('p90'),
  backorder({
    id: 'backorder_qty',
    name: 'Backorder quantity',
    unit: 'base units',
    numerator: 'Σ max(0, ordered − shipped − cancelled)',
    denominator: '–',
    measure: 'sum',
    format: 'quantity',
    parts: 'quantity',
    null_rule: 'nothing owed: 0',
  }),
  backorder({
    id: 'backorder_value',
    name: 'Backorder value',
    unit: 'company currency',
    numerator: 'Σ owed quantity × net price',
    denominator: '–',
    measure: 'sum',
    format: 'money',
    parts: 'money',
    null_rule: 'nothing owed: 0',
  }),
  backorder({
    id: 'backorder_age',
    name: 'Backorder age, median',
    unit: 'days',
    numerator: 'days since the committed date',
    denominator: 'lines owed',
    measure: 'median',
    format: 'days',
    parts: 'count',
    null_rule: 'nothing owed: no data',
  }),
  claims({
    id: 'claim_time_median',
    name: 'Claim resolution time, median',
    grain: 'resolved claim, by month of its last resolution',
    numerator: 'days from opening to resolution less waiting',
    denominator: 'claims resolved',
    measure: 'median',
    period: 'flow',
    null_rule: 'no claim resolved: no data',
  }),
  claims({
    id: 'claim_time_p90',
    name: 'Claim resolution time, 90 % of claims',
    grain: 'resolved claim, by month of its last resolution',
    numerator: 'days from opening to resolution less waiting',
    denominator: 'claims resolved',
    measure: 'p90',
    period: 'flow',
    null_rule: 'no claim resolved: no data',
  }),
  claims({
    id: 'claim_open_age',
    name: 'Open claims’ age, median',
    grain: 'open claim, at the end of the last day of the period',
    numerator: 'days since opening less waiting',
    denominator: 'claims open',
    measure: 'median',
    period: 'snapshot',
    null_rule: 'no claim open: no data',
  }),
];
