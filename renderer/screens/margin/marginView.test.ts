import { describe, expect, test } from 'vitest';
import type { MarginFigures } from '#contract/queries.ts';
import { waterfallBars } from '#renderer/charts/waterfallBars.ts';
import { costSentence, waterfallSteps } from './marginView.ts';

const figures: MarginFigures = {
  lines: 4,
  gross_minor: 100_000,
  discounts_minor: -12_000,
  returns_minor: -3_000,
  net_minor: 85_000,
  other_minor: 900,
  cost_minor: 60_000,
  gm1_minor: 25_000,
  gm1_bp: 2941,
  cost_coverage_bp: 10_000,
};

describe('waterfall of a margin', () => {
  test('adds up to net sales and on to GM1', () => {
    expect(waterfallBars(waterfallSteps(figures)).at(-1)).toMatchObject({ id: 'gm1', to_minor: 25_000 });
    expect(costSentence('complete', figures)).toBeNull();
  });

  test('ends at net sales when the cost is unknown, partly known or not for this user', () => {
    for (const cost_minor of [null, 40_000]) {
      const partly = { ...figures, cost_minor, gm1_minor: null, gm1_bp: null };
      expect(waterfallSteps(partly).map((step) => step.id)).toEqual(['gross', 'discounts', 'returns', 'net']);
    }
    const unknown = { ...figures, cost_minor: null, gm1_minor: null };
    expect(costSentence('no cost data', unknown)).toContain('No cost data for this company');
    expect(costSentence('cost is for Finance', unknown)).toContain('Cost is for Finance');
    expect(costSentence('cost for 93 % of net sales', unknown)).toContain('cost for 93 % of net sales');
  });
});
