/** Ledger entries. An entry that does not balance waits whole; a locked period takes no line. */
import { minorText } from '#domain/money.ts';
import { declareKind } from '#domain/imports/engine/kind.ts';
import { FOREIGN_AMOUNT, OWN_CURRENCY } from './documentFields.ts';
import { ACCOUNT_KIND_NAMES, ACCOUNT_KINDS, ACCOUNT_NAMES, ACCOUNT_TITLE_NAMES, CHANNEL_NAMES } from './names.ts';

export const GL = declareKind({
  kind: 'gl',
  title: 'Ledger entries',
  one: 'ledger line',
  many: 'ledger lines',
  about:
    'One line a ledger line; the lines of one journal and number are one entry, whose debits and credits must be equal. On a bank account in another currency a line says its amount there too, 0 where it only values the account anew.',
  area: 'finance',
  fields: [
    {
      name: 'journal',
      label: 'journal',
      type: 'code',
      required: true,
      strong: [
        'journal',
        'journalcode',
        'journalid',
        'buchungskreis',
        'belegart',
        'blart',
        'dagboek',
        'diario',
        'giornale',
        'codejournal',
      ],
      weak: ['book', 'type', 'source'],
    },
    {
      name: 'number',
      label: 'entry number',
      type: 'code',
      required: true,
      strong: [
        'entry',
        'entryno',
        'entrynumber',
        'journalentry',
        'voucher',
        'voucherno',
        'belegnr',
        'belegnummer',
        'beleg',
        'belnr',
        'numeropiece',
        'piece',
        'pièce',
        'boekstuk',
        'boekstuknr',
        'asiento',
        'documentno',
        'documentnumber',
        'movename',
        'moveidname',
        'ecriturenum',
      ],
      weak: ['number', 'document', 'nr', 'no', 'name'],
    },
    {
      name: 'booked_on',
      label: 'booking date',
      type: 'date',
      required: true,
      strong: [
        'bookedon',
        'bookingdate',
        'postingdate',
        'accountingdate',
        'entrydate',
        'buchungsdatum',
        'budat',
        'datecomptable',
        'ecrituredate',
        'boekdatum',
        'fechacontable',
        'datacontabile',
      ],
      weak: ['date', 'datum', 'fecha', 'data'],
    },
    {
      name: 'account',
      label: 'account',
      type: 'code',
      required: true,
      strong: ACCOUNT_NAMES,
    },
    {
      name: 'account_name',
      label: 'account name',
      type: 'text',
      strong: ACCOUNT_TITLE_NAMES,
    },
    {
      name: 'account_kind',
      label: 'kind of account',
      type: 'choice',
      strong: ACCOUNT_KIND_NAMES,
      choices: ACCOUNT_KINDS,
    },
    {
      name: 'debit',
      label: 'debit',
      type: 'money',
      strong: ['debit', 'débit', 'debitamount', 'soll', 'sollbetrag', 'debet', 'debe', 'dare'],
    },
    {
      name: 'credit',
      label: 'credit',
      type: 'money',
      strong: ['credit', 'crédit', 'creditamount', 'haben', 'habenbetrag', 'haber', 'avere'],
    },
    {
      name: 'amount',
      label: 'amount, debit positive',
      type: 'money',
      strong: ['amount', 'betrag', 'montant', 'bedrag', 'importe', 'importo', 'balance', 'dmbtr'],
      weak: ['value', 'saldo'],
    },
    {
      name: 'party',
      label: 'customer or supplier',
      type: 'code',
      strong: [
        'party',
        'partner',
        'partnerid',
        'customer',
        'supplier',
        'debitor',
        'kreditor',
        'tiers',
        'relatie',
        'tercero',
        'customerno',
        'supplierno',
        'compauxnum',
      ],
    },
    { name: 'channel', label: 'channel', type: 'code', strong: CHANNEL_NAMES },
    {
      name: 'ref',
      label: 'reference',
      type: 'code',
      strong: [
        'ref',
        'reference',
        'externalreference',
        'referenz',
        'référence',
        'referentie',
        'referencia',
        'pieceref',
      ],
    },
    {
      name: 'memo',
      label: 'text',
      type: 'text',
      strong: [
        'memo',
        'text',
        'description',
        'buchungstext',
        'libelle',
        'libellé',
        'ecriturelib',
        'omschrijving',
        'descripcion',
        'label',
        'narration',
      ],
    },
    OWN_CURRENCY,
    FOREIGN_AMOUNT,
  ],
  key: ['journal', 'number'],
  whole: {
    what: 'entry',
    check: (rows, currency) => {
      const difference = rows.reduce((sum, row) => sum + BigInt(glAmountMinor(row)), 0n);
      if (difference !== 0n) {
        const off = `${minorText(difference > 0n ? difference : -difference, currency)} ${currency}`;
        return `The entry does not balance: its debits are ${off} ${difference > 0n ? 'more' : 'less'} than its credits.`;
      }
      const dates = new Set(rows.map((row) => row.booked_on));
      return dates.size > 1 ? `The entry has ${dates.size} booking dates.` : null;
    },
  },
  lacks: (columns) =>
    columns.has('amount') || (columns.has('debit') && columns.has('credit'))
      ? null
      : 'A ledger file needs the columns debit and credit, or one column with the amount.',
  check: (row) => {
    const { debit = null, credit = null, amount = null } = row;
    if (amount === null && debit === null && credit === null) return 'The line has neither debit nor credit.';
    if ((debit ?? 0) !== 0 && (credit ?? 0) !== 0)
      return 'The line has both a debit and a credit. Write one line for each.';
    if (amount !== null && ((debit ?? 0) !== 0 || (credit ?? 0) !== 0) && amount !== (debit ?? 0) - (credit ?? 0))
      return 'The amount is not the debit less the credit.';
    return null;
  },
  measures: [
    { label: 'Debit', type: 'money', factors: ['debit'] },
    { label: 'Credit', type: 'money', factors: ['credit'] },
    { label: 'Amount', type: 'money', factors: ['amount'] },
  ],
  examples: [
    [
      'SALES',
      '2026-0001',
      '2026-01-31',
      '1200',
      'Trade debtors',
      'asset',
      '120.00',
      '',
      '',
      'C-100',
      '',
      'SO-1001',
      'Invoice SO-1001',
      '',
      '',
    ],
    [
      'SALES',
      '2026-0001',
      '2026-01-31',
      '4000',
      'Sales',
      'income',
      '',
      '120.00',
      '',
      '',
      '',
      'SO-1001',
      'Invoice SO-1001',
      '',
      '',
    ],
  ],
});

/**
 * What a line on a bank account in another currency says of its amount there: minor units, null = nothing, or a sentence what is wrong.
 * Ledgers fill these columns on other accounts as they like, so of those nothing is asked.
 */
export function glForeignMinor(
  row: GlAmounts & {
    readonly currency?: string | null | undefined;
    readonly foreign_amount?: number | null | undefined;
  },
  { code, currency }: { readonly code: string; readonly currency: string },
): number | string | null {
  const { foreign_amount = null } = row;
  if (foreign_amount === null) return null;
  if (row.currency == null && foreign_amount !== 0)
    return `Account ${code} is in ${currency}, and the line has an amount in another currency but does not say which. Write it.`;
  if (row.currency != null && row.currency.toUpperCase() !== currency) return null;
  return Math.sign(foreign_amount) * Math.sign(glAmountMinor(row)) < 0
    ? `The amount and the amount in ${currency} have opposite signs. Both are positive for a debit.`
    : foreign_amount;
}

interface GlAmounts {
  readonly debit?: number | null | undefined;
  readonly credit?: number | null | undefined;
  readonly amount?: number | null | undefined;
}

/** Debit positive: the debit less the credit, or the amount where the file has only that. */
export function glAmountMinor(row: GlAmounts): number {
  if ((row.debit ?? null) === null && (row.credit ?? null) === null) return row.amount ?? 0;
  return (row.debit ?? 0) - (row.credit ?? 0);
}
