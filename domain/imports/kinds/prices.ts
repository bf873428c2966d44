/** What suppliers ask, and list prices where there are none yet; all other list prices, floors and highest discounts are only compared with what holds. */
import { declareKind } from '#domain/imports/engine/kind.ts';
import { BOOK_CURRENCY } from './documentFields.ts';
import {
  CATEGORY_NAMES,
  CHANNEL_NAMES,
  CUSTOMER_NAMES,
  FIRST_DAY_NAMES,
  ITEM_NAMES,
  LAST_DAY_NAMES,
  OWNER_NAMES,
  SUPPLIER_NAMES,
} from './names.ts';

export const PRICES = declareKind({
  kind: 'prices',
  title: 'Prices',
  one: 'price',
  many: 'prices',
  about:
    'One line a price and its first day. The kind says which: list price or a supplier’s price. A list price is brought in where there is none yet; one that is kept already, floors and highest discounts are changed on the screen Rules, where somebody else approves them.',
  area: 'general',
  fields: [
    {
      name: 'kind',
      label: 'kind of price',
      type: 'choice',
      required: true,
      strong: ['kind', 'pricekind', 'pricetype', 'type', 'preisart', 'typedeprix', 'prijssoort', 'tipoprecio'],
      choices: {
        list: ['listprice', 'list price', 'sales', 'sale', 'listenpreis', 'verkauf', 'tarif', 'verkoop', 'venta'],
        floor: ['minimum', 'min', 'floor price', 'mindestpreis', 'plancher', 'bodemprijs', 'minimo'],
        supplier: ['purchase', 'vendor', 'cost', 'einkauf', 'lieferant', 'achat', 'fournisseur', 'inkoop', 'compra'],
      },
    },
    { name: 'item', label: 'item code', type: 'code', strong: ITEM_NAMES, weak: ['product', 'part', 'code'] },
    {
      name: 'category',
      label: 'category',
      type: 'code',
      strong: CATEGORY_NAMES,
    },
    { name: 'channel', label: 'channel', type: 'code', strong: CHANNEL_NAMES },
    { name: 'customer', label: 'customer', type: 'code', strong: CUSTOMER_NAMES },
    { name: 'supplier', label: 'supplier', type: 'code', strong: SUPPLIER_NAMES },
    {
      name: 'price',
      label: 'price',
      type: 'price',
      min: 0,
      strong: [
        'price',
        'unitprice',
        'listprice',
        'preis',
        'listenpreis',
        'einzelpreis',
        'prix',
        'prixunitaire',
        'prijs',
        'precio',
        'prezzo',
        'fixedprice',
        'kbetr',
      ],
    },
    {
      name: 'max_discount',
      label: 'highest discount in percent',
      type: 'percent',
      min: 0,
      max: 100,
      strong: [
        'maxdiscount',
        'maxdiscountpercent',
        'maxdiscountpct',
        'maxrabatt',
        'höchstrabatt',
        'remisemax',
        'maxkorting',
        'descuentomax',
      ],
    },
    {
      name: 'valid_from',
      label: 'first day',
      type: 'date',
      required: true,
      strong: FIRST_DAY_NAMES,
      weak: ['date', 'datum', 'start'],
    },
    {
      name: 'valid_to',
      label: 'last day',
      type: 'date',
      strong: LAST_DAY_NAMES,
      weak: ['end'],
    },
    { name: 'owner', label: 'owner of the list price', type: 'code', strong: OWNER_NAMES },
    {
      name: 'supplier_code',
      label: 'supplier’s own item code',
      type: 'code',
      strong: [
        'supplieritem',
        'supplieritemcode',
        'suppliersku',
        'supplierproductcode',
        'bestellnummerlieferant',
        'lieferantenartikelnr',
        'reffournisseur',
        'idnlf',
      ],
    },
    {
      name: 'moq',
      label: 'minimum order quantity',
      type: 'quantity',
      min: 0,
      strong: [
        'moq',
        'minqty',
        'minorderqty',
        'minimumorderquantity',
        'mindestmenge',
        'mindestbestellmenge',
        'qtemin',
        'minimumafname',
      ],
    },
    {
      name: 'multiple',
      label: 'order multiple',
      type: 'quantity',
      min: 0,
      strong: [
        'multiple',
        'ordermultiple',
        'packsize',
        'packqty',
        'verpackungseinheit',
        've',
        'colisage',
        'verpakkingseenheid',
      ],
    },
    {
      name: 'lead_time_days',
      label: 'lead time in days',
      type: 'whole',
      min: 0,
      max: 3650,
      strong: [
        'leadtime',
        'leadtimedays',
        'delay',
        'lieferzeit',
        'lieferzeittage',
        'wiederbeschaffungszeit',
        'delai',
        'délai',
        'levertijd',
        'plazo',
      ],
    },
    {
      name: 'preferred',
      label: 'preferred supplier',
      type: 'flag',
      strong: ['preferred', 'ispreferred', 'bevorzugt', 'prefere', 'préféré', 'voorkeur', 'preferido'],
    },
    BOOK_CURRENCY,
  ],
  key: ['kind', 'item', 'category', 'channel', 'customer', 'supplier', 'valid_from'],
  // A supplier's terms stand once for all its prices of an item.
  together: ['supplier', 'item'],
  check: (row) => {
    const {
      kind,
      item = null,
      category = null,
      customer = null,
      supplier = null,
      price = null,
      max_discount = null,
    } = row;
    if (row.valid_to != null && row.valid_to < row.valid_from) return 'The last day is before the first.';
    if (kind === 'list') {
      if (price === null && max_discount === null)
        return 'A list price line says a price, a highest discount, or both.';
      if (price !== null && item === null) return 'The item code is empty, and a list price is of an item.';
      if (item !== null && category !== null) return 'A line is for an item or for a category, not for both.';
      return supplier === null ? null : 'A list price has no supplier.';
    }
    if (item === null) return 'The item code is empty.';
    if (price === null) return 'The price is empty.';
    if (category !== null || customer !== null)
      return `A ${kind} price is of an item alone: leave category and customer empty.`;
    if (kind === 'supplier') {
      if (row.multiple === 0) return 'The order multiple is 0.';
      if (row.channel != null) return 'A supplier’s price is for no channel: leave it empty.';
      return supplier === null ? 'The supplier is empty.' : null;
    }
    return supplier === null ? null : 'A floor has no supplier.';
  },
  measures: [{ label: 'Prices', type: 'price', factors: ['price'] }],
  examples: [
    ['list', 'FA-0840', '', '', '', '', '0.185', '', '2026-01-01', '2026-12-31', 'admin', '', '', '', '', '', ''],
    ['list', 'FA-0840', '', '', '', '', '0.19', '', '2027-01-01', '', 'admin', '', '', '', '', '', ''],
    [
      'supplier',
      'FA-0840',
      '',
      '',
      '',
      'S-01',
      '0.081',
      '',
      '2026-01-01',
      '',
      '',
      'OS-8840',
      '5000',
      '1000',
      '21',
      'yes',
      '',
    ],
  ],
});
