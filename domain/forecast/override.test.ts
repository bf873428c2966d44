import { expect, it } from 'vitest';
import {
  mayOverride,
  mayWithdraw,
  overriddenQtyMilli,
  overrideFor,
  type OverrideFact,
  overrideValue,
  standingAt,
  standingOverrides,
} from './override.ts';

const fact = (id: string, changes: Partial<OverrideFact> = {}): OverrideFact => ({
  id,
  kind: 'set',
  replaces: null,
  from_month: 202612,
  to_month: 202701,
  qty_milli: 5_000,
  factor_bp: null,
  expires_on: 1_000,
  author: 'ann',
  accepted_at_ms: 10,
  ...changes,
});
const today = { on: 900, month: 202611 };
const change = { replaces: null, from_month: 202612, to_month: 202612, expires_on: 950 };

it('stands until another replaces it or somebody withdraws it', () => {
  const a = fact('a');
  const b = fact('b', { replaces: 'a', accepted_at_ms: 20 });
  const gone = fact('c', { kind: 'withdrawn', replaces: 'b', accepted_at_ms: 30 });
  expect(standingOverrides([a, b]).map((each) => each.id)).toEqual(['b']);
  expect(standingOverrides([a, b, gone])).toEqual([]);
  // at a moment of the past what came later had not happened
  expect(standingAt([a, b, gone], 25).map((each) => each.id)).toEqual(['b']);
  expect(standingAt([a, b, gone], 15).map((each) => each.id)).toEqual(['a']);
});

it('counts for its months up to and with the day it expires', () => {
  const standing = [fact('a')];
  expect(overrideFor(standing, 202701, 1_000)?.id).toBe('a');
  expect(overrideFor(standing, 202701, 1_001)).toBeUndefined();
  expect(overrideFor(standing, 202702, 1_000)).toBeUndefined();
});

it('lets nobody’s newer figure silently win', () => {
  expect(mayOverride([], change, today)).toEqual({ ok: true });
  expect(mayOverride([fact('a')], change, today)).toMatchObject({ outcome: 'conflict', by: 'ann', at_ms: 10 });
  expect(mayOverride([fact('a')], { ...change, replaces: 'a' }, today)).toEqual({ ok: true });
  expect(mayOverride([fact('a')], { ...change, from_month: 202702, to_month: 202702 }, today)).toEqual({ ok: true });
  // what has expired stands in nobody’s way
  expect(mayOverride([fact('a', { expires_on: 899 })], change, today)).toEqual({ ok: true });
  const replaced = [fact('a'), fact('b', { replaces: 'a', author: 'bob' })];
  expect(mayOverride(replaced, { ...change, replaces: 'a' }, today)).toMatchObject({ outcome: 'conflict', by: 'bob' });
  expect(mayWithdraw(replaced, 'a')).toMatchObject({ ok: false, by: 'bob' });
  expect(mayWithdraw(replaced, 'b')).toEqual({ ok: true });
});

it('refuses months that are over or far ahead, and days that are', () => {
  const wrong = [
    { from_month: 202701, to_month: 202612 },
    { from_month: 202609, to_month: 202610 },
    { to_month: 202812 },
    { expires_on: 899 },
    { expires_on: 900 + 732 },
  ];
  for (const each of wrong)
    expect(mayOverride([], { ...change, ...each }, today)).toMatchObject({ outcome: 'rejected' });
});

it('is a quantity, or a factor of the forecast', () => {
  expect(overriddenQtyMilli({ qty_milli: 0, factor_bp: null }, 8_000)).toBe(0);
  expect(overriddenQtyMilli({ qty_milli: null, factor_bp: 12_500 }, 8_001)).toBe(10_001);
});

it('was worth the error it spared, or cost', () => {
  expect(overrideValue([])).toBeNull();
  const value = overrideValue([
    { actual: 100, forecast: 60, override: 90 },
    { actual: 50, forecast: 55, override: 90 },
  ]);
  expect(value).toEqual({ months: 2, error_without_qty_milli: 45, error_with_qty_milli: 50 });
});
