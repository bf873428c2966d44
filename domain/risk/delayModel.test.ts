/** Histories whose truth is known: what caused the delays is found again, and a chance is what it says. */
import { describe, expect, test } from 'vitest';
import { bestOf, type DelayModel, FEWEST_LATE, learnDelays, type PastCase } from './delayModel.ts';
import { calibrationError, type Scores } from './evaluate.ts';
import type { LineCase } from './lineCase.ts';
import { sigmoid } from './logistic.ts';
import { mainReasons, reasonWords } from './reasonWords.ts';

const AS_OF_ON = 20_600;

/** Numbers from 0 to 1 that look like chance (Lehmer 1949), the same every time. */
function chances(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

const USUAL: LineCase = {
  days_left: 5,
  promise_days: 5,
  put_off: false,
  begun: false,
  channel_id: 1,
  site_id: 1,
  entry_weekday: 1,
  order_lines: 2,
  qty_milli: 10_000,
  new_item: false,
  cover: 'stock',
  receipt_overdue: false,
  supplier: { lines: 400, late: 32 },
  supplier_lately: { lines: 150, late: 12 },
  item: { lines: 30, late: 2 },
  lane: { lines: 300, late: 24 },
  all: { lines: 2_000, late: 160 },
};

type Truth = (line: LineCase) => number;

/** Lines of two years with their causes at random; `truth` gives each its log-odds. */
function history(seed: number, truth: Truth, count = 12_000): PastCase[] {
  const chance = chances(seed);
  const one = <T>(...values: readonly [T, ...T[]]): T => values[Math.floor(chance() * values.length)] ?? values[0];
  return Array.from({ length: count }, (_, nth): PastCase => {
    const seen_on = AS_OF_ON - 500 + Math.floor((nth / count) * 495);
    const slow = chance() < 0.2;
    const line: LineCase = {
      ...USUAL,
      days_left: one(1, 2, 3, 5, 8),
      begun: chance() < 0.05,
      channel_id: one(1, 2),
      site_id: one(1, 2, 3),
      entry_weekday: one(0, 1, 2, 3, 4),
      order_lines: one(1, 2, 3, 10, 40),
      cover: chance() < 0.15 ? 'none' : 'stock',
      supplier: { lines: 400, late: slow ? 130 : 25 },
      supplier_lately: { lines: 150, late: slow ? 50 : 9 },
      lane: { lines: 300, late: one(15, 24, 40) },
    };
    return { line, seen_on, cut_off_on: seen_on + 3, late: chance() < sigmoid(truth(line)) };
  });
}

const isSlow = ({ supplier }: LineCase): boolean => supplier.late > 100;
const CAUSES: Truth = (line) =>
  -3 + (isSlow(line) ? 1.6 : 0) + (line.cover === 'none' ? 1 : 0) + (line.entry_weekday === 4 ? 0.5 : 0);

function modelOf(cases: readonly PastCase[]): DelayModel {
  const learned = learnDelays(cases, AS_OF_ON);
  if (learned.kind !== 'model') throw new Error('there is enough to learn from');
  return learned.model;
}

const NAMES = { channel: 'Key accounts', site: 'Rotterdam DC' };

describe('a history with causes', () => {
  const cases = history(7, CAUSES);
  const model = modelOf(cases);

  test('is judged by the model, which beats what a person would say', () => {
    expect(model.used).toBe('model');
    const [own, ...others] = model.evaluation.contenders;
    for (const { scores } of others) {
      expect(own?.scores.log_loss).toBeLessThan(scores.log_loss);
      expect(own?.scores.brier).toBeLessThan(scores.brier);
    }
    // as many as 50 lines of the likeliest kind would give, not more than chance allows
    expect(own?.scores.top_late).toBeGreaterThan(15);
  });

  test('shows its causes in the order of what they do', () => {
    // mean distance from the usual: 1.6 × 2 × 0.2 × 0.8, 1 × 2 × 0.15 × 0.85, 0.5 × 2 × 0.2 × 0.8
    expect(model.families.slice(0, 3).map(({ family }) => family)).toEqual(['supplier', 'cover', 'entry_day']);
    for (const { mean_log_odds } of model.families.slice(3)) expect(mean_log_odds).toBeLessThan(0.15);
  });

  test('gives chances near the true ones', () => {
    const lines = cases.slice(-2_000).map(({ line }) => line);
    const judged = model.judge(lines);
    const off = lines.reduce(
      (sum, line, at) => sum + Math.abs((judged[at]?.probability ?? 0) - sigmoid(CAUSES(line))),
      0,
    );
    expect(off / lines.length).toBeLessThan(0.025);
    expect(calibrationError(model.evaluation.contenders[0]?.scores.bins ?? [])).toBeLessThan(0.035);
  });

  test('gives reasons that add up to the chance, to the last digit', () => {
    for (const { probability, usual_log_odds, reasons } of model.judge(cases.slice(0, 200).map(({ line }) => line))) {
      const sum = reasons.reduce((total, { log_odds }) => total + log_odds, usual_log_odds ?? Number.NaN);
      expect(sigmoid(sum)).toBeCloseTo(probability, 12);
    }
  });

  test('names the slow supplier and the missing stock where they are the reason', () => {
    const line: LineCase = {
      ...USUAL,
      cover: 'none',
      supplier: { lines: 400, late: 130 },
      supplier_lately: { lines: 150, late: 50 },
    };
    const [judged] = model.judge([line]);
    const reasons = mainReasons(judged?.reasons ?? []);
    expect(reasons.slice(0, 2).map(({ family }) => family)).toEqual(['supplier', 'cover']);
    expect(reasonWords('supplier', line, { ...NAMES, covered: null })).toBe('supplier’s lines late 33 %, lately 33 %');
    expect(reasonWords('cover', line, { ...NAMES, covered: 'Thu 12 Nov' })).toBe(
      'stock does not cover it before Thu 12 Nov',
    );
    expect(reasonWords('cover', line, { ...NAMES, covered: null })).toBe(
      'neither stock nor what is on order covers it',
    );
  });

  test('is the same whenever it is learned', () => {
    const again = modelOf(cases);
    expect(again.weights).toEqual(model.weights);
    expect(again.evaluation).toEqual(model.evaluation);
  });
});

test('what happens after the first day of the test changes nothing of what the test was learned from', () => {
  const cases = history(11, CAUSES);
  const tested_from = Math.min(
    ...cases.filter(({ seen_on }) => seen_on >= AS_OF_ON - 60).map(({ seen_on }) => seen_on),
  );
  const turned = cases.map((each) => (each.cut_off_on >= tested_from ? { ...each, late: !each.late } : each));
  const [before, after] = [modelOf(cases).evaluation, modelOf(turned).evaluation];
  expect(after.taught).toEqual(before.taught);
  expect(after.calibrated).toEqual(before.calibrated);
  const said = ({ contenders }: typeof before) => contenders.map(({ scores }) => scores.bins.map((bin) => bin.mean_p));
  expect(said(after)).toEqual(said(before));
  expect(after.contenders[0]?.scores.log_loss).not.toBe(before.contenders[0]?.scores.log_loss);
});

test('where delays are pure chance, the plain rate is used and says the rate', () => {
  const used = [3, 5, 8, 13, 21].map((seed) => {
    const model = modelOf(history(seed, () => -2.2));
    const [judged] = model.judge([USUAL]);
    expect(Math.abs((judged?.probability ?? 0) - sigmoid(-2.2))).toBeLessThan(0.03);
    if (model.used !== 'model') expect(judged).toMatchObject({ usual_log_odds: null, reasons: [] });
    return model.used;
  });
  // chance may favour it once
  expect(used.filter((name) => name === 'model').length).toBeLessThanOrEqual(1);
});

test('where lateness hangs on site and channel alone, no more is claimed than that', () => {
  const model = modelOf(history(17, (line) => (line.site_id === 2 && line.channel_id === 1 ? -0.5 : -3)));
  const of = (name: string) => model.evaluation.contenders.find((each) => each.name === name)?.scores.log_loss ?? 0;
  expect(of('site_channel')).toBeLessThan(of('base_rate'));
  // a weight a site and one a channel cannot say what only both together do
  expect(model.used).toBe('site_channel');
});

describe('what is used', () => {
  const scores = (brier: number, log_loss: number): Scores => ({
    brier,
    log_loss,
    auc: null,
    top_lines: 0,
    top_late: 0,
    bins: [],
  });
  test('is the model only if it is better by both measures', () => {
    const base = { name: 'base_rate', scores: scores(0.1, 0.3) } as const;
    const site = { name: 'site_channel', scores: scores(0.11, 0.29) } as const;
    expect(bestOf([{ name: 'model', scores: scores(0.09, 0.28) }, base, site])).toBe('model');
    expect(bestOf([{ name: 'model', scores: scores(0.105, 0.28) }, base, site])).toBe('site_channel');
    expect(bestOf([{ name: 'model', scores: scores(0.09, 0.295) }, base, site])).toBe('site_channel');
  });
});

test('too little history says so', () => {
  const cases = history(7, () => -6, 3_000);
  const learned = learnDelays(cases, AS_OF_ON);
  expect(learned).toMatchObject({ kind: 'too_little', lines: 3_000 });
  expect(learned.kind === 'too_little' ? learned.late : 999).toBeLessThan(FEWEST_LATE.teach);
  expect(learnDelays([], AS_OF_ON)).toMatchObject({ kind: 'too_little', lines: 0, late: 0 });
});
