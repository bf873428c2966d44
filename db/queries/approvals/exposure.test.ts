import fc from 'fast-check';
import { expect, test } from 'vitest';
import { monthOfDay } from '#domain/calendar.ts';
import { COMPANY, day, insertReference } from '../testing/golden.ts';
import { createTestReplica } from '../testing/replicaFixture.ts';
import { creditOf, EXPOSED_LINES } from './exposure.ts';

const TODAY = day('2026-11-05');
const CUSTOMERS = 24;
const PARTIES = Array.from({ length: CUSTOMERS }, (_, at) => 1_000 + at);

/** What an invoice for an order bills of the 300 that left: a part, or all and what comes later. */
const OF_ORDER = { part: 150, more: 400 } as const;

/** Bills, payments and deliveries of many customers; some bills name a delivery, some its order, some are of tomorrow or of a supplier. */
const traded = fc.array(
  fc.record({
    party: fc.integer({ min: 0, max: CUSTOMERS - 1 }),
    billed: fc.integer({ min: 1, max: 100_000 }),
    paid: fc.constantFrom(0, 0.5, 1),
    deposit: fc.constantFrom(0, 0, 7_000),
    posted: fc.constantFrom('2026-09-01', '2026-10-20', '2026-11-06'),
    kind: fc.constantFrom('customer', 'customer', 'supplier'),
    names: fc.constantFrom('its delivery', 'its order', 'nothing'),
    open: fc.boolean(),
    ordered: fc.constantFrom('2026-10-10', '2026-05-10', '2025-12-10'),
    // of older orders some left in the spring
    left: fc.constantFrom('2026-10-19', '2026-05-12'),
  }),
  { minLength: 30, maxLength: 60 },
);

test('of all customers at once is what it is of each by themselves', async () => {
  let exposed = 0;
  await fc.assert(
    fc.asyncProperty(traded, async (all) => {
      const replica = createTestReplica();
      try {
        insertReference(replica);
        replica.insert(
          'party',
          PARTIES.map((id) => ({
            id,
            company_id: COMPANY,
            kind: 'customer',
            code: `C${id}`,
            credit_limit_minor: id % 2 === 0 ? 1 : null,
          })),
        );
        for (const [
          at,
          { party, billed, paid, deposit, posted, kind, names, open, ordered: iso, left },
        ] of all.entries()) {
          const id = 5_000 + at;
          const party_id = PARTIES[party] ?? 0;
          const placed = { company_id: COMPANY, site_id: 11, channel_id: 21, month: monthOfDay(day(iso)) };
          const ordered = { party_id, ordered_on: day(iso) };
          replica.insert('sales_order', [
            { id, ...placed, ...ordered, number: `S${id}`, state: open ? 'open' : 'closed' },
          ]);
          replica.insert('order_line', [
            { id, ...placed, ...ordered, order_id: id, kind: 'goods', ordered_qty_milli: 3_000, net_minor: 900 },
          ]);
          replica.insert('shipment_line', [
            {
              id,
              ...placed,
              order_line_id: id,
              number: `D${id}`,
              shipped_on: Math.max(day(iso), day(left)),
              qty_milli: 1_000,
            },
          ]);
          replica.insert('invoice', [
            {
              id,
              company_id: COMPANY,
              month: 202610,
              kind,
              number: `I${id}`,
              party_id,
              posted_on: day(posted),
              // an order's discount on it may be more than the delivery it names
              amount_minor:
                names === 'its order'
                  ? at % 2 === 0
                    ? OF_ORDER.part
                    : OF_ORDER.more
                  : at % 5 === 0
                    ? -billed
                    : billed,
              ref: names === 'its delivery' ? `D${id}` : null,
              order_id: names === 'its order' && kind === 'customer' ? id : null,
            },
          ]);
          const payment = {
            company_id: COMPANY,
            month: 202610,
            kind: 'customer',
            party_id,
            paid_on: day('2026-11-01'),
          };
          const parts = [
            // one in four won something by the rate since
            {
              ...payment,
              id,
              invoice_id: id,
              amount_minor: Math.round(billed * paid),
              exchange_minor: at % 4 === 0 ? 13 : 0,
              // some settle their bill on a later day than they came
              settled_on: day(at % 3 === 0 ? '2026-11-09' : '2026-11-01'),
            },
            { ...payment, id: id + 1_000, invoice_id: null, amount_minor: deposit },
          ];
          replica.insert(
            'payment',
            parts.filter(({ amount_minor }) => amount_minor > 0),
          );
        }
        const context = replica.context({ role: 'finance' });
        const together = await creditOf(context, COMPANY, TODAY, PARTIES, 'all');
        expect(together.size).toBe(CUSTOMERS);
        for (const id of PARTIES) {
          const [alone] = (await creditOf(context, COMPANY, TODAY, [id], 'all')).values();
          expect(together.get(id)).toEqual(alone);
          // a third of 900 left, and the rest is owed while its order is open
          const own = all.filter(({ party }) => PARTIES[party] === id);
          const unbilled = (one: (typeof all)[number]): number => {
            if (one.kind !== 'customer' || day(one.posted) > TODAY || one.names === 'nothing') return 300;
            return one.names === 'its order' && all.indexOf(one) % 2 === 0 ? 150 : 0;
          };
          expect(alone).toMatchObject({
            shipped_unbilled_minor: own.reduce((sum, one) => sum + unbilled(one), 0),
            open_orders_minor: 600 * own.filter(({ open }) => open).length,
          });
          if (alone && alone.shipped_unbilled_minor > 0 && alone.receivables_minor > 0) exposed += 1;
        }
      } finally {
        await replica.close();
      }
    }),
    { numRuns: 8 },
  );
  expect(exposed).toBeGreaterThan(10);
});

test('what left without a bill counts whatever the age of its order, on the day of today and on an earlier one', async () => {
  const replica = createTestReplica();
  try {
    insertReference(replica);
    const [party_id = 0] = PARTIES;
    replica.insert('party', [
      { id: party_id, company_id: COMPANY, kind: 'customer', code: 'C', credit_limit_minor: 1_000 },
    ]);
    const sold = (id: number, ordered: string, number: string, shipped: string) => {
      const placed = { company_id: COMPANY, site_id: 11, channel_id: 21, month: monthOfDay(day(ordered)) };
      const own = { id, ...placed, party_id, ordered_on: day(ordered) };
      replica.insert('sales_order', [{ ...own, number: `S${id}`, state: 'done' }]);
      replica.insert('order_line', [{ ...own, order_id: id, kind: 'goods', ordered_qty_milli: 2_000, net_minor: 350 }]);
      replica.insert('shipment_line', [
        { id, ...placed, order_line_id: id, number, shipped_on: day(shipped), qty_milli: 2_000 },
      ]);
    };
    sold(1, '2026-06-05', 'D1', '2026-11-04');
    sold(2, '2026-06-05', 'D2', '2026-11-04');
    const bill = { company_id: COMPANY, month: 202611, kind: 'customer', party_id, posted_on: TODAY, ref: 'D2' };
    replica.insert('invoice', [{ ...bill, id: 1, number: 'I1', amount_minor: 350 }]);
    const on = async (iso: string) =>
      (await creditOf(replica.context({ role: 'finance' }), COMPANY, day(iso), [party_id], 'limited')).get(party_id);
    expect(await on('2026-11-05')).toMatchObject({
      receivables_minor: 350,
      shipped_unbilled_minor: 350,
      open_orders_minor: 0,
    });
    expect(await on('2026-11-04')).toMatchObject({ receivables_minor: 0, shipped_unbilled_minor: 700 });
    // both were still to be shipped then
    expect(await on('2026-11-03')).toMatchObject({ shipped_unbilled_minor: 0, open_orders_minor: 700 });
  } finally {
    await replica.close();
  }
});

test('what left a hundred days ago and was never invoiced counts, for one customer and for all', async () => {
  const replica = createTestReplica();
  try {
    insertReference(replica);
    replica.insert(
      'party',
      PARTIES.map((id) => ({ id, company_id: COMPANY, kind: 'customer', code: `C${id}`, credit_limit_minor: 1_000 })),
    );
    const [party_id = 0, other = 0] = PARTIES;
    for (const [id, of] of [
      [1, party_id],
      [2, party_id],
      [3, other],
      [4, party_id],
    ] as const) {
      const placed = { company_id: COMPANY, site_id: 11, channel_id: 21, month: 202607 };
      const own = { id, ...placed, party_id: of, ordered_on: TODAY - 105 };
      replica.insert('sales_order', [{ ...own, number: `S${id}`, state: 'done' }]);
      replica.insert('order_line', [{ ...own, order_id: id, kind: 'goods', ordered_qty_milli: 2_000, net_minor: 350 }]);
      replica.insert('shipment_line', [
        { id, ...placed, order_line_id: id, number: `D${id}`, shipped_on: TODAY - 100, qty_milli: 2_000 },
      ]);
    }
    // the second was invoiced late, and is owed since
    const bill = { company_id: COMPANY, month: 202610, kind: 'customer', party_id, posted_on: TODAY - 5, ref: 'D2' };
    replica.insert('invoice', [{ ...bill, id: 1, number: 'I1', amount_minor: 350 }]);
    // the fourth was invoiced, to somebody else
    const elsewhere = { ...bill, party_id: other, posted_on: TODAY - 90, ref: 'D4' };
    replica.insert('invoice', [{ ...elsewhere, id: 2, number: 'I2', amount_minor: 350 }]);
    // and so was the fifth, which left the other day
    const recent = { company_id: COMPANY, site_id: 11, channel_id: 21, month: monthOfDay(TODAY - 8) };
    const fifth = { id: 5, ...recent, party_id, ordered_on: TODAY - 8 };
    replica.insert('sales_order', [{ ...fifth, number: 'S5', state: 'done' }]);
    replica.insert('order_line', [{ ...fifth, order_id: 5, kind: 'goods', ordered_qty_milli: 2_000, net_minor: 350 }]);
    replica.insert('shipment_line', [
      { id: 5, ...recent, order_line_id: 5, number: 'D5', shipped_on: TODAY - 8, qty_milli: 2_000 },
    ]);
    replica.insert('invoice', [
      { ...elsewhere, id: 3, number: 'I3', posted_on: TODAY - 7, ref: 'D5', amount_minor: 350 },
    ]);
    const on = async (day_on: number, parties: readonly number[]) =>
      (await creditOf(replica.context({ role: 'finance' }), COMPANY, day_on, parties, 'limited')).get(party_id);
    for (const parties of [[party_id], PARTIES]) {
      expect(await on(TODAY, parties)).toMatchObject({ receivables_minor: 350, shipped_unbilled_minor: 350 });
      expect(await on(TODAY - 6, parties)).toMatchObject({ receivables_minor: 0, shipped_unbilled_minor: 700 });
      // the day before it was invoiced
      expect(await on(TODAY - 8, parties)).toMatchObject({ receivables_minor: 0, shipped_unbilled_minor: 1_050 });
    }
  } finally {
    await replica.close();
  }
});

test('of the shipments of millions the index gives the few that left late: none are read from end to end', async () => {
  const replica = createTestReplica();
  try {
    const plan = replica
      .context({})
      .scan<readonly [number, number, number, detail: string]>(`EXPLAIN QUERY PLAN ${EXPOSED_LINES}`, [
        COMPANY,
        COMPANY,
        202610,
        '[202605,202606]',
        COMPANY,
        day('2026-10-01'),
        '[1]',
        '[1]',
      ]);
    const steps = plan.map(([, , , detail]) => detail);
    expect(steps.filter((step) => /^SCAN (main|l|s|left_late|of|late|bare|bare_line)\b/.test(step))).toEqual([]);
    expect(steps.find((step) => step.includes('left_late'))).toMatch(
      /^SEARCH left_late USING COVERING INDEX .*\(company_id=\? AND month=\? AND shipped_on>\?\)$/,
    );
  } finally {
    await replica.close();
  }
});
