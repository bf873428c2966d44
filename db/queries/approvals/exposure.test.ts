import fc from 'fast-check';
import { expect, test } from 'vitest';
import { COMPANY, day, insertReference } from '../testing/golden.ts';
import { createTestReplica } from '../testing/replicaFixture.ts';
import { creditOf } from './exposure.ts';

const TODAY = day('2026-11-05');
const CUSTOMERS = 24;
const PARTIES = Array.from({ length: CUSTOMERS }, (_, at) => 1_000 + at);

/** Bills, payments and deliveries of many customers; some bills name a delivery, some are of tomorrow or of a supplier. */
const traded = fc.array(
  fc.record({
    party: fc.integer({ min: 0, max: CUSTOMERS - 1 }),
    billed: fc.integer({ min: 1, max: 100_000 }),
    paid: fc.constantFrom(0, 0.5, 1),
    deposit: fc.constantFrom(0, 0, 7_000),
    posted: fc.constantFrom('2026-09-01', '2026-10-20', '2026-11-06'),
    kind: fc.constantFrom('customer', 'customer', 'supplier'),
    names: fc.boolean(),
    open: fc.boolean(),
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
        for (const [at, { party, billed, paid, deposit, posted, kind, names, open }] of all.entries()) {
          const id = 5_000 + at;
          const party_id = PARTIES[party] ?? 0;
          const placed = { company_id: COMPANY, site_id: 11, channel_id: 21, month: 202610 };
          const ordered = { party_id, ordered_on: day('2026-10-10') };
          replica.insert('sales_order', [
            { id, ...placed, ...ordered, number: `S${id}`, state: open ? 'open' : 'closed' },
          ]);
          replica.insert('order_line', [
            { id, ...placed, ...ordered, order_id: id, kind: 'goods', ordered_qty_milli: 3_000, net_minor: 900 },
          ]);
          replica.insert('shipment_line', [
            { id, ...placed, order_line_id: id, number: `D${id}`, shipped_on: day('2026-10-19'), qty_milli: 1_000 },
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
              amount_minor: billed,
              ref: names ? `D${id}` : null,
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
            { ...payment, id, invoice_id: id, amount_minor: Math.round(billed * paid) },
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
