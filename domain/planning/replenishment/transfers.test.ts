import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planTransfers, type TransferLane, type TransferQuestion, type TransferSite } from './transfers.ts';

const TODAY = 20_762;
const site = (site_id: number, changes: Partial<TransferSite>): TransferSite => ({
  site_id,
  surplus_qty_milli: 0,
  surplus_saving_micro: 0,
  need_qty_milli: 0,
  need_on: null,
  lost_qty_milli: 0,
  lost_micro: 0,
  ...changes,
});
const lane = (from_site_id: number, to_site_id: number, changes: Partial<TransferLane> = {}): TransferLane => ({
  from_site_id,
  to_site_id,
  arrive_on: TODAY + 2,
  fixed_minor: 2_500,
  unit_cost_micro: 100_000,
  ...changes,
});
/** Rotterdam has 50 to spare; Antwerp needs 20, of which 12 are asked for before a purchase comes, at 8.00 each. */
const question: TransferQuestion = {
  as_of_on: TODAY,
  sites: [
    site(1, { surplus_qty_milli: 50_000 }),
    site(2, { need_qty_milli: 20_000, need_on: TODAY + 3, lost_qty_milli: 12_000, lost_micro: 8_000_000 }),
  ],
  lanes: [lane(1, 2)],
  multiple_qty_milli: 0,
  minor_digits: 2,
  recent: [],
};

describe('transfers', () => {
  test('go where the benefit is greater than the cost, each with its figures', () => {
    // 12 × 8.00 saved; 25.00 and 20 × 0.10 spent
    expect(planTransfers(question)).toEqual([
      {
        from_site_id: 1,
        to_site_id: 2,
        qty_milli: 20_000,
        arrive_on: TODAY + 2,
        cost_minor: 2_700,
        benefit_minor: 9_600,
        saves_sales_minor: 9_600,
      },
    ]);
    expect(planTransfers({ ...question, lanes: [lane(1, 2, { fixed_minor: 9_400 })] })).toEqual([]);
  });
  test('what comes too late saves no sale; stock that lies too long pays by itself', () => {
    const slow = [lane(1, 2, { arrive_on: TODAY + 4 })];
    expect(planTransfers({ ...question, lanes: slow })).toEqual([]);
    const lies = [site(1, { surplus_qty_milli: 50_000, surplus_saving_micro: 2_000_000 }), ...question.sites.slice(1)];
    expect(planTransfers({ ...question, lanes: slow, sites: lies })[0]).toMatchObject({
      benefit_minor: 4_000,
      saves_sales_minor: 0,
    });
  });
  test('the best gain first, in whole multiples; what is left from the next', () => {
    const sites = [
      site(1, { surplus_qty_milli: 15_000 }),
      site(3, { surplus_qty_milli: 30_000 }),
      site(2, { need_qty_milli: 29_000, lost_qty_milli: 29_000, lost_micro: 8_000_000 }),
    ];
    const lanes = [lane(1, 2, { fixed_minor: 0 }), lane(3, 2, { fixed_minor: 5_000 })];
    const planned = planTransfers({ ...question, sites, lanes, multiple_qty_milli: 6_000 });
    expect(planned.map((each) => [each.from_site_id, each.qty_milli])).toEqual([[3, 24_000]]);
    const small = sites.map((each) => (each.site_id === 3 ? { ...each, surplus_qty_milli: 20_000 } : each));
    const both = planTransfers({ ...question, sites: small, lanes: [lane(1, 2, { fixed_minor: 0 }), lane(3, 2)] });
    expect(both.map((each) => [each.from_site_id, each.qty_milli])).toEqual([
      [3, 20_000],
      [1, 9_000],
    ]);
  });
  test('what came lately does not go back', () => {
    expect(planTransfers({ ...question, recent: [{ from_site_id: 2, to_site_id: 1 }] })).toEqual([]);
    expect(planTransfers({ ...question, recent: [{ from_site_id: 1, to_site_id: 2 }] })).toHaveLength(1);
  });
  test.each([
    [{ sites: [site(1, { surplus_qty_milli: 5, need_qty_milli: 5 })] }, 'both needs and gives'],
    [{ sites: [site(1, { need_qty_milli: -5 })] }, 'negative'],
    [{ lanes: [lane(1, 1)] }, 'leads to itself'],
    [{ lanes: [lane(1, 2, { arrive_on: TODAY - 1 })] }, 'negative'],
    [{ multiple_qty_milli: -1 }, 'negative'],
  ] as const satisfies readonly (readonly [Partial<TransferQuestion>, string])[])('%j is refused', (changes, words) => {
    expect(() => planTransfers({ ...question, ...changes })).toThrow(words);
  });
  test('whatever the sites: nobody gives or gets too much, none gives and gets, each pays, the order of lanes is nothing', () => {
    const figure = fc.integer({ min: 0, max: 60 }).map((units) => units * 1_000);
    const sites = fc
      .array(
        fc.record({ gives: fc.boolean(), qty: figure, lost: figure, micro: fc.integer({ min: 0, max: 9_000_000 }) }),
        {
          minLength: 2,
          maxLength: 6,
        },
      )
      .map((each) =>
        each.map(({ gives, qty, lost, micro }, index) =>
          gives
            ? site(index, { surplus_qty_milli: qty, surplus_saving_micro: micro })
            : site(index, { need_qty_milli: qty, lost_qty_milli: Math.min(qty, lost), lost_micro: micro }),
        ),
      );
    fc.assert(
      fc.property(sites, fc.infiniteStream(fc.integer({ min: 0, max: 9_000 })), (asked, costs) => {
        const lanes = asked.flatMap((from) =>
          asked
            .filter((to) => to !== from)
            .map((to) => lane(from.site_id, to.site_id, { fixed_minor: costs.next().value ?? 0 })),
        );
        const planned = planTransfers({ ...question, sites: asked, lanes });
        expect(planTransfers({ ...question, sites: asked, lanes: lanes.toReversed() })).toEqual(planned);
        for (const each of asked) {
          const gave = planned.filter((move) => move.from_site_id === each.site_id);
          const got = planned.filter((move) => move.to_site_id === each.site_id);
          expect(gave.reduce((sum, move) => sum + move.qty_milli, 0)).toBeLessThanOrEqual(each.surplus_qty_milli);
          expect(got.reduce((sum, move) => sum + move.qty_milli, 0)).toBeLessThanOrEqual(each.need_qty_milli);
          expect(gave.length === 0 || got.length === 0).toBe(true);
        }
        for (const move of planned) expect(move.benefit_minor).toBeGreaterThan(move.cost_minor);
      }),
    );
  });
});
