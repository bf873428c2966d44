import { describe, expect, test } from 'vitest';
import type { CustomerInvoice } from '../close/reconcile/billedDeliveries.ts';
import { exposureRows } from '../kpi/backorder.ts';
import { billedMinor, billingIn, type SoldLine } from './billedParts.ts';

const PARTY = 31;

const PIECES = {
  party_id: PARTY,
  channel_id: null,
  kind: 'goods',
  ordered_on: 1,
  requested_on: null,
  committed_on: null,
  ordered_qty_milli: 10_000,
  cancelled_qty_milli: 0,
  cancelled_by: null,
  net_minor: 1_000,
  closed: false,
} as const;

/** Ten pieces at 1.00 each, delivered as told. */
function line(
  id: number,
  order_id: number,
  shipments: readonly (readonly [number: string, on: number, qty: number])[],
) {
  return {
    ...PIECES,
    id,
    order_id,
    shipments: shipments.map(([number, shipped_on, qty]) => {
      return { number, shipped_on, delivered_on: null, qty_milli: qty * 1_000 };
    }),
  } satisfies SoldLine;
}

function invoice(id: number, order: number | null, names: string | null, day: number, amount_minor: number) {
  return { id, number: `INV-${id}`, order, names, day, amount_minor, party_id: PARTY } satisfies CustomerInvoice;
}

function unbilled(lines: readonly SoldLine[], invoices: readonly CustomerInvoice[], on: number) {
  const billing = billingIn(lines, invoices);
  const found: [unknown, number][] = [];
  for (const each of lines) {
    const billed = (part: Parameters<Parameters<typeof exposureRows>[2]>[0]): number =>
      billedMinor(billing, each, part, on);
    exposureRows(each, on, billed, ({ kpi, id, numerator }) => {
      if (kpi === 'shipped_unbilled') found.push([id, numerator]);
    });
  }
  return found;
}

describe('shipped, not billed', () => {
  const two = [
    line(1, 7, [
      ['A', 5, 4],
      ['B', 8, 3],
    ]),
  ];

  test('an invoice that names only its order bills the oldest of it, from its day on', () => {
    const of_order = [invoice(1, 7, null, 9, 500)];
    expect(unbilled(two, of_order, 8)).toEqual([
      ['1:A:5', 400],
      ['1:B:8', 300],
    ]);
    expect(unbilled(two, of_order, 9)).toEqual([['1:B:8', 200]]);
    expect(unbilled(two, [...of_order, invoice(2, 7, 'customer’s own 17', 10, 200)], 10)).toEqual([]);
  });

  test('one that names a delivery bills that whole; another of the order the rest', () => {
    expect(unbilled(two, [invoice(1, 7, 'B', 9, 310)], 9)).toEqual([['1:A:5', 400]]);
    expect(unbilled(two, [invoice(1, 7, 'B', 9, 310), invoice(2, 7, null, 9, 100)], 9)).toEqual([['1:A:5', 300]]);
  });

  test('what a credit took back is open again', () => {
    const back = [invoice(1, 7, 'A', 9, 400), invoice(2, 7, 'A', 11, -400), invoice(3, 7, 'B', 9, 300)];
    expect(unbilled(two, back, 10)).toEqual([]);
    expect(unbilled(two, back, 11)).toEqual([['1:A:5', 400]]);
  });

  test('one without an order may name deliveries of several', () => {
    const lines = [...two, line(2, 8, [['C', 6, 10]])];
    expect(unbilled(lines, [invoice(1, null, 'A, C', 9, 1_400)], 9)).toEqual([['1:B:8', 300]]);
    // a number alone is one delivery's
    expect(unbilled(lines, [invoice(1, null, 'A', 9, 400)], 9)).toEqual([
      ['1:B:8', 300],
      ['2:C:6', 1_000],
    ]);
  });
});
