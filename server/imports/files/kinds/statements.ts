import { sql } from 'kysely';
import { dayNumber, monthOfDay } from '#domain/calendar.ts';
import { accountNumber, isAccountNumber } from '#domain/imports/bank/bankStatement.ts';
import type { RowOf } from '#domain/imports/engine/field.ts';
import {
  inBookedOrder,
  type StatedLine,
  type StatementFit,
  statementFit,
} from '#domain/imports/kinds/statementOrder.ts';
import { type STATEMENTS, statedOf } from '#domain/imports/kinds/statements.ts';
import { type LockedDays, lockedDays } from '#server/close/lockedDays.ts';
import { integerArray, textArray } from '#server/imports/arrayText.ts';
import { type Job, type KindStore, type Line, storeEach } from '../job.ts';
import { unknown } from '../missing.ts';

type StatementRow = RowOf<(typeof STATEMENTS)['fields']>;
type StatementLines = readonly Line<StatementRow>[];

interface LedgerAccount {
  readonly id: number;
  readonly code: string;
  readonly role: string | null;
  readonly bank_account: string | null;
  /** The company's one bank account, which nobody gave its number yet. */
  readonly takes_number: boolean;
}

export const statementStore: KindStore<StatementRow> = {
  check: async (job, lines) => {
    const reasons = new Map<number, string>();
    const accounts = await ledgerAccounts(job, lines);
    const locked = await lockedDays(job, 'ledger');
    const named = new Map<number, string>();
    for (const [cell, own] of Map.groupBy(lines, ({ row }) => row.account)) {
      const account = accounts.get(cell) ?? null;
      const other = account ? named.get(account.id) : undefined;
      if (account) named.set(account.id, cell);
      const reason =
        account && other !== undefined
          ? `The file names account ${account.code} in two ways, as ${other} and as ${cell}. Name it one way.`
          : await whyNot(job, cell, account, own, locked);
      if (reason !== null) for (const { line_number } of own) reasons.set(line_number, reason);
    }
    return reasons;
  },
  store: async (job, lines) => {
    const accounts = await ledgerAccounts(job, lines);
    const placed = [];
    for (const [cell, own] of Map.groupBy(lines, ({ row }) => row.account)) {
      const account = accounts.get(cell);
      if (!account) throw new Error('a statement of no account was taken in');
      await takeNumber(job, cell, account, own);
      placed.push(...(await placesOf(job, account, own)));
    }
    await storeEach(
      job,
      'bank_statement_line',
      placed,
      ({ row, account_id, day_line }) => {
        const { booked_on, amount_minor, balance_after_minor } = statedOf(row);
        return {
          key: { account_id, booked_on, day_line },
          set: {
            month: monthOfDay(dayNumber(booked_on) ?? Number.NaN),
            amount_minor,
            balance_after_minor,
            reference: row.reference,
            counterparty: row.counterparty,
          },
        };
      },
      true,
    );
  },
};

async function whyNot(
  job: Job,
  cell: string,
  account: LedgerAccount | null,
  lines: StatementLines,
  locked: LockedDays,
): Promise<string | null> {
  const currency = lines[0]?.row.currency?.toUpperCase() ?? job.currency;
  if (currency !== job.currency)
    return `The statement is in ${currency}, the company’s books are in ${job.currency}. Accounts in other currencies are not reconciled here.`;
  if (!account)
    return `${unknown('account', cell)} A statement names the ledger’s account of the bank account, or its IBAN once that stands on the account: bring it under Ledger accounts, column bank_account.`;
  if (account.role !== 'bank')
    return `Account ${account.code} has not the role bank. Give it the role under Ledger accounts first.`;
  const fit = await fitOf(job, account, lines);
  if (fit.problem !== null) return fit.problem;
  const [closed] = fit.corrects.map(locked).filter((reason) => reason !== null);
  return closed === undefined ? null : `The statement corrects one that is here. ${closed}`;
}

/** By what the file calls them: the ledger's code, or the number of the bank account. */
async function ledgerAccounts(
  { tx, company_id }: Job,
  lines: StatementLines,
): Promise<ReadonlyMap<string, LedgerAccount>> {
  const cells = [...new Set(lines.map(({ row }) => row.account))];
  const { rows } = await sql<Omit<LedgerAccount, 'takes_number'>>`
    select id, code, role, bank_account from gl_account where company_id = ${company_id}::bigint and (role = 'bank'
      or code = any(${textArray(cells)}::text::text[]) or bank_account = any(${textArray(cells.map(numberOf))}::text::text[]))`.execute(
    tx,
  );
  const { rows: others } = await sql<{ bank_account: string }>`
    select bank_account from gl_account where company_id <> ${company_id}::bigint
      and bank_account = any(${textArray(cells.map(numberOf))}::text::text[])`.execute(tx);
  const of_others = new Set(others.map(({ bank_account }) => bank_account));
  const banks = rows.filter(({ role }) => role === 'bank');
  const [only] = banks.length === 1 ? banks : [];
  const found = new Map<string, LedgerAccount>();
  const unknown_numbers = new Set<string>();
  for (const cell of cells) {
    const number = numberOf(cell);
    const account = rows.find(({ code }) => code === cell) ?? rows.find(({ bank_account }) => bank_account === number);
    if (account) found.set(cell, { ...account, takes_number: false });
    else unknown_numbers.add(number);
  }
  // one number that is nobody else's can be its number; of two, which would it be
  const [number = ''] = unknown_numbers;
  const takes = unknown_numbers.size === 1 && isAccountNumber(number) && !of_others.has(number);
  if (only?.bank_account === null && takes)
    for (const cell of cells) if (!found.has(cell)) found.set(cell, { ...only, takes_number: true });
  return found;
}

/** Of an account of several currencies the file names each: 'NL… USD'. */
function numberOf(cell: string): string {
  return accountNumber(cell.replace(/ [A-Z]{3}$/, ''));
}

async function takeNumber(job: Job, cell: string, account: LedgerAccount, lines: StatementLines): Promise<void> {
  const [first] = lines;
  if (!account.takes_number || !first) return;
  const bank_account = numberOf(cell);
  await storeEach(job, 'gl_account', [first], () => ({ key: { code: account.code }, set: { bank_account } }), false);
  job.changes.flag(
    first,
    `Account ${account.code} is the only bank account and had no number: ${bank_account} is taken for it from now on. If that is another account, bring it under Ledger accounts first.`,
  );
}

async function fitOf(job: Job, { id, code }: LedgerAccount, lines: StatementLines): Promise<StatementFit> {
  const stated = lines.map(({ row }) => statedOf(row));
  const fresh = inBookedOrder(stated) ?? stated;
  return statementFit(fresh, await knownLines(job, id, fresh), code, job.currency);
}

/** Of the statement's days, and the lines next to them. */
async function knownLines(
  { tx, company_id }: Job,
  account_id: number,
  fresh: readonly StatedLine[],
): Promise<readonly StatedLine[]> {
  const first = fresh[0]?.booked_on ?? '';
  const last = fresh.at(-1)?.booked_on ?? '';
  const of = sql`company_id = ${company_id}::bigint and account_id = any(${integerArray([account_id])}::text::bigint[])`;
  const columns = sql`booked_on::text as booked_on, day_line, amount_minor, balance_after_minor`;
  const { rows } = await sql<StatedLine>`
    select booked_on, amount_minor, balance_after_minor from (
      (select ${columns} from bank_statement_line where ${of} and booked_on < ${first}::text::date
        order by bank_statement_line.booked_on desc, day_line desc limit 1)
      union all
      (select ${columns} from bank_statement_line where ${of}
        and booked_on between ${first}::text::date and ${last}::text::date)
      union all
      (select ${columns} from bank_statement_line where ${of} and booked_on > ${last}::text::date
        order by bank_statement_line.booked_on, day_line limit 1)) known
    order by booked_on, day_line`.execute(tx);
  return rows;
}

/** Each line with its place among the lines of its day, as the bank has them. */
async function placesOf(job: Job, account: LedgerAccount, lines: StatementLines) {
  const fit = await fitOf(job, account, lines);
  const order = inBookedOrder(lines.map((line) => ({ ...line, ...statedOf(line.row) })));
  if (order === null || fit.problem !== null) throw new Error('a statement that does not add up was taken in');
  const [first] = order;
  if (first && fit.corrects.length > 0)
    job.changes.flag(
      first,
      `The statement tells ${fit.corrects.length === 1 ? fit.corrects[0] : `${fit.corrects.length} days from ${fit.corrects[0]} on`} otherwise than the one that is here, and replaces its lines.`,
    );
  const days = new Map<string, number>(first ? [[first.booked_on, fit.before_on_first_day]] : []);
  return order.map((line) => {
    const day_line = (days.get(line.booked_on) ?? 0) + 1;
    days.set(line.booked_on, day_line);
    return { line_number: line.line_number, label: line.label, row: line.row, account_id: account.id, day_line };
  });
}
