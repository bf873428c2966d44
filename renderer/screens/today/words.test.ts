import { describe, expect, test } from 'vitest';
import { dayNumber } from '#domain/calendar.ts';
import { EXCEPTION_KINDS } from '#domain/exceptions/exception.ts';
import type { TodayRow } from '#contract/queries.ts';
import { leftOutAt, leftOutPlace, readyAt } from '#renderer/screens/fulfilment/arriving.ts';
import { rulesAddress } from '#renderer/screens/rules/ruleWords.ts';
import { SCREENS } from '#renderer/shell/screens.ts';
import { initials } from './TodayList.tsx';
import { dueWords, exceptionWords } from './words.ts';
import { ownStake, stakeRule } from './workingWords.ts';

const on = (iso: string): number => dayNumber(iso) ?? 0;
const place = { item_id: 840, item_code: 'FA-0840', item_name: 'Cylinder', uom: 'pcs', site_id: 3, site: 'Rotterdam' };
const price = {
  channel_id: 2,
  channel: 'E-commerce',
  lines: 2,
  party: 'Rijnmond Havens',
  party_minor: 120_000,
  item_code: 'AB-0101',
  from_on: on('2026-10-07'),
  to_on: on('2026-11-05'),
};

const FACTS: readonly TodayRow['facts'][] = [
  {
    kind: 'runs_out',
    ...place,
    runs_out_on: on('2026-11-11'),
    next_in_on: on('2026-11-19'),
    po_number: 'PO 40917',
    supplier: 'Festo',
    moved_from_on: on('2026-11-04'),
    lines: 23,
    late_qty_milli: 210_000,
  },
  {
    kind: 'oversold',
    ...place,
    oversold_qty_milli: 290_000,
    channels: ['E-commerce', 'Key accounts'],
    po_number: 'PO 1',
    lines: 1,
  },
  {
    kind: 'late_receipt',
    purchase_order_id: 9,
    po_number: 'PO 40988',
    supplier_id: 4,
    supplier: 'Bosch Rexroth',
    site: 'Rotterdam',
    item_id: 840,
    item_name: 'Cylinder',
    days_late: 6,
    comes_on: on('2026-11-09'),
    lines: 11,
    po_lines: 2,
  },
  {
    kind: 'unit_error',
    ...place,
    location: 'A-01',
    counted_on: on('2026-11-02'),
    book_qty_milli: 10_000_000,
    counted_qty_milli: 100_000,
    factor: 100,
  },
  {
    kind: 'negative_risk',
    ...place,
    below_zero_on: on('2026-11-20'),
    receive_on: on('2026-12-03'),
    short_qty_milli: 12_345,
    order_qty_milli: 40_000,
    by_forecast: true,
  },
  {
    kind: 'demand_shift',
    ...place,
    from_month: 202609,
    months: 2,
    actual_qty_milli: 80_000,
    expected_qty_milli: 40_000,
  },
  {
    kind: 'demand_spike',
    ...place,
    from_month: 202610,
    months: 1,
    actual_qty_milli: 90_000,
    expected_qty_milli: 40_000,
  },
  {
    kind: 'demand_unit_error',
    ...place,
    from_month: 202610,
    months: 1,
    actual_qty_milli: 480_000,
    expected_qty_milli: 40_000,
  },
  { kind: 'below_floor', ...price },
  { kind: 'discount_not_approved', ...price },
  { kind: 'freight_not_charged', ...price },
  { kind: 'rebate_not_accrued', ...price },
  {
    kind: 'cost_rise',
    supplier_id: 4,
    supplier: 'SKF',
    items: 214,
    item_code: 'BS-6204',
    item_name: 'Bearing',
    rise_bp: 680,
    since_on: on('2026-10-01'),
  },
  {
    kind: 'margin_fell',
    month: 202610,
    falls: 3,
    most: 'E-commerce',
    why: 'Discount 6.2 % → 11.0 % on 774 lines, allowed by nobody',
  },
  {
    kind: 'over_credit_limit',
    party_id: 7,
    party: 'Van Houten',
    open_minor: 8_690_400,
    limit_minor: 5_000_000,
    oldest_days: 41,
    invoices: 3,
  },
  {
    kind: 'overdue_invoices',
    party_id: 7,
    party: 'Van Houten',
    open_minor: 10_000,
    limit_minor: null,
    oldest_days: 35,
    invoices: 1,
  },
  {
    kind: 'close_asked',
    task_id: 5,
    period: 202610,
    title: 'GRNI',
    asked_by: 'controller',
    says: '@finance where is the receipt?',
    asks: 'word',
    notes: 1,
  },
  {
    kind: 'journal_asked',
    period_id: 3,
    period: 202610,
    entries: 2,
    amount_minor: 218_000,
    proposed_by: 'finance',
    says: 'Receipts without a bill',
  },
  {
    kind: 'close_changed',
    signed_again: [],
    task_id: 5,
    period: 202610,
    title: 'GRNI',
    account: '2150',
    due_on: on('2026-11-04'),
    changed: { ledger_minor: 0, subledger_minor: -280_400, items_minor: 280_400, items: 2 },
    waiting_for: 1,
  },
  {
    kind: 'close_late',
    task_id: 5,
    period: 202610,
    title: 'GRNI',
    account: null,
    due_on: on('2026-11-04'),
    difference_minor: -5,
    waiting_for: 0,
  },
  {
    kind: 'claim_waiting',
    claim_id: 6,
    number: 'CL-7731',
    party: null,
    item_id: null,
    item_name: 'Pump seal',
    claim_kind: 'wrong_item',
    days_open: 19,
    waiting_on_customer: false,
  },
  {
    kind: 'overdue_purchase',
    purchase_order_id: 9,
    po_number: 'PO 40988',
    supplier_id: 4,
    supplier: 'Bosch Rexroth',
    site: 'Rotterdam',
    days_late: 1,
    po_lines: 2,
  },
  { kind: 'ready_to_ship', site_id: 3, site: 'Rotterdam', lines: 12, orders: 1, oldest_days: 4 },
  {
    kind: 'left_out_orders',
    site_id: 3,
    site: 'Rotterdam',
    lines: 2,
    orders: 1,
    first_on: on('2016-03-04'),
    last_on: on('2016-03-04'),
  },
  { kind: 'unplaced_orders', channel: 'Key accounts', lines: 3, orders: 2, without_item: 1, without_site: 2 },
  { kind: 'negative_stock', ...place, below_qty_milli: 3_000 },
  { kind: 'excess_stock', ...place, on_hand_qty_milli: 90_000, excess_qty_milli: 40_000, days: null },
  { kind: 'obsolete_stock', ...place, sites: ['Rotterdam', 'Ghent'], on_hand_qty_milli: 90_000 },
  {
    kind: 'supplier_slipping',
    supplier_id: 4,
    supplier: 'Wolff',
    slip: {
      lead_days: { before: 16.04, lately: 31.25, before_orders: 25, lately_orders: 4, chance: 0.0008 },
      in_time_bp: { before: 9_100, lately: 6_250, before_orders: 33, lately_orders: 8, chance: 0.0008 },
    },
    open_lines: 3,
  },
  { kind: 'no_supplier', item_id: 840, item_code: 'FA-0840', item_name: 'Cylinder', sites: 2 },
  {
    kind: 'transfer_asked',
    ...place,
    transfer_id: '8f/0',
    number: 'TR-00001',
    asked_by: 'buyer',
    wanted_on: on('2026-11-20'),
    until_on: on('2026-11-24'),
    qty_milli: 250_000,
    to_site: 'Antwerp',
    others: 1,
  },
  {
    kind: 'rules_asked',
    change_id: '8f',
    subject: 'price_floor',
    title: 'Floors of cylinders',
    rules: 2,
    effective_on: on('2026-11-20'),
    too_late: false,
    drafted_by: 'buyer',
    says: 'Costs rose.',
  },
  {
    kind: 'purchases_asked',
    site_id: 3,
    site: 'Rotterdam',
    decisions: 2,
    orders: 1,
    amount_minor: 1_965_000,
    asked_by: 'planner',
  },
  { kind: 'no_policy', site_id: 3, site: 'Rotterdam', positions: 4 },
];

/** First parts of addresses, as `renderer/shell/screens.ts` has them. */
const PATHS = SCREENS.map(({ path }) => path);

const words = (facts: TodayRow['facts']) => exceptionWords({ facts, stake_minor: 3_690_400 } as TodayRow, 'EUR');

describe('an exception in words', () => {
  test('what changed after a sign-off is said side by side, and never as a balance that did not move', () => {
    const facts = FACTS.find(({ kind }) => kind === 'close_changed');
    if (facts?.kind !== 'close_changed') throw new Error('no such exception');
    const title = (changed: typeof facts.changed) => words({ ...facts, changed }).title.replaceAll('\u00A0', ' ');
    const none = { ledger_minor: 0, subledger_minor: 0, items_minor: 0, items: 0 };
    expect(title(facts.changed)).toBe('GRNI changed after sign-off: subledger −€2,804.00, 2 items +€2,804.00');
    expect(title({ ...none, ledger_minor: 500 })).toBe('GRNI changed after sign-off: ledger +€5.00');
    expect(title({ ...none, items: 1 })).toBe('GRNI changed after sign-off: 1 item');
    expect(title(none)).toBe('GRNI changed after sign-off: the amounts stand; lines, words or files are others');
    expect(title(null)).toMatch(/accounts moved/);
    expect(words({ ...facts, signed_again: ['Bank', 'Flux'] }).title).toBe(
      'GRNI asks to be signed again, after Bank; Flux',
    );
  });

  test('what is overdue says the day it was due, not that it is due today', () => {
    const due = (on: string | null) =>
      Object.values(dueWords(on, '2026-11-05')).map((text) => text.replaceAll('\u00A0', ' '));
    expect(due('2026-11-05')).toEqual(['Today']);
    expect(due('2026-11-02')).toEqual(['2 Nov', 'Overdue since 2 Nov']);
    expect(due('2025-12-30')).toEqual(['30 Dec 2025', 'Overdue since 30 Dec 2025']);
    expect(due('2026-11-06')).toEqual(['6 Nov']);
    expect(due(null)).toEqual(['–']);
  });

  test('every kind has a title, a reason, a step and the place where it is solved', () => {
    expect(FACTS.map((facts) => facts.kind).toSorted()).toEqual([...EXCEPTION_KINDS].toSorted());
    for (const facts of FACTS) {
      const said = words(facts);
      expect(said.title, facts.kind).not.toMatch(/undefined|null|NaN/);
      expect(said.reason, facts.kind).toMatch(/^[A-Z€\d].*\.$/);
      expect(said.reason, facts.kind).not.toMatch(/undefined|null|NaN|\.\./);
      expect(said.action).toMatch(/^[A-Z][a-z]+ /);
      // no screen lists what has no item or no site: its own lines open their orders
      expect(said.place !== null || said.purchase_order_id !== null, facts.kind).toBe(facts.kind !== 'unplaced_orders');
      if (said.place !== null) expect(PATHS, facts.kind).toContain(`/${said.place.split('/')[1]}`);
    }
  });
  test('says who moved what, and what one of something is called', () => {
    const [runsOut, oversold] = FACTS;
    if (!runsOut || !oversold) throw new Error('no facts');
    expect(words(runsOut).title.replaceAll('\u00A0', ' ')).toBe('Cylinder runs out at Rotterdam on Wed 11 Nov');
    expect(words(runsOut).reason.replaceAll('\u00A0', ' ')).toBe(
      'PO 40917 from Festo moved from 4 Nov to 19 Nov. 23 lines affected, 210 pcs short.',
    );
    expect(words(oversold).reason).toBe('E-commerce and Key accounts promised more than PO 1 brings. 1 line affected.');
    expect(words(runsOut).place).toBe('/stock/840/3');
    const fell = FACTS.find((facts) => facts.kind === 'margin_fell');
    expect(fell && words(fell).place, 'the month it speaks of, whatever the top bar shows').toBe(
      '/margin/panel=unusual-202610',
    );
    const rise = FACTS.find((facts) => facts.kind === 'cost_rise');
    if (rise?.kind !== 'cost_rise') throw new Error('no cost rise');
    expect(words(rise).place, 'at the price that costs most').toBe('/rules/list_price/item/BS-6204');
    expect(words(rise).reason).toContain('most of it on BS-6204 Bearing');
    expect(words({ ...rise, items: 1 }).action).toBe('Review its price');
    const late = FACTS.find((facts) => facts.kind === 'late_receipt');
    if (!late) throw new Error('no late receipt');
    expect(words(late).reason).toBe(
      '11 order lines wait at Rotterdam, most for Cylinder. By what came as late before, expected again about 9\u00a0Nov.',
    );
    expect(words({ ...late, lines: 1, comes_on: null }).reason).toBe(
      '1 order line waits at Rotterdam, most for Cylinder. It is too long ago to be waited for: close or correct it.',
    );
  });
});

test('lines nobody can serve say what they lack', () => {
  const unplaced = FACTS.find(({ kind }) => kind === 'unplaced_orders');
  if (unplaced?.kind !== 'unplaced_orders') throw new Error('none');
  expect(words(unplaced).title).toBe('3 open order lines nobody can serve: Key accounts');
  expect(words(unplaced).reason).toBe(
    '2 orders, 1 without an item and 2 without a site: no stock, queue or proposal has them. Record what lacks where orders are kept, or cancel them.',
  );
  expect(words({ ...unplaced, lines: 1, orders: 1, without_item: 0, without_site: 1 }).reason).toContain(
    '1 order, 1 without a site: no stock, queue or proposal has it.',
  );
});

test('a change of rules opens itself, and says when its day has come', () => {
  const asked = FACTS.find(({ kind }) => kind === 'rules_asked');
  if (asked?.kind !== 'rules_asked') throw new Error('no change');
  expect(words(asked).title).toBe('Floors of cylinders: 2 rules wait for your approval');
  expect(words(asked).reason.replaceAll('\u00A0', ' ')).toBe(
    'Price floors, from Fri 20 Nov. buyer wrote: “Costs rose.”.',
  );
  expect(rulesAddress(words(asked).place ?? '')).toMatchObject({ subject: 'price_floor', change_id: '8f' });
  expect(words({ ...asked, too_late: true }).reason).toContain('that day has come: refuse it, to be drafted again');
});

test('purchases that wait are counted, decisions and draft orders apart', () => {
  const asked = FACTS.find(({ kind }) => kind === 'purchases_asked');
  if (asked?.kind !== 'purchases_asked') throw new Error('no purchases');
  expect(words(asked).title).toBe('1 draft order and 2 decisions of Rotterdam wait for your approval');
  expect(words(asked).reason).toBe('€19,650.00 in all. planner asked last.');
  expect(words(asked).place).toBe('/replenishment/approvals');
  const one = words({ ...asked, decisions: 1, orders: 0 });
  expect([one.title, one.reason]).toEqual([
    '1 decision of Rotterdam waits for your approval',
    '€19,650.00 in all. planner asked.',
  ]);
});

test('a unit error explains its money by the count, not by orders that wait', () => {
  const [shortage, , , unit_error] = FACTS;
  if (!shortage || !unit_error) throw new Error('no facts');
  expect(stakeRule({ group: 'stock', facts: unit_error })).toBe('Difference between count and books, at cost');
  expect(stakeRule({ group: 'stock', facts: shortage })).toContain('cannot ship by its first promise');
});

test('what is at stake is said in its company’s own money too, and a request has none', () => {
  const [shortage] = FACTS;
  const asked = FACTS.find(({ kind }) => kind === 'transfer_asked');
  if (!shortage || !asked) throw new Error('no facts');
  const own = { currency: 'GBP', stake_minor: 120_000 };
  expect(ownStake({ ...own, facts: shortage }, 'EUR')).toBe(', GBP 1,200');
  expect(ownStake({ ...own, facts: shortage }, 'GBP')).toBe('');
  expect(ownStake({ currency: 'GBP', stake_minor: 0, facts: asked }, 'EUR')).toBe('');
});

test('initials of user names and of people', () => {
  expect(initials('ingrid.maas')).toBe('IM');
  expect(initials('Ingrid van der Maas')).toBe('IM');
  expect(initials('finance')).toBe('FI');
});

test('what is solved in the queue or in the rules leads to its row there', () => {
  const placeOf = (kind: string) => {
    const facts = FACTS.find((each) => each.kind === kind);
    return facts === undefined ? null : words(facts).place;
  };
  const ready = placeOf('ready_to_ship') ?? '';
  expect(readyAt(ready)).toBe(3);
  expect(leftOutAt(placeOf('left_out_orders') ?? '')).toEqual({ site_id: 3 });
  expect(leftOutAt(leftOutPlace(null))).toEqual({ site_id: null });
  expect(leftOutAt(ready)).toBeNull();
  expect(readyAt(leftOutPlace(3))).toBeNull();
  expect(readyAt('/fulfilment/345')).toBeNull();
  expect(placeOf('below_floor')).toBe('/rules/price_floor/item/AB-0101');
  for (const kind of ['discount_not_approved', 'freight_not_charged']) {
    expect(rulesAddress(placeOf(kind) ?? '')).toEqual({
      subject: 'channel_rule',
      view: 'force',
      change_id: null,
      channel_id: 2,
      item_code: null,
    });
  }
  // a code with a percent sign comes decoded already: it is a name, not a damaged address
  expect(rulesAddress('/rules/list_price/item/50%')).toMatchObject({ item_code: '50%' });
  expect(rulesAddress('/rules/policy/changes/7c9e')).toMatchObject({ change_id: '7c9e', channel_id: null });
});
