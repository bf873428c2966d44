import { describe, expect, test } from 'vitest';
import { dayNumber, workdaysBetween } from '../calendar.ts';
import { backorderRows, exposureRows, owedSpans } from './backorder.ts';
import { cycleRows } from './cycleTime.ts';
import { type DeliveredPart, type DeliveryLine, owedQtyMilli, partsOf, wantedQtyMilli } from './delivery.ts';
import { otifRows } from './otif.ts';
import { collected, figureIn } from './testing/tallies.ts';

const day = (iso: string): number => {
  const value = dayNumber(iso);
  if (value === null) throw new Error(`${iso} is no date`);
  return value;
};
const box = (number: string, iso: string, qty: number, delivered: string | null = iso) => ({
  number,
  shipped_on: day(iso),
  delivered_on: delivered === null ? null : day(delivered),
  qty_milli: qty * 1000,
});

/** 10 pieces at 2.00, ordered on Thursday 1 October, requested for the 6th, committed to the 8th. */
const named =
  (billed: string | null) =>
  ({ number, net_minor }: DeliveredPart): number =>
    number === billed ? net_minor : 0;

function line(changes: Partial<DeliveryLine> = {}): DeliveryLine {
  return {
    id: 1,
    order_id: 9,
    channel_id: 11,
    kind: 'goods',
    ordered_on: day('2026-10-01'),
    requested_on: day('2026-10-06'),
    committed_on: day('2026-10-08'),
    ordered_qty_milli: 10_000,
    cancelled_qty_milli: 0,
    cancelled_by: null,
    net_minor: 2000,
    closed: false,
    shipments: [],
    ...changes,
  };
}

describe('parts of a line', () => {
  test('boxes of one shipment are one part; what is above the wanted quantity is none', () => {
    const shipments = [box('B', '2026-10-05', 3), box('A', '2026-10-05', 4, '2026-10-07'), box('A', '2026-10-05', 2)];
    expect(partsOf([...shipments, box('C', '2026-10-06', 5), box('D', '2026-10-09', 1)], 10_000)).toEqual([
      {
        number: 'A',
        shipped_on: day('2026-10-05'),
        qty_milli: 6000,
        arrived_on: day('2026-10-07'),
        delivery_known: true,
      },
      {
        number: 'B',
        shipped_on: day('2026-10-05'),
        qty_milli: 3000,
        arrived_on: day('2026-10-05'),
        delivery_known: true,
      },
      {
        number: 'C',
        shipped_on: day('2026-10-06'),
        qty_milli: 1000,
        arrived_on: day('2026-10-06'),
        delivery_known: true,
      },
    ]);
  });
  test('goods that came back are no part and are owed again by nobody', () => {
    const shipments = [box('A', '2026-10-05', 10), box('R', '2026-10-06', -4)];
    expect(partsOf(shipments, 10_000)).toHaveLength(1);
    expect(owedQtyMilli(line({ shipments }), day('2026-10-07'))).toBe(0);
  });
});

describe('OTIF', () => {
  const as_of_on = day('2026-11-05');
  const rows = (...lines: DeliveryLine[]) =>
    collected((emit) => {
      for (const each of lines) otifRows(each, as_of_on, emit);
    });

  test('a split line is several, and its order is perfect only if all of it came', () => {
    // 6 on the 6th, 4 on the 8th: half by the requested date, all by the committed one
    const found = rows(line({ shipments: [box('A', '2026-10-05', 6, '2026-10-06'), box('B', '2026-10-08', 4)] }));
    expect(figureIn(found, 'otif_requested')).toMatchObject({ numerator: 1, denominator: 2, value: 5000 });
    expect(figureIn(found, 'otif_committed')).toMatchObject({ numerator: 2, denominator: 2, value: 10_000 });
    expect(figureIn(found, 'perfect_orders_requested')).toMatchObject({ numerator: 0, denominator: 1 });
    expect(figureIn(found, 'perfect_orders_committed')).toMatchObject({ numerator: 1, denominator: 1 });
  });
  test('what has not come is one more part', () => {
    const found = rows(line({ shipments: [box('A', '2026-10-05', 6)] }), line({ id: 2, order_id: 9 }));
    expect(figureIn(found, 'otif_committed')).toMatchObject({ numerator: 1, denominator: 3 });
    expect(figureIn(found, 'perfect_orders_committed')).toMatchObject({ numerator: 0, denominator: 1 });
  });
  test('delivery decides; the day of shipment only where it is not known, and the coverage says so', () => {
    const late = box('A', '2026-10-08', 10, '2026-10-09');
    expect(figureIn(rows(line({ shipments: [late] })), 'otif_committed')).toMatchObject({
      numerator: 0,
      coverage_bp: 10_000,
    });
    const unknown = { ...late, delivered_on: null };
    const found = rows(line({ shipments: [unknown] }), line({ id: 2, shipments: [box('B', '2026-10-08', 10)] }));
    expect(figureIn(found, 'otif_committed')).toMatchObject({ numerator: 2, denominator: 2, coverage_bp: 5000 });
  });
  test('the customer’s cancellation goes out, ours stays in, and a line due today is not due', () => {
    const shipments = [box('A', '2026-10-05', 6)];
    const cancelled = { cancelled_qty_milli: 4000, shipments };
    expect(figureIn(rows(line({ ...cancelled, cancelled_by: 'customer' })), 'otif_committed')).toMatchObject({
      value: 10_000,
    });
    expect(figureIn(rows(line({ ...cancelled, cancelled_by: 'us' })), 'otif_committed')).toMatchObject({ value: 5000 });
    expect(rows(line({ requested_on: null, committed_on: as_of_on }))).toEqual([]);
    expect(figureIn([], 'otif_committed')).toMatchObject({ numerator: 0, denominator: 0, value: null });
  });
});

describe('order cycle time', () => {
  const order = (lines: readonly DeliveryLine[], id = 9) => ({
    id,
    channel_id: 11,
    ordered_on: day('2026-10-01'),
    lines,
  });
  const rows = (...orders: ReturnType<typeof order>[]) =>
    collected((emit) => {
      for (const each of orders) cycleRows(each, day('2026-10-15'), emit);
    });

  test('counts working days after entry up to the delivery of the last goods', () => {
    // Thursday the 1st to Tuesday the 6th: Friday, Monday, Tuesday
    expect(workdaysBetween(day('2026-10-01'), day('2026-10-06'))).toBe(3);
    const shipments = [box('A', '2026-10-02', 4), box('B', '2026-10-05', 6, '2026-10-06'), box('C', '2026-10-12', 1)];
    expect(rows(order([line({ shipments })]))[0]).toMatchObject({ numerator: 3000, denominator: 1 });
  });
  test('an order still open is longer than its age, not left out', () => {
    const done = line({ shipments: [box('A', '2026-10-02', 10)] });
    const found = rows(order([done], 1), order([line()], 2), order([line()], 3));
    expect(figureIn(found, 'order_cycle_median')).toMatchObject({
      numerator: 1,
      denominator: 3,
      value: 10_000,
      beyond: true,
    });
    expect(figureIn(rows(order([done]), order([line()], 2)), 'order_cycle_median')).toMatchObject({
      value: 1000,
      beyond: false,
    });
  });
  test('a closed order ends with its last delivery; with nothing delivered or wanted it is out', () => {
    const short = line({ closed: true, shipments: [box('A', '2026-10-02', 4)] });
    expect(wantedQtyMilli(short)).toBe(4000);
    expect(rows(order([short]))[0]).toMatchObject({ numerator: 1000, denominator: 1 });
    expect(rows(order([line({ closed: true })]))).toEqual([]);
    expect(rows(order([line({ cancelled_qty_milli: 10_000, cancelled_by: 'us' })]))).toEqual([]);
  });
  test('weekends take no time', () => {
    const friday = day('2026-10-02');
    for (let days = 0; days < 30; days += 1) {
      const counted = Array.from({ length: days }, (_, at) => friday + at + 1).filter(
        (each) => (each + 3) % 7 < 5,
      ).length;
      expect(workdaysBetween(friday, friday + days)).toBe(counted);
    }
    expect(workdaysBetween(friday, friday - 3)).toBe(0);
  });
});

describe('backorder and exposure', () => {
  const on = day('2026-10-12');
  const owed = (changes: Partial<DeliveryLine>) => collected((emit) => backorderRows(line(changes), on, emit));

  test('is what is owed past its committed date, at net price, with its age', () => {
    const found = owed({
      cancelled_qty_milli: 2000,
      cancelled_by: 'us',
      net_minor: 1600,
      shipments: [box('A', '2026-10-06', 3)],
    });
    expect(figureIn(found, 'backorder_qty').value).toBe(5000);
    expect(figureIn(found, 'backorder_value').value).toBe(1000);
    expect(figureIn(found, 'backorder_age').value).toBe(4000);
  });
  test('neither forward orders nor what a closed order never shipped', () => {
    expect(owed({ committed_on: on })).toEqual([]);
    expect(owed({ committed_on: null })).toEqual([]);
    expect(owed({ closed: true })).toEqual([]);
    // closed since, but on that day its goods had not left
    expect(owed({ closed: true, shipments: [box('A', '2026-10-20', 7)] })[0]).toMatchObject({ numerator: 7000 });
    expect(figureIn([], 'backorder_qty')).toMatchObject({ value: 0 });
    expect(figureIn([], 'backorder_age')).toMatchObject({ value: null });
  });
  test('exposure takes open orders and what left without a bill', () => {
    const shipments = [box('A', '2026-10-06', 3), box('B', '2026-10-07', 2), box('C', '2026-10-20', 9)];
    const found = collected((emit) => exposureRows(line({ shipments }), on, named('A'), emit));
    expect(figureIn(found, 'open_orders_value').value).toBe(1000);
    expect(figureIn(found, 'shipped_unbilled').value).toBe(400);
    expect(figureIn(found, 'credit_exposure').value).toBe(1400);
  });
  test('what left in three parts without a bill is worth what the line was sold for, to the cent', () => {
    const shipments = [box('A', '2026-10-06', 1), box('B', '2026-10-07', 1), box('C', '2026-10-08', 1)];
    const sold = line({ ordered_qty_milli: 3_000, net_minor: 1_000, shipments });
    const parts = (billed: string | null) =>
      collected((emit) => exposureRows(sold, on, named(billed), emit)).filter(({ kpi }) => kpi === 'shipped_unbilled');
    expect(parts(null).map(({ numerator }) => numerator)).toEqual([333, 334, 333]);
    expect(parts('B').map(({ numerator }) => numerator)).toEqual([333, 333]);
  });
});

test('the spans of a backorder say what is found on any day', () => {
  const below = (most: number, n: number): number => ((n * 2_654_435_761) >>> 9) % most;
  for (let seed = 1; seed <= 300; seed += 1) {
    const line: DeliveryLine = {
      id: 1,
      order_id: 1,
      channel_id: null,
      kind: 'goods',
      ordered_on: 0,
      requested_on: null,
      committed_on: 5,
      ordered_qty_milli: below(9, seed) * 1000,
      cancelled_qty_milli: below(3, seed + 7) * 1000,
      cancelled_by: 'us',
      net_minor: 997,
      closed: seed % 4 === 0,
      shipments: Array.from({ length: below(4, seed + 3) }, (_, at) => ({
        number: `S${at}`,
        shipped_on: below(20, seed * 5 + at),
        delivered_on: null,
        qty_milli: (below(6, seed * 7 + at) - 1) * 1000,
      })),
    };
    const spans = owedSpans(line);
    for (let on = 0; on < 25; on += 1) {
      const found: number[] = [];
      backorderRows(line, on, (row) => void (row.kpi === 'backorder_age' || found.push(row.numerator)));
      const said = spans.flatMap(({ from_on, until_on, qty_milli, value_minor }) =>
        on >= from_on && (until_on === null || on < until_on) ? [qty_milli, value_minor] : [],
      );
      expect(said, `seed ${seed}, day ${on}`).toEqual(found);
    }
  }
});
