import { expect, test } from 'vitest';
import { NO_KEY } from '#domain/governance/subjects.ts';
import { ruleDraft, ruleTexts } from './useRuleDraft.ts';

const rule = { ...NO_KEY, item_id: 840 };
const today = { floor_price_micro: 120_000, owner: 'controller' };
const later = { floor_price_micro: 130_000, owner: 'finance' };
const drafted = (held: typeof today | null, typed: Readonly<Record<string, string>>, ends = false) =>
  ruleDraft(
    {
      subject: 'price_floor',
      currency: 'EUR',
      rule,
      textsOf: (then) => ({ ...ruleTexts('price_floor', then ?? today, 'EUR', null), ...typed }),
      ends,
    },
    { held, unit_cost_micro: 125_000 },
  );

test('a change is drafted against what holds on its day, and what is not typed over stays as it is then', () => {
  const { line, texts, problems } = drafted(later, { floor_price_micro: '0.14' });
  expect(line).toEqual({ ...rule, before: later, after: { floor_price_micro: 140_000, owner: 'finance' } });
  expect(texts['owner']).toBe('finance');
  expect(problems).toEqual([]);
});

test('where nothing holds any more on the day it is a new rule, which does not end', () => {
  expect(drafted(null, {}).line).toEqual({ ...rule, before: null, after: today });
  expect(drafted(null, {}, true).problems.map(({ level }) => level)).toEqual(['error']);
});

test('a floor below cost is said in a change as in a new rule', () => {
  expect(drafted(later, { floor_price_micro: '0.11' }).problems.map(({ level }) => level)).toEqual(['warning']);
});
