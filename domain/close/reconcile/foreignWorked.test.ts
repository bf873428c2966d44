/**
 * Three currencies over three month ends, worked by hand: dollars with two decimals, yen with none, dinars with three. What
 * the ledger has comes from the table alone, whatever the rule says.
 */
import { describe, expect, test } from 'vitest';
import { perOne } from '../../currency/rateValue.ts';
import { isoDate } from '../../calendar.ts';
import { journalEntry, journalInputs, type OpenItem } from '../journal/entry.ts';
import { journalReference, reversalReference } from '../journal/reference.ts';
import { carriedFrom } from './carry.ts';
import type { Found, LedgerMovement } from './facts.ts';
import type { RatesByCurrency } from './foreign.ts';
import { ACCOUNTS, closed, moved, told } from './foreignClosing.ts';
import { day, type Document } from './foreignTesting.ts';
import type { Reconciliation } from './reconcile.ts';

const months = (...rates: readonly [number, number, number]) =>
  new Map(
    ([202609, 202610, 202611] as const).map((month, nth) => {
      const rate = rates[nth] ?? 0;
      return [month, { average: perOne(rate), closing: perOne(rate) }] as const;
    }),
  );
const RATES: RatesByCurrency = new Map([
  ['USD', months(1_100_000, 1_250_000, 1_000_000)],
  ['JPY', months(160_000_000, 200_000_000, 125_000_000)],
  ['KWD', months(320_000, 400_000, 250_000)],
]);

const invoice = (
  id: number,
  kind: 'customer' | 'supplier',
  currency: string,
  foreign_minor: number,
  amount_minor: number,
  payments: Document['payments'] = [],
): Document => ({
  id,
  kind,
  number: `DOC ${id}`,
  party_id: 1,
  posted_on: day('2026-09-10'),
  amount_minor,
  currency,
  foreign_minor,
  payments,
});
const DOCUMENTS: readonly Document[] = [
  // 5 500.00 $ at 1.10 = 5 000.00 €; half of it is paid on 14 October: 2 750.00 $ bring 2 300.00 €
  invoice(1, 'customer', 'USD', 550_000, 500_000, [
    {
      id: 11,
      kind: 'customer',
      number: 'RC 1',
      party_id: 1,
      paid_on: day('2026-10-14'),
      settled_on: day('2026-10-14'),
      amount_minor: 230_000,
      exchange_minor: -20_000,
      currency: 'USD',
      foreign_minor: 275_000,
    },
  ]),
  // 1 000 000 ¥ booked at 6 300.00 €
  invoice(2, 'customer', 'JPY', 1_000_000, 630_000),
  // 800.000 KD booked at 2 400.00 €
  invoice(3, 'supplier', 'KWD', 800_000, 240_000),
];

/** What stands on the control account, debit positive, beside what was booked of the documents. */
const WORKED: readonly (readonly [month: number, usd: number, jpy: number, kwd: number])[] = [
  // 5 500 / 1.10 − 5 000; 1 000 000 / 160 − 6 300; 2 400 − 800 / 0.32
  [202609, 0, -5_000, -10_000],
  // 2 750 / 1.25 − 2 500; 1 000 000 / 200 − 6 300; 2 400 − 800 / 0.40
  [202610, -30_000, -130_000, 40_000],
  // 2 750 / 1.00 − 2 500; 1 000 000 / 125 − 6 300; 2 400 − 800 / 0.25
  [202611, 25_000, 170_000, -80_000],
];
const LAST: Readonly<Record<number, string>> = { 202609: '2026-09-30', 202610: '2026-10-31', 202611: '2026-11-30' };
const FIRST: Readonly<Record<number, string>> = { 202609: '2026-10-01', 202610: '2026-11-01', 202611: '2026-12-01' };

type Rate = readonly [month: number, currency: string, amount_minor: number];
const revaluations: readonly Rate[] = WORKED.flatMap(([month, usd, jpy, kwd]): readonly Rate[] => [
  [month, 'USD', usd],
  [month, 'JPY', jpy],
  [month, 'KWD', kwd],
]);

/** Both sides of an entry of the ledger. */
function booked(role: 'ar' | 'ap', on: string, amount: number, memo = ''): readonly LedgerMovement[] {
  if (amount === 0) return [];
  const entry = { ...moved(role, day(on), amount), memo };
  return [entry, { ...entry, role: 'fx_gain', amount_minor: -amount }];
}

const ofDocuments: readonly LedgerMovement[] = [
  moved('ar', day('2026-09-10'), 500_000),
  moved('ar', day('2026-09-10'), 630_000),
  moved('ap', day('2026-09-10'), -240_000),
  moved('bank', day('2026-10-14'), 230_000),
  moved('ar', day('2026-10-14'), -250_000),
  moved('fx_gain', day('2026-10-14'), 20_000),
].map((each) => ({ ...each, journal_kind: 'customer_receipts' as const }));

type BookedOn = (each: Rate) => { readonly on?: string; readonly back?: string; readonly amount?: number } | null;

function ledgerWhere(bookedOn: BookedOn): readonly LedgerMovement[] {
  return [
    ...ofDocuments,
    ...revaluations.flatMap((each) => {
      const [month, currency, right] = each;
      const how = bookedOn(each);
      if (!how) return [];
      const { on = LAST[month] ?? '', back = FIRST[month] ?? '', amount = right } = how;
      const role = currency === 'KWD' ? 'ap' : 'ar';
      return [...booked(role, on, amount, `Open ${currency}`), ...booked(role, back, -amount, `Back ${currency}`)];
    }),
  ];
}

/** Month after month, as it is closed. */
function inOrder(ledger: readonly LedgerMovement[], until?: string): readonly (readonly Reconciliation[])[] {
  let carried: readonly Found[] | undefined;
  return [202609, 202610, 202611].map((period) => {
    const more = until === undefined ? {} : { until: Math.max(day(until), day(LAST[period] ?? '')) };
    const results = closed({
      period,
      documents: DOCUMENTS,
      rates: RATES,
      ledger,
      ...(carried && { carried }),
      ...more,
    });
    carried = carriedFrom(results);
    return results;
  });
}
const amounts = (results: readonly Reconciliation[]) =>
  carriedFrom(results).map(({ role, cause, amount_minor, ref }) => `${role} ${cause} ${amount_minor} ${ref}`);

const OCTOBER = [
  'ar not_revalued 130000 FXR 202610 JPY receivables',
  'ar not_revalued 30000 FXR 202610 USD receivables',
  'ap not_revalued -40000 FXR 202610 KWD payables',
  'fx_gain not_revalued -130000 FXR 202610 JPY receivables',
  'fx_gain not_revalued 40000 FXR 202610 KWD payables',
  'fx_gain not_revalued -30000 FXR 202610 USD receivables',
];

describe('worked by hand', () => {
  test('a ledger with these figures has no item, and stands at them', () => {
    const all = inOrder(ledgerWhere(() => ({})));
    expect(all.map(told)).toEqual([[], [], []]);
    // 5 000 + 6 300 − 50; less 2 500, − 300 − 1 300; + 250 + 1 700
    const balance = (code: string) => all.map((each) => each.find((one) => one.code === code)?.ledger_minor);
    expect(balance('ar_gl')).toEqual([1_125_000, 720_000, 1_075_000]);
    expect(balance('ap_gl')).toEqual([250_000, 200_000, 320_000]);
    // losses are debits: 150; 200 paid, 300 + 1 300 − 400; 200 − 250 − 1 700 + 800
    expect(balance('fx_revaluation')).toEqual([15_000, 140_000, -95_000]);
  });

  test('what nobody revalued is told currency by currency, once, and is nothing any more in the next month', () => {
    const never = inOrder(ledgerWhere(([month]) => (month === 202610 ? null : {})));
    expect(never.map(amounts)).toEqual([[], OCTOBER, []]);
    // from a first look that begins before
    const ledger = ledgerWhere(([month]) => (month === 202610 ? null : {}));
    const asked = { documents: DOCUMENTS, rates: RATES, ledger, from: day('2026-09-01') };
    expect(amounts(closed({ ...asked, period: 202610 }))).toEqual(OCTOBER);
    expect(told(closed({ ...asked, period: 202611 }))).toEqual([]);
  });

  test('however many currencies stand on the account, on any number of them', () => {
    const many = ['USD', 'JPY', 'KWD', 'GBP', 'CHF', 'SEK', 'NOK', 'DKK', 'PLN', 'CZK', 'HUF', 'RON'];
    const rates: RatesByCurrency = new Map(many.map((currency) => [currency, months(1_000_000, 1_250_000, 2_000_000)]));
    for (const count of [1, 2, 3, 5, 12]) {
      const documents = many
        .slice(0, count)
        .flatMap((currency, nth) => [
          invoice(nth, 'customer', currency, 100_000 * (nth + 1), 100_000),
          invoice(50 + nth, 'supplier', currency, 70_000 * (nth + 1), 90_000),
        ]);
      const ledger = documents.map(({ kind, amount_minor }) => ({
        ...(kind === 'customer'
          ? moved('ar', day('2026-09-10'), amount_minor)
          : moved('ap', day('2026-09-10'), -amount_minor)),
        journal_kind: 'sales_invoices' as const,
      }));
      let carried: readonly Found[] | undefined;
      for (const period of [202610, 202611]) {
        const from = carried ? undefined : day('2026-09-01');
        const results = closed({
          period,
          documents,
          rates,
          ledger,
          ...(carried && { carried }),
          ...(from !== undefined && { from }),
        });
        expect(told(results).filter((each) => !each.includes(`not_revalued FXR ${period}`))).toEqual([]);
        expect(told(results)).toHaveLength(4 * count);
        carried = carriedFrom(results);
      }
    }
  });

  test('beside what else the account lacks that day each is still told', () => {
    const ledger = ledgerWhere(([month]) => (month === 202610 ? null : {}));
    const lacking = { ...invoice(9, 'customer', 'USD', 0, 77_700), posted_on: day('2026-10-31') };
    const results = closed({ period: 202610, documents: [...DOCUMENTS, lacking], rates: RATES, ledger });
    expect(told(results).filter((each) => each.startsWith('ar '))).toEqual([
      'ar document_not_posted DOC 9',
      'ar not_revalued FXR 202610 JPY receivables',
      'ar not_revalued FXR 202610 USD receivables',
    ]);
  });
});

describe('booked on another day', () => {
  // 31 October 2026 is a Saturday
  test('on the Friday before, and taken back on the Monday after, it is the same', () => {
    const friday: BookedOn = ([month]) => (month === 202610 ? { on: '2026-10-30', back: '2026-11-02' } : {});
    expect(inOrder(ledgerWhere(friday)).map(told)).toEqual([[], [], []]);
  });

  test('at the Friday’s rate it is one item of each currency, at another rate', () => {
    const friday: BookedOn = ([month, currency]) =>
      month === 202610
        ? {
            on: '2026-10-30',
            back: '2026-11-02',
            amount: currency === 'USD' ? -28_000 : currency === 'JPY' ? -125_500 : 39_000,
          }
        : {};
    const all = inOrder(ledgerWhere(friday));
    expect(all.map(amounts)).toEqual([
      [],
      [
        'ar revalued_at_another_rate 4500 FXR 202610 JPY receivables',
        'ar revalued_at_another_rate 2000 FXR 202610 USD receivables',
        'ap revalued_at_another_rate -1000 FXR 202610 KWD payables',
        'fx_gain revalued_at_another_rate -4500 FXR 202610 JPY receivables',
        'fx_gain revalued_at_another_rate 1000 FXR 202610 KWD payables',
        'fx_gain revalued_at_another_rate -2000 FXR 202610 USD receivables',
      ],
      [],
    ]);
  });

  test('on the first working day after it is posted in another month, and settled by it', () => {
    const monday: BookedOn = ([month]) => (month === 202610 ? { on: '2026-11-02', back: '2026-11-03' } : {});
    const all = inOrder(ledgerWhere(monday), '2026-11-10');
    expect(told(all[1] ?? [])).toEqual(
      OCTOBER.map((each) => each.replace('not_revalued', 'posted_in_another_month').replace(/ -?\d+ /, ' ')),
    );
    expect(carriedFrom(all[1] ?? []).map(({ settles_on }) => settles_on)).toEqual(OCTOBER.map(() => day('2026-11-02')));
    expect(told(all[2] ?? [])).toEqual([]);
  });
});

test('a proposed revaluation nobody takes back is told as that, on both accounts', () => {
  const ledger = ledgerWhere(([month]) => (month === 202610 ? null : {}));
  const october = closed({ period: 202610, documents: DOCUMENTS, rates: RATES, ledger });
  const items = carriedFrom(october).map(
    (item, nth): OpenItem => ({
      ...item,
      line_id: nth + 1,
      arose_on: isoDate(item.arose_on),
      document_kind: item.documents[0]?.kind ?? null,
    }),
  );
  const made = journalInputs({
    currency: 'EUR',
    cut_off_on: '2026-10-31',
    reverses: true,
    items,
    period_items: items,
    accounts: ACCOUNTS,
  });
  if (!made.ok) throw new Error(made.message);
  const reference = journalReference(202610, '0192f0c1-0000-7000-8000-00001a2b3c4d');
  const roles = new Map([...ACCOUNTS].map(([role, code]) => [code, role]));
  const posted = Map.groupBy(journalEntry(made.inputs).lines, ({ account }) => account);
  const entry = (on: string, sign: number, ref: string) =>
    [...posted].flatMap(([account, lines]) => {
      const role = roles.get(account);
      const amount = lines.reduce((sum, each) => sum + each.amount_minor, 0);
      return role && amount !== 0 ? [moved(role, day(on), sign * amount, ref)] : [];
    });
  const proposed = [{ reference, items: carriedFrom(october) }];
  const given = { documents: DOCUMENTS, rates: RATES, proposed };
  const kept = [...ledger, ...entry('2026-10-31', 1, reference)];
  const cleared = closed({ ...given, period: 202610, ledger: kept });
  expect(told(cleared)).toEqual([]);
  const carried = carriedFrom(cleared);
  const back = [...kept, ...entry('2026-11-01', -1, reversalReference(reference))];
  expect(told(closed({ ...given, period: 202611, ledger: back, carried }))).toEqual([]);
  expect(amounts(closed({ ...given, period: 202611, ledger: kept, carried }))).toEqual(
    OCTOBER.map((each) =>
      each
        .replace('not_revalued', 'document_not_posted')
        .replace(/ (-?\d+) /, (_all, amount: string) => ` ${-Number(amount)} `)
        .concat(' taken back'),
    ),
  );
});

describe('paid before it is invoiced', () => {
  const rates: RatesByCurrency = new Map([['USD', months(1_250_000, 800_000, 800_000)]]);
  const paid = {
    id: 41,
    kind: 'customer',
    number: 'RC 4',
    party_id: 1,
    paid_on: day('2026-09-10'),
    settled_on: day('2026-10-20'),
    // 1 100.00 $ at 1.10 = 1 000.00 €; the invoice of 1 100.00 $ at 1.00 = 1 100.00 €
    amount_minor: 100_000,
    exchange_minor: -10_000,
    currency: 'USD',
    foreign_minor: 110_000,
  } as const;
  const billed = { ...invoice(4, 'customer', 'USD', 110_000, 110_000, [paid]), posted_on: day('2026-10-20') };
  // a supplier: 1 100.00 $ leave as 1 000.00 €, and the bill of twice as much comes at 2 200.00 €
  const left = { ...paid, id: 51, kind: 'supplier', number: 'PY 5' } as const;
  const bill = { ...invoice(5, 'supplier', 'USD', 220_000, 220_000, [left]), posted_on: day('2026-10-20') };
  const documents = [billed, bill];

  const of = (role: LedgerMovement['role'], on: string, amount: number) => ({
    ...moved(role, day(on), amount),
    journal_kind: 'customer_receipts' as const,
  });
  const ledger: readonly LedgerMovement[] = [
    of('bank', '2026-09-10', 100_000),
    of('ar', '2026-09-10', -100_000),
    of('bank', '2026-09-10', -100_000),
    of('ap', '2026-09-10', 100_000),
    // at 1.25 each 1 100.00 $ are worth 880.00 €: a customer's may be given back for 120.00 € less, a supplier's is worth that less
    ...booked('ar', '2026-09-30', 12_000, 'Open USD'),
    ...booked('ar', '2026-10-01', -12_000, 'Back USD'),
    ...booked('ap', '2026-09-30', -12_000, 'Open USD'),
    ...booked('ap', '2026-10-01', 12_000, 'Back USD'),
    of('ar', '2026-10-20', 110_000),
    of('ap', '2026-10-20', -220_000),
    // 1 000.00 came for 1 100.00: 100.00 are lost; 1 000.00 left for 1 100.00 of the bill: 100.00 are won
    of('ar', '2026-10-20', -10_000),
    of('fx_gain', '2026-10-20', 10_000),
    of('ap', '2026-10-20', 10_000),
    of('fx_gain', '2026-10-20', -10_000),
    // of the bill 1 100.00 $ are open, booked at 1 100.00 €, at 0.80 worth 1 375.00 €
    ...booked('ap', '2026-10-31', -27_500, 'Open USD'),
    ...booked('ap', '2026-11-01', 27_500, 'Back USD'),
  ];
  const september = closed({ period: 202609, documents, rates, ledger });
  const october = closed({ period: 202610, documents, rates, ledger, carried: carriedFrom(september) });
  const at = (results: readonly Reconciliation[], code: string) => {
    const found = results.find((one) => one.code === code);
    return [found?.ledger_minor, found?.subledger_minor];
  };

  test('it stands as an open item of its own at the closing rate, and wins or loses when its invoice comes', () => {
    expect([september, october].map(told)).toEqual([[], []]);
    expect(at(september, 'ar_gl')).toEqual([-88_000, -88_000]);
    expect(at(september, 'ap_gl')).toEqual([-88_000, -88_000]);
    expect(at(september, 'fx_revaluation')).toEqual([0, 0]);
    expect(at(october, 'ar_gl')).toEqual([0, 0]);
    expect(at(october, 'fx_revaluation')).toEqual([27_500, 27_500]);
  });

  test('realised on the day of payment it is no right ledger, in either month', () => {
    const early = ledger.map((each) =>
      each.booked_on === day('2026-10-20') && Math.abs(each.amount_minor) === 10_000 && each.role !== 'ap'
        ? { ...each, booked_on: day('2026-09-10') }
        : each,
    );
    const asked = { documents, rates, ledger: early };
    const first = closed({ ...asked, period: 202609 });
    expect(amounts(first)).toContainEqual(expect.stringMatching(/^ar \S+ -10000 /));
    const second = closed({ ...asked, period: 202610, carried: carriedFrom(first) });
    expect(at(second, 'ar_gl')).toEqual([0, 0]);
  });
});
