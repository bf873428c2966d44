import { expect, test } from 'vitest';
import { typedQuantity, type TypedAbout, wantedQuantityMilli } from './typedQuantity.ts';

const about: TypedAbout = {
  kind: 'buy',
  proposed_qty_milli: 100_000,
  minimum_qty_milli: 40_000,
  multiple_qty_milli: 20_000,
  unit_price_micro: 2_000_000,
  currency: 'EUR',
};

test('what is typed is raised to what the supplier sells, and says why', () => {
  expect(typedQuantity(121_000, about)).toMatchObject({ is: 'changed', qty_milli: 140_000, raised_to: 'multiple' });
  expect(typedQuantity(7_000, about)).toMatchObject({ is: 'changed', qty_milli: 40_000, raised_to: 'minimum' });
  expect(typedQuantity(120_000, about)).toMatchObject({ raised_to: null, value_minor: 24_000, departs_bp: 2_000 });
  // goods that only move between sites are sold in nothing
  expect(typedQuantity(7_000, { ...about, kind: 'transfer' })).toMatchObject({ qty_milli: 7_000, value_minor: null });
});

test('what is proposed is accepted, also when only rounding leads there; nothing is a rejection', () => {
  expect(typedQuantity(100_000, about)).toEqual({ is: 'accepted' });
  expect(typedQuantity(81_000, about)).toEqual({ is: 'accepted' });
  expect(typedQuantity(0, about)).toEqual({ is: 'rejected' });
  expect(typedQuantity(2_000_000_000_000, about)).toEqual({ is: 'too_large' });
});

test('a second person is announced by the same rule that asks for one', () => {
  // 100 → 260 pcs is +160 % and €320 more: beyond half of it and beyond €250
  expect(typedQuantity(260_000, about)).toMatchObject({ approval: ['deviation'] });
  expect(typedQuantity(160_000, about)).toMatchObject({ approval: [] });
  expect(typedQuantity(2_520_000, about)).toMatchObject({ approval: ['value', 'deviation'] });
  expect(typedQuantity(120_000, { ...about, unit_price_micro: null })).toMatchObject({ approval: ['no_price'] });
});

test('a quantity is typed as a number or as a share of what is proposed', () => {
  expect(wantedQuantityMilli('1,200.5', 0)).toBe(1_200_500);
  expect(['1,200', '2.5', '0.0005', '-3', '1e9', ''].map((text) => wantedQuantityMilli(text, 0))).toEqual([
    1_200_000,
    2500,
    null,
    null,
    null,
    null,
  ]);
  expect(wantedQuantityMilli('+10 %', 100_000)).toBe(110_000);
  expect(wantedQuantityMilli('\u221225%', 100_000)).toBe(75_000);
  expect(wantedQuantityMilli('-250%', 100_000)).toBe(0);
  expect(wantedQuantityMilli('1\u00A0200', 0)).toBe(1_200_000);
  // a decimal comma is not tenfold what was meant, nor are two numbers one
  for (const text of ['1,5', '1.248,300', '12 34', '0.0005', '9'.repeat(400)])
    expect(wantedQuantityMilli(text, 0)).toBeNull();
  for (const text of ['', '-5', '1e3', '10 pcs', '+10']) expect(wantedQuantityMilli(text, 100_000)).toBeNull();
  // what a spreadsheet of another language copies says how it writes numbers
  expect(
    ['1,5', '1.248', '1.248,300', '+2,5 %', '12 34'].map((text) => wantedQuantityMilli(text, 100_000, ',')),
  ).toEqual([1_500, 1_248_000, 1_248_300, 102_500, null]);
});
