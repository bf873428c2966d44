/** Whatever is wrong in the books, the items come to the difference; what is right is no item. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isoDate } from '../../calendar.ts';
import { journalEntry, journalInputs, type OpenItem } from '../journal/entry.ts';
import { reversalReference } from '../journal/reference.ts';
import { carriedFrom } from './carry.ts';
import type { ReceiptRow } from './documentRows.ts';
import { ACCOUNTS, CUT_OFF, day, FROM, moved, of, receipt, reconciled, UNTIL } from './documentTesting.ts';
import type { Found, LedgerMovement, OpenDocument } from './facts.ts';
import type { ReconciledRole } from './plan.ts';
import type { DocumentBooks } from './postings.ts';
import type { ProposedEntry } from './proposed.ts';
import type { RecItem } from './reconcile.ts';

const billedOn = ({ bills }: ReceiptRow): number => bills[0]?.posted_on ?? Number.POSITIVE_INFINITY;

/** A receipt, when it is billed, and what went wrong with it. */
const Receipts = fc.array(
  fc.record({
    received: fc.integer({ min: 0, max: 30 }),
    amount: fc.integer({ min: 1, max: 9_000_000 }),
    billed: fc.option(fc.integer({ min: 0, max: 40 })),
    fault: fc.constantFrom('none', 'none', 'lost', 'late', 'wrong amount', 'twice'),
    off: fc.integer({ min: -500, max: 500 }),
  }),
  { maxLength: 25 },
);

describe('the items of a difference', () => {
  test('come to it exactly, whatever is wrong, and are none where nothing is', () => {
    fc.assert(
      fc.property(Receipts, fc.integer({ min: -10_000, max: 10_000 }), (receipts, by_hand) => {
        const rows = receipts.map(({ received, amount, billed }, nth) =>
          receipt(nth + 1, FROM + received, amount, billed === null ? null : FROM + received + billed),
        );
        const movements = rows.flatMap((row, nth) => {
          const { fault, off } = receipts[nth] ?? { fault: 'none', off: 0 };
          const amount = row.amount_minor + (fault === 'wrong amount' ? off : 0);
          const received_on = fault === 'late' ? Math.min(UNTIL, row.received_on + 20) : row.received_on;
          const received = fault === 'lost' ? [] : [moved('grni', 'RCV', received_on, -amount)];
          const billed = billedOn(row) > UNTIL ? [] : [moved('grni', 'BIL', billedOn(row), row.amount_minor)];
          return [...received, ...billed, ...(fault === 'twice' ? billed : [])];
        });
        if (by_hand !== 0) movements.push(moved('grni', 'GEN', FROM + 3, by_hand));
        const grni = of('grni', { movements, fill: (books) => rows.forEach((row) => books.receipt(row)) });
        expect(grni.difference_minor).toBe(grni.ledger_minor - grni.subledger_minor);
        expect(grni.items.reduce((sum, item) => sum + item.amount_minor, 0)).toBe(grni.difference_minor);
        const right =
          by_hand === 0 &&
          receipts.every(({ fault, off }) => fault === 'none' || (fault === 'wrong amount' && off === 0));
        if (right) expect(grni.items).toEqual([]);
      }),
    );
  });

  test('a receipt that stands in the next month is carried until it is there, with its age', () => {
    const row = receipt(1, day('2026-10-28'), 12_345, null);
    const late = moved('grni', 'RCV', day('2026-11-01'), -12_345);
    const first = of('grni', { movements: [late], fill: (books) => books.receipt(row) });
    expect(first.items).toMatchObject([
      { cause: 'posted_in_another_month', amount_minor: -12_345, ref: 'RCV 1', origin_period: 202610, age_days: 3 },
    ]);
    const carried = carriedFrom([first]);
    expect(carried).toMatchObject([{ role: 'grni', amount_minor: 12_345, settles_on: day('2026-11-01') }]);
  });

  test('what nothing explains is an item of its own, and stays with the month it arose in', () => {
    const opening = new Map<ReconciledRole, number>([['grni', -77]]);
    const rest = of('grni', { opening, movements: [], fill: () => undefined });
    expect(rest.items).toMatchObject([{ cause: 'not_found', amount_minor: 77, ref: 'Rest of the balance' }]);
    const carried: readonly Found[] = [
      {
        role: 'grni',
        cause: 'entry_by_hand',
        amount_minor: -77,
        ref: 'GEN/1',
        arose_on: day('2026-08-15'),
        documents: [],
        settles_on: null,
      },
    ];
    const known = of('grni', { opening, movements: [], carried, fill: () => undefined });
    expect(known.items).toMatchObject([{ cause: 'entry_by_hand', origin_period: 202608, age_days: 77 }]);
    const reversed = [moved('grni', 'GEN', day('2026-10-05'), 77)];
    expect(of('grni', { opening, movements: reversed, carried, fill: () => undefined }).items).toEqual([]);
  });
});

describe('the stock account', () => {
  const value = (amount_minor: number): OpenDocument => ({
    role: 'inventory',
    ref: 'RTM Bearings',
    booked_on: CUT_OFF,
    amount_minor,
  });
  const opening = new Map<ReconciledRole, number>([['inventory', 100_000]]);

  test('perpetual: moves with every document, and what somebody posts by hand is the difference', () => {
    const movements = [
      moved('inventory', 'RCV', FROM + 4, 40_000),
      moved('inventory', 'SHP', FROM + 9, -25_000),
      moved('inventory', 'VAL', CUT_OFF, 7),
      moved('inventory', 'GEN', FROM + 11, 1_234),
    ];
    const stock = of('inventory_valuation', { movements, opening, open: [value(115_007)], fill: () => undefined });
    expect(stock.items).toMatchObject([{ cause: 'entry_by_hand', amount_minor: 1_234, arose_on: FROM + 11 }]);
  });

  test('periodic: moves once, at the closing; anything else is by hand, and without the closing entry that is what lacks', () => {
    const closing = moved('inventory', 'VAL', CUT_OFF, 15_000);
    const ask = (movements: readonly LedgerMovement[]) =>
      of('inventory_valuation', {
        movements,
        opening,
        open: [value(115_000)],
        valuation: 'periodic',
        fill: () => undefined,
      }).items.map(({ cause, amount_minor, ref }) => [cause, amount_minor, ref.replace(/\d+$/, '')]);
    expect(ask([closing])).toEqual([]);
    expect(ask([])).toEqual([['document_not_posted', -15_000, 'Closing entry ']]);
    expect(ask([closing, moved('inventory', 'RCV', FROM + 2, 900)])).toEqual([['entry_by_hand', 900, 'RCV/']]);
    expect(ask([moved('inventory', 'VAL', CUT_OFF, 14_999)])).toEqual([['not_found', -1, 'Rest of the balance']]);
  });
});

describe('what sister companies owe each other', () => {
  test('what was found beside their books counts, but for a document that was meant for another account', () => {
    const own = (ref: string, on: number, amount_minor: number): Found => ({
      role: 'intercompany',
      cause: 'entry_by_hand',
      ref,
      arose_on: on,
      amount_minor,
      documents: [],
      settles_on: null,
    });
    const strayed = moved('intercompany', 'RCV', FROM + 3, -700);
    const byHand = moved('intercompany', 'GEN', FROM + 4, 50);
    const sister_items = [own(strayed.number, FROM + 3, -700), own(byHand.number, FROM + 4, 50)];
    const given = {
      movements: [strayed, byHand],
      fill: (books: DocumentBooks) => books.receipt(receipt(1, FROM + 3, 700, null)),
    };
    const all = reconciled({ ...given, sister_items });
    expect(all.flatMap(({ items }) => items.map(({ role, cause, ref }) => [role, cause, ref]))).toEqual([
      ['grni', 'posted_to_another_account', 'RCV 1'],
      ['intercompany', 'posted_to_another_account', 'RCV 1'],
      ['intercompany', 'entry_by_hand', byHand.number],
    ]);
    for (const { items, difference_minor } of all)
      expect(items.reduce((sum, item) => sum + item.amount_minor, 0)).toBe(difference_minor);
  });
});

describe('entries proposed for items', () => {
  const CHART = new Map([...ACCOUNTS].map(([role, code]): [string, string] => [role, code]));
  /** What posting an entry for these items would move on the accounts that are reconciled. */
  const entryFor = (items: readonly RecItem[], sign: 1 | -1, on: number, ref: string): readonly LedgerMovement[] => {
    const open = items.map(
      (item, nth): OpenItem => ({
        ...item,
        line_id: nth + 1,
        arose_on: isoDate(item.arose_on),
        amount_minor: -item.amount_minor,
        document_kind: item.documents[0]?.kind ?? null,
      }),
    );
    const made = journalInputs({
      currency: 'EUR',
      cut_off_on: isoDate(CUT_OFF),
      reverses: true,
      items: open,
      period_items: open,
      accounts: new Map([...CHART, ['ap', '2100']]),
    });
    if (!made.ok) throw new Error(made.message);
    return journalEntry(made.inputs)
      .lines.filter(({ role }) => role === 'grni' || role === 'inventory')
      .map(({ role, amount_minor }) =>
        moved(role === 'grni' ? 'grni' : 'inventory', 'ADJ', on, sign * amount_minor, ref),
      );
  };
  const proposedFor = (items: readonly RecItem[]): readonly ProposedEntry[] => [
    { reference: REFERENCE, items: items.map((item) => ({ ...item, amount_minor: -item.amount_minor })) },
  ];
  const REFERENCE = 'JP-202610-0000ABCD';

  test('clear them once they are posted, and bring them back where they are taken back, whatever is wrong besides', () => {
    let cleared = 0;
    fc.assert(
      fc.property(Receipts, (receipts) => {
        const rows = receipts.map(({ received, amount, billed }, nth) =>
          receipt(nth + 1, FROM + received, amount, billed === null ? null : FROM + received + billed),
        );
        const movements = rows.flatMap((row, nth) => {
          const lost = receipts[nth]?.fault === 'lost';
          const billed = billedOn(row) > UNTIL ? [] : [row];
          return [
            ...(lost ? [] : [moved('grni', 'RCV', row.received_on, -row.amount_minor)]),
            ...billed.map((each) => moved('grni', 'BIL', billedOn(each), each.amount_minor)),
          ];
        });
        const fill = (books: DocumentBooks) => rows.forEach((row) => books.receipt(row));
        const before = of('grni', { movements, fill });
        const meant = before.items.filter(({ cause, amount_minor }) => cause !== 'not_found' && amount_minor !== 0);
        if (meant.length === 0) return;
        cleared += 1;
        const proposed = proposedFor(meant);
        const posted = [...movements, ...entryFor(meant, 1, CUT_OFF, REFERENCE)];
        const after = of('grni', { movements: posted, fill, proposed });
        expect(after.items).toEqual(before.items.filter((item) => !meant.includes(item)));
        expect(after.items.reduce((sum, item) => sum + item.amount_minor, 0)).toBe(after.difference_minor);
        // posted and taken back within the days looked at: as if neither were
        const both = [...posted, ...entryFor(meant, -1, CUT_OFF, `${REFERENCE}-R`)];
        expect(of('grni', { movements: both, fill, proposed }).items).toEqual(before.items);
        // in the month after: it stands in what was brought forward, and what takes it back brings the items back
        const opening = new Map<ReconciledRole, number>([['grni', 0]]);
        const back = entryFor(meant, -1, FROM, `${REFERENCE}-R`);
        const next = of('grni', { opening, movements: back, fill: () => undefined, proposed });
        expect(next.items.map(({ ref, amount_minor }) => [ref, amount_minor]).toSorted()).toEqual(
          meant.map(({ ref, amount_minor }) => [ref, amount_minor]).toSorted(),
        );
        expect(next.items.reduce((sum, item) => sum + item.amount_minor, 0)).toBe(next.difference_minor);
      }),
    );
    expect(cleared).toBeGreaterThan(10);
  });

  test.each(['perpetual', 'periodic'] as const)(
    '%s: a cost an entry put on stock is told as such until it is taken back',
    (valuation) => {
      const item = { role: 'landed_cost_clearing', cause: 'cost_not_allocated', ref: 'PO 1 freight' } as const;
      const proposed = [{ reference: REFERENCE, items: [{ ...item, arose_on: FROM, amount_minor: 0 }] }];
      const open: readonly OpenDocument[] = [
        { role: 'inventory', ref: 'AMS', booked_on: CUT_OFF, amount_minor: 5_000 },
      ];
      const fill = () => undefined;
      const balance = (amount: number) => new Map<ReconciledRole, number>([['inventory', amount]]);
      const given = { fill, open, proposed, valuation };
      const now = of('inventory_valuation', {
        ...given,
        opening: balance(5_000),
        movements: [moved('inventory', 'ADJ', CUT_OFF, 700, REFERENCE)],
      });
      expect(now.items.map(({ cause, ref, amount_minor }) => [cause, ref, amount_minor])).toEqual([
        ['cost_not_allocated', 'PO 1 freight', 700],
      ]);
      const next = of('inventory_valuation', {
        ...given,
        opening: balance(5_700),
        movements: [moved('inventory', 'ADJ', FROM, -700, reversalReference(REFERENCE))],
        carried: carriedFrom([now]),
      });
      expect([next.difference_minor, next.items]).toEqual([0, []]);
    },
  );

  const lost = (more: readonly LedgerMovement[], proposed: readonly ProposedEntry[]) =>
    of('grni', {
      movements: more,
      fill: (books) => books.receipt(receipt(1, FROM + 3, 900, null)),
      proposed,
    }).items.map(({ ref, cause, amount_minor }) => [ref, cause, amount_minor]);

  test('posted with another amount leave the rest with the item; nobody’s approval leaves an entry by hand', () => {
    const [item] = of('grni', { movements: [], fill: (books) => books.receipt(receipt(1, FROM + 3, 900, null)) }).items;
    const proposed = proposedFor(item ? [item] : []);
    expect(lost([], proposed)).toEqual([['RCV 1', 'document_not_posted', -900]]);
    expect(lost([moved('grni', 'ADJ', CUT_OFF, -850, REFERENCE)], proposed)).toEqual([
      ['RCV 1', 'document_not_posted', -50],
    ]);
    expect(lost([moved('grni', 'ADJ', CUT_OFF, -900, REFERENCE)], proposed)).toEqual([]);
    const unasked = lost([moved('grni', 'ADJ', CUT_OFF, -850, REFERENCE)], []);
    expect(unasked.map(([, cause]) => cause)).toContain('entry_by_hand');
  });

  test('the document that comes in the month after settles what was brought back', () => {
    const [item] = of('grni', { movements: [], fill: (books) => books.receipt(receipt(1, FROM + 3, 900, null)) }).items;
    const proposed = proposedFor(item ? [item] : []);
    const opening = new Map<ReconciledRole, number>([['grni', -900]]);
    const back = moved('grni', 'ADJ', FROM, 900, `${REFERENCE}-R`);
    const open = [{ role: 'grni', ref: 'RCV 1', booked_on: FROM, amount_minor: -900 }] as const;
    const late = moved('grni', 'RCV', FROM + 6, -900);
    const ask = (movements: readonly LedgerMovement[]) =>
      of('grni', { opening, movements, open, fill: () => undefined, proposed });
    expect(ask([back]).items).toMatchObject([{ ref: 'RCV 1', cause: 'document_not_posted', amount_minor: -900 }]);
    expect(ask([back, late])).toMatchObject({ items: [], difference_minor: 0 });
  });

  test('the other side of a document on stock clears there too, and what is left of it is said', () => {
    const at = (movements: readonly LedgerMovement[], proposed: readonly ProposedEntry[]) =>
      of('inventory_valuation', {
        opening: new Map<ReconciledRole, number>([['inventory', 0]]),
        movements,
        open: [{ role: 'inventory', ref: 'RTM', booked_on: CUT_OFF, amount_minor: 100 }],
        carried: [
          {
            role: 'inventory',
            cause: 'document_not_posted',
            amount_minor: -100,
            ref: 'RCV 9',
            arose_on: FROM,
            documents: [],
            settles_on: null,
          },
        ],
        fill: () => undefined,
        proposed,
      }).items.map(({ ref, amount_minor }) => [ref, amount_minor]);
    const proposed: readonly ProposedEntry[] = [
      {
        reference: REFERENCE,
        items: [{ role: 'grni', cause: 'document_not_posted', ref: 'RCV 9', arose_on: FROM, amount_minor: 103 }],
      },
    ];
    expect(at([], proposed)).toEqual([['RCV 9', -100]]);
    expect(at([moved('inventory', 'ADJ', CUT_OFF, 100, REFERENCE)], proposed)).toEqual([]);
    expect(at([moved('inventory', 'ADJ', CUT_OFF, 103, REFERENCE)], proposed)).toEqual([['RCV 9', 3]]);
  });
});
