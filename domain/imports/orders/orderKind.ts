/** Orders as a kind of file: the fields a column may be taken for. Their lines are read by `orderLine.ts`. */
import type { Field } from '#domain/imports/engine/field.ts';
import type { ImportKind } from '#domain/imports/engine/kind.ts';
import { COLUMN_NAMES } from './columnNames.ts';
import { FIELD_LABELS, ORDER_FIELDS, type OrderField, REQUIRED_FIELDS } from './orderMap.ts';

const NUMBERS: readonly OrderField[] = ['quantity', 'unit_price', 'discount_amount', 'discount_percent'];
const DATES: readonly OrderField[] = ['ordered_at', 'requested_on', 'committed_on'];

/** Required fields first: they choose their columns before the optional ones. */
export const ORDERS: ImportKind = {
  kind: 'orders',
  title: 'Orders',
  one: 'order line',
  many: 'order lines',
  about: 'Order lines: what was sold, at which price, to whom. A line is known by its order and its place within it.',
  area: 'general',
  fields: ORDER_FIELDS.map(
    (name): Field => ({
      name,
      label: FIELD_LABELS[name],
      type: NUMBERS.includes(name) ? 'price' : DATES.includes(name) ? 'date' : 'text',
      ...((REQUIRED_FIELDS as readonly OrderField[]).includes(name) ? { required: true } : {}),
      ...COLUMN_NAMES[name],
    }),
  ),
  key: ['invoice'],
  measures: [],
  examples: [],
};

/** The file to start from; `resources/templates/orders.csv` is this. */
const TEMPLATE = [
  'Order No,Order Date,Customer ID,Customer Name,Country,Channel,Site,Item Code,Description,Quantity,Unit Price,Discount %,Requested Date,Committed Date',
  'SO-1001,2026-01-05 09:30,C-100,Northgate Fabrication,United Kingdom,Inside sales,LEEDS,FA-0840,Hex bolt M8x40 A2,200,0.185,5,2026-01-09,2026-01-09',
  'SO-1001,2026-01-05 09:30,C-100,Northgate Fabrication,United Kingdom,Inside sales,LEEDS,FREIGHT,Carriage,1,9.50,,,',
];

export function ordersTemplate(): string {
  return TEMPLATE.map((line) => `${line}\n`).join('');
}
