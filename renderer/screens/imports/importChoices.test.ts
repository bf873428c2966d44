/** What the screen offers, also without a connection: the rights a copy was given when it last had one. */
import { expect, test } from 'vitest';
import { importChoices } from './Target.tsx';

test('the books are offered to those who see them; the rest to all who import', () => {
  const goods = ['items', 'stock', 'suppliers', 'purchases', 'shipments', 'customers', 'prices', 'claims', 'counts'];
  const books = [
    'gl',
    'accounts',
    'journals',
    'rates',
    'plan',
    'rebates',
    'fees',
    'charges',
    'freight',
    'claimcosts',
    'credits',
    'valuation',
    'statements',
    'invoices',
    'payments',
    'tasks',
    'methods',
  ];
  expect(importChoices(false).toSorted()).toEqual(['orders', ...goods].toSorted());
  expect(importChoices(true).toSorted()).toEqual(['orders', ...goods, ...books].toSorted());
});
