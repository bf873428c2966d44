/** What the files of each grid hold, column by column. Ids are the grid's; amounts are in the company's currency. */
import { isoMonth } from '#domain/calendar.ts';
import { minorDigits } from '#domain/money.ts';
import type {
  CloseTaskDetail,
  FillFigures,
  FillLineView,
  FillRow,
  MarginFigures,
  MarginLineView,
  MarginRow,
  OutboxRow,
  QueryArgs,
  StockRow,
} from '#contract/queries.ts';
import { type Column, date, decimal, integer, moment, percent, quantity, text, yesNo } from './table.ts';

const STATUS_WORDS: Readonly<Record<StockRow['status'], string>> = {
  negative: 'Negative',
  short: 'Short',
  below_min: 'Below min',
  near_min: 'Near min',
  in_policy: 'In policy',
  excess: 'Excess',
  no_policy: 'No policy',
};
const LEVEL_WORDS: Readonly<Record<StockRow['kind'], string>> = { group: 'Group', item: 'Item', position: 'Position' };

export function stockColumns(currency: string, cost_visible: boolean): readonly Column<StockRow>[] {
  return [
    text('name', 'Code', (row) => row.code),
    text('name', 'Name', (row) => row.label, 34),
    text('name', 'Level', (row) => LEVEL_WORDS[row.kind], 10),
    text('name', 'Within', (row) => withinWords(row), 24),
    integer('name', 'Rows below', (row) => row.children),
    text('status', 'Status', (row) => STATUS_WORDS[row.status], 12),
    integer('status', 'Positions in trouble', (row) => row.troubled),
    text('uom', 'Unit', (row) => row.uom ?? 'mixed', 8),
    quantity('on_hand', 'On hand', (row) => row.on_hand_qty_milli),
    quantity('reserved', 'Reserved', (row) => row.reserved_qty_milli),
    quantity('free', 'Free', (row) => row.free_qty_milli),
    quantity('incoming', 'Incoming', (row) => row.incoming_qty_milli),
    date('next_in', 'Next in', (row) => row.next_in_on),
    date('next_in', 'Next in, taken to come', (row) => row.next_comes_on),
    quantity('weeks', 'Last week', (row) => row.weeks_qty_milli?.at(-1) ?? null),
    decimal('days', 'Days on hand, last 90 days', 1, (row) =>
      row.days_on_hand === null ? null : Math.round(row.days_on_hand * 10),
    ),
    quantity('policy', 'Min', (row) => row.min_qty_milli),
    quantity('policy', 'Max', (row) => row.max_qty_milli),
    ...(cost_visible
      ? [decimal<StockRow>('value', `Value, ${currency}`, minorDigits(currency), (row) => row.value_minor)]
      : []),
  ];
}

/** 'Fasteners' of 'c:Fasteners/i:840'; nothing for rows of the first level. */
function withinWords(row: StockRow): string | null {
  const steps = row.key.split('/');
  return row.level === 0 || steps.length < 2 ? null : (steps[0]?.replace(/^c:/, '') ?? null);
}

export function lineColumns(currency: string, cost_visible: boolean): readonly Column<MarginLineView>[] {
  const money = (id: string, title: string, value: (row: MarginLineView) => number | null) =>
    decimal<MarginLineView>(id, `${title}, ${currency}`, minorDigits(currency), value);
  return [
    text('document', 'Order', (row) => row.order_number),
    // a credit note or a claim is no line of its order
    integer('document', 'Line', (row) => (row.kind === 'credit' || row.kind === 'claim' ? null : row.ordinal)),
    date('ordered', 'Ordered on', (row) => row.ordered_on),
    date('committed', 'Committed on', (row) => row.committed_on),
    text('item', 'Item', (row) => row.item_code),
    text('item', 'Description', (row) => row.description, 34),
    text('kind', 'Kind', (row) => row.kind, 11),
    text('party', 'Customer', (row) => row.party, 28),
    text('country', 'Country', (row) => row.country),
    text('channel', 'Channel', (row) => row.channel),
    quantity('quantity', 'Ordered', (row) => row.ordered_qty_milli),
    quantity('quantity', 'Shipped', (row) => row.shipped_qty_milli),
    text('quantity', 'Unit', (row) => row.uom, 8),
    decimal('price', `Unit price, ${currency}`, 6, (row) => row.unit_price_micro),
    money('gross', 'Gross', (row) => row.gross_minor),
    money('discount', 'Discount', (row) => row.discount_minor),
    money('net', 'Net', (row) => row.net_minor),
    ...(cost_visible
      ? [
          money('cost', 'Landed cost', (row) => row.cost_minor),
          money('gm1', 'GM1', (row) => row.gm1_minor),
          money('freight', 'Freight out', (row) => row.freight_minor),
          money('gm2', 'GM2', (row) => row.gm2_minor),
          money('rebate', 'Rebates', (row) => row.rebate_minor),
          money('fee', 'Channel fees', (row) => row.fee_minor),
          money('claim', 'Claims', (row) => row.claim_minor),
          money('gm3', 'GM3', (row) => row.gm3_minor),
        ]
      : []),
  ];
}

export function fillLineColumns(currency: string): readonly Column<FillLineView>[] {
  return [
    text('document', 'Order', (row) => row.order_number),
    integer('document', 'Line', (row) => row.ordinal),
    date('committed', 'Committed on', (row) => row.committed_on),
    date('cut_off', 'Cut-off', (row) => row.cut_off_on),
    text('item', 'Item', (row) => row.item_code),
    text('item', 'Description', (row) => row.description, 34),
    text('party', 'Customer', (row) => row.party, 28),
    text('channel', 'Channel', (row) => row.channel),
    quantity('due', 'Ordered', (row) => row.ordered_qty_milli),
    quantity('shipped', 'Shipped by the cut-off', (row) => row.shipped_by_cut_off_qty_milli),
    quantity('missing', 'Missing', (row) => row.missing_qty_milli),
    text('uom', 'Unit', (row) => row.uom, 8),
    decimal('value', `Value due, ${currency}`, minorDigits(currency), (row) => row.due_value_minor),
    yesNo('state', 'First pass', (row) => row.first_pass),
  ];
}

type Figures = keyof MarginFigures;
const MARGIN_MEASURES: Readonly<Record<string, { readonly figure: Figures; readonly word: string }>> = {
  gross: { figure: 'gross_minor', word: 'Gross' },
  discounts: { figure: 'discounts_minor', word: 'Discounts' },
  returns: { figure: 'returns_minor', word: 'Returns' },
  net: { figure: 'net_minor', word: 'Net sales' },
  gm1: { figure: 'gm1_bp', word: 'GM1 %' },
};

export function marginColumns(
  currency: string,
  cost_visible: boolean,
  months: readonly number[],
  measure = 'net',
): readonly Column<MarginRow>[] {
  const places = minorDigits(currency);
  const figure = (id: string, title: string, name: Figures): Column<MarginRow> =>
    name.endsWith('_bp')
      ? percent(id, title, (row) => row[name])
      : decimal(id, `${title}, ${currency}`, places, (row) => row[name]);
  const asked = MARGIN_MEASURES[measure];
  const shown =
    asked && (cost_visible || measure !== 'gm1') ? asked : { figure: 'net_minor' as const, word: 'Net sales' };
  return [
    text('label', 'Row', (row) => row.label, 34),
    integer('lines', 'Order lines', (row) => row.lines),
    figure('gross', 'Gross', 'gross_minor'),
    figure('discounts', 'Discounts', 'discounts_minor'),
    figure('returns', 'Returns', 'returns_minor'),
    figure('net', 'Net sales', 'net_minor'),
    figure('other', 'Freight, fees, adjustments', 'other_minor'),
    ...(cost_visible
      ? [
          figure('gm1_amount', 'Landed cost', 'cost_minor'),
          figure('gm1_amount', 'GM1', 'gm1_minor'),
          figure('gm1_rate', 'GM1 %', 'gm1_bp'),
          figure('gm1_rate', 'Cost known for', 'cost_coverage_bp'),
        ]
      : []),
    ...months.map((month): Column<MarginRow> => {
      const value = (row: MarginRow) => row.months.find((each) => each.month === month)?.[shown.figure] ?? null;
      const title = `${shown.word}, ${isoMonth(month)}`;
      return shown.figure.endsWith('_bp')
        ? percent(`m${month}`, title, value)
        : decimal(`m${month}`, title, places, value);
    }),
  ];
}

const FILL_MEASURES: readonly (readonly [keyof FillFigures, string])[] = [
  ['unit', 'Unit fill'],
  ['value', 'Value fill'],
  ['line', 'Line fill'],
  ['order', 'Order fill'],
  ['first_pass', 'First-pass fill'],
];

export function fillColumns(currency: string, months: readonly number[], measure = 'unit'): readonly Column<FillRow>[] {
  const [shown, word] = FILL_MEASURES.find(([name]) => name === measure) ?? (['unit', 'Unit fill'] as const);
  return [
    text('label', 'Row', (row) => row.label, 34),
    ...FILL_MEASURES.map(([name, title]): Column<FillRow> => percent('rate', title, (row) => row[name].value_bp)),
    quantity('bottom', 'Ordered and due', (row) => row.unit.denominator),
    quantity('missing', 'Not shipped by the cut-off', (row) => row.unit.denominator - row.unit.numerator),
    decimal('bottom', `Value due, ${currency}`, minorDigits(currency), (row) => row.value.denominator),
    integer('lines', 'Lines due', (row) => row.line.denominator),
    integer('lines', 'Incomplete lines', (row) => row.line.denominator - row.line.numerator),
    ...months.map(
      (month): Column<FillRow> =>
        percent(
          `m${month}`,
          `${word}, ${isoMonth(month)}`,
          (row) => row.months.find((each) => each.month === month)?.[shown].value_bp ?? null,
        ),
    ),
  ];
}

type CloseLine = CloseTaskDetail['lines'][number];
export function closeColumns(currency: string): readonly Column<CloseLine>[] {
  return [
    text('ref', 'Reference', (row) => row.ref, 22),
    text('side', 'Side', (row) => row.side, 12),
    text('account', 'Account', (row) => row.account, 12),
    date('booked_on', 'Booked on', (row) => row.booked_on),
    decimal('amount', `Amount, ${currency}`, minorDigits(currency), (row) => row.amount_minor),
    text('explanation', 'Explanation', (row) => row.explanation, 40),
  ];
}

export const OUTBOX_COLUMNS: readonly Column<OutboxRow>[] = [
  text('title', 'Change', (row) => row.title, 40),
  text('state', 'State', (row) => row.state, 12),
  moment('made', 'Made at', (row) => row.made_at_ms),
  moment('decided', 'Decided at', (row) => row.decided_at_ms),
  integer('attempts', 'Attempts', (row) => row.attempts),
  text('what', 'What happens', (row) => row.reason?.message ?? null, 40),
  text('command', 'Command', (row) => row.command, 16),
  text('id', 'Id', (row) => row.id, 38),
  text('args', 'Content', (row) => JSON.stringify(row.args), 40),
];

/** The grid's column of what a line adds to its figure is one of the line's own amounts. */
export const ADDS: Readonly<Record<QueryArgs<'marginLines'>['figure'], string>> = {
  all: 'net',
  gross: 'gross',
  discounts: 'discount',
  returns: 'gross',
  net: 'net',
  other: 'net',
  no_cost: 'net',
  gm1: 'gm1',
  gm2: 'gm2',
  gm3: 'gm3',
  claims: 'claim',
};
