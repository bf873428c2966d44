/** What customers complain of, when the clock ran, and what each complaint cost beside the credits given. */
import { declareKind } from '#domain/imports/engine/kind.ts';
import { BOOK_CURRENCY } from './documentFields.ts';
import { CUSTOMER_NAMES, ITEM_NAMES, SALES_ORDER_NAMES } from './names.ts';

const CLAIM_NAMES = [
  ...(['claim', 'claimno', 'claimnumber', 'claimid', 'ticket', 'ticketno', 'case', 'caseno', 'complaint'] as const),
  ...(['reklamation', 'reklamationsnr', 'reclamation', 'klacht', 'reclamacion', 'reclamo'] as const),
] as const;

export const CLAIMS = declareKind({
  kind: 'claims',
  title: 'Claims',
  one: 'claim',
  many: 'claims',
  about:
    'One line a claim of a customer: what it is about, what is asked for, and when it was opened, waited for the customer and was resolved. Without a resolved day it is open. The file says all of a claim; what is given for it comes with Credit notes, what else it cost with Costs of claims.',
  area: 'general',
  fields: [
    {
      name: 'number',
      label: 'claim number',
      type: 'code',
      required: true,
      strong: CLAIM_NAMES,
      weak: ['number', 'document', 'name', 'nr', 'no'],
    },
    {
      name: 'opened_on',
      label: 'day it was opened',
      type: 'date',
      required: true,
      strong: ['openedon', 'opened', 'opendate', 'createdon', 'createdate', 'reportedon', 'eröffnetam', 'ouvertle'],
      weak: ['date', 'datum', 'fecha', 'data'],
    },
    { name: 'customer', label: 'customer', type: 'code', strong: CUSTOMER_NAMES },
    { name: 'order', label: 'order number', type: 'code', strong: SALES_ORDER_NAMES },
    { name: 'item', label: 'item code', type: 'code', strong: ITEM_NAMES, weak: ['product', 'part'] },
    {
      name: 'reason',
      label: 'reason',
      type: 'text',
      strong: ['reason', 'claimtype', 'complainttype', 'grund', 'motif', 'reden', 'motivo'],
      weak: ['kind', 'type', 'art', 'tipo', 'subject'],
    },
    {
      name: 'claimed',
      label: 'amount claimed',
      type: 'money',
      min: 0,
      strong: ['claimed', 'claimedamount', 'amountclaimed', 'forderung', 'montantreclame'],
      weak: ['amount', 'betrag', 'montant'],
    },
    {
      name: 'waiting_since',
      label: 'day it began to wait for the customer',
      type: 'date',
      strong: ['waitingsince', 'waitingfrom', 'onholdsince', 'pendingsince', 'wartetseit'],
    },
    {
      name: 'resumed_on',
      label: 'day it went on',
      type: 'date',
      strong: ['resumedon', 'resumed', 'waitinguntil', 'answeredon', 'fortgesetztam'],
    },
    {
      name: 'resolved_on',
      label: 'day it was resolved',
      type: 'date',
      strong: ['resolvedon', 'resolved', 'closedon', 'closedate', 'resolutiondate', 'erledigtam', 'gelöstam', 'clotle'],
    },
    BOOK_CURRENCY,
  ],
  key: ['number'],
  check: ({ order, customer, opened_on, waiting_since, resumed_on, resolved_on }) => {
    if (order == null && customer == null) return 'Say which order or which customer the claim is of.';
    if (resumed_on != null && waiting_since == null) return 'It went on, and no day says since when it waited.';
    const days = [opened_on, waiting_since, resumed_on, resolved_on].filter((day) => day != null);
    return days.some((day, nth) => nth > 0 && day < (days[nth - 1] ?? day))
      ? 'Its days go backwards: opened, waiting, went on, resolved.'
      : null;
  },
  measures: [{ label: 'Claimed', type: 'money', factors: ['claimed'] }],
  examples: [
    ['CL-501', '2026-01-14', 'C-100', 'SO-1001', '', 'damaged', '40.00', '2026-01-15', '2026-01-19', '2026-01-21', ''],
    ['CL-502', '2026-01-20', 'C-100', '', '', 'late delivery', '10.00', '', '', '', ''],
  ],
});

export const CLAIM_COSTS = declareKind({
  kind: 'claimcosts',
  title: 'Costs of claims',
  one: 'cost of a claim',
  many: 'costs of claims',
  about:
    'One line what a claim cost on a day beside the credits given: sorting, a courier, an hour of the workshop. Margin takes it off GM3. A reference tells costs of one claim and day apart; without one each line is a cost of its own. How it was paid comes with invoices or payments.',
  area: 'finance',
  fields: [
    { name: 'claim', label: 'claim number', type: 'code', required: true, strong: CLAIM_NAMES },
    {
      name: 'booked_on',
      label: 'day',
      type: 'date',
      required: true,
      strong: ['bookedon', 'bookedate', 'chargedon', 'costdate', 'postingdate', 'invoicedate', 'buchungsdatum'],
      weak: ['date', 'datum', 'fecha', 'data'],
    },
    {
      name: 'amount',
      label: 'amount',
      type: 'money',
      required: true,
      min: 0,
      area: 'cost',
      strong: ['amount', 'cost', 'costs', 'betrag', 'kosten', 'montant', 'bedrag', 'importe', 'importo'],
    },
    {
      name: 'reference',
      label: 'number of the cost',
      type: 'code',
      strong: ['reference', 'ref', 'referenz', 'référence', 'referencia', 'riferimento', 'document', 'documentno'],
      weak: ['number'],
    },
    BOOK_CURRENCY,
  ],
  key: ['claim', 'booked_on', 'reference'],
  apart: 'reference',
  together: ['claim'],
  measures: [{ label: 'Amount', type: 'money', factors: ['amount'], area: 'cost' }],
  examples: [
    ['CL-501', '2026-01-21', '18.00', 'COUR-118', ''],
    ['CL-501', '2026-01-21', '6.50', '', ''],
  ],
});
