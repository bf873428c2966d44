import { describe, expect, test } from 'vitest';
import { decideReplenishment } from '#contract/commands/replenishment.ts';
import type { ReplenishmentLine, StandingDecision } from '#contract/queries.ts';
import { decisionOf, inCommands, orderByWords, quantityNow, stateOfLine, typedUnits } from './decisionRows.ts';

const line: ReplenishmentLine = {
  kind: 'buy',
  key: 'buy:840:3',
  level: 1,
  item_id: 840,
  code: 'BR-0814',
  name: 'Bearing 6205-2RS C3',
  category: 'Bearings',
  uom: 'pcs',
  site_id: 3,
  site: 'RTM',
  supplier_id: 12,
  supplier: 'SKF',
  from_site_id: null,
  from_site: null,
  owner: 'planner',
  position_qty_milli: 38_000,
  demand_by: 'forecast',
  week_qty_milli: 59_000,
  reorder_qty_milli: 167_000,
  up_to_qty_milli: 226_000,
  need_qty_milli: 188_000,
  qty_milli: 240_000,
  proposed_qty_milli: 240_000,
  minimum_qty_milli: 0,
  multiple_qty_milli: 0,
  lasts_days: 33,
  unit_price_micro: 6_800_000,
  value_minor: 163_200,
  cost_minor: null,
  order_by_on: '2026-11-06',
  receive_on: '2026-11-19',
  runs_out_on: '2026-11-12',
  short_qty_milli: 33_714.28,
  warnings: 0,
  reason: 'needed',
  days_early: 0,
  draft: '12:3',
  below_minimum_minor: 0,
  state: 'new',
  decided: null,
  accepted_before_qty_milli: 0,
};
const standing = (more: Partial<StandingDecision> = {}): StandingDecision => ({
  id: '7c9e6679-7425-40de-944b-e07fc1f90ae7/0',
  key: line.key,
  state: 'accepted',
  verdict: 'accepted',
  qty_milli: 240_000,
  proposed_qty_milli: 240_000,
  value_minor: 163_200,
  by: 'planner',
  at_ms: 1,
  reason: null,
  answered: null,
  waiting: false,
  draft_number: null,
  ...more,
});

describe('a line as a decision', () => {
  test('is one the command takes, with whole figures and what it replaces', () => {
    for (const wish of [
      { verdict: 'accepted' },
      { verdict: 'changed', qty_milli: 300_000, reason: 'promotion' },
      { verdict: 'rejected', reason: 'enough' },
      { verdict: 'withdrawn' },
    ] as const) {
      const decision = decisionOf(line, '2026-11-05', standing(), wish);
      const parsed = decideReplenishment.args.safeParse({ company_id: 1, decisions: [decision] });
      expect(parsed.error?.issues, wish.verdict).toBeUndefined();
      expect(decision).toMatchObject({ follows: standing().id, inputs: { short_qty_milli: 33_714 } });
    }
  });

  test('many go in several commands', () => {
    expect(inCommands(Array.from({ length: 401 }, (_, at) => at)).map((part) => part.length)).toEqual([200, 200, 1]);
  });
});

describe('words', () => {
  test('of what stands, a prediction says so', () => {
    expect(stateOfLine(undefined)).toMatchObject({ shape: 'ring', word: 'New' });
    expect(stateOfLine(standing({ waiting: true }))).toMatchObject({ shape: 'waiting', word: '≈\u00A0Accepted' });
    expect(stateOfLine(standing({ verdict: 'changed', qty_milli: 300_000 }))).toMatchObject({ word: 'Was 240' });
    expect(stateOfLine(standing({ state: 'on_draft', draft_number: 'DO-00003' }))).toMatchObject({ word: 'DO-00003' });
    const answered = { verdict: 'refused', by: 'buyer', reason: 'too dear' } as const;
    expect(stateOfLine(standing({ state: 'refused', answered })).more).toBe('by buyer · “too dear”');
  });

  test('of days and typed quantities', () => {
    expect(orderByWords('2026-11-04', '2026-11-05')).toBe('Today');
    expect(orderByWords('2026-11-06', '2026-11-05')).toBe('6\u00A0Nov');
    expect(quantityNow(line, standing({ verdict: 'changed', qty_milli: 300_000 }))).toBe(300_000);
    expect(quantityNow(line, standing({ verdict: 'rejected', qty_milli: 0 }))).toBe(240_000);
    expect(['1,200', '2.5', '0.0005', '-3', '1e9', ''].map(typedUnits)).toEqual([
      1_200_000,
      2500,
      null,
      null,
      null,
      null,
    ]);
  });
});
