/** Money given back to customers without goods coming back: what margin takes off sales, or off GM3 where it is of a claim. */
import { declareKind } from '#domain/imports/engine/kind.ts';
import { BOOK_CURRENCY } from './documentFields.ts';
import { CHANNEL_NAMES, CUSTOMER_NAMES, ITEM_NAMES, SALES_ORDER_NAMES } from './names.ts';

/** What is kept as the reason where the file says none, by what a credit is given for. */
export const CREDIT_REASONS = {
  price: 'price difference',
  return: 'return',
  rebate: 'rebate',
  claim: 'claim',
  other: 'credit',
} as const;

export const CREDITS = declareKind({
  kind: 'credits',
  title: 'Credit notes',
  one: 'credit',
  many: 'credits',
  about:
    'One line what a credit note gives back of an order, of an item of it, or to a customer, without tax and in the company’s currency. Margin takes it off sales in its month, or off GM3 where it names a claim. Goods that came back are lines of their orders, and a rebate that was agreed is owed with each sale: neither is told again. What the customer owes less comes with Invoices.',
  area: 'finance',
  fields: [
    {
      name: 'number',
      label: 'credit note number',
      type: 'code',
      required: true,
      strong: [
        ...(['credit', 'creditno', 'creditnote', 'creditnoteno', 'creditnotenumber', 'creditmemo', 'refund'] as const),
        ...(['gutschrift', 'gutschriftnr', 'gutschriftsnummer', 'avoir', 'numeroavoir', 'creditnota'] as const),
        ...(['notadecredito', 'notacredito', 'abono'] as const),
      ],
      weak: ['number', 'document', 'documentno', 'name', 'nr', 'no'],
    },
    {
      name: 'issued_on',
      label: 'day',
      type: 'date',
      required: true,
      strong: ['issuedon', 'issuedate', 'creditdate', 'creditnotedate', 'invoicedate', 'postingdate', 'bookedon'],
      weak: ['date', 'datum', 'fecha', 'data'],
    },
    { name: 'customer', label: 'customer', type: 'code', strong: CUSTOMER_NAMES },
    { name: 'channel', label: 'channel, without an order', type: 'code', strong: CHANNEL_NAMES },
    { name: 'order', label: 'order number', type: 'code', strong: SALES_ORDER_NAMES },
    { name: 'item', label: 'item code', type: 'code', strong: ITEM_NAMES, weak: ['product', 'part'] },
    {
      name: 'amount',
      label: 'amount given back, without tax',
      type: 'money',
      required: true,
      min: 0,
      strong: [
        ...(['amount', 'netamount', 'creditamount', 'creditedamount', 'untaxedamount', 'amountuntaxed'] as const),
        ...(['betrag', 'nettobetrag', 'montant', 'montantht', 'bedrag', 'importe', 'importo'] as const),
      ],
    },
    {
      name: 'given_for',
      label: 'what it is given for',
      type: 'choice',
      strong: ['givenfor', 'credittype', 'creditkind', 'gutschriftart', 'typeavoir'],
      weak: ['kind', 'type', 'art', 'tipo'],
      choices: {
        price: ['price difference', 'pricing', 'preisdifferenz', 'ecart de prix', 'prijsverschil'],
        return: ['returned', 'goods returned', 'rma', 'retoure', 'retour', 'devolucion', 'reso'],
        rebate: ['bonus', 'kickback', 'rückvergütung', 'ristourne', 'rappel', 'premio'],
        claim: ['complaint', 'reklamation', 'reclamation', 'klacht', 'reclamacion', 'reclamo'],
        other: ['goodwill', 'kulanz', 'geste commercial', 'coulance'],
      },
    },
    {
      name: 'claim',
      label: 'claim it settles',
      type: 'code',
      strong: ['claim', 'claimno', 'claimnumber', 'ticket', 'complaintno', 'reklamation', 'reklamationsnr'],
    },
    {
      name: 'reason',
      label: 'reason',
      type: 'text',
      strong: ['reason', 'reasontext', 'grund', 'motif', 'reden', 'motivo'],
      weak: ['memo', 'text', 'description', 'ref'],
    },
    BOOK_CURRENCY,
  ],
  key: ['number', 'customer', 'order', 'item', 'claim'],
  together: ['number'],
  check: (row) => {
    if (row.order == null && row.customer == null && row.claim == null)
      return 'Say which order, customer or claim the credit is for.';
    return row.given_for === 'claim' && row.claim == null ? 'Say which claim the credit settles.' : null;
  },
  measures: [{ label: 'Amount', type: 'money', factors: ['amount'] }],
  examples: [
    ['CN-2026-0007', '2026-01-20', 'C-100', '', 'SO-1001', '', '12.50', 'price', '', 'Price of the old list', ''],
    ['CN-2026-0008', '2026-01-22', 'C-100', '', '', '', '4.00', 'other', '', 'Late delivery', ''],
  ],
});
