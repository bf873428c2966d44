import { expect, test } from 'vitest';
import type { TransferRow } from '#contract/queries.ts';
import { dueWords, nextWords, qtyOf, typedQtyMilli } from './transferWords.ts';

test('a quantity as typed is thousandths, or nothing', () => {
  expect([typedQtyMilli('40'), typedQtyMilli('1,250.5'), typedQtyMilli('0.001')]).toEqual([40_000, 1_250_500, 1]);
  for (const text of ['', '0', '-4', '1e9', '4.0001', 'forty']) expect(typedQtyMilli(text), text).toBeNull();
});

test('whose turn it is, and what counts of it', () => {
  const may = { answer: false, not_answer_because: null, dispatch: false, receive: false, end: false } as const;
  const row = (more: Partial<TransferRow>): TransferRow => ({
    id: 'x/0',
    number: 'TR-00001',
    item_id: 1,
    code: 'A',
    name: 'A',
    uom: 'pcs',
    from_site_id: 1,
    from_site: 'ANR',
    to_site_id: 2,
    to_site: 'RTM',
    state: 'requested',
    asked_qty_milli: 9000,
    given_qty_milli: null,
    sent_qty_milli: null,
    arrived_qty_milli: null,
    due_on: null,
    until_on: null,
    asked_by: 'planner',
    asked_at_ms: 0,
    reason: null,
    last: { step: 'requested', by: 'planner', at_ms: 0, reason: null },
    waiting: false,
    giving: null,
    may,
    ...more,
  });
  expect(nextWords(row({}))).toBe('ANR');
  expect(nextWords(row({ may: { ...may, answer: true } }))).toBe('You');
  expect(nextWords(row({ may: { ...may, not_answer_because: 'own' } }))).toBe('ANR, not you');
  expect(nextWords(row({ waiting: true }))).toContain('the server');
  expect(nextWords(row({ state: 'in_transit', may: { ...may, receive: true } }))).toBe('You take it in at RTM');
  expect(qtyOf(row({}))).toBe(9000);
  expect(qtyOf(row({ given_qty_milli: 8000, sent_qty_milli: 7000 }))).toBe(7000);
  expect(qtyOf(row({ state: 'received', given_qty_milli: 8000, sent_qty_milli: 7000, arrived_qty_milli: 0 }))).toBe(0);
  for (const state of ['refused', 'withdrawn', 'cancelled', 'expired'] as const) {
    expect(qtyOf(row({ state, given_qty_milli: 8000 })), state).toBe(0);
  }
  expect(dueWords({ state: 'requested', due_on: '2026-11-08' })).toContain('wanted by');
});
