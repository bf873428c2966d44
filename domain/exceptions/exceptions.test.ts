import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WAIT_DAYS_UNLEARNED } from '../planning/overdueWaits.ts';
import { lateLines, readyLines, type WaitingLine } from './coverage.ts';
import { entityOfKey } from './entity.ts';
import { EXCEPTION_KINDS, exceptionKey, kindOfKey, rankExceptions } from './exception.ts';
import { ASSIGNED_DAYS, markState } from './marks.ts';
import { packFactor } from './unitError.ts';

const line = (order_line_id: number, committed_on: number | null, open: number, value = open): WaitingLine => ({
  order_line_id,
  committed_on,
  open_qty_milli: open,
  open_value_minor: value,
});

describe('which lines will be late', () => {
  const ask = (lines: readonly WaitingLine[], on_hand: number, receipts: readonly [number, number][] = []) =>
    lateLines({
      as_of_on: 100,
      on_hand_qty_milli: on_hand,
      receipts: receipts.map(([on, qty_milli]) => ({ on, qty_milli })),
      lines,
    }).map(({ line: { order_line_id }, late_qty_milli, never_qty_milli, past }) => [
      order_line_id,
      late_qty_milli,
      never_qty_milli,
      past,
    ]);

  test('stock serves by committed date, not by who asked for most', () => {
    expect(ask([line(1, 110, 50), line(2, 105, 30)], 60)).toEqual([[1, 20, 20, false]]);
    expect(ask([line(1, 110, 50), line(2, 105, 30)], 80)).toEqual([]);
  });
  test('a receipt on the day is in time, a day later is not', () => {
    expect(ask([line(1, 110, 50)], 0, [[110, 50]])).toEqual([]);
    expect(ask([line(1, 110, 50)], 0, [[111, 50]])).toEqual([[1, 50, 0, false]]);
  });
  test('an overdue receipt is taken to come in a week', () => {
    expect(ask([line(1, 100 + WAIT_DAYS_UNLEARNED, 50)], 0, [[90, 50]])).toEqual([]);
    expect(ask([line(1, 106, 50)], 0, [[90, 50]])).toEqual([[1, 50, 0, false]]);
  });
  test('a passed date is late only as far as there is no stock; without a date it is due now', () => {
    expect(ask([line(1, 90, 50)], 50)).toEqual([]);
    expect(ask([line(1, 90, 50), line(2, null, 10)], 40)).toEqual([
      [1, 10, 10, true],
      [2, 10, 10, false],
    ]);
  });
  test('less than nothing on hand serves nobody, and takes nothing from a receipt', () => {
    expect(ask([line(1, 110, 50)], -20, [[105, 50]])).toEqual([]);
  });
  test('values follow quantities and are whole', () => {
    const [late] = lateLines({ as_of_on: 100, on_hand_qty_milli: 1, receipts: [], lines: [line(1, 110, 3, 100)] });
    expect(late).toMatchObject({ late_qty_milli: 2, late_value_minor: 67, never_value_minor: 67 });
  });

  const waiting = fc.record({
    order_line_id: fc.integer({ min: 1, max: 50 }),
    committed_on: fc.option(fc.integer({ min: 80, max: 130 })),
    open_qty_milli: fc.integer({ min: 1, max: 100 }),
    open_value_minor: fc.integer({ min: 0, max: 10_000 }),
  });
  const receipt = fc.record({ on: fc.integer({ min: 80, max: 130 }), qty_milli: fc.integer({ min: 1, max: 100 }) });
  test('what is never covered is exactly what demand exceeds supply by; more supply never makes anything later', () => {
    fc.assert(
      fc.property(
        fc.array(waiting, { maxLength: 12 }),
        fc.array(receipt, { maxLength: 5 }),
        fc.integer({ min: 0, max: 200 }),
        fc.integer({ min: 0, max: 100 }),
        (lines, receipts, on_hand_qty_milli, more) => {
          const late = lateLines({ as_of_on: 100, on_hand_qty_milli, receipts, lines });
          const demand = lines.reduce((sum, each) => sum + each.open_qty_milli, 0);
          const supply = receipts.reduce((sum, each) => sum + each.qty_milli, on_hand_qty_milli);
          expect(late.reduce((sum, each) => sum + each.never_qty_milli, 0)).toBe(Math.max(0, demand - supply));
          for (const each of late) expect(each.never_qty_milli).toBeLessThanOrEqual(each.late_qty_milli);
          const total = (all: typeof late) => all.reduce((sum, each) => sum + each.late_qty_milli, 0);
          const richer = lateLines({ as_of_on: 100, on_hand_qty_milli: on_hand_qty_milli + more, receipts, lines });
          expect(total(richer)).toBeLessThanOrEqual(total(late));
        },
      ),
    );
  });
});

describe('which lines past their date could ship today', () => {
  const ask = (lines: readonly WaitingLine[], on_hand_qty_milli: number) =>
    readyLines({ as_of_on: 100, on_hand_qty_milli, lines }).map((each) => [
      each.line.order_line_id,
      each.ready_qty_milli,
      each.ready_value_minor,
    ]);
  test('stock on hand serves the oldest promise first; of a part, its part of the money', () => {
    expect(ask([line(1, 95, 50, 500), line(2, 90, 30, 300)], 40)).toEqual([
      [2, 30, 300],
      [1, 10, 100],
    ]);
  });
  test('what is due today or later, or has no date, is not past; it takes its stock all the same', () => {
    expect(ask([line(1, 100, 10), line(2, null, 10), line(3, 120, 10)], 100)).toEqual([]);
    expect(ask([line(1, 99, 10)], -5)).toEqual([]);
  });
  test('of a line past its date, what is ready and what is late make the whole', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 0, max: 200 }),
        (quantities, on_hand_qty_milli) => {
          const lines = quantities.map((open, nth) => line(nth + 1, 90 - (nth % 3), open));
          const question = { as_of_on: 100, on_hand_qty_milli, lines };
          const ready = readyLines(question).reduce((sum, each) => sum + each.ready_qty_milli, 0);
          const late = lateLines({ ...question, receipts: [] }).reduce((sum, each) => sum + each.late_qty_milli, 0);
          expect(ready + late).toBe(quantities.reduce((sum, each) => sum + each, 0));
        },
      ),
    );
  });
});

test('a key names its kind, and nothing else does', () => {
  for (const kind of EXCEPTION_KINDS) expect(kindOfKey(exceptionKey(kind, 840, 3))).toBe(kind);
  for (const odd of ['', 'constructor:1', 'runs_out_soon:1', ':runs_out']) expect(kindOfKey(odd)).toBeNull();
});

test('rank is by money, then by day, then by key', () => {
  const rows = [
    { key: 'b', stake_minor: 5, due_on: null },
    { key: 'a', stake_minor: 5, due_on: 9 },
    { key: 'd', stake_minor: 7, due_on: null },
    { key: 'c', stake_minor: 5, due_on: null },
  ];
  expect(rankExceptions(rows).map((row) => row.key)).toEqual(['d', 'a', 'b', 'c']);
  // somebody waits for a word: that comes before money
  const asked = { key: 'transfer_asked:840:3', stake_minor: 0, due_on: null };
  expect(rankExceptions([...rows, asked])[0]).toBe(asked);
});

describe('marks', () => {
  const mark = (kind: string, at: number, more: object = {}) => ({
    kind,
    until_on: null,
    assigned_to: null,
    author: 'x',
    accepted_at_ms: at,
    accepted: true,
    ...more,
  });
  test('sleep ends on its day, by reopening, or by a newer snooze', () => {
    const snoozed = mark('snoozed', 1, { until_on: 110 });
    expect(markState([snoozed], 109).snoozed_until_on).toBe(110);
    expect(markState([snoozed], 110).snoozed_until_on).toBeNull();
    expect(markState([mark('reopened', 2), snoozed], 100).snoozed_until_on).toBeNull();
    expect(markState([mark('snoozed', 3, { until_on: 120 }), snoozed], 100).snoozed_until_on).toBe(120);
  });
  test('my own undecided mark comes after every accepted one, whatever my clock says', () => {
    const mine = mark('assigned', 1, { assigned_to: 'me', accepted: false });
    expect(markState([mine, mark('assigned', 9, { assigned_to: 'her' })], 100).assigned_to).toBe('me');
  });
  test('an assignment does not wake, a snooze does not reassign', () => {
    const marks = [mark('snoozed', 1, { until_on: 110 }), mark('assigned', 2, { assigned_to: 'her' })];
    expect(markState(marks, 100)).toEqual({ snoozed_until_on: 110, assigned_to: 'her', escalated: null });
  });

  const DAY_MS = 86_400_000;
  const on = (kind: string, day: number, more: object = {}) => mark(kind, day * DAY_MS, more);
  const rises = (marks: readonly ReturnType<typeof mark>[], as_of_on: number, standing?: object) =>
    markState(marks, as_of_on, { owner: 'owner', since_on: null, ...standing }).escalated;
  test('what was slept over rises on the day it wakes, to its owner unless that one snoozed it', () => {
    const slept = on('snoozed', 90, { until_on: 110 });
    expect(rises([slept], 109)).toBeNull();
    expect(rises([slept], 110)).toEqual({ why: 'slept_through', since_on: 110, to: 'owner' });
    expect(rises([slept], 110, { owner: 'x' })).toEqual({ why: 'slept_through', since_on: 110, to: null });
    expect(rises([slept, on('snoozed', 111, { until_on: 120 })], 112)).toBeNull();
    expect(rises([slept, on('reopened', 105)], 130)).toBeNull();
  });
  test('what was given to someone rises after five days, to whoever gave it', () => {
    const given = on('assigned', 100, { assigned_to: 'her' });
    expect(rises([given], 100 + ASSIGNED_DAYS)).toBeNull();
    expect(rises([given], 101 + ASSIGNED_DAYS)).toEqual({ why: 'not_solved', since_on: 100 + ASSIGNED_DAYS, to: 'x' });
    expect(rises([given, on('reopened', 104)], 101 + ASSIGNED_DAYS)).toBeNull();
    expect(rises([on('assigned', 100, { assigned_to: 'x' })], 120)?.to).toBe('owner');
  });
  test('given to someone after it woke, it is theirs to solve first', () => {
    const marks = [on('snoozed', 90, { until_on: 100 }), on('assigned', 101, { assigned_to: 'her' })];
    expect(rises(marks, 103)).toBeNull();
    expect(rises(marks, 110)?.why).toBe('not_solved');
  });
  test('a mark from before this trouble, or of long ago, says nothing about it', () => {
    const given = on('assigned', 100, { assigned_to: 'her' });
    expect(rises([given], 110, { since_on: 101 })).toBeNull();
    expect(rises([given], 110, { since_on: 100 })).not.toBeNull();
    expect(rises([given], 400)).toBeNull();
  });
});

test('a pack taken for a piece is seen, a loss is not', () => {
  expect(packFactor(10_000_000, 100_000)).toBe(100);
  expect(packFactor(100_000, 9_900_000)).toBe(100);
  expect(packFactor(1_200_000, 100_000)).toBe(12);
  expect(packFactor(1_000_000, 700_000)).toBeNull();
  expect(packFactor(0, 100_000)).toBeNull();
  expect(packFactor(100_000, 0)).toBeNull();
});

const UUID = '018f5c1e-0000-7000-8000-000000000001';

test('a key names what it is about, and nothing else is a key', () => {
  expect(entityOfKey(exceptionKey('runs_out', 840, 3))).toEqual({ of: 'position', item_id: 840, site_id: 3 });
  expect(entityOfKey(exceptionKey('below_floor', 0))).toEqual({ of: 'channel', channel_id: null });
  expect(entityOfKey(exceptionKey('freight_not_charged', 11))).toEqual({ of: 'channel', channel_id: 11 });
  expect(entityOfKey(exceptionKey('claim_waiting', 7))).toEqual({ of: 'claim', id: 7 });
  expect(entityOfKey(exceptionKey('rules_asked', UUID))).toEqual({ of: 'rule_change', id: UUID });
  expect(entityOfKey(exceptionKey('transfer_asked', `${UUID}/0`))).toEqual({ of: 'transfer', id: `${UUID}/0` });
  expect(entityOfKey(exceptionKey('margin_fell', 202610))).toEqual({ of: 'month', month: 202610 });
  const odd = [
    'margin_fell:202613',
    'margin_fell:0',
    'margin_fell:202610:1',
    'rules_asked:1',
    'transfer_asked:840:3',
    'transfer_asked:840',
    `transfer_asked:${UUID}`,
    `transfer_asked:${UUID}/0:1`,
    'runs_out:840',
    'runs_out:840:0',
    'runs_out:840:3:1',
    'claim_waiting:',
    'claim_waiting:0',
    'close_late:1e3',
  ];
  for (const key of [...odd, 'close_late:-1', 'close_late: 1', 'close_late:99999999999999999', 'nothing:1'])
    expect(entityOfKey(key), key).toBeNull();
});
