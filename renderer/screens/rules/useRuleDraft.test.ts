import { expect, test } from 'vitest';
import { fieldsOf, NO_KEY, SUBJECTS } from '#domain/governance/subjects.ts';
import { ruleFigure } from './ruleWords.ts';
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

test('a supplier is asked when it is ordered from, a site when it takes goods in, and neither for the other’s days', () => {
  const names = (key: Partial<typeof NO_KEY>) =>
    fieldsOf('buying_calendar', { ...NO_KEY, ...key }).map(({ name }) => name);
  expect(names({ party_id: 12 })).toEqual(['orders_on', 'owner']);
  expect(names({ site_id: 2 })).toEqual(['receives_on', 'closed_on', 'owner']);
  // of neither: the company
  expect(names({})).toEqual(['closed_on', 'owner']);
  // typed for a site, then a supplier was chosen
  const texts = { orders_on: 'Mon, thu', receives_on: 'tue', owner: 'buyer' };
  const { line, problems } = ruleDraft(
    { subject: 'buying_calendar', currency: 'EUR', rule: { ...NO_KEY, party_id: 12 }, textsOf: () => texts },
    { held: null, unit_cost_micro: null },
  );
  expect(line.after).toEqual({ orders_on: 'mon thu', owner: 'buyer' });
  expect(problems).toEqual([]);
});

test('days are read as people write them', () => {
  const shown = (name: string, value: string) => {
    const field = SUBJECTS.buying_calendar.fields.find((each) => each.name === name);
    return field === undefined ? null : ruleFigure(field, value, 'EUR', null).replaceAll('\u00A0', ' ');
  };
  expect(shown('orders_on', 'mon thu')).toBe('Mon, Thu');
  expect(shown('closed_on', '2026-12-24 2026-12-25')).toBe('24 Dec 2026, 25 Dec 2026');
  // what came from elsewhere and is no list is shown as it is
  expect(shown('orders_on', 'soon')).toBe('soon');
});
