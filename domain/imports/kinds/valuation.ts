/** What stock is worth at a month's end, item by item, as the system of record valued it. */
import { declareKind } from '#domain/imports/engine/kind.ts';
import { BOOK_CURRENCY } from './documentFields.ts';
import { MONTH_NAMES, monthProblem } from './month.ts';
import { AT_SITE, OF_ITEM, QUANTITY_NAMES } from './names.ts';

/** Of a line that is refused because another of its file is. */
export const OTHER_VALUES_REFUSED =
  'Stock values are taken in whole or not at all: a month with a line missing would be worth less. Put right in the file what is refused, and import the whole file again.';

export const VALUATION = declareKind({
  kind: 'valuation',
  title: 'Stock value at month’s end',
  one: 'stock value',
  many: 'stock values',
  about:
    'One line what an item at a site was worth at the end of a month, in the company’s currency. The file says all of a month: what was there of it before is replaced. It is taken in whole or not at all. The close compares it with the ledger, and inventory turns and GMROI count by it.',
  area: 'finance',
  fields: [
    {
      name: 'month',
      label: 'month',
      type: 'code',
      required: true,
      strong: [
        ...MONTH_NAMES,
        'asof',
        'asofdate',
        'valuationdate',
        'inventorydate',
        'stichtag',
        'datestock',
        'peildatum',
      ],
      weak: ['date', 'datum', 'fecha', 'data'],
    },
    AT_SITE,
    OF_ITEM,
    {
      name: 'quantity',
      label: 'quantity',
      type: 'quantity',
      strong: [
        ...QUANTITY_NAMES,
        'onhand',
        'onhandquantity',
        'quantityonhand',
        'valuedquantity',
        'bestand',
        'voorraad',
      ],
    },
    {
      name: 'value',
      label: 'value',
      type: 'money',
      required: true,
      area: 'cost',
      strong: [
        'value',
        'totalvalue',
        'stockvalue',
        'inventoryvalue',
        'valuation',
        'bestandswert',
        'lagerwert',
        'wert',
        'valeur',
        'valeurstock',
        'voorraadwaarde',
        'waarde',
        'valor',
        'valore',
      ],
      weak: ['amount', 'betrag', 'total'],
    },
    BOOK_CURRENCY,
  ],
  key: ['month', 'site', 'item'],
  entire: { what: 'file', others: OTHER_VALUES_REFUSED },
  // no field: one part, since a month is replaced as a whole
  together: [],
  check: (row) => monthProblem(row.month),
  measures: [
    { label: 'Quantity', type: 'quantity', factors: ['quantity'] },
    { label: 'Value', type: 'money', factors: ['value'], area: 'cost' },
  ],
  examples: [
    ['2026-10', 'LEEDS', 'FA-0840', '12400', '1031.68', ''],
    ['2026-10', 'COUNTER', 'HT-2201', '6', '447.00', ''],
  ],
});
