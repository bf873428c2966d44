/** What the bank says of the last months: the ledger's entries as it books them, and what was planted between the two. */
import { addMonths, addWorkdays, firstDayOfMonth, isWorkday, lastDayOfMonth, monthOfDay } from '#domain/calendar.ts';
import { type BankAccount, statementRef } from '#domain/close/reconcile/bank/facts.ts';
import { splitMinor } from '#domain/money.ts';
import type { DemoBatch, DemoRow } from '../rows.ts';
import type { CompanyWorld } from '../world.ts';
import { type AccountIds, accountCode } from './accounts.ts';
import type { SingleEntry } from './journals.ts';

/** Statements of so many months before the running one. */
const MONTHS_STATED = 4;

interface ToldLine {
  readonly booked_on: number;
  readonly amount_minor: number;
  readonly reference: string;
  readonly counterparty: string | null;
}

type BankEntry = SingleEntry & { readonly amount_minor: number };

/** Reads the books when every entry is in, and plants what the bank and the ledger have apart. */
export function bankStatement(world: CompanyWorld): BankAccount {
  const { horizon, books } = world;
  const since = firstDayOfMonth(addMonths(horizon.this_month, -MONTHS_STATED));
  const entries = [...books.journals.entries()].flatMap((entry, nth) => {
    const amount_minor = entry.lines.reduce((sum, line) => (line.role === 'bank' ? sum + line.amount_minor : sum), 0);
    return entry.booked_on < since || amount_minor === 0 ? [] : [{ ...entry, id: nth + 1, amount_minor }];
  });
  // the bank of the month being closed is signed already: the last payment order of the month before it is late
  const late = entries.findLast(
    ({ journal, booked_on }) => journal === 'PAY' && monthOfDay(booked_on) === horizon.closed_period,
  );
  const told = [...entries.flatMap((entry) => toldOf(world, entry, entry === late)), ...charges(world, since)]
    .filter(({ booked_on }) => booked_on <= horizon.today)
    .toSorted((a, b) => a.booked_on - b.booked_on);
  const opening_minor = books.journals.sumOf('bank', horizon.first_day, since - 1);
  let balance_after_minor = opening_minor;
  const statement = told.map((line, nth) => {
    balance_after_minor += line.amount_minor;
    return { ...line, id: nth + 1, balance_after_minor };
  });
  return { code: accountCode('bank'), since, opening_minor, statement_opening_minor: null, entries, statement };
}

/** Customers pay one by one, card sales and payments to suppliers come as one; on a day off the next day, not in another month. */
function toldOf(world: CompanyWorld, entry: BankEntry, may_be_late: boolean): readonly ToldLine[] {
  const { journal, booked_on, memo, number, amount_minor } = entry;
  const next = isWorkday(booked_on) ? booked_on : addWorkdays(booked_on, 1);
  const day = monthOfDay(next) === monthOfDay(booked_on) ? next : booked_on;
  const line = { booked_on: day, amount_minor, counterparty: null };
  if (journal === 'REC') {
    const [most = 0n, rest = 0n] = splitMinor(BigInt(amount_minor), [3n, 1n + BigInt(booked_on % 3)]);
    return [most, rest].map((part) => ({
      ...line,
      amount_minor: Number(part),
      reference: 'Credit transfers received',
    }));
  }
  if (journal === 'PAY') {
    const left_on = may_be_late ? leftLate(world, entry) : null;
    return [{ ...line, booked_on: left_on ?? day, reference: `Payment order ${number}` }];
  }
  if (journal === 'CSH') return [{ ...line, reference: 'Card settlement' }];
  return [{ ...line, reference: memo }];
}

/** A payment order that leaves the bank in the first days of the next month; null where none is planted. */
function leftLate({ differences }: CompanyWorld, { booked_on, number, amount_minor }: BankEntry): number | null {
  if (!differences.strikes('payment_not_at_bank', booked_on)) return null;
  const until_on = addWorkdays(lastDayOfMonth(monthOfDay(booked_on)), 2);
  differences.plant({
    kind: 'payment_not_at_bank',
    from_on: booked_on,
    until_on,
    ref: number,
    role: 'bank',
    amount_minor,
  });
  return until_on;
}

/** The bank takes its fees, and nobody books them. */
function charges({ differences, horizon, stream }: CompanyWorld, since: number): readonly ToldLine[] {
  const random = stream('bank charges');
  for (let day = since; day < firstDayOfMonth(horizon.open_period); day++) {
    if (!isWorkday(day) || !differences.strikes('bank_charge_not_booked', day)) continue;
    const amount_minor = random.whole(1_500, 9_500);
    const line = {
      booked_on: day,
      amount_minor: -amount_minor,
      counterparty: 'Our bank',
      reference: `Account fees ${monthOfDay(day)}`,
    };
    const ref = statementRef({ ...line, id: 0, balance_after_minor: 0 });
    differences.plant({ kind: 'bank_charge_not_booked', from_on: day, ref, role: 'bank', amount_minor });
    return [line];
  }
  return [];
}

export function* statementBatches(
  { company, ids }: CompanyWorld,
  { statement }: BankAccount,
  accounts: AccountIds,
): Generator<DemoBatch> {
  let before = { day: 0, line: 0 };
  const rows = statement.map((line): DemoRow<'bank_statement_line'> => {
    const { booked_on, amount_minor, balance_after_minor, reference, counterparty } = line;
    before = { day: booked_on, line: before.day === booked_on ? before.line + 1 : 1 };
    return {
      id: ids.next(),
      company_id: company.id,
      month: monthOfDay(booked_on),
      account_id: accounts.get('bank') ?? 0,
      booked_on,
      day_line: before.line,
      amount_minor,
      balance_after_minor,
      reference,
      counterparty,
    };
  });
  yield { table: 'bank_statement_line', rows };
}
