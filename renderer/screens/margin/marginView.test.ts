import { describe, expect, test } from 'vitest';
import { waterfallBars } from '#renderer/charts/waterfallBars.ts';
import { parseView } from '#renderer/screens/figures/address.ts';
import {
  ASKED,
  endSentence,
  isNothing,
  type LadderFigures,
  ladderOf,
  marginWords,
  waterfallSteps,
} from './marginView.ts';
import { allLines } from './MarginWorking.tsx';

const figures: LadderFigures = {
  gross_sales: 100_000,
  discounts: -12_000,
  returns: -3_500,
  net_sales: 84_500,
  other_billed: 900,
  landed_cost: 60_000,
  cost_coverage: 10_000,
  gm1: 24_500,
  gm1_rate: 2899,
  outbound_freight: 4000,
  gm2: 20_500,
  gm2_rate: 2426,
  rebates: 1000,
  channel_fees: 600,
  claims: 150,
  gm3: 18_750,
  gm3_rate: 2219,
  credits: 500,
  lines: 4,
};
const steps = (part: Partial<LadderFigures>) => waterfallSteps({ ...figures, ...part }).map((step) => step.id);

describe('waterfall of a margin', () => {
  test('adds up from gross sales to GM3', () => {
    expect(waterfallBars(waterfallSteps(figures)).at(-1)).toMatchObject({ id: 'gm3', to_minor: 18_750 });
    expect(endSentence('complete', figures)).toBeNull();
  });

  test('ends where knowledge ends, and says why', () => {
    const no_fees = { channel_fees: null, gm3: null, gm3_rate: null };
    expect(steps(no_fees).at(-1)).toBe('gm2');
    expect(endSentence('complete', { ...figures, ...no_fees })).toMatch(/^Channel fees are not known .* ends at GM2/);
    const no_freight = { ...no_fees, outbound_freight: null, gm2: null };
    expect(steps(no_freight).at(-1)).toBe('gm1');
    expect(endSentence('complete', { ...figures, ...no_freight })).toContain('the waterfall ends at GM1');
    const no_cost = { ...no_freight, landed_cost: null, gm1: null };
    expect(steps(no_cost)).toEqual(['gross', 'discounts', 'returns', 'net']);
    const unknown = { ...figures, ...no_cost };
    expect(endSentence('no cost data', unknown)).toContain('No cost data for this company');
    expect(endSentence('cost is for Finance', unknown)).toContain('Cost is for Finance');
    expect(endSentence('cost for 93 % of net sales', unknown)).toContain('cost for 93 % of net sales');
    expect(steps({ ...no_freight, landed_cost: 40_000, gm1: null }).at(-1)).toBe('net');
  });

  test('of months without anything there is none; a credit alone is something', () => {
    const empty = { ...figures, lines: 0, credits: 0, claims: 0 };
    expect(isNothing(empty)).toBe(true);
    expect(isNothing({ ...empty, claims: null })).toBe(true);
    expect([isNothing({ ...empty, credits: 500 }), isNothing({ ...empty, lines: 1 })]).toEqual([false, false]);
  });

  test('says beside each step what it was, as far as that is known', () => {
    const before = { ...figures, landed_cost: 50_000, gm3: null };
    const found = new Map(waterfallSteps(figures, before).map((step) => [step.id, step.before_minor]));
    expect([found.get('gross'), found.get('cost'), found.get('fees'), found.get('gm3')]).toEqual([
      100_000,
      -50_000,
      -600,
      null,
    ]);
    expect(waterfallSteps(figures).some((step) => 'before_minor' in step)).toBe(false);
  });

  test('all lines are net sales and what is billed beside them; credit notes are among the lines', () => {
    expect(allLines(figures)).toBe(84_500 + 900);
  });
});

test('values of a row are read in the order they were asked for', () => {
  const ladder = ladderOf(ASKED.map((_, index) => index));
  expect(ladder && Object.values(ladder)).toEqual(ASKED.map((_, index) => index));
  expect(ladder?.net_sales).toBe(ASKED.indexOf('net_sales'));
  expect(ladderOf(null)).toBeNull();
});

test('a difference to the ledger is of one company: where all are chosen the address leads to the figures', () => {
  const figureOf = (figure: string, all: boolean) =>
    parseView(`/margin/lines=${figure}~7C202610~7C202610`, marginWords(all)).lines?.figure ?? null;
  expect([figureOf('tie-rebates', false), figureOf('tie-rebates', true)]).toEqual(['tie-rebates', null]);
  expect(figureOf('bridge-price', true)).toBe('bridge-price');
});
