/** What was counted of stock against what the books said lay there: the close knows its differences, stock accuracy is made of it. */
import { declareKind } from '#domain/imports/engine/kind.ts';
import { BOOK_CURRENCY } from './documentFields.ts';
import { AT_SITE, OF_ITEM } from './names.ts';

export const COUNTS = declareKind({
  kind: 'counts',
  title: 'Stock counts',
  one: 'count',
  many: 'counts',
  about:
    'One line what was counted of an item at a place, and what the books said lay there. Counts that are finished, with their adjustment booked: the close finds the difference on the stock account, and stock accuracy counts by it. Balances stay as they are: those come with Stock balances. Without a location each item counts as a place of its own.',
  area: 'general',
  fields: [
    {
      name: 'number',
      label: 'count number',
      type: 'code',
      strong: [
        ...([
          'count',
          'countno',
          'countnumber',
          'stocktake',
          'stocktakeno',
          'inventoryno',
          'inventoryadjustment',
        ] as const),
        ...(['inventur', 'inventurnr', 'zählung', 'zaehlung', 'iblnr', 'inventaire', 'telling', 'recuento'] as const),
      ],
      weak: ['number', 'document', 'documentno', 'name', 'nr', 'no', 'reference'],
    },
    {
      name: 'counted_on',
      label: 'day of the count',
      type: 'date',
      required: true,
      strong: [
        ...(['countedon', 'countdate', 'dateofcount', 'inventorydate', 'stocktakedate', 'accountingdate'] as const),
        ...([
          'zähldatum',
          'zaehldatum',
          'inventurdatum',
          'zldat',
          'dateinventaire',
          'teldatum',
          'fechaconteo',
        ] as const),
      ],
      weak: ['date', 'datum', 'fecha', 'data'],
    },
    AT_SITE,
    OF_ITEM,
    {
      name: 'place',
      label: 'location in the site',
      type: 'code',
      strong: [
        ...(['place', 'bin', 'bincode', 'shelf', 'locationcode', 'lagerplatz', 'lgpla', 'fach'] as const),
        ...(['emplacement', 'locatie', 'ubicacion', 'ubicazione'] as const),
      ],
    },
    {
      name: 'booked',
      label: 'quantity in the books',
      type: 'quantity',
      required: true,
      strong: [
        ...(['booked', 'bookquantity', 'bookqty', 'expected', 'expectedqty', 'systemqty', 'theoreticalqty'] as const),
        ...(['theoreticalquantity', 'inventoryquantity', 'buchmenge', 'sollmenge', 'buchm', 'soll'] as const),
        ...(['quantitetheorique', 'stocktheorique', 'boekaantal', 'cantidadteorica'] as const),
      ],
      weak: ['quantity', 'qty', 'onhand', 'onhandquantity'],
    },
    {
      name: 'counted',
      label: 'quantity counted',
      type: 'quantity',
      required: true,
      min: 0,
      strong: [
        ...(['counted', 'countedqty', 'countedquantity', 'countqty', 'realquantity', 'productqty'] as const),
        ...(['inventoryquantityset', 'zählmenge', 'zaehlmenge', 'istmenge', 'menge', 'ist'] as const),
        ...(['quantitecomptee', 'quantitereelle', 'geteld', 'getelde', 'cantidadcontada', 'contata'] as const),
      ],
    },
    {
      name: 'tolerance',
      label: 'difference that is none',
      type: 'quantity',
      min: 0,
      strong: ['tolerance', 'toleranceqty', 'toleranz', 'tolérance', 'tolerantie', 'tolerancia', 'tolleranza'],
    },
    {
      name: 'unit_cost',
      label: 'unit cost on that day',
      type: 'price',
      min: 0,
      area: 'cost',
      strong: [
        ...(['unitcost', 'cost', 'costprice', 'standardprice', 'einstandspreis', 'kostprijs'] as const),
        ...(['prixderevient', 'coste', 'costo'] as const),
      ],
    },
    BOOK_CURRENCY,
  ],
  key: ['number', 'counted_on', 'site', 'item', 'place'],
  together: ['number', 'counted_on', 'site'],
  measures: [
    { label: 'In the books', type: 'quantity', factors: ['booked'] },
    { label: 'Counted', type: 'quantity', factors: ['counted'] },
    { label: 'Value counted', type: 'money', factors: ['counted', 'unit_cost'], area: 'cost' },
  ],
  examples: [
    ['ST-2026-01', '2026-01-31', 'LEEDS', 'FA-0840', 'A-12-3', '12400', '12380', '50', '0.0832', ''],
    ['ST-2026-01', '2026-01-31', 'LEEDS', 'FA-0912', 'A-12-4', '50000', '50000', '', '0.0121', ''],
    ['', '2026-01-31', 'COUNTER', 'HT-2201', '', '6', '5', '', '74.50', ''],
  ],
});
