/** Payments of customers and to suppliers, each with the invoices it pays. Lines of one number are one payment. */
import { declareKind } from '#domain/imports/engine/kind.ts';
import { DOCUMENT_PARTY, FOREIGN_AMOUNT, OWN_CURRENCY } from './documentFields.ts';
import { CUSTOMER_WORDS, DOCUMENT_AMOUNT_NAMES, SUPPLIER_WORDS } from './names.ts';
import { type CurrencyCells, currencyProblem } from './ownCurrency.ts';

export const PAYMENTS = declareKind({
  kind: 'payments',
  title: 'Payments',
  one: 'payment line',
  many: 'payment lines',
  about:
    'One line what a payment pays of one invoice, positive when a customer pays or a supplier is paid; the lines of one number are one payment. Without an invoice it stands as paid ahead. What a payment in another currency wins or loses by the rate is reckoned, unless the file says it.',
  area: 'finance',
  fields: [
    {
      name: 'kind',
      label: 'customer or supplier',
      type: 'choice',
      required: true,
      strong: ['kind', 'partnertype', 'partytype'],
      choices: { customer: CUSTOMER_WORDS, supplier: SUPPLIER_WORDS },
    },
    {
      name: 'number',
      label: 'payment number',
      type: 'code',
      required: true,
      strong: [
        'payment',
        'paymentno',
        'paymentnumber',
        'paymentid',
        'zahlung',
        'zahlungsnr',
        'zahlungsnummer',
        'paiement',
        'numeropaiement',
        'betaling',
        'betalingsnr',
        'pago',
        'pagamento',
        'receiptno',
      ],
      weak: ['number', 'name', 'document', 'nr', 'no'],
    },
    DOCUMENT_PARTY,
    {
      name: 'paid_on',
      label: 'payment date',
      type: 'date',
      required: true,
      strong: [
        'paidon',
        'paymentdate',
        'zahlungsdatum',
        'bezahltam',
        'datepaiement',
        'betaaldatum',
        'fechapago',
        'datapagamento',
      ],
      weak: ['date', 'datum', 'fecha', 'data'],
    },
    {
      name: 'amount',
      label: 'amount in the company’s currency',
      type: 'money',
      required: true,
      strong: ['amountcompanycurrencysigned', 'amountcompanycurrency', ...DOCUMENT_AMOUNT_NAMES],
    },
    {
      name: 'invoice',
      label: 'invoice it pays, empty for none',
      type: 'code',
      strong: [
        'invoice',
        'invoiceno',
        'invoicenumber',
        'invoices',
        'reconciledinvoiceids',
        'reconciledbillids',
        'rechnung',
        'rechnungsnr',
        'rechnungsnummer',
        'facture',
        'factuur',
        'factuurnr',
        'factura',
        'fattura',
      ],
    },
    OWN_CURRENCY,
    FOREIGN_AMOUNT,
    {
      name: 'exchange',
      label: 'exchange difference, reckoned where empty',
      type: 'money',
      strong: [
        'exchange',
        'exchangedifference',
        'exchangegain',
        'kursdifferenz',
        'differencedechange',
        'koersverschil',
        'diferenciadecambio',
        'differenzacambio',
      ],
    },
    {
      name: 'direction',
      label: 'money in or out',
      type: 'choice',
      strong: ['direction', 'paymenttype', 'paymentdirection'],
      choices: { in: ['inbound', 'receive', 'incoming', 'received'], out: ['outbound', 'send', 'outgoing', 'sent'] },
    },
  ],
  key: ['kind', 'party', 'number'],
  // what one payment wins by the rate depends on those of the same invoice before it
  together: ['kind', 'party'],
  whole: {
    what: 'payment',
    check: (rows) => {
      if (new Set(rows.map(({ paid_on }) => paid_on)).size > 1) return 'The payment has several dates.';
      if (new Set(rows.map(({ currency }) => currency?.toUpperCase() ?? '')).size > 1)
        return 'The payment is in several currencies.';
      const invoices = rows.map(({ invoice }) => invoice ?? '');
      const twice = invoices.find((invoice, at) => invoices.indexOf(invoice) !== at);
      if (twice === undefined) return null;
      return twice === ''
        ? 'The payment has two lines without an invoice. Make them one, or another number.'
        : `The payment names the invoice "${twice}" twice. Make the lines one, or correct one.`;
    },
  },
  check: (row) => {
    const problem = currencyProblem(paymentAmounts(row));
    if (problem !== null) return problem;
    if (row.exchange == null || row.exchange === 0) return null;
    if (row.currency == null) return 'An exchange difference is of a payment in another currency; the line names none.';
    return row.invoice == null ? 'Without an invoice there is no exchange difference yet. Leave it empty.' : null;
  },
  measures: [{ label: 'Amount', type: 'money', factors: ['amount'] }],
  examples: [
    ['customer', 'R-2026-031', 'C-100', '2026-02-10', '1250.00', 'INV-2026-0101', '', '', '', ''],
    ['customer', 'R-2026-036', 'C-100', '2026-02-12', '510.00', 'INV-2026-0102', 'USD', '665.00', '', ''],
    ['supplier', 'P-2026-014', 'S-01', '2026-02-27', '972.00', 'S01-88231', '', '', '', ''],
    ['customer', 'R-2026-040', 'C-100', '2026-02-20', '200.00', '', '', '', '', ''],
  ],
});

/** Amounts that are positive where they reduce what is open: a customer pays, a supplier is paid. */
export function paymentAmounts(
  row: CurrencyCells & { readonly kind: string; readonly direction?: string | null | undefined },
): CurrencyCells {
  const { kind, direction = null, amount, currency, foreign_amount } = row;
  if (direction === null) return { amount, currency, foreign_amount };
  const back = (kind === 'customer') !== (direction === 'in');
  const signed = (value: number): number => (back ? 0 - Math.abs(value) : Math.abs(value));
  return {
    amount: signed(amount),
    currency,
    foreign_amount: foreign_amount == null ? foreign_amount : signed(foreign_amount),
  };
}
