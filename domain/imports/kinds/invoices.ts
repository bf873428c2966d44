/** Invoices to customers and of suppliers, credits among them: what is owed, and when it is due. */
import { declareKind } from '#domain/imports/engine/kind.ts';
import { DOCUMENT_PARTY, FOREIGN_AMOUNT, OWN_CURRENCY } from './documentFields.ts';
import { CUSTOMER_WORDS, DOCUMENT_AMOUNT_NAMES, SUPPLIER_WORDS } from './names.ts';
import { type CurrencyCells, currencyProblem } from './ownCurrency.ts';

export const INVOICES = declareKind({
  kind: 'invoices',
  title: 'Invoices',
  one: 'invoice',
  many: 'invoices',
  about:
    'One line an invoice, to a customer or of a supplier; a credit has a negative amount. The amount is in the company’s currency as it was booked; of an invoice in another currency its own amount stands beside.',
  area: 'finance',
  fields: [
    {
      name: 'kind',
      label: 'customer or supplier',
      type: 'choice',
      required: true,
      strong: ['kind', 'movetype', 'invoicetype', 'documenttype', 'belegtyp', 'typedocument'],
      weak: ['type', 'art', 'tipo'],
      choices: {
        customer: CUSTOMER_WORDS,
        supplier: SUPPLIER_WORDS,
        // what Odoo calls them; the sign of the amount goes by this
        out_invoice: ['customer invoice'],
        out_refund: ['customer credit note'],
        in_invoice: ['vendor bill'],
        in_refund: ['vendor credit note'],
      },
    },
    {
      name: 'number',
      label: 'invoice number',
      type: 'code',
      required: true,
      strong: [
        'invoice',
        'invoiceno',
        'invoicenumber',
        'invoiceid',
        'billno',
        'billnumber',
        'rechnung',
        'rechnungsnr',
        'rechnungsnummer',
        'facture',
        'numerofacture',
        'factuur',
        'factuurnr',
        'factuurnummer',
        'factura',
        'numerofactura',
        'fattura',
        'numerofattura',
        'belegnummer',
        'vbeln',
      ],
      weak: ['number', 'document', 'documentno', 'name', 'nr', 'no'],
    },
    DOCUMENT_PARTY,
    {
      name: 'issued_on',
      label: 'invoice date',
      type: 'date',
      required: true,
      strong: [
        'issuedon',
        'issuedate',
        'invoicedate',
        'billdate',
        'invoicebilldate',
        'rechnungsdatum',
        'datefacture',
        'factuurdatum',
        'fechafactura',
        'datafattura',
        'documentdate',
        'belegdatum',
      ],
      weak: ['date', 'datum', 'fecha', 'data'],
    },
    {
      name: 'posted_on',
      label: 'posting date, empty for the invoice date',
      type: 'date',
      strong: [
        'postedon',
        'postingdate',
        'accountingdate',
        'bookedon',
        'bookingdate',
        'buchungsdatum',
        'datecomptable',
        'boekdatum',
        'fechacontable',
        'datacontabile',
      ],
      weak: ['date'],
    },
    {
      name: 'due_on',
      label: 'due date',
      type: 'date',
      required: true,
      strong: [
        'dueon',
        'duedate',
        'due',
        'invoicedatedue',
        'paymentdue',
        'fälligam',
        'faelligam',
        'fälligkeit',
        'fälligkeitsdatum',
        'dateecheance',
        'échéance',
        'echeance',
        'vervaldatum',
        'fechavencimiento',
        'vencimiento',
        'scadenza',
        'datascadenza',
      ],
    },
    {
      name: 'amount',
      label: 'amount in the company’s currency',
      type: 'money',
      required: true,
      strong: ['amounttotalsigned', 'totalsigned', ...DOCUMENT_AMOUNT_NAMES],
      weak: ['amounttotal', 'total'],
    },
    OWN_CURRENCY,
    {
      ...FOREIGN_AMOUNT,
      strong: [...FOREIGN_AMOUNT.strong, 'amounttotalincurrencysigned', 'totalincurrencysigned'],
      weak: ['amounttotal'],
    },
    {
      name: 'order',
      label: 'order or purchase order it is for',
      type: 'code',
      strong: [
        'order',
        'orderno',
        'ordernumber',
        'salesorder',
        'purchaseorder',
        'ponumber',
        'invoiceorigin',
        'origin',
        'sourcedocument',
        'auftrag',
        'auftragsnr',
        'bestellnr',
        'commande',
        'ordernummer',
        'pedido',
        'ordine',
      ],
    },
    {
      name: 'delivery',
      label: 'delivery or receipt it bills',
      type: 'code',
      strong: [
        'delivery',
        'deliveryno',
        'deliverynote',
        'shipment',
        'receipt',
        'receiptno',
        'grn',
        'lieferschein',
        'lieferscheinnr',
        'wareneingang',
        'bonlivraison',
        'pakbon',
        'albaran',
        'ddt',
      ],
    },
  ],
  key: ['kind', 'party', 'number'],
  check: (row) => {
    if (row.due_on < row.issued_on) return 'It is due before its date. Write the day it is to be paid by.';
    return currencyProblem(invoiceAmounts(row));
  },
  measures: [{ label: 'Amount', type: 'money', factors: ['amount'] }],
  examples: [
    ['customer', 'INV-2026-0101', 'C-100', '2026-01-09', '2026-01-09', '2026-02-08', '1250.00', '', '', '', ''],
    ['customer', 'INV-2026-0102', 'C-100', '2026-01-12', '', '2026-02-11', '1000.00', 'USD', '1330.00', '', ''],
    ['customer', 'CN-2026-0007', 'C-100', '2026-01-20', '', '2026-01-20', '-120.00', '', '', '', ''],
    ['supplier', 'S01-88231', 'S-01', '2026-01-28', '2026-02-02', '2026-02-27', '972.00', '', '', 'PO-7001', 'GR-501'],
  ],
});

/** Whose document a line is, its amounts with the sign the ledger gives them: a credit is negative. */
export function invoiceAmounts(row: CurrencyCells & { readonly kind: string }): CurrencyCells & {
  readonly party_kind: 'customer' | 'supplier';
} {
  const { kind, amount, currency, foreign_amount } = row;
  const party_kind = kind === 'customer' || kind.startsWith('out_') ? 'customer' : 'supplier';
  if (kind === 'customer' || kind === 'supplier') return { party_kind, amount, currency, foreign_amount };
  // Odoo signs amounts by whether money comes in, or not at all: the type alone says what is a credit
  const signed = (value: number): number => (kind.endsWith('_refund') ? 0 - Math.abs(value) : Math.abs(value));
  return {
    party_kind,
    amount: signed(amount),
    currency,
    foreign_amount: foreign_amount == null ? foreign_amount : signed(foreign_amount),
  };
}
