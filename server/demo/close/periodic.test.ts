/**
 * The demo's facts under the second regime of stock: purchases and sales pass it by, and one entry at each month's end puts it right.
 * What has to be there is added up here from the months' values alone.
 */
import { expect, test } from 'vitest';
import { addMonths, firstDayOfMonth, lastDayOfMonth, monthOfDay } from '#domain/calendar.ts';
import { type Methods, UNSET_METHODS } from '#domain/close/reconcile/methods.ts';
import { FIRST_LOOK_MONTHS } from '#domain/close/reconcile/plan.ts';
import { computeReconciliations } from '#server/close/compute.ts';
import { CLEAN_SEED } from '../differences/kinds.ts';
import type { DemoRow } from '../rows.ts';
import { horizonOf } from '../size.ts';
import { collect, type CollectedRows, optionsFor, SMALL } from '../testing.ts';
import { rowSource } from './rowSource.ts';

const options = optionsFor(SMALL, CLEAN_SEED);
const rows = collect(options);
const { open_period } = horizonOf(options.today);

interface Books {
  readonly rows: CollectedRows;
  readonly account_id: number;
  /** By month: the value at its end, and what was on the account before its closing entry. */
  readonly months: ReadonlyMap<number, { readonly value_minor: number; readonly moved_minor: number }>;
}

const PERIODIC = (): Methods => ({ ...UNSET_METHODS, valuation: 'periodic' });

/** The same ledger, kept periodically: each line of the stock account but the opening stands with the purchases. */
function periodicBooks(company_id: number, without: (month: number) => boolean, by_hand: readonly number[]): Books {
  const account = (role: string): number => {
    const found = rows.gl_account.find((each) => each.company_id === company_id && each.role === role);
    if (!found) throw new Error(`no account is ${role}`);
    return found.id;
  };
  const account_id = account('inventory');
  const purchases_id = account('cogs');
  const openings = new Set(
    rows.gl_entry.filter((entry) => entry.company_id === company_id && entry.journal === 'OPN').map(({ id }) => id),
  );
  const gl_line = rows.gl_line.map((line) =>
    line.account_id === account_id && !openings.has(line.entry_id) ? { ...line, account_id: purchases_id } : line,
  );
  const gl_entry = [...rows.gl_entry];
  const [anyEntry] = gl_entry;
  const [anyLine] = gl_line;
  if (!anyEntry || !anyLine) throw new Error('the ledger is empty');
  let next = 1 + Math.max(...gl_entry.map(({ id }) => id), ...gl_line.map(({ id }) => id));
  const post = (journal: string, number: string, booked_on: number, amount_minor: number): void => {
    const month = monthOfDay(booked_on);
    const entry: DemoRow<'gl_entry'> = { ...anyEntry, id: next++, company_id, month, journal, number, booked_on };
    gl_entry.push({ ...entry, ref: null, memo: number });
    for (const [id, sign] of [
      [account_id, 1],
      [purchases_id, -1],
    ] as const)
      gl_line.push({
        ...anyLine,
        id: next++,
        company_id,
        month,
        entry_id: entry.id,
        account_id: id,
        channel_id: null,
        party_id: null,
        amount_minor: sign * amount_minor,
        ref: null,
      });
  };
  const values = new Map<number, number>();
  for (const each of rows.inventory_month)
    if (each.company_id === company_id)
      values.set(each.month, (values.get(each.month) ?? 0) + each.closing_value_minor);
  let before = gl_line
    .filter((line) => line.account_id === account_id)
    .reduce((sum, line) => sum + line.amount_minor, 0);
  const months = new Map<number, { value_minor: number; moved_minor: number }>();
  for (const [month, value_minor] of [...values].toSorted(([a], [b]) => a - b)) {
    const moved_minor = value_minor - before;
    months.set(month, { value_minor, moved_minor });
    before = value_minor;
    if (!without(month)) post('VAL', `VAL/PERIODIC/${month}`, lastDayOfMonth(month), moved_minor);
  }
  for (const amount_minor of by_hand)
    post('GEN', `GEN/${amount_minor}`, firstDayOfMonth(open_period) + 9, amount_minor);
  return { rows: { ...rows, gl_entry, gl_line }, account_id, months };
}

async function stockOf(books: Books, company_id: number) {
  const source = { ...rowSource(books.rows, company_id), methods: PERIODIC };
  const from = firstDayOfMonth(addMonths(open_period, -FIRST_LOOK_MONTHS));
  const asked = { cut_off: lastDayOfMonth(open_period), from, today: options.today, first_look: true, carried: [] };
  const stock = (await computeReconciliations(source, asked)).find(({ code }) => code === 'inventory_valuation');
  if (!stock) throw new Error('stock was not compared');
  return { ...stock, said: stock.items.map(({ cause, amount_minor }) => [cause, amount_minor]) };
}

test.each(rows.company.map(({ id, code }) => ({ id, code })))(
  '$code: the closing entry alone makes the account the stock; without it that is what lacks, and a hand is told apart',
  async ({ id }) => {
    const whole = periodicBooks(id, () => false, []);
    const month = whole.months.get(open_period);
    if (!month) throw new Error('the month has no value of stock');
    expect(month.moved_minor).not.toBe(0);
    const tied = await stockOf(whole, id);
    expect([tied.ledger_minor, tied.subledger_minor, tied.said]).toEqual([month.value_minor, month.value_minor, []]);

    const open = await stockOf(
      periodicBooks(id, (each) => each === open_period, []),
      id,
    );
    expect([open.difference_minor, open.said]).toEqual([
      0 - month.moved_minor,
      [['document_not_posted', 0 - month.moved_minor]],
    ]);

    const hands = await stockOf(
      periodicBooks(id, (each) => each === open_period, [12_345, -700]),
      id,
    );
    expect(hands.difference_minor).toBe(12_345 - 700 - month.moved_minor);
    expect(hands.said.toSorted()).toEqual(
      [
        ['entry_by_hand', 12_345],
        ['entry_by_hand', -700],
        ['document_not_posted', 0 - month.moved_minor],
      ].toSorted(),
    );
  },
);

test('goods that came or went move no periodic account: posted there, each is an entry by hand', async () => {
  for (const { id } of rows.company) {
    const source = { ...rowSource(rows, id), methods: PERIODIC };
    const asked = {
      cut_off: lastDayOfMonth(open_period),
      from: firstDayOfMonth(open_period),
      first_look: true,
      today: options.today,
      carried: [],
    };
    const stock = (await computeReconciliations(source, asked)).find(({ code }) => code === 'inventory_valuation');
    const account = rows.gl_account.find((each) => each.company_id === id && each.role === 'inventory')?.id;
    const entries = new Map(rows.gl_entry.map((entry) => [entry.id, entry]));
    let moved = 0;
    for (const line of rows.gl_line) {
      const journal = entries.get(line.entry_id)?.journal ?? '';
      if (line.account_id !== account || line.month !== open_period || journal === 'VAL' || journal === 'OPN') continue;
      moved += line.amount_minor;
    }
    const by_hand = (stock?.items ?? []).filter(({ cause }) => cause === 'entry_by_hand');
    expect(by_hand.length).toBeGreaterThan(0);
    expect(by_hand.reduce((sum, item) => sum + item.amount_minor, 0)).toBe(moved);
  }
});
