import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type DecisionFacts,
  type DecisionInputs,
  decisionKey,
  decisionStands,
  decisionState,
  mostProposedMilli,
  quantityFault,
  REJECTION_DAYS,
} from './decision.ts';
import { proposeOrder } from './proposal.ts';

const inputs = (more: Partial<DecisionInputs> = {}): DecisionInputs => ({
  as_of_on: '2026-11-05',
  because: 'needed',
  position_qty_milli: 38_000,
  week_qty_milli: 59_000,
  reorder_qty_milli: 167_000,
  up_to_qty_milli: 226_000,
  need_qty_milli: 188_000,
  accepted_before_qty_milli: 0,
  order_by_on: '2026-11-05',
  runs_out_on: '2026-11-12',
  short_qty_milli: 34_000,
  ...more,
});
const cartons = { minimum_qty_milli: 120_000, multiple_qty_milli: 60_000 };

describe('what was proposed is reckoned again', () => {
  test('the picture: 188 in whole cartons of 60 are 240', () => {
    expect(mostProposedMilli(inputs(), cartons)).toBe(240_000);
    expect(mostProposedMilli(inputs({ because: 'for_minimum', position_qty_milli: 170_000 }), cartons)).toBe(120_000);
  });

  test('figures that contradict each other give nothing', () => {
    expect(mostProposedMilli(inputs({ need_qty_milli: 500_000 }), cartons)).toBeNull();
    expect(mostProposedMilli(inputs({ position_qty_milli: 167_001, need_qty_milli: 58_999 }), cartons)).toBeNull();
    expect(mostProposedMilli(inputs({ up_to_qty_milli: 100_000, need_qty_milli: 62_000 }), cartons)).toBeNull();
    expect(mostProposedMilli(inputs(), { minimum_qty_milli: -1, multiple_qty_milli: 0 })).toBeNull();
  });

  test('never less than what the rule itself proposes of the same figures', () => {
    const qty = fc.integer({ min: 0, max: 500 }).map((units) => units * 1000);
    fc.assert(
      fc.property(qty, qty, qty, qty, qty, (on_hand, min, more, minimum, multiple) => {
        const answer = proposeOrder({
          as_of_on: 20_000,
          on_hand_qty_milli: on_hand,
          demand: [],
          receipts: [],
          daily_demand_qty_milli: 1000,
          daily_deviation_qty_milli: 0,
          lead_time_days: 5,
          lead_time_deviation_days: 0,
          policy: { kind: 'min_max', min_qty_milli: min, max_qty_milli: min + more },
          supplier: { supplier_id: 1, minimum_qty_milli: minimum, multiple_qty_milli: multiple },
          item_active: true,
          shelf_life_days: null,
          most_days: null,
        });
        if (!('proposal' in answer) || answer.proposal.qty_milli === 0) return;
        const most = mostProposedMilli(
          inputs({
            position_qty_milli: on_hand,
            reorder_qty_milli: min,
            up_to_qty_milli: min + more,
            need_qty_milli: min + more - on_hand,
          }),
          { minimum_qty_milli: minimum, multiple_qty_milli: multiple },
        );
        expect(most).toBe(answer.proposal.qty_milli);
      }),
    );
  });
});

describe('quantities', () => {
  test.each([
    [240_000, null],
    [120_000, null],
    [0, 'not_a_quantity'],
    [-60_000, 'not_a_quantity'],
    [60_000.5, 'not_a_quantity'],
    [Number.NaN, 'not_a_quantity'],
    [60_000, 'below_minimum'],
    [190_000, 'no_multiple'],
    [6e15, 'too_large'],
  ])('%s: %s', (qty_milli, fault) => {
    expect(quantityFault(qty_milli, cartons)).toBe(fault);
  });
});

describe('what a decision counts for', () => {
  const state = (more: Partial<DecisionFacts>) =>
    decisionState({ verdict: 'accepted', approval: null, answer: null, draft: null, transfer: null, ...more });
  test('states follow from the rows', () => {
    expect(state({})).toBe('accepted');
    expect(state({ approval: 'value' })).toBe('for_approval');
    expect(state({ approval: 'value', answer: 'approved' })).toBe('accepted');
    expect(state({ approval: 'value', answer: 'refused' })).toBe('refused');
    expect(state({ draft: 'open' })).toBe('on_draft');
    expect(state({ draft: 'sent' })).toBe('ordered');
    expect(state({ transfer: 'requested' })).toBe('asked');
    expect(state({ transfer: 'refused' })).toBe('refused');
    expect(state({ transfer: 'approved' })).toBe('ordered');
    expect(state({ transfer: 'expired' })).toBe('accepted');
    expect(state({ verdict: 'rejected' })).toBe('rejected');
    expect(state({ verdict: 'withdrawn', draft: 'open' })).toBe('withdrawn');
  });

  test('a rejection for its days, a transfer until it should have come, a purchase until it is ordered', () => {
    const buy = { kind: 'buy', decided_on: 100, receive_on: 114 } as const;
    const move = { kind: 'transfer', decided_on: 100, receive_on: 103 } as const;
    expect(decisionStands(buy, 'rejected', 99 + REJECTION_DAYS)).toBe(true);
    expect(decisionStands(buy, 'rejected', 100 + REJECTION_DAYS)).toBe(false);
    expect(decisionStands(buy, 'accepted', 500)).toBe(true);
    expect(decisionStands(buy, 'ordered', 100)).toBe(false);
    expect(decisionStands(move, 'accepted', 103)).toBe(true);
    expect(decisionStands(move, 'accepted', 104)).toBe(false);
    expect(decisionKey({ site_id: 3, item_id: 840, kind: 'transfer', from_site_id: 5 })).toBe('3:840:transfer:5');
  });
});
