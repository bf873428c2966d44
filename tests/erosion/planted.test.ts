/**
 * The demo's stories of eroding margins are told over twenty seeds, each with its cause; without them hardly anything is.
 * Lines are looked at one by one (`pure.ts`): columns.test.ts holds the columns to the same.
 */
import { expect, test } from 'vitest';
import { STORIES } from '#server/demo/stories/stories.ts';
import { optionsFor } from '#server/demo/testing.ts';
import { demoMargins, type PureFall, pureFalls } from './pure.ts';

/** Fewer items than the demo a visitor sees, so that each sells about as often in a third of the lines. */
const SIZE = { order_lines: 40_000, items: 300, customers: 160 };
const SEEDS = Array.from({ length: 20 }, (_, nth) => nth + 1);
/** The last whole month: every story goes on in it. */
const MONTH = 202610;

test('what was planted is told where it was planted, and why', () => {
  const missed: string[] = [];
  const others: string[] = [];
  for (const seed of SEEDS) {
    const demo = demoMargins(optionsFor(SIZE, seed), 202509, true);
    const falls = pureFalls(demo.rows, demo.companies.get('HAL') ?? 0, MONTH);
    const ofParty = (code: string) => (fall: PureFall) =>
      fall.level.startsWith('customer') && demo.codes.get(Number(fall.key.split('|')[0])) === code;
    const supplier = String(demo.suppliers.get(demo.dearer_item) ?? 0);
    const stories: Readonly<Record<string, (fall: PureFall) => boolean>> = {
      'discounts nobody allowed': (fall) =>
        ofParty(STORIES.over_discounted_customer_code)(fall) && fall.dominant === 'discount',
      'discounts by override': (fall) =>
        ofParty(STORIES.overridden_customer_code)(fall) && fall.dominant === 'discount',
      // where hardly anything else is bought of its supplier, the fall is told of the supplier
      'dearer item': (fall) =>
        fall.dominant === 'cost' &&
        ((fall.level === 'item' && fall.key === String(demo.dearer_item)) ||
          (fall.level === 'supplier' && fall.key === supplier)),
      // campaigns, the portal's commission and a cheaper mix together
      'eroding channel': (fall) =>
        fall.level === 'channel' &&
        fall.key === String(demo.portal) &&
        ['discount', 'fees', 'mix'].includes(fall.dominant),
    };
    for (const [story, isIt] of Object.entries(stories)) if (!falls.some(isIt)) missed.push(`${seed} ${story}`);
    for (const fall of falls) {
      if (!Object.values(stories).some((isIt) => isIt(fall))) others.push(`${seed} ${fall.level} ${fall.key}`);
    }
  }
  console.log(`missed: ${missed.join(', ') || 'none'}; told besides: ${others.length}`);
  const missedOf = (story: string) => missed.filter((each) => each.endsWith(story)).length;
  expect(missedOf('discounts nobody allowed')).toBeLessThanOrEqual(1);
  expect(missedOf('discounts by override')).toBe(0);
  expect(missedOf('dearer item')).toBeLessThanOrEqual(1);
  // it creeps, in so few lines a month that chance hides it now and then
  expect(missedOf('eroding channel')).toBeLessThanOrEqual(4);
  expect(others.length).toBeLessThanOrEqual(30);
}, 600_000);

test('without the stories, one fall in ten months of a company', () => {
  const told: string[] = [];
  const seeds = SEEDS.slice(0, 5);
  const months = [202610, 202611];
  for (const seed of seeds) {
    const demo = demoMargins({ ...optionsFor(SIZE, seed), calm_margins: true }, 202509);
    for (const [code, company_id] of demo.companies) {
      for (const month of months) {
        for (const fall of pureFalls(demo.rows, company_id, month)) told.push(`${seed} ${code} ${month} ${fall.level}`);
      }
    }
  }
  // measured over twenty others, 21 to 40: 8 in 80
  console.log(`told: ${told.join(', ')}`);
  expect(told.length).toBeLessThanOrEqual(6);
}, 600_000);
