import { sql } from 'kysely';
import { dayNumber, monthOfDay } from '#domain/calendar.ts';
import { accountNumber, isAccountNumber } from '#domain/imports/bank/bankStatement.ts';
import type { RowOf } from '#domain/imports/engine/field.ts';
import type { RecordedStatement, StatedLine } from '#domain/imports/kinds/statementOrder.ts';
import { placeStatements, type StatementPlaces } from '#domain/imports/kinds/statementPlaces.ts';
import { type STATEMENTS, statedOf } from '#domain/imports/kinds/statements.ts';
import { lockedDays } from '#server/close/lockedDays.ts';
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
  /** null = the company's. */
  readonly currency: string | null;
  /** The company's one bank account, which nobody gave its number yet. */
  readonly takes_number: boolean;
}

export const statementStore: KindStore<StatementRow> = {
  check: async (job, lines) => {
    const reasons = new Map<number, string>();
    const accounts = await ledgerAccounts(job, lines);
    const named = new Map<number, string>();
    for (const [cell, own] of Map.groupBy(lines, ({ row }) => row.account)) {
      const account = accounts.get(cell) ?? null;
      const other = account ? named.get(account.id) : undefined;
      if (account) named.set(account.id, cell);
      const refuse = (some: StatementLines, reason: string): void => {
        for (const { line_number } of some) reasons.set(line_number, reason);
      };
      if (account && other !== undefined)
        refuse(own, `The file names account ${account.code} in two ways, as ${other} and as ${cell}. Name it one way.`);
      else await checkAccount(job, cell, account, own, refuse);
    }
    return reasons;
  },
  store: async (job, lines) => {
    const accounts = await ledgerAccounts(job, lines);
    const placed: PlacedRow[] = [];
    for (const [cell, own] of Map.groupBy(lines, ({ row }) => row.account)) {
      const account = accounts.get(cell);
      if (!account) throw new Error('a statement of no account was taken in');
      await takeNumber(job, cell, account, own);
      placed.push(...(await placedLines(job, account, own)));
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

async function checkAccount(
  job: Job,
  cell: string,
  account: LedgerAccount | null,
  lines: StatementLines,
  refuse: (some: StatementLines, reason: string) => void,
): Promise<void> {
  const held = account?.currency ?? job.currency;
  const own = lines.filter((line) => {
    const currency = line.row.currency?.toUpperCase() ?? job.currency;
    if (account && account.role === 'bank' && currency !== held)
      refuse([line], otherCurrency(account.code, currency, held));
    return !account || account.role !== 'bank' || currency === held;
  });
  if (own.length === 0) return;
  if (!account)
    refuse(
      own,
      `${unknown('account', cell)} A statement names the ledger’s account of the bank account, or its IBAN once that stands on the account: bring it under Ledger accounts, column bank_account.`,
    );
  else if (account.role !== 'bank')
    refuse(own, `Account ${account.code} has not the role bank. Give it the role under Ledger accounts first.`);
  else
    for (const { problem, of } of await statementPlaces(job, account, own))
      if (problem !== null) refuse(of.lines, problem);
}

function otherCurrency(code: string, currency: string, held: string): string {
  return `The statement is in ${currency}, account ${code} is in ${held}. Bring the ledger account of the bank account in ${currency} under Ledger accounts, with its currency and its IBAN, and write the currency in each line of a table.`;
}

/** By what the file calls them: the ledger's code, or the number of the bank account. */
async function ledgerAccounts(
  { tx, company_id }: Job,
  lines: StatementLines,
): Promise<ReadonlyMap<string, LedgerAccount>> {
  const cells = [...new Set(lines.map(({ row }) => row.account))];
  const { rows } = await sql<Omit<LedgerAccount, 'takes_number'>>`
    select id, code, role, bank_account, currency from gl_account where company_id = ${company_id}::bigint and (role = 'bank'
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

type FileLine = Line<StatementRow> & StatedLine;

/** Each statement of the account where it belongs among those that are here, or why it does not. */
async function statementPlaces(
  job: Job,
  { id, code, currency: account_currency }: LedgerAccount,
  lines: StatementLines,
): Promise<readonly StatementPlaces<FileLine>[]> {
  const stated = lines.map(
    (line): FileLine => ({
      ...line,
      ...statedOf(line.row),
      reference: line.row.reference,
      counterparty: line.row.counterparty,
    }),
  );
  const days = stated.map(({ booked_on }) => booked_on).toSorted();
  const [first = '', last = ''] = [days[0], days.at(-1)];
  return placeStatements(
    [...Map.groupBy(stated, ({ label }) => label).values()].map((own) => ({
      number: own[0]?.row.statement ?? null,
      lines: own,
    })),
    {
      account: code,
      currency: account_currency ?? job.currency,
      known: await knownLines(job, id, first, last),
      recorded: await recordedStatements(job, id, first, last),
      locked: await lockedDays(job, 'ledger'),
    },
  );
}

/** Of the statements' days, and the lines next to them. */
async function knownLines(
  { tx, company_id }: Job,
  account_id: number,
  first: string,
  last: string,
): Promise<readonly StatedLine[]> {
  const of = sql`company_id = ${company_id}::bigint and account_id = any(${integerArray([account_id])}::text::bigint[])`;
  const columns = sql`booked_on::text as booked_on, day_line, amount_minor, balance_after_minor, reference, counterparty`;
  const { rows } = await sql<StatedLine>`
    select booked_on, amount_minor, balance_after_minor, reference, counterparty from (
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

async function recordedStatements(
  { tx, company_id }: Job,
  account_id: number,
  first: string,
  last: string,
): Promise<readonly RecordedStatement[]> {
  const { rows } = await sql<RecordedStatement>`
    select number, begins_on::text as begins_on, ends_on::text as ends_on, before_on_first_day from bank_statement
    where company_id = ${company_id}::bigint and account_id = ${account_id}::bigint
      and begins_on <= ${last}::text::date and ends_on >= ${first}::text::date
    order by begins_on, before_on_first_day, number`.execute(tx);
  return rows;
}

type PlacedRow = Line<StatementRow> & { readonly account_id: number; readonly day_line: number };

/** Each line with its place among the lines of its day, as the bank has them. */
async function placedLines(job: Job, account: LedgerAccount, lines: StatementLines): Promise<readonly PlacedRow[]> {
  const rows: PlacedRow[] = [];
  for (const places of await statementPlaces(job, account, lines)) {
    if (places.problem !== null) throw new Error('a statement that does not fit was taken in');
    const { of, placed, corrects, retold, second } = places;
    const [first] = placed;
    if (!first) continue;
    const flag = (text: string): void => job.changes.flag(first.line, text);
    if (corrects.length > 0)
      flag(
        `The statement tells ${corrects.length === 1 ? corrects[0] : `${corrects.length} days from ${corrects[0]} on`} otherwise than the one that is here, and replaces its lines.`,
      );
    else if (retold)
      flag(
        `Statement ${of.number} is here already, with the same amounts and other texts; those of this file take their place.`,
      );
    if (second)
      flag(
        `Another statement of ${first.line.booked_on} with the same amounts is here already; this one is taken as the next. If it is the same, do not apply it.`,
      );
    await record(job, account.id, places);
    for (const { line, day_line } of placed)
      rows.push({
        line_number: line.line_number,
        label: line.label,
        row: line.row,
        account_id: account.id,
        day_line,
      });
  }
  return rows;
}

/** Where a statement stands that its bank numbers, so that it is known when it comes again. */
async function record(
  job: Job,
  account_id: number,
  { of, placed, corrects }: Extract<StatementPlaces<FileLine>, { problem: null }>,
): Promise<void> {
  const { tx, company_id, now } = job;
  const [first, last] = [placed[0], placed.at(-1)];
  if (corrects.length > 0)
    await sql`delete from bank_statement where company_id = ${company_id}::bigint and account_id = ${account_id}::bigint
      and begins_on = any(${textArray(corrects)}::text::date[])`.execute(tx);
  if (of.number === null || !first || !last) return;
  // of a month that is locked nothing else is said than what it was reckoned from
  const locked = (await lockedDays(job, 'ledger'))(last.line.booked_on) !== null;
  const closes_on = locked
    ? null
    : of.lines.reduce<string | null>((day, { row }) => later(day, row.closes_on ?? null), null);
  await sql`
    insert into bank_statement (company_id, account_id, number, begins_on, ends_on, before_on_first_day, closes_on, written_at)
    values (${company_id}::bigint, ${account_id}::bigint, ${of.number}, ${first.line.booked_on}::text::date,
      ${last.line.booked_on}::text::date, ${first.day_line - 1}::int, ${closes_on}::text::date, ${now}::timestamptz)
    on conflict (company_id, account_id, number, begins_on) do update
      set ends_on = excluded.ends_on, before_on_first_day = excluded.before_on_first_day,
        closes_on = coalesce(excluded.closes_on, bank_statement.closes_on), written_at = excluded.written_at
      where (bank_statement.ends_on, bank_statement.before_on_first_day, bank_statement.closes_on)
        is distinct from (excluded.ends_on, excluded.before_on_first_day, coalesce(excluded.closes_on, bank_statement.closes_on))`.execute(
    tx,
  );
}

function later(a: string | null, b: string | null): string | null {
  return a === null || (b !== null && b > a) ? b : a;
}
