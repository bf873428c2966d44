/**
 * One small company worked out by hand: returns, over-shipment, split lines, cancellations of both kinds, a line not
 * yet due, kinds that are no goods, a zero denominator. The pure functions and the queries must give the same figures.
 */
import { dayNumber } from '#domain/calendar.ts';
import type { FillFact } from '#domain/kpi/fillRate.ts';
import type { MarginLine } from '#domain/kpi/margin.ts';
import type { RowValues, TestReplica } from './replicaFixture.ts';

export const day = (iso: string): number => {
  const value = dayNumber(iso);
  if (value === null) throw new Error(`${iso} is no date`);
  return value;
};

/** Noon UTC of 5 November 2026. */
export const AS_OF_MS = Date.UTC(2026, 10, 5, 12);
export const COMPANY = 1;
export const INSIDE = 11;
export const ECOM = 12;

interface GoldenLine extends MarginLine, FillFact {
  readonly id: number;
  readonly channel_id: number | null;
  readonly item_id: number | null;
  readonly month: number;
}

const shipped = (number: string, iso: string, qty: number) => ({ number, shipped_on: day(iso), qty_milli: qty * 1000 });

function line(id: number, order_id: number, channel_id: number | null, changes: Partial<GoldenLine>): GoldenLine {
  const gross_minor = changes.gross_minor ?? 0;
  const discount_minor = changes.discount_minor ?? 0;
  return {
    id,
    order_id,
    channel_id,
    item_id: 100,
    month: 202610,
    kind: 'goods',
    unit_price_micro: 0,
    gross_minor,
    discount_minor,
    net_minor: gross_minor - discount_minor,
    cost_minor: null,
    committed_on: null,
    // inside sales 2 days, e-commerce 0
    grace_days: channel_id === INSIDE ? 2 : 0,
    ordered_qty_milli: 0,
    cancelled_qty_milli: 0,
    cancelled_by: null,
    shipments: [],
    ...changes,
  };
}

export const GOLDEN_LINES: readonly GoldenLine[] = [
  // split in two shipments, the second inside the grace: complete, not first pass
  line(1, 901, INSIDE, {
    gross_minor: 10_000,
    discount_minor: 1_000,
    cost_minor: 6_000,
    committed_on: day('2026-10-12'),
    ordered_qty_milli: 100_000,
    shipments: [shipped('A', '2026-10-10', 60), shipped('B', '2026-10-14', 40)],
  }),
  // over-shipped by 5 in the first shipment: complete, first pass, no credit for the 5
  line(2, 901, INSIDE, {
    gross_minor: 2_000,
    cost_minor: 1_500,
    committed_on: day('2026-10-12'),
    ordered_qty_milli: 20_000,
    shipments: [shipped('A', '2026-10-10', 25)],
  }),
  // 30 of 50 by the cut-off, the rest late: incomplete, so its order is too
  line(3, 902, INSIDE, {
    gross_minor: 5_000,
    cost_minor: 3_000,
    committed_on: day('2026-10-20'),
    ordered_qty_milli: 50_000,
    shipments: [shipped('C', '2026-10-22', 30), shipped('D', '2026-10-23', 20)],
  }),
  // the customer cancelled 4 of 10 at 1.001: 6 are due and come in one shipment of two boxes
  line(4, 903, ECOM, {
    unit_price_micro: 1_001_000,
    gross_minor: 601,
    cost_minor: 300,
    committed_on: day('2026-10-15'),
    ordered_qty_milli: 10_000,
    cancelled_qty_milli: 4_000,
    cancelled_by: 'customer',
    shipments: [shipped('E', '2026-10-15', 4), shipped('E', '2026-10-15', 2)],
  }),
  // we cancelled all 8 at 1.00: no longer sold, still due, nothing shipped
  line(5, 904, ECOM, {
    unit_price_micro: 1_000_000,
    gross_minor: 0,
    cost_minor: 0,
    committed_on: day('2026-10-16'),
    ordered_qty_milli: 8_000,
    cancelled_qty_milli: 8_000,
    cancelled_by: 'us',
  }),
  // the customer cancelled everything: out
  line(6, 904, ECOM, {
    unit_price_micro: 1_000_000,
    gross_minor: 0,
    cost_minor: 0,
    committed_on: day('2026-10-16'),
    ordered_qty_milli: 3_000,
    cancelled_qty_milli: 3_000,
    cancelled_by: 'customer',
  }),
  // cut-off 3 + 2 = 5 November is today: not yet due
  line(7, 905, INSIDE, {
    gross_minor: 700,
    cost_minor: 300,
    committed_on: day('2026-11-03'),
    ordered_qty_milli: 7_000,
  }),
  // cut-off 4 November, yesterday: due in November, late by a day
  line(8, 905, ECOM, {
    gross_minor: 900,
    cost_minor: 400,
    committed_on: day('2026-11-04'),
    ordered_qty_milli: 9_000,
    shipments: [shipped('F', '2026-11-05', 9)],
  }),
  // a return of 10 at the original price less its discount, restocked
  line(9, 906, INSIDE, {
    kind: 'return',
    gross_minor: -1_000,
    discount_minor: -100,
    cost_minor: -600,
    ordered_qty_milli: -10_000,
    committed_on: day('2026-10-18'),
  }),
  // a credit without goods: reverses no cost
  line(10, 907, ECOM, { kind: 'return', gross_minor: -250, item_id: null }),
  line(11, 907, ECOM, { kind: 'discount', gross_minor: -90, item_id: null }),
  line(12, 901, INSIDE, { kind: 'freight', gross_minor: 475, item_id: null }),
  line(13, 901, INSIDE, { kind: 'adjustment', gross_minor: -33, item_id: null }),
  // September, unmapped channel: only a fee, so net sales are 0 and no rate has a denominator
  line(14, 908, null, { kind: 'fee', gross_minor: 55, item_id: null, month: 202609 }),
  // 10 at 1.00 less 10 %; we cancelled 3: 7 are sold, 10 are due
  line(15, 909, ECOM, {
    unit_price_micro: 1_000_000,
    gross_minor: 700,
    discount_minor: 70,
    cost_minor: 420,
    committed_on: day('2026-10-19'),
    ordered_qty_milli: 10_000,
    cancelled_qty_milli: 3_000,
    cancelled_by: 'us',
    shipments: [shipped('G', '2026-10-19', 7)],
  }),
];

/** Worked out on paper from the lines above. */
export const GOLDEN = {
  margin: {
    lines: 15,
    // 10000 + 2000 + 5000 + 601 + 0 + 0 + 700 + 900 + 700
    gross_minor: 19_901,
    // −1000 (line 1) − 70 (line 15) + 100 (line 9) − 90 (line 11)
    discounts_minor: -1_060,
    returns_minor: -1_250,
    net_minor: 17_591,
    // 475 − 33 + 55
    other_minor: 497,
    // 6000 + 1500 + 3000 + 300 + 0 + 0 + 300 + 400 + 420 − 600
    cost_minor: 11_320,
    gm1_minor: 6_271,
    // 6271 / 17591 = 35.6489 %
    gm1_bp: 3565,
    cost_coverage_bp: 10_000,
  },
  october: {
    // filled 100 + 20 + 30 + 6 + 0 + 7 of 100 + 20 + 50 + 6 + 8 + 10
    unit: { numerator: 163_000, denominator: 194_000, value_bp: 8402 },
    // 9000 + 2000 + 3000 + 601 + 0 + 630 of 9000 + 2000 + 5000 + 601 + 800 (8 × 1.00) + 900 (630 × 10/7)
    value: { numerator: 15_231, denominator: 18_301, value_bp: 8322 },
    line: { numerator: 3, denominator: 6, value_bp: 5000 },
    // 901 and 903 of 901, 902, 903, 904, 909
    order: { numerator: 2, denominator: 5, value_bp: 4000 },
    // lines 2 and 4
    first_pass: { numerator: 2, denominator: 6, value_bp: 3333 },
  },
  november: {
    unit: { numerator: 0, denominator: 9_000, value_bp: 0 },
    value: { numerator: 0, denominator: 900, value_bp: 0 },
    line: { numerator: 0, denominator: 1, value_bp: 0 },
    order: { numerator: 0, denominator: 1, value_bp: 0 },
    first_pass: { numerator: 0, denominator: 1, value_bp: 0 },
  },
} as const;

export function insertReference(replica: TestReplica, more: { readonly fiscal_year_start_month?: number } = {}): void {
  replica.insert('company', [
    { id: COMPANY, code: 'HAL', name: 'Halvorsen', currency: 'EUR', time_zone: 'Europe/Amsterdam', ...more },
  ]);
  replica.insert('site', [
    { id: 21, company_id: COMPANY, code: 'RTM', name: 'Rotterdam DC', kind: 'dc' },
    { id: 22, company_id: COMPANY, code: 'ANR', name: 'Antwerp DC', kind: 'dc' },
  ]);
  replica.insert('channel', [
    { id: INSIDE, company_id: COMPANY, code: 'IS', name: 'Inside sales', kind: 'inside_sales', grace_days: 2 },
    { id: ECOM, company_id: COMPANY, code: 'EC', name: 'E-commerce', kind: 'ecommerce', grace_days: 0 },
  ]);
  replica.insert('party', [
    {
      id: 31,
      company_id: COMPANY,
      code: 'C31',
      name: 'Rijnmond Havens',
      kind: 'customer',
      country: 'NL',
      salesperson: 'T. Visser',
    },
    { id: 41, company_id: COMPANY, code: 'S41', name: 'Würth', kind: 'supplier' },
  ]);
  replica.insert('item', [
    {
      id: 100,
      company_id: COMPANY,
      code: 'FA-0840',
      name: 'Hex bolt M8×40 A2',
      category: 'Fasteners',
      uom: 'pcs',
      supplier_id: 41,
      active: 1,
    },
  ]);
}

export function insertGolden(replica: TestReplica): void {
  insertReference(replica);
  const orders = new Map(GOLDEN_LINES.map((each) => [each.order_id, each]));
  replica.insert(
    'sales_order',
    [...orders.values()].map((each) => ({
      id: each.order_id,
      company_id: COMPANY,
      channel_id: each.channel_id,
      month: each.month,
      source: 'test',
      number: `SO ${each.order_id}`,
      ordered_on: day('2026-10-01'),
      state: 'open',
    })),
  );
  replica.insert('order_line', GOLDEN_LINES.map(lineRow));
  const costed = GOLDEN_LINES.filter((each) => each.cost_minor !== null);
  replica.insert(
    'order_line_cost',
    costed.map((each) => ({
      id: each.id,
      company_id: COMPANY,
      channel_id: each.channel_id,
      month: each.month,
      cost_minor: each.cost_minor,
    })),
  );
  let shipment_id = 0;
  replica.insert(
    'shipment_line',
    GOLDEN_LINES.flatMap((each) =>
      each.shipments.map((shipment) => ({
        id: (shipment_id += 1),
        company_id: COMPANY,
        channel_id: each.channel_id,
        month: each.month,
        order_line_id: each.id,
        number: shipment.number,
        shipped_on: shipment.shipped_on,
        qty_milli: shipment.qty_milli,
      })),
    ),
  );
}

function lineRow(each: GoldenLine): RowValues {
  return {
    id: each.id,
    company_id: COMPANY,
    site_id: 21,
    channel_id: each.channel_id,
    month: each.month,
    order_id: each.order_id,
    ordinal: each.id,
    item_id: each.item_id,
    party_id: 31,
    kind: each.kind,
    ordered_on: day(each.month === 202609 ? '2026-09-10' : '2026-10-01'),
    committed_on: each.committed_on,
    ordered_qty_milli: each.ordered_qty_milli,
    cancelled_qty_milli: each.cancelled_qty_milli,
    cancelled_by: each.cancelled_by,
    unit_price_micro: each.unit_price_micro,
    gross_minor: each.gross_minor,
    discount_minor: each.discount_minor,
    net_minor: each.net_minor,
    country: 'NL',
  };
}

/** An open invoice in yen, which have no smaller unit. */
export function insertYenInvoice(replica: TestReplica, party_id: number): void {
  const days = { issued_on: day('2026-10-20'), posted_on: day('2026-10-20'), due_on: day('2026-12-20') };
  const amounts = { amount_minor: 50, currency: 'JPY', foreign_minor: 80 };
  replica.insert('invoice', [
    { id: 1, company_id: COMPANY, month: 202610, kind: 'customer', number: '=I1', party_id, ...days, ...amounts },
  ]);
}
