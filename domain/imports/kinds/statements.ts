/** Bank statements. The lines of one account and number are one statement, which waits whole when its balances do not add up. */
import { currencyCodeProblem } from '#domain/currency/currencies.ts';
import { declareKind } from '#domain/imports/engine/kind.ts';
import { OWN_CURRENCY } from './documentFields.ts';
import { ACCOUNT_NAMES } from './names.ts';
import { statementProblem } from './statementOrder.ts';

interface StatementCells {
  readonly booked_on: string;
  readonly amount?: number | null | undefined;
  readonly amount_minor?: number | null | undefined;
  readonly balance_after?: number | null | undefined;
  readonly balance_after_minor?: number | null | undefined;
}

export const STATEMENTS = declareKind({
  kind: 'statements',
  title: 'Bank statements',
  one: 'statement line',
  many: 'statement lines',
  about:
    'One line a line of the bank’s statement, in its order, money in positive, with the balance after it. The account is the ledger’s account of that bank account, or its IBAN; the number tells one statement from another. Banks’ own files, CAMT.053 and MT940, are read as they are.',
  area: 'finance',
  fields: [
    {
      name: 'account',
      label: 'ledger account, or IBAN of the bank account',
      type: 'code',
      required: true,
      strong: ACCOUNT_NAMES,
    },
    {
      name: 'booked_on',
      label: 'booking date',
      type: 'date',
      required: true,
      strong: [
        'bookedon',
        'bookingdate',
        'buchungstag',
        'buchungsdatum',
        'datecomptable',
        'boekdatum',
        'transactiondate',
      ],
      weak: ['date', 'datum', 'fecha', 'data'],
    },
    {
      name: 'amount',
      label: 'amount, money in positive',
      type: 'money',
      currency_field: OWN_CURRENCY.name,
      strong: ['amount', 'betrag', 'umsatz', 'montant', 'bedrag', 'importe', 'importo', 'transactionamount'],
    },
    {
      name: 'amount_minor',
      label: 'amount in the smallest unit',
      type: 'whole',
      strong: ['amountminor', 'amountcents', 'amountincents'],
    },
    OWN_CURRENCY,
    {
      name: 'reference',
      label: 'reference',
      type: 'text',
      strong: [
        'reference',
        'verwendungszweck',
        'remittanceinformation',
        'communication',
        'libelle',
        'libellé',
        'omschrijving',
        'concepto',
        'causale',
      ],
      weak: ['ref', 'text', 'description', 'details'],
    },
    {
      name: 'counterparty',
      label: 'other party',
      type: 'text',
      strong: [
        'counterparty',
        'counterpartyname',
        'beguenstigter',
        'begünstigter',
        'auftraggeber',
        'tegenpartij',
        'contrepartie',
        'payee',
        'partnername',
      ],
      weak: ['name', 'partner'],
    },
    {
      name: 'balance_after',
      label: 'balance after',
      type: 'money',
      currency_field: OWN_CURRENCY.name,
      strong: ['balanceafter', 'runningbalance', 'saldonach', 'saldonachbuchung', 'saldona', 'soldeapres'],
      weak: ['balance', 'saldo', 'solde'],
    },
    {
      name: 'balance_after_minor',
      label: 'balance after in the smallest unit',
      type: 'whole',
      strong: ['balanceafterminor', 'balanceaftercents'],
    },
    {
      name: 'statement',
      label: 'number of the statement',
      type: 'code',
      strong: [
        'statement',
        'statementnumber',
        'statementno',
        'statementid',
        'auszug',
        'auszugsnummer',
        'auszugnr',
        'kontoauszug',
        'afschriftnummer',
        'numeroreleve',
      ],
    },
    {
      name: 'closes_on',
      label: 'day of the closing balance',
      type: 'date',
      strong: ['closeson', 'closingdate', 'closingbalancedate', 'datecloture', 'abschlussdatum'],
    },
  ],
  key: ['account', 'statement'],
  day: 'booked_on',
  together: ['account'],
  whole: {
    what: 'statement',
    check: (rows) => {
      const [currency = '', other] = new Set(rows.map((row) => row.currency?.toUpperCase() ?? ''));
      if (other !== undefined)
        return `The statement is in ${currency || other} and in ${currency === '' ? 'none' : other || 'none'}. An account has one currency.`;
      return statementProblem(rows.map(statedOf), currency);
    },
  },
  lacks: (columns) => {
    if (!columns.has('amount') && !columns.has('amount_minor'))
      return 'A statement needs a column with the amount, or with the amount in the smallest unit.';
    return columns.has('balance_after') || columns.has('balance_after_minor')
      ? null
      : 'A statement needs a column with the balance after each line: by it is seen whether a line is missing.';
  },
  check: (row) => {
    const { amount = null, amount_minor = null, balance_after = null, balance_after_minor = null } = row;
    const unknown = row.currency == null ? null : currencyCodeProblem(row.currency, 'EUR');
    if (unknown !== null) return unknown;
    if (row.closes_on != null && row.closes_on < row.booked_on)
      return `The statement closes on ${row.closes_on}, before this line of ${row.booked_on}. Write the day of its closing balance.`;
    if (amount === null && amount_minor === null) return 'The line has no amount.';
    if (balance_after === null && balance_after_minor === null) return 'The line has no balance after it.';
    if (amount !== null && amount_minor !== null && amount !== amount_minor)
      return 'The amount and the amount in the smallest unit are not the same.';
    if (balance_after !== null && balance_after_minor !== null && balance_after !== balance_after_minor)
      return 'The balance after and that in the smallest unit are not the same.';
    return null;
  },
  measures: [{ label: 'Amount', type: 'money', factors: ['amount'] }],
  examples: [
    ['1010', '2026-10-30', '1250.00', '', '', 'Invoice SO-1001', 'Meyer BV', '48250.00', '', '43', '2026-10-31'],
    ['1010', '2026-10-30', '-12.50', '', '', 'Account fees October', 'Our bank', '48237.50', '', '43', '2026-10-31'],
  ],
});

/** Both columns in minor units, whichever the file has. */
export function statedOf(row: StatementCells) {
  return {
    booked_on: row.booked_on,
    amount_minor: row.amount ?? row.amount_minor ?? 0,
    balance_after_minor: row.balance_after ?? row.balance_after_minor ?? 0,
  };
}
