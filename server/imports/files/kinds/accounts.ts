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
    const partners = await partnersOf(job, lines);
    const asKept = lines.map((line) => ({
      ...line,
      row: { ...line.row, currency: currencyOf(job, line.row), partner_company_id: partners.idOf(line.row) },
    }));
    const reasons = new Map([
      ...(await whyNotItsCurrency(job, lines)),
      ...(await whyNotItsPartner(job, lines, partners)),
      ...(await lockedAccounts(job, asKept)),
    ]);
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
    const partners = await partnersOf(job, lines);
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
          partner_company_id: partners.idOf(row),
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

interface Partners {
  /** Undefined: the file has no such column; null: none named, or none of that name. */
  readonly idOf: (row: AccountRow) => number | null | undefined;
  readonly many: ReadonlySet<string>;
}

/** Companies as people write them: by their code or name, in any case; a code comes first. */
async function partnersOf({ tx }: Job, lines: readonly Line<AccountRow>[]): Promise<Partners> {
  const words = new Set(lines.flatMap(({ row }) => row.partner ?? []));
  if (words.size === 0) return { idOf: ({ partner }) => (partner === undefined ? undefined : null), many: new Set() };
  const { rows } = await sql<{ word: string; ids: readonly number[] }>`
    select distinct on (word) word, jsonb_agg(id) as ids from (
      select w.word, c.id, case when lower(c.code) = lower(w.word) then 0 else 1 end as likeness
      from unnest(${textArray(words)}::text::text[]) as w(word)
        join company c on c.deleted_at is null and (lower(c.code) = lower(w.word) or lower(c.name) = lower(w.word))) meant
    group by word, likeness order by word, likeness`.execute(tx);
  const byWord = new Map(rows.map(({ word, ids }) => [word, ids]));
  const idOf: Partners['idOf'] = ({ partner }) => {
    if (partner == null) return partner;
    const [id = null, ...others] = byWord.get(partner) ?? [];
    return others.length > 0 ? null : id;
  };
  return { idOf, many: new Set(rows.filter(({ ids }) => ids.length > 1).map(({ word }) => word)) };
}

async function whyNotItsPartner(
  job: Job,
  lines: readonly Line<AccountRow>[],
  { idOf, many }: Partners,
): Promise<Map<number, string>> {
  const reasons = new Map<number, string>();
  const said = lines.filter(
    ({ row }) => row.partner != null || (row.role !== undefined && row.role !== 'intercompany'),
  );
  if (said.length === 0) return reasons;
  const { rows } = await sql<{ code: string; role: string | null; partner_company_id: number | null }>`
    select code, role, partner_company_id from gl_account where company_id = ${job.company_id}::bigint
      and code = any(${textArray(said.map(({ row }) => row.code))}::text::text[])`.execute(job.tx);
  const known = new Map(rows.map((row) => [row.code, row]));
  for (const { line_number, row } of said) {
    const before = known.get(row.code);
    const role = row.role === undefined ? (before?.role ?? null) : row.role;
    const id = idOf(row);
    if (row.partner == null) {
      if (row.partner === undefined && before?.partner_company_id != null && role !== 'intercompany')
        reasons.set(
          line_number,
          `Account ${row.code} is kept with a sister company. Bring the column with the sister company too, empty, to give the account another role.`,
        );
    } else if (many.has(row.partner))
      reasons.set(line_number, `${row.partner} may be several companies. Name the sister company by its code.`);
    else if (id == null)
      reasons.set(
        line_number,
        `There is no company ${row.partner}. Name the sister company by its code or name as it stands here, or leave it empty.`,
      );
    else if (id === job.company_id)
      reasons.set(
        line_number,
        `${row.partner} is this company itself. Name the other company the account is kept with.`,
      );
    else if (role !== 'intercompany')
      reasons.set(
        line_number,
        `Account ${row.code} has not the role intercompany. Only such an account is kept with a sister company.`,
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
