import { sql } from 'kysely';
import { accountNumber } from '#domain/imports/bank/bankStatement.ts';
import type { RowOf } from '#domain/imports/engine/field.ts';
import type { ACCOUNTS } from '#domain/imports/kinds/accounts.ts';
import { lockedAccounts } from '#server/close/lockedAccounts.ts';
import { textArray } from '#server/imports/arrayText.ts';
import { type Job, type KindStore, type Line, storeEach } from '../job.ts';

type AccountRow = RowOf<(typeof ACCOUNTS)['fields']>;

export const accountStore: KindStore<AccountRow> = {
  // one bank account is one ledger account: a number that goes elsewhere goes there by two files, first away, then to
  check: async (job, lines, file) => {
    const asKept = lines.map((line) => ({ ...line, row: { ...line.row, currency: currencyOf(job, line.row) } }));
    const reasons = new Map([...(await whyNotItsCurrency(job, lines)), ...(await lockedAccounts(job, asKept))]);
    const owners = await ownersOf(job, lines);
    const inFile = new Map<string, string>();
    for (const { row } of file) {
      const number = numberOf(row);
      if (number !== null && number !== undefined && !inFile.has(number)) inFile.set(number, row.code);
    }
    for (const { line_number, row } of lines) {
      const number = numberOf(row);
      if (number === null || number === undefined) continue;
      const other = [inFile.get(number), owners.get(number)].find((code) => code !== undefined && code !== row.code);
      if (other !== undefined)
        reasons.set(
          line_number,
          `The bank account ${number} is account ${other} already. Take it from there first: a bank account is one ledger account.`,
        );
    }
    return reasons;
  },
  store: async (job, lines) => {
    await storeEach(
      job,
      'gl_account',
      lines,
      ({ row }) => ({
        key: { code: row.code },
        set: {
          name: row.name,
          kind: row.kind,
          role: row.role,
          bank_account: numberOf(row),
          currency: currencyOf(job, row),
        },
      }),
      true,
    );
  },
};

function numberOf({ bank_account }: AccountRow): string | null | undefined {
  return bank_account == null ? bank_account : accountNumber(bank_account);
}

/** As it is kept: none for the company's own; undefined = the file has no such column. */
function currencyOf(job: Job, { currency }: AccountRow): string | null | undefined {
  const code = currency?.toUpperCase();
  return code === job.currency ? null : currency === null ? null : code;
}

/** What its statements and entries say is in the currency it had: only a bank account has one, and it stays once they are here. */
async function whyNotItsCurrency(job: Job, lines: readonly Line<AccountRow>[]): Promise<Map<number, string>> {
  const reasons = new Map<number, string>();
  const said = lines.filter(({ row }) => currencyOf(job, row) !== undefined || row.role != null);
  if (said.length === 0) return reasons;
  const { rows } = await sql<{ code: string; role: string | null; currency: string | null; used: boolean }>`
    select code, role, currency, exists (select 1 from bank_statement_line s where s.account_id = a.id) as used
    from gl_account a where company_id = ${job.company_id}::bigint
      and code = any(${textArray(said.map(({ row }) => row.code))}::text::text[])`.execute(job.tx);
  const known = new Map(rows.map((row) => [row.code, row]));
  for (const { line_number, row } of said) {
    const before = known.get(row.code);
    const asked = currencyOf(job, row);
    const currency = asked === undefined ? (before?.currency ?? null) : asked;
    const role = row.role ?? before?.role ?? null;
    if (currency !== null && role !== 'bank')
      reasons.set(
        line_number,
        `Account ${row.code} has not the role bank. Only a bank account has a currency of its own.`,
      );
    else if (before?.used === true && currency !== before.currency)
      reasons.set(
        line_number,
        `Account ${row.code} has statements in ${before.currency ?? job.currency}, so its currency stays. Bring an account of its own for ${currency ?? job.currency}.`,
      );
  }
  return reasons;
}

async function ownersOf(
  { tx, company_id }: Job,
  lines: readonly Line<AccountRow>[],
): Promise<ReadonlyMap<string, string>> {
  const numbers = lines.map(({ row }) => numberOf(row)).filter((number) => number != null);
  if (numbers.length === 0) return new Map();
  const { rows } = await sql<{ code: string; bank_account: string }>`
    select code, bank_account from gl_account where company_id = ${company_id}::bigint
      and bank_account = any(${textArray(numbers)}::text::text[])`.execute(tx);
  return new Map(rows.map(({ code, bank_account }) => [bank_account, code]));
}
