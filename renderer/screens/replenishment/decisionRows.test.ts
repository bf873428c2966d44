import { describe, expect, test } from 'vitest';
import { decideReplenishment } from '#contract/commands/replenishment.ts';
import type { ReplenishmentLine, StandingDecision } from '#contract/queries.ts';
import {
  decisionOf,
  inCommands,
  type Made,
  orderByWords,
  putBack,
  quantityNow,
  stateOfLine,
  takenBack,
} from './decisionRows.ts';

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
  order_on: '2026-11-05',
  fill_qty_milli: 0,
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

describe('a step taken back', () => {
  const [FIRST = '', SECOND = '', THIRD = '', THEIRS = ''] = [1, 2, 3, 4].map(
    (nth) => `0000000${nth}-0000-4000-8000-000000000000/0`,
  );
  const first = standing({ id: FIRST, verdict: 'changed', qty_milli: 100_000, reason: 'A fair' });
  const second = standing({ id: SECOND, verdict: 'changed', qty_milli: 120_000, reason: 'A larger fair' });
  const made = (more: Partial<Made> = {}): Made => ({
    line,
    wish: { verdict: 'changed', qty_milli: 120_000, reason: 'A larger fair' },
    decision_id: second.id,
    before: first,
    ...more,
  });
  const back = (of: Made, now: StandingDecision | undefined) => {
    const wish = takenBack(of, now)?.wish;
    if (wish === undefined) return null;
    const decision = decisionOf(line, '2026-11-05', { id: of.decision_id }, wish);
    expect(decideReplenishment.args.safeParse({ company_id: 1, decisions: [decision] }).success).toBe(true);
    return [decision.verdict, decision.qty_milli / 1000, decision.reason];
  };

  test('puts back what stood before: of two changes the first, of a first one nothing', () => {
    expect(back(made(), second)).toEqual(['changed', 100, 'A fair']);
    expect(back(made({ decision_id: first.id, before: undefined }), first)).toEqual(['withdrawn', 0, null]);
    expect(takenBack(made(), second)?.over).toEqual([second.id]);
  });

  test('the step before is taken back from what was put back, also while the later one still shows', () => {
    const of_first = made({ decision_id: first.id, before: undefined });
    const [wish] = [takenBack(made(), second)].filter((each) => each !== null);
    const anew: Made = { line, wish: { verdict: 'withdrawn' }, ...wish, decision_id: THIRD, before: second };
    const [[step] = []] = putBack([[of_first]], [anew]);
    expect(step?.decision_id).toBe(THIRD);
    for (const shown of [standing({ ...first, id: THIRD }), second]) {
      expect(takenBack(step ?? of_first, shown)).toMatchObject({
        wish: { verdict: 'withdrawn' },
        over: [second.id, THIRD],
      });
    }
    expect(takenBack(step ?? of_first, standing({ id: THEIRS, by: 'buyer' }))).toBeNull();
    expect(putBack([[made()]], [anew])).toEqual([[made()]]);
  });

  test('what was accepted, rejected or taken back comes back as it was', () => {
    expect(back(made({ before: standing() }), second)).toEqual(['accepted', 240, null]);
    expect(back(made({ before: standing({ qty_milli: 60_000 }) }), second)).toEqual([
      'changed',
      60,
      'As it was decided before',
    ]);
    const rejected = standing({ state: 'rejected', verdict: 'rejected', qty_milli: 0, reason: 'Its successor comes' });
    expect(back(made({ before: rejected }), second)).toEqual(['rejected', 0, 'Its successor comes']);
    expect(back(made({ wish: { verdict: 'withdrawn' } }), undefined)).toEqual(['changed', 100, 'A fair']);
  });

  test('what an approver refused is not asked for again', () => {
    const refused = standing({ ...first, state: 'refused' });
    expect(back(made({ before: refused }), second)).toEqual(['withdrawn', 0, null]);
    expect(back(made({ before: refused, wish: { verdict: 'withdrawn' } }), undefined)).toBeNull();
  });

  test('what somebody else decided since, or what is under way or over, stays', () => {
    expect(back(made(), standing({ id: THEIRS, by: 'buyer' }))).toBeNull();
    expect(back(made(), standing({ ...second, state: 'on_draft' }))).toBeNull();
    expect(back(made(), standing({ ...second, state: 'asked' }))).toBeNull();
    expect(back(made(), undefined)).toBeNull();
  });

  test('a moment before it shows it is taken back all the same', () => {
    expect(back(made(), first)).toEqual(['changed', 100, 'A fair']);
    expect(back(made({ before: undefined }), undefined)).toEqual(['withdrawn', 0, null]);
  });
});

describe('words', () => {
  test('of what stands, a prediction says so', () => {
    expect(stateOfLine(undefined)).toMatchObject({ shape: 'ring', word: 'New' });
    expect(stateOfLine(standing({ state: 'asked' }))).toMatchObject({ shape: 'warn', word: 'Asked for' });
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
  });
});
