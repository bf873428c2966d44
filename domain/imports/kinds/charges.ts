/** What it cost to bring purchases in, and what carriers charged for sending orders out. */
import { declareKind } from '#domain/imports/engine/kind.ts';
import { BOOK_CURRENCY } from './documentFields.ts';

const AMOUNT_NAMES = ['amount', 'charge', 'betrag', 'montant', 'bedrag', 'importe', 'importo'] as const;
const NUMBER_NAMES = [
  ...(['document', 'documentno', 'invoice', 'invoiceno', 'bill', 'billno', 'rechnung', 'rechnungsnr'] as const),
  ...(['facture', 'factuur', 'factura', 'fattura'] as const),
] as const;
const DATE_NAMES = ['bookedon', 'bookeddate', 'chargedon', 'invoicedate', 'rechnungsdatum', 'datefacture'] as const;

export const CHARGES = declareKind({
  kind: 'charges',
  title: 'Landed charges',
  one: 'landed charge',
  many: 'landed charges',
  about:
    'One line what a purchase order’s goods cost to bring in on a day: freight, duty, insurance or handling. It is split over the order’s lines by value, weight, volume or quantity, to the cent; by value where the file does not say. A reference tells charges of one kind and day apart; without one each line is a charge of its own.',
  area: 'finance',
  fields: [
    {
      name: 'order',
      label: 'purchase order',
      type: 'code',
      required: true,
      strong: [
        'purchaseorder',
        'purchaseorderno',
        'pono',
        'po',
        'order',
        'orderno',
        'bestellung',
        'bestellnr',
        'commande',
      ],
      weak: ['number'],
    },
    {
      name: 'charge',
      label: 'kind of charge',
      type: 'choice',
      required: true,
      strong: ['kind', 'chargekind', 'chargetype', 'type', 'kostenart', 'typedefrais', 'soort', 'tipo'],
      choices: {
        freight: ['fracht', 'transport', 'fret', 'vracht', 'flete', 'trasporto'],
        duty: ['duties', 'customs', 'zoll', 'douane', 'droits', 'aduana', 'dazio'],
        insurance: ['versicherung', 'assurance', 'verzekering', 'seguro', 'assicurazione'],
        handling: ['umschlag', 'manutention', 'behandeling', 'manipulacion'],
      },
    },
    { name: 'booked_on', label: 'day', type: 'date', required: true, strong: DATE_NAMES, weak: ['date', 'datum'] },
    { name: 'amount', label: 'amount', type: 'money', required: true, min: 0, area: 'cost', strong: AMOUNT_NAMES },
    {
      name: 'split_by',
      label: 'split by',
      type: 'choice',
      strong: ['splitby', 'split', 'splitmethod', 'verteilung', 'schluessel', 'repartition', 'verdeling', 'reparto'],
      choices: {
        value: ['amount', 'cost', 'wert', 'valeur', 'waarde', 'valor'],
        weight: ['gewicht', 'poids', 'peso'],
        volume: ['volumen'],
        quantity: ['qty', 'menge', 'quantite', 'aantal', 'cantidad'],
      },
    },
    {
      name: 'reference',
      label: 'number of the charge',
      type: 'code',
      strong: ['reference', 'ref', 'referenz', 'référence', 'referencia', 'riferimento', 'chargeno', ...NUMBER_NAMES],
      weak: ['number'],
    },
    BOOK_CURRENCY,
  ],
  key: ['order', 'charge', 'booked_on', 'reference'],
  apart: 'reference',
  together: ['order'],
  measures: [{ label: 'Amount', type: 'money', factors: ['amount'], area: 'cost' }],
  examples: [
    ['PO-7001', 'freight', '2026-02-03', '320.00', 'quantity', 'FW-2207', ''],
    ['PO-7001', 'duty', '2026-02-03', '84.50', 'value', '', ''],
  ],
});

export const FREIGHT = declareKind({
  kind: 'freight',
  title: 'Carriers’ charges',
  one: 'carrier’s charge',
  many: 'carriers’ charges',
  about:
    'One line what a carrier charged for sending an order, named by the order or by one of its deliveries, in the company’s currency. It is split over the order’s goods by their net sales, to the cent. Of an order without a charge the freight is not known; say 0 where nothing was charged.',
  area: 'finance',
  fields: [
    {
      name: 'number',
      label: 'carrier’s document',
      type: 'code',
      required: true,
      strong: [...NUMBER_NAMES, 'waybill', 'consignment', 'frachtbrief'],
      weak: ['number'],
    },
    {
      name: 'order',
      label: 'order number',
      type: 'code',
      strong: ['order', 'orderno', 'ordernumber', 'salesorder', 'salesorderno', 'auftrag', 'auftragsnr', 'pedido'],
    },
    {
      name: 'delivery',
      label: 'delivery number',
      type: 'code',
      strong: ['delivery', 'deliveryno', 'deliverynote', 'shipment', 'shipmentno', 'lieferschein', 'pakbon', 'albaran'],
    },
    { name: 'charged_on', label: 'day', type: 'date', required: true, strong: DATE_NAMES, weak: ['date', 'datum'] },
    {
      name: 'amount',
      label: 'amount',
      type: 'money',
      required: true,
      min: 0,
      area: 'cost',
      strong: [...AMOUNT_NAMES, 'freight', 'fracht'],
    },
    BOOK_CURRENCY,
  ],
  key: ['number', 'order', 'delivery'],
  together: ['number'],
  check: (row) =>
    row.order == null && row.delivery == null ? 'Say which order or which delivery the charge is for.' : null,
  measures: [{ label: 'Amount', type: 'money', factors: ['amount'], area: 'cost' }],
  examples: [
    ['CR-5501', 'SO-1001', '', '2026-01-08', '14.80', ''],
    ['CR-5502', '', 'DN-3014', '2026-01-12', '6.20', ''],
  ],
});
