import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { approvalReasons, approvalReasonsOf, approvalText, type JudgedDecision, mayApprove } from './approval.ts';
import { approvalLimitsIn, freightOf, NO_ORDER_TERMS } from './orderTerms.ts';

const limits = approvalLimitsIn('EUR');
const decision = (more: Partial<JudgedDecision> = {}): JudgedDecision => ({
  kind: 'buy',
  verdict: 'accepted',
  proposed_qty_milli: 240_000,
  qty_milli: 240_000,
  value_minor: 163_200,
  proposed_value_minor: 163_200,
  recomputed: true,
  ...more,
});
const reasons = (more: Partial<JudgedDecision>) => approvalReasons(decision(more), limits).join(' ');

describe('what needs a second person', () => {
  test('nothing within the limits, and equal to a limit is within it', () => {
    expect(limits).toEqual({ value_minor: 500_000, deviation_bp: 5000, deviation_floor_minor: 25_000 });
    expect(reasons({})).toBe('');
    expect(reasons({ value_minor: 500_000, proposed_value_minor: 500_000 })).toBe('');
    expect(reasons({ verdict: 'changed', qty_milli: 360_000, value_minor: 244_800 })).toBe('');
  });

  test('a value beyond the limit, a departure beyond half of what was proposed that is worth something', () => {
    expect(reasons({ value_minor: 500_001, proposed_value_minor: 500_001 })).toBe('value');
    expect(reasons({ verdict: 'changed', qty_milli: 361_000, value_minor: 245_480 })).toBe('deviation');
    expect(reasons({ verdict: 'changed', qty_milli: 1_000, value_minor: 680 })).toBe('deviation');
    expect(reasons({ verdict: 'changed', qty_milli: 480_000, value_minor: 20_000, proposed_value_minor: 10_000 })).toBe(
      '',
    );
  });

  test('what has no price, and what its own figures do not allow', () => {
    expect(reasons({ value_minor: null, proposed_value_minor: null })).toBe('no_price');
    expect(reasons({ recomputed: false })).toBe('not_recomputed');
  });

  test('what is not bought needs none; goods that move need one when nobody proposed so many', () => {
    expect(reasons({ verdict: 'rejected', qty_milli: 0, value_minor: 0 })).toBe('');
    expect(reasons({ verdict: 'withdrawn', qty_milli: 0, value_minor: null, recomputed: false })).toBe('');
    expect(reasons({ kind: 'transfer', value_minor: null, proposed_value_minor: null })).toBe('');
    expect(reasons({ kind: 'transfer', verdict: 'changed', qty_milli: 900_000, value_minor: null })).toBe('deviation');
  });

  test('worth more never needs less; a decision kept as text is the same', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.integer({ min: 0, max: 2_000 }),
        fc.integer({ min: 0, max: 1_000_000 }),
        (proposed_qty_milli, qty_milli, price_minor, more) => {
          const worth = (qty: number, price: number) => qty * price;
          const judge = (price: number) =>
            approvalReasons(
              decision({
                proposed_qty_milli,
                qty_milli,
                value_minor: worth(qty_milli, price),
                proposed_value_minor: worth(proposed_qty_milli, price),
              }),
              limits,
            );
          const [cheap, dear] = [judge(price_minor), judge(price_minor + more)];
          expect(cheap.filter((reason) => !dear.includes(reason))).toEqual([]);
          expect(approvalReasonsOf(approvalText(dear))).toEqual(dear);
        },
      ),
    );
  });

  test('round figures in every currency, and freight until it is free', () => {
    expect(approvalLimitsIn('NOK').value_minor).toBe(5_000_000);
    expect(approvalLimitsIn('JPY').value_minor).toBe(800_000);
    const terms = { minimum_minor: 25_000, freight_minor: 9_500, free_freight_from_minor: 150_000 };
    expect([149_999, 150_000].map((value) => freightOf(terms, value))).toEqual([9_500, 0]);
    expect(freightOf({ ...terms, free_freight_from_minor: null }, 1e9)).toBe(9_500);
    expect(freightOf(NO_ORDER_TERMS, 0)).toBe(0);
  });
});

describe('who may approve', () => {
  const asked = {
    user_name: 'buyer',
    may_approve: true,
    requested_by: 'planner',
    approval_needed: true,
    stands: true,
    answered: null,
  };
  const code = (more: object) => {
    const answer = mayApprove({ ...asked, ...more });
    return answer.ok ? 'ok' : `${answer.outcome}:${answer.code}`;
  };
  test('somebody else who may, once, as long as it stands', () => {
    expect(code({})).toBe('ok');
    expect(code({ requested_by: 'buyer' })).toBe('rejected:own_decision');
    expect(code({ may_approve: false })).toBe('rejected:not_permitted');
    expect(code({ approval_needed: false })).toBe('rejected:no_approval_needed');
    expect(code({ stands: false })).toBe('conflict:decision_replaced');
    expect(code({ answered: { by: 'executive', at_ms: 1, verdict: 'approved' }, stands: false })).toBe(
      'conflict:already_answered',
    );
  });
});
