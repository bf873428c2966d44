import { sql } from 'kysely';
import { dayNumber, monthOfDay } from '#domain/calendar.ts';
import type { RowOf } from '#domain/imports/engine/field.ts';
import { inBookedOrder, type StatedLine, statementClash } from '#domain/imports/kinds/statementOrder.ts';
import { type STATEMENTS, statedOf } from '#domain/imports/kinds/statements.ts';
import { integerArray } from '#server/imports/arrayText.ts';
import { type Job, type KindStore, type Line, storeEach } from '../job.ts';
import { unknown } from '../missing.ts';

type StatementRow = RowOf<(typeof STATEMENTS)['fields']>;

export const statementStore: KindStore<StatementRow> = {
  check: async (job, lines) => {
    const { lookups } = job;
    await lookups.find(
      'gl_account',
      lines.map(({ row }) => row.account),
    );
    const banks = await bankAccounts(job);
    const reasons = new Map<number, string>();
    for (const [account, own] of Map.groupBy(lines, ({ row }) => row.account)) {
      const reason = await whyNot(job, account, own, banks);
      if (reason !== null) for (const { line_number } of own) reasons.set(line_number, reason);
    }
    return reasons;
  },
  store: async (job, lines) => {
    const placed = [...Map.groupBy(lines, ({ row }) => row.account).values()].flatMap(placesOf);
    await storeEach(
      job,
      'bank_statement_line',
      placed,
      ({ row, day_line }) => {
        const { booked_on, amount_minor, balance_after_minor } = statedOf(row);
        return {
          key: { account_id: job.lookups.id('gl_account', row.account), booked_on, day_line },
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
  account: string,
  lines: readonly Line<StatementRow>[],
  banks: ReadonlySet<number>,
): Promise<string | null> {
  const id = job.lookups.id('gl_account', account);
  if (id === null)
    return `${unknown('account', account)} A statement names the ledger’s account of the bank account, not its IBAN.`;
  if (!banks.has(id)) return `Account ${account} has not the role bank. Give it the role under Ledger accounts first.`;
  const currency = lines[0]?.row.currency?.toUpperCase() ?? job.currency;
  if (currency !== job.currency)
    return `The statement is in ${currency}, the company’s books are in ${job.currency}. Accounts in other currencies are not reconciled here.`;
  const stated = lines.map(({ row }) => statedOf(row));
  const fresh = inBookedOrder(stated) ?? stated;
  return statementClash(fresh, await knownLines(job, id, fresh), account, currency);
}

async function bankAccounts({ tx, company_id }: Job): Promise<ReadonlySet<number>> {
  const { rows } = await sql<{ id: number }>`
    select id from gl_account where company_id = ${company_id}::bigint and role = 'bank'`.execute(tx);
  return new Set(rows.map(({ id }) => id));
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
function placesOf(lines: readonly Line<StatementRow>[]) {
  const order = inBookedOrder(lines.map((line) => ({ ...line, ...statedOf(line.row) })));
  if (order === null) throw new Error('a statement that does not add up was taken in');
  const days = new Map<string, number>();
  return order.map((line) => {
    const day_line = (days.get(line.booked_on) ?? 0) + 1;
    days.set(line.booked_on, day_line);
    return { line_number: line.line_number, label: line.label, row: line.row, day_line };
  });
}
