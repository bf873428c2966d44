import { expect, test } from 'vitest';
import { BRIDGE_MEASURES, EFFECTS_OF } from '#domain/kpi/priceVolumeMix.ts';
import { waterfallBars } from '#renderer/charts/waterfallBars.ts';
import { bridgeSteps, effectOf, isBridge, largestEffect, meansOf, stepOf, toldEffects } from './bridgeView.ts';

const values = (named: Readonly<Record<string, number | null>>) =>
  BRIDGE_MEASURES.map((measure) => (measure in named ? (named[measure] ?? null) : 0));

test('the chart leads from nothing to the change, and is not drawn of a change that is not known', () => {
  const row = values({ before: 1000, volume: 40, mix: -70, price: 10, now: 980, change: -20 });
  const steps = bridgeSteps(row, EFFECTS_OF.gm1);
  expect(steps?.map(({ id }) => id)).toEqual([...EFFECTS_OF.gm1, 'change']);
  expect(waterfallBars(steps ?? []).at(-1)).toMatchObject({ kind: 'result', from_minor: 0, to_minor: -20 });
  expect(bridgeSteps(values({ change: null }), EFFECTS_OF.gm1)).toBeNull();
  expect(largestEffect(row, EFFECTS_OF.gm1)).toBe('mix');
  expect(largestEffect(values({}), EFFECTS_OF.gm1)).toBeNull();
});

test('exchange rates are told where something was converted, and a plan has words of its own', () => {
  expect(toldEffects(EFFECTS_OF.plan, true).at(-1)).toBe('fx');
  expect(toldEffects(EFFECTS_OF.plan, false)).toEqual(EFFECTS_OF.plan);
  expect(meansOf('volume', true)).not.toBe(meansOf('volume', false));
  expect(meansOf('rate', true)).toContain('GM3');
});

test('the address names a bridge and its effects', () => {
  expect([isBridge('bridge_gm2'), isBridge('gm2'), stepOf('bridge_gm2')]).toEqual([true, false, 'gm2']);
  expect([effectOf('bridge-price'), effectOf('leak-price')]).toEqual(['price', null]);
});
