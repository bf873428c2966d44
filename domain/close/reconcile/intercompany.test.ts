/** Two companies of a group: each is told the same of what differs, and what is told and what is confirmed come to its account. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dayNumber, lastDayOfMonth, monthOfDay } from '../../calendar.ts';
import { perOne } from '../../currency/rateValue.ts';
import { counterRole } from '../journal/counter.ts';
import type { Cause } from './causes.ts';
import type { Found } from './facts.ts';
import { intercompany } from './intercompany.ts';
import { DocumentBooks } from './postings.ts';
import type { SisterBooks, SisterEntry, SisterRates } from './sister/facts.ts';

const CUT_OFF = lastDayOfMonth(202610);
const day = (iso: string): number => dayNumber(iso) ?? 0;
let id = 0;

const entry = (
  booked_on: string,
  amount_minor: number,
  ref: string | null,
  of: Partial<SisterEntry> = {},
): SisterEntry => {
  id += 1;
  return {
    entry_id: id,
    number: `ICO/${id}`,
    ref,
    memo: '',
    journal_kind: 'intercompany',
    booked_on: day(booked_on),
    amount_minor,
    paid: false,
    trade: null,
    other_minor: -amount_minor,
    ...of,
  };
};
const sold = (on: string, amount: number, ref: string) => entry(on, amount, ref, { trade: 'sold' });
const bought = (on: string, amount: number, ref: string) => entry(on, -amount, ref, { trade: 'bought' });
/** What left the bank, where that is not what was owed. */
const paid = (on: string, amount: number, ref: string, bank = -amount) =>
  entry(on, amount, ref, { paid: true, journal_kind: 'bank', other_minor: bank });
const valued = (on: string, amount: number, ref: string) =>
  entry(on, amount, ref, { journal_kind: 'exchange_differences', other_minor: null });

interface Group {
  /** Euro. */
  readonly hansa: readonly SisterEntry[];
  /** Pounds, unless said otherwise. */
  readonly penfold: readonly SisterEntry[];
  readonly currency?: string;
  /** Pounds for a euro, by month: average and closing. */
  readonly rates?: ReadonlyMap<number, readonly [number, number]>;
}

const RATES = new Map<number, readonly [number, number]>([
  [202608, [0.85, 0.86]],
  [202609, [0.85, 0.86]],
  [202610, [0.84, 0.88]],
  [202611, [0.87, 0.87]],
]);

function ratesOf({ rates = RATES }: Group): SisterRates {
  const micro = (rate: number) => perOne(Math.round(rate * 1_000_000));
  return new Map(
    [...rates].map(([month, [average, closing]]) => [month, { average: micro(average), closing: micro(closing) }]),
  );
}

function look(group: Group, who: 'hansa' | 'penfold', cut_off = CUT_OFF) {
  const { hansa, penfold, currency = 'GBP' } = group;
  const us = who === 'hansa' ? 'EUR' : currency;
  const sister = who === 'hansa' ? { name: 'Penfold', currency } : { name: 'Hansa', currency: 'EUR' };
  const rates = ratesOf(group);
  const books = new DocumentBooks({ from: cut_off - 90, cut_off, until: cut_off + 45, keeps: () => true });
  const pair = {
    sister,
    ours: who === 'hansa' ? hansa : penfold,
    hers: who === 'hansa' ? penfold : hansa,
    our_rates: who === 'hansa' ? rates : new Map(),
    her_rates: who === 'hansa' ? new Map() : rates,
  };
  const { items, open } = intercompany(books, { pairs: [pair], unpaired: [] }, { currency: us, cut_off });
  const balance = pair.ours.reduce((sum, each) => (each.booked_on <= cut_off ? sum + each.amount_minor : sum), 0);
  expect(sumOf(open) + sumOf(items)).toBe(balance);
  return { items, open, gains: books.postings.filter(({ role }) => role === 'fx_gain') };
}

const sumOf = (rows: readonly { readonly amount_minor: number }[]) =>
  rows.reduce((sum, each) => sum + each.amount_minor, 0);
const short = (items: readonly Found[]) => items.map(({ cause, ref, amount_minor }) => [cause, ref, amount_minor]);
const both = (group: Group, cut_off?: number) =>
  [short(look(group, 'hansa', cut_off).items), short(look(group, 'penfold', cut_off).items)] as const;

describe('what one delivered and the other owes', () => {
  test('a delivery the sister never booked is told on both sides, by its reference, each in its own currency', () => {
    const group = { hansa: [sold('2026-10-28', 10_000, 'IC 1')], penfold: [] };
    // 84.00 as it would be booked, 88.00 as it would be valued at the month's end
    expect(both(group)).toEqual([[['not_at_sister', 'IC 1', 10_000]], [['no_counterpart', 'IC 1', 8_800]]]);
    const [ours] = look(group, 'hansa').items;
    expect(ours?.documents.map(({ kind, ref }) => [kind, ref])).toEqual([
      ['entry', group.hansa[0]?.number],
      ['sister', 'Penfold'],
    ]);
    const [hers] = look(group, 'penfold').items;
    // the day, the amount and the name, and no number of hers
    expect(hers?.documents).toEqual([
      {
        kind: 'sister_delivery',
        id: 0,
        ref: 'IC 1',
        told: { name: 'Hansa', on: day('2026-10-28'), amount_minor: 10_000, currency: 'EUR' },
      },
      { kind: 'rate', id: 0, ref: '84.00 at the average rate 0.84, 88.00 at the closing rate 0.88 of 2026-10' },
    ]);
    // in the next month at that month's end, whatever the last one said; before any month's end as it would be booked
    const at = (iso: string) => short(look(group, 'penfold', day(iso)).items);
    expect(at('2026-11-30')).toEqual([['no_counterpart', 'IC 1', 8_700]]);
    expect(look(group, 'penfold', day('2026-11-30')).items[0]?.documents[1]?.ref).toBe(
      '84.00 at the average rate 0.84, 87.00 at the closing rate 0.87 of 2026-11',
    );
    const inPart = { ...group, penfold: [paid('2026-10-29', 4_200, 'IC 1')] };
    expect(
      look(inPart, 'penfold').items.map(({ amount_minor, documents }) => [amount_minor, documents[1]?.ref]),
    ).toEqual([
      [8_600, '84.00 at the average rate 0.84, 86.00 with what is open of it at the closing rate 0.88 of 2026-10'],
      [4_200, 'Hansa'],
    ]);
    expect(at('2026-10-30')).toEqual([['no_counterpart', 'IC 1', 8_400]]);
  });

  test('of several nobody booked each is valued by itself, and what was paid of them is not valued', () => {
    const group = {
      hansa: [sold('2026-10-05', 3_333, 'IC 1'), sold('2026-10-06', 6_667, 'IC 1'), sold('2026-10-07', 1_000, 'IC 2')],
      penfold: [paid('2026-10-20', 840, 'IC 2')],
    };
    expect(short(look(group, 'penfold').items)).toEqual([
      ['no_counterpart', 'IC 2', 840],
      ['not_at_sister', 'IC 2', 840],
      ['no_counterpart', 'IC 1', 2_933],
      ['no_counterpart', 'IC 1', 5_867],
    ]);
  });

  test('what the sister booked and we did not is told on both sides too', () => {
    const group = { hansa: [], penfold: [bought('2026-10-28', 8_400, 'IC 1')], currency: 'EUR' };
    expect(both(group)).toEqual([[['no_counterpart', 'IC 1', -8_400]], [['not_at_sister', 'IC 1', -8_400]]]);
  });

  test('both deliver to each other, under the same numbers', () => {
    const group: Group = {
      hansa: [sold('2026-10-05', 10_000, '1'), bought('2026-10-06', 5_000, '1'), sold('2026-10-20', 700, '2')],
      penfold: [sold('2026-10-06', 5_000, '1'), bought('2026-10-05', 10_000, '1')],
      currency: 'EUR',
    };
    expect(both(group)).toEqual([[['not_at_sister', '2', 700]], [['no_counterpart', '2', 700]]]);
  });

  test('a delivery booked across the month’s end is a matter of time on both sides, and nothing a month later', () => {
    const group = { hansa: [sold('2026-10-30', 10_000, 'IC 1')], penfold: [bought('2026-11-03', 8_700, 'IC 1')] };
    expect(both(group)).toEqual([[['later_at_sister', 'IC 1', 10_000]], [['posted_in_another_month', 'IC 1', 8_800]]]);
    expect(look(group, 'penfold').items[0]?.settles_on).toBe(day('2026-11-03'));
    const later = { ...group, penfold: [...group.penfold, valued('2026-11-30', 0, 'IC 1')] };
    expect(both(later, day('2026-11-29'))).toEqual([[], []]);
  });

  test('another amount is one item with the difference, not two without a counterpart', () => {
    const group = {
      hansa: [sold('2026-10-28', 10_000, 'IC 1')],
      penfold: [bought('2026-10-29', 8_100, 'IC 1'), valued('2026-10-31', -400, 'IC 1')],
    };
    expect(both(group)).toEqual([[['amount_differs', 'IC 1', 357]], [['amount_differs', 'IC 1', 300]]]);
    const same = {
      hansa: [sold('2026-10-28', 10_000, 'IC 1')],
      penfold: [bought('2026-10-29', 9_990, 'IC 1')],
      currency: 'EUR',
    };
    expect(both(same)).toEqual([[['amount_differs', 'IC 1', 10]], [['amount_differs', 'IC 1', 10]]]);
  });

  test('entries without a reference are items of their own; two that take each other back are none', () => {
    const hansa = [entry('2026-03-28', 500, null), entry('2026-10-02', 70, null), entry('2026-10-03', -70, ' ')];
    expect(both({ hansa, penfold: [] })).toEqual([[['entry_by_hand', hansa[0]?.number, 500]], []]);
  });
});

describe('payments', () => {
  const delivered = sold('2026-09-10', 10_000, 'IC 1');
  const owed = [bought('2026-09-10', 8_500, 'IC 1'), valued('2026-09-30', -100, 'IC 1')];

  test('in parts: each takes off its part of what the debt is carried at, the rest is valued anew, and what the rate won is realised', () => {
    const group = {
      hansa: [delivered, paid('2026-10-10', -4_000, 'IC 1')],
      // 40 % of 86.00 for 35.20
      penfold: [...owed, paid('2026-10-10', 3_440, 'IC 1', -3_520), valued('2026-10-31', -120, 'IC 1')],
    };
    expect(both(group)).toEqual([[], []]);
    const { open, gains } = look(group, 'penfold');
    expect(open.map(({ amount_minor }) => amount_minor)).toEqual([-5_280]);
    expect(gains.map(({ day: on, amount_minor }) => [on, amount_minor])).toEqual([
      [day('2026-09-30'), 100],
      [day('2026-10-31'), 120],
      [day('2026-10-10'), 80],
    ]);
  });

  test('one for several deliveries and a credit note, under a reference of its own', () => {
    const hansa = [
      delivered,
      sold('2026-09-20', 3_000, 'IC 2'),
      sold('2026-10-01', -500, 'CN 1'),
      paid('2026-10-10', -12_500, 'PAY 7'),
    ];
    const penfold = [
      ...owed,
      bought('2026-09-20', 2_550, 'IC 2'),
      valued('2026-09-30', -30, 'IC 2'),
      bought('2026-10-01', -420, 'CN 1'),
      entry('2026-10-10', 10_760, 'PAY 7', { paid: true, memo: 'IC 1, IC 2 less CN 1' }),
    ];
    const [atHansa, atPenfold] = both({ hansa, penfold });
    expect([atHansa, atPenfold]).toEqual([[], []]);
  });

  test('on its way over the month’s end, and one the sister never booked', () => {
    const away = {
      hansa: [delivered, paid('2026-11-02', -10_000, 'IC 1')],
      penfold: [...owed, paid('2026-10-30', 8_600, 'IC 1')],
    };
    expect(both(away)).toEqual([[['posted_in_another_month', 'IC 1', 10_000]], [['later_at_sister', 'IC 1', 8_600]]]);
    const lost = {
      hansa: [delivered, paid('2026-10-30', -10_000, 'IC 1')],
      penfold: [...owed, valued('2026-10-31', -200, 'IC 1')],
    };
    expect(both(lost)).toEqual([[['not_at_sister', 'IC 1', -10_000]], [['no_counterpart', 'IC 1', -8_800]]]);
  });
});

describe('rates', () => {
  test('companies of one currency owe what was delivered; nothing is valued anew', () => {
    const group = {
      hansa: [sold('2026-09-10', 10_000, 'IC 1')],
      penfold: [bought('2026-09-10', 10_000, 'IC 1')],
      currency: 'EUR',
      rates: new Map(),
    };
    expect(both(group)).toEqual([[], []]);
    expect(look(group, 'penfold').gains).toEqual([]);
  });

  test('without a rate that is said', () => {
    const group = { hansa: [sold('2026-10-28', 10_000, 'IC 1')], penfold: [], rates: new Map() };
    expect(both(group)).toEqual([
      [['not_at_sister', 'IC 1', 10_000]],
      [['not_revalued', 'FXR 202610 EUR sister: no closing rate', 0]],
    ]);
  });

  test('a sister that keeps its books in yen is owed what those are worth here: yen have no smaller unit', () => {
    const books = new DocumentBooks({ from: CUT_OFF - 30, cut_off: CUT_OFF, until: CUT_OFF, keeps: () => true });
    // 160 yen a euro, and 200 at the end
    const her_rates = new Map([[202610, { average: perOne(6_250), closing: perOne(5_000) }]]);
    const pair = {
      sister: { name: 'Nagoya', currency: 'JPY' },
      ours: [bought('2026-10-20', 10_000, 'IC 1'), valued('2026-10-31', 2_000, 'IC 1')],
      hers: [sold('2026-10-20', 16_000, 'IC 1')],
      our_rates: new Map(),
      her_rates,
    };
    const { items, open } = intercompany(books, { pairs: [pair], unpaired: [] }, { currency: 'EUR', cut_off: CUT_OFF });
    expect(items).toEqual([]);
    expect(open.map(({ amount_minor }) => amount_minor)).toEqual([-8_000]);
    expect(books.postings.filter(({ role }) => role === 'fx_gain').map(({ amount_minor }) => amount_minor)).toEqual([
      -2_000,
    ]);
  });

  test('of any deliveries, credit notes and payments in parts, no cent is lost: who books by the rules has nothing to explain', () => {
    const Delivery = fc.record({
      amount: fc.integer({ min: -9_999_999, max: 9_999_999 }).filter((amount) => amount !== 0),
      on: fc.integer({ min: 0, max: 60 }),
      parts: fc.array(fc.tuple(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 40 })), { maxLength: 3 }),
    });
    const Micro = fc.integer({ min: 300_000, max: 3_000_000 });
    const Drawn = fc.array(fc.tuple(Micro, Micro), { minLength: 4, maxLength: 4 });
    const months = [202608, 202609, 202610, 202611];
    // half away from zero
    const share = (amount: number, part: number, whole: number): number => {
      const [product, by] = [BigInt(amount) * BigInt(part) * 2n, BigInt(whole) * 2n];
      const positive = product < 0n === by < 0n;
      const size = (product < 0n ? -product : product) + BigInt(Math.abs(whole));
      return Number(positive ? size / (by < 0n ? -by : by) : -(size / (by < 0n ? -by : by))) + 0;
    };
    fc.assert(
      fc.property(fc.array(Delivery, { maxLength: 5 }), Drawn, (deliveries, drawn) => {
        const rates = new Map(
          months.map((month, nth) => [month, (drawn[nth] ?? []).map((micro) => micro / 1_000_000)]),
        );
        const micro = new Map(months.map((month, nth) => [month, drawn[nth] ?? [0, 0]] as const));
        const iso = (at: number): string => new Date(at * 86_400_000).toISOString().slice(0, 10);
        const [hansa, penfold]: [SisterEntry[], SisterEntry[]] = [[], []];
        let carried = 0;
        for (const [nth, { amount, on, parts }] of deliveries.entries()) {
          const ref = `IC ${nth}`;
          const from = day('2026-08-15') + on;
          let [open, value] = [amount, share(amount, micro.get(monthOfDay(from))?.[0] ?? 0, 1_000_000)];
          hansa.push(sold(iso(from), amount, ref));
          penfold.push(bought(iso(from), value, ref));
          const pays = parts.map(([percent, after]) => ({ percent, at: from + after })).toSorted((a, b) => a.at - b.at);
          for (let at = from; at <= CUT_OFF; at++) {
            for (const { percent } of pays.filter((each) => each.at === at)) {
              const part = Math.trunc((open * percent) / 100);
              if (part === 0) continue;
              const cleared = part === open ? value : share(value, part, open);
              hansa.push(paid(iso(at), -part, ref));
              penfold.push(paid(iso(at), cleared, ref));
              [open, value] = [open - part, value - cleared];
            }
            if (at !== lastDayOfMonth(monthOfDay(at)) || open === 0) continue;
            const worth = share(open, micro.get(monthOfDay(at))?.[1] ?? 0, 1_000_000);
            if (worth !== value) penfold.push(valued(iso(at), value - worth, ref));
            value = worth;
          }
          carried += value;
        }
        const group: Group = { hansa, penfold, rates: rates as unknown as NonNullable<Group['rates']> };
        expect(both(group)).toEqual([[], []]);
        expect(sumOf(look(group, 'penfold').open) + carried).toBe(0);
        // whatever is lacking: what is told and what is confirmed come to the balance, which `look` asserts
        for (const each of penfold.keys())
          look({ ...group, penfold: penfold.filter((_, at) => at !== each) }, 'penfold');
        for (const each of hansa.keys()) look({ ...group, hansa: hansa.filter((_, at) => at !== each) }, 'hansa');
      }),
      { numRuns: 60 },
    );
  });
});

test('of an account that names nobody among several, its balance is an item that says what to do', () => {
  const books = new DocumentBooks({ from: CUT_OFF - 30, cut_off: CUT_OFF, until: CUT_OFF, keeps: () => true });
  const unpaired = [
    { code: '1800', balance_minor: 700, sister: null },
    { code: '1810', balance_minor: -20, sister: 'Lyon' },
    { code: '1820', balance_minor: 0, sister: null },
  ];
  const sisters: SisterBooks = { pairs: [], unpaired };
  expect(short(intercompany(books, sisters, { currency: 'EUR', cut_off: CUT_OFF }).items)).toEqual([
    ['sister_unknown', 'Account 1800 names no sister company: say under Imports, Ledger accounts, whose it is', 700],
    ['sister_unknown', 'Account 1810: Lyon keeps no account with us here', -20],
  ]);
});

test('only what the sister delivered and we lack is accrued; what is hers to do, and a payment, is no entry of ours', () => {
  const counter = (cause: Cause, document_kind: string) =>
    counterRole({ role: 'intercompany', cause, ref: 'IC 7', document_kind });
  for (const cause of ['no_counterpart', 'posted_in_another_month'] as const) {
    expect(counter(cause, 'sister_delivery')).toBe('intercompany_purchases');
    for (const kind of ['sister_purchase', 'sister_payment']) expect(counter(cause, kind)).toBeNull();
  }
  for (const cause of ['not_at_sister', 'later_at_sister', 'amount_differs', 'sister_unknown'] as const)
    expect(counter(cause, 'entry')).toBeNull();
});
