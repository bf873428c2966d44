/** Which column of an order file means what, and how its numbers and dates are written. */
import { DEFAULT_LINE_KIND_RULES, type LineKindRules } from '#domain/orders/lineKind.ts';
import type { DateOrder } from '#domain/imports/text/dateText.ts';
import type { DecimalMark } from '#domain/imports/text/numberText.ts';

export const REQUIRED_FIELDS = ['invoice', 'item', 'quantity', 'unit_price', 'ordered_at'] as const;
export const OPTIONAL_FIELDS = [
  'description',
  'customer',
  'customer_name',
  'country',
  'channel',
  'site',
  'currency',
  'discount_amount',
  'discount_percent',
  'requested_on',
  'committed_on',
] as const;
export const ORDER_FIELDS = [...REQUIRED_FIELDS, ...OPTIONAL_FIELDS] as const;
export type RequiredField = (typeof REQUIRED_FIELDS)[number];
export type OrderField = (typeof ORDER_FIELDS)[number];

export const FIELD_LABELS: Readonly<Record<OrderField, string>> = {
  invoice: 'invoice or order number',
  item: 'item code',
  quantity: 'quantity',
  unit_price: 'unit price',
  ordered_at: 'invoice or order date',
  description: 'description',
  customer: 'customer code',
  customer_name: 'customer name',
  country: 'country',
  channel: 'channel',
  site: 'site',
  currency: 'currency',
  discount_amount: 'discount (amount)',
  discount_percent: 'discount (percent)',
  requested_on: 'requested date',
  committed_on: 'committed date',
};

/** A map file's content. Column names are the header's; a field that is absent is not in the file. */
export interface OrderMap {
  readonly columns: Readonly<Partial<Record<OrderField, string>>>;
  readonly date_order: DateOrder;
  readonly decimal_mark: DecimalMark;
  readonly kinds: LineKindRules;
}

/** What a person may write in a map file: the rest is guessed or has a default. */
export interface PartialOrderMap {
  readonly columns?: Readonly<Partial<Record<OrderField, string>>>;
  readonly date_order?: DateOrder;
  readonly decimal_mark?: DecimalMark;
  readonly kinds?: Partial<LineKindRules>;
}

export function kindRulesWith(own: Partial<LineKindRules> | undefined): LineKindRules {
  return { ...DEFAULT_LINE_KIND_RULES, ...own };
}

/** Position of each mapped field in a record of `header`; -1 = not mapped. Throws on a column the header lacks. */
export function fieldPositions(map: OrderMap, header: readonly string[]): Readonly<Record<OrderField, number>> {
  const positions = Object.fromEntries(ORDER_FIELDS.map((field) => [field, -1])) as Record<OrderField, number>;
  for (const field of ORDER_FIELDS) {
    const column = map.columns[field];
    if (column === undefined) continue;
    const position = header.indexOf(column);
    if (position < 0) throw new RangeError(`the file has no column "${column}" (${FIELD_LABELS[field]})`);
    positions[field] = position;
  }
  return positions;
}

/** Names every column: blank ones by number, a repeated name with its count, so that a map can tell them apart. */
export function distinctHeader(cells: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return cells.map((cell, index) => {
    const name = cell.trim() || `Column ${index + 1}`;
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name} (${count})`;
  });
}
