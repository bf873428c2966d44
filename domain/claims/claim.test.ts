import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addClaimCost, addCredit, emptyLadderSums } from '../kpi/marginLadder.ts';
import {
  CLAIM_TARGET_DAYS,
  claimAgeDays,
  claimDueOn,
  claimMarginMinor,
  claimReason,
  type ClaimRecord,
  claimState,
  claimTargetDays,
  isOpenTooLong,
} from './claim.ts';

const claim = (more: Partial<ClaimRecord> = {}): ClaimRecord => ({
  state: 'open',
  opened_on: 20_000,
  resolved_on: null,
  target_days: CLAIM_TARGET_DAYS,
  ...more,
});

describe('a claim', () => {
  test('waits for us, for the customer, or no more', () => {
    expect(['open', 'waiting', 'resolved'].map((state) => claimState({ state }))).toEqual([
      'ours',
      'customer',
      'resolved',
    ]);
  });
  test('is open too long from the day after its last, whoever it waits for, and never once resolved', () => {
    const last = claimDueOn(claim());
    expect(last).toBe(20_000 + CLAIM_TARGET_DAYS);
    expect(isOpenTooLong(claim(), last)).toBe(false);
    expect(isOpenTooLong(claim(), last + 1)).toBe(true);
    expect(isOpenTooLong(claim({ state: 'waiting' }), last + 1)).toBe(true);
    expect(isOpenTooLong(claim({ state: 'resolved', resolved_on: last + 40 }), last + 90)).toBe(false);
  });
  test('may be open as long as its channel’s target of open age says, else its company’s, whole days of it', () => {
    const target = (channel_id: number | null, from_month: number, figure: number) => ({
      kpi: 'claim_open_age',
      channel_id,
      from_month,
      target: figure,
    });
    const targets = [target(null, 202601, 14_000), target(null, 202612, 7_500), target(11, 202601, 5_000)];
    const [november, december] = [20_780, 20_790];
    expect(claimTargetDays([], null, november)).toBe(CLAIM_TARGET_DAYS);
    expect(claimTargetDays(targets, null, november)).toBe(14);
    expect(claimTargetDays(targets, 12, december)).toBe(7);
    expect(claimTargetDays(targets, 11, december)).toBe(5);
    expect(isOpenTooLong(claim({ target_days: 5 }), 20_005)).toBe(false);
    expect(isOpenTooLong(claim({ target_days: 5 }), 20_006)).toBe(true);
  });
  test('ages until it is resolved', () => {
    expect(claimAgeDays(claim(), 20_013)).toBe(13);
    expect(claimAgeDays(claim({ state: 'resolved', resolved_on: 20_004 }), 20_013)).toBe(4);
    expect(claimAgeDays(claim({ state: 'resolved' }), 20_013), 'resolved on no day').toBe(13);
    expect(claimAgeDays(claim({ opened_on: 20_020 }), 20_013), 'opened tomorrow').toBe(0);
  });
  test('has its reason in words', () => {
    expect([claimReason('wrong_item'), claimReason('short delivery'), claimReason('')]).toEqual([
      'Wrong item',
      'Short delivery',
      'No reason stated',
    ]);
  });
});

test('what claims take from GM3 is what the margin’s step adds up, whatever is credited and costs', () => {
  const amounts = fc.array(fc.integer({ min: 0, max: 10_000_000 }), { maxLength: 6 });
  fc.assert(
    fc.property(fc.array(fc.tuple(amounts, amounts), { maxLength: 12 }), (claims) => {
      const sums = emptyLadderSums();
      let taken = 0;
      for (const [index, [credits, costs]] of claims.entries()) {
        for (const amount_minor of credits) addCredit(sums, { amount_minor, claim_id: index + 1 });
        for (const amount_minor of costs) addClaimCost(sums, amount_minor);
        const sum = (of: readonly number[]): number => of.reduce((to, each) => to + each, 0);
        taken += claimMarginMinor({ claimed_minor: 1, allowed_minor: sum(credits), cost_minor: sum(costs) }) ?? 0;
      }
      expect(taken).toBe(0 - sums.claims_minor);
      expect(sums.credits_minor).toBe(0);
    }),
  );
  expect(claimMarginMinor({ claimed_minor: 1, allowed_minor: 5, cost_minor: null })).toBeNull();
});
