/** The trial balance at the end of the month, what changed beside the month before, and every entry of the month. */
import { sql } from 'kysely';
import { isoDate, lastDayOfMonth } from '#domain/calendar.ts';
import { FLUX_RATE_HELP } from '#domain/close/flux.ts';
import { minorDigits } from '#domain/money.ts';
import type { TrialBalanceRow } from '#contract/queries.ts';
import { date, decimal, moment, percent, text, yesNo } from '#db/exports/table.ts';
import { companyJournals } from '#db/queries/ledger/journals.ts';
import { trialBalanceOf } from '#db/queries/ledger/trialBalance.ts';
import { moneyText } from '../cells.ts';
import { binderTable, type BinderGround, type MakeSection } from '../section.ts';

async function balanceOf({ context, company, period }: BinderGround) {
  const as_of_on = isoDate(lastDayOfMonth(period.period));
  return await trialBalanceOf(
    context,
    { company_id: company.id, as_of_on, known_at_ms: null, closing: 'pre' },
    'accepted',
  );
}

interface EntryLine {
  readonly id: number;
  readonly code: string;
  readonly name: string;
  readonly booked_on: number;
  readonly journal: string;
  readonly number: string;
  readonly ref: string | null;
  readonly memo: string;
  readonly party: string | null;
  readonly channel: string | null;
  readonly amount_minor: number;
  readonly posted_at: number;
}

export const trialBalanceSection: MakeSection = async (ground) => {
  const balance = await balanceOf(ground);
  const { currency } = balance;
  const money = (id: string, title: string, value: (row: TrialBalanceRow) => number) => ({
    ...decimal<TrialBalanceRow>(id, `${title}, ${currency}`, minorDigits(currency), value),
    total: 'sum' as const,
  });
  return {
    title: 'Trial balance',
    words: [
      `At the end of ${balance.as_of_on}${balance.closing?.own_year ? ', pre-closing: without the closing entries of the year' : ''}. Debits are positive; all accounts together come to nothing.`,
    ],
    facts: [
      ['Fiscal year', balance.year_words],
      ['All accounts', moneyText(balance.balance_minor, currency)],
      ...(balance.closing?.own_year
        ? ([
            ['Result before closing entries', moneyText(balance.closing.result_minor, currency)],
            ['Left on income and expense after them', moneyText(balance.closing.left_minor, currency)],
          ] as const)
        : []),
    ],
    tables: [
      binderTable<TrialBalanceRow>(
        { id: 'trial-balance', title: 'Accounts' },
        [
          text('code', 'Account', (row) => row.code, 9),
          text('name', 'Name', (row) => row.name, 32),
          text('kind', 'Kind', (row) => row.kind, 10),
          money('before', 'Before', (row) => row.before_minor),
          money('debit', 'Debit', (row) => row.debit_minor),
          money('credit', 'Credit', (row) => row.credit_minor),
          money('balance', 'Balance', (row) => row.balance_minor),
        ],
        balance.rows,
      ),
      await entryLines(ground, currency),
    ],
  };
};

export const fluxSection: MakeSection = async (ground) => {
  const balance = await balanceOf(ground);
  const { currency, flux_threshold } = balance;
  const money = (id: string, title: string, value: (row: TrialBalanceRow) => number) =>
    decimal<TrialBalanceRow>(id, `${title}, ${currency}`, minorDigits(currency), value);
  const asking = balance.rows.filter(({ flux }) => flux.asks);
  const said = asking.filter(({ flux }) => flux.words !== null).length;
  return {
    title: 'Changes beside the month before',
    words: [
      `A change asks for words when it is more than ${moneyText(flux_threshold.amount_minor, currency)} and more than ${flux_threshold.rate_bp / 100} %: ${asking.length} do, ${said} have them.`,
      'Of income and expense the month beside the one before; of the rest the balance beside that of the month before.',
      `The per cent is ${FLUX_RATE_HELP.charAt(0).toLowerCase()}${FLUX_RATE_HELP.slice(1)}.`,
    ],
    facts: [],
    tables: [
      binderTable<TrialBalanceRow>(
        { id: 'flux', title: 'Accounts', empty: 'No account changed.' },
        [
          text('code', 'Account', (row) => row.code, 9),
          text('name', 'Name', (row) => row.name, 34),
          money('now', 'This month', (row) => row.flux.now_minor),
          money('before', 'Month before', (row) => row.flux.before_minor),
          {
            ...money('change', 'Change', (row) => row.flux.change_minor),
            difference: ['now', 'before'] as const,
          },
          percent('rate', 'Change, %', (row) => row.flux.rate_bp),
          yesNo('asks', 'Asks why', (row) => row.flux.asks),
          text('words', 'Words', (row) => row.flux.words, 34),
          text('by', 'By', (row) => row.flux.by, 10),
        ],
        balance.rows.filter(({ flux }) => flux.change_minor !== 0),
      ),
    ],
  };
};

async function entryLines({ context, company, period }: BinderGround, currency: string) {
  const { rows } = await sql<EntryLine>`
    SELECT l.id, a.code, a.name, e.booked_on, e.journal, e.number, coalesce(l.ref, e.ref) AS ref, e.memo, p.name AS party,
      c.name AS channel, l.amount_minor, e.posted_at
    FROM gl_entry e JOIN gl_line l ON l.entry_id = e.id JOIN gl_account a ON a.id = l.account_id
      LEFT JOIN party p ON p.id = l.party_id LEFT JOIN channel c ON c.id = l.channel_id
    WHERE e.company_id = ${company.id} AND e.month = ${period.period}
    ORDER BY a.code, e.booked_on, e.id, l.id`.execute(context.db);
  const journals = await companyJournals(context, company.id);
  return binderTable<EntryLine>(
    { id: 'ledger-lines', title: 'Entries of the month', shown: 'rows' },
    [
      text('code', 'Account', (row) => row.code),
      text('name', 'Name', (row) => row.name),
      date('booked', 'Booked', (row) => isoDate(row.booked_on)),
      text('entry', 'Entry', (row) => `${row.journal} ${row.number}`),
      text('journal', 'Journal', (row) => journals.nameOf(row.journal) ?? row.journal),
      text('ref', 'Document', (row) => row.ref),
      text('memo', 'Text', (row) => row.memo),
      text('party', 'Party', (row) => row.party),
      text('channel', 'Channel', (row) => row.channel),
      decimal('amount', `Amount, ${currency}`, minorDigits(currency), (row) => row.amount_minor),
      moment('posted', 'Posted', (row) => row.posted_at),
    ],
    rows,
  );
}
