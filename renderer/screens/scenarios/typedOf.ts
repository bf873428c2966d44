/** An assumption back in the fields that say it. */
import type { NamedAssumption } from '#contract/queries.ts';
import { plainNumber } from '#renderer/format/numbers.ts';
import type { Typed } from './typedAssumption.ts';

const text = (value: number | null, places: number): string => (value === null ? '' : plainNumber(value, places));

export function typedOf(
  { assumption: each, item_code, item, uom, document, supplier }: NamedAssumption,
  minor_places: number,
): Partial<Typed> {
  const named = [item_code, item].filter(Boolean).join(' ');
  switch (each.kind) {
    case 'receipt':
      return {
        kind: 'receipt',
        purchase_order_id: document?.id ?? null,
        purchase: document?.number ?? '',
        po_line_id: String(each.po_line_id),
        on: each.on ?? '',
        qty: text(each.qty_milli, 3),
      };
    case 'new_receipt':
      return {
        kind: 'new_receipt',
        item_id: each.item_id,
        item: named,
        uom: uom ?? '',
        site_id: String(each.site_id),
        on: each.on,
        qty: text(each.qty_milli, 3),
      };
    case 'demand':
      return {
        kind: 'demand',
        item_id: each.item_id,
        item: named,
        site_id: each.site_id === null ? '' : String(each.site_id),
        category: each.category ?? '',
        abc: each.abc ?? '',
        channel_id: each.channel_id == null ? '' : String(each.channel_id),
        factor: text(each.factor_bp, 2),
      };
    case 'new_order_line':
      return {
        kind: 'new_order_line',
        item_id: each.item_id,
        item: named,
        site_id: String(each.site_id),
        channel_id: each.channel_id === null ? '' : String(each.channel_id),
        on: each.on,
        qty: text(each.qty_milli, 3),
        value: text(each.net_minor, minor_places),
      };
    case 'serving':
      return {
        kind: 'serving',
        order_id: each.order_id,
        order: document?.number ?? '',
        order_line_id: each.order_line_id === null ? '' : String(each.order_line_id),
        standing: each.standing,
      };
    case 'channel':
      return {
        kind: 'channel',
        channel_id: String(each.channel_id),
        priority: String(each.priority),
        share: text(each.protected_bp, 2),
      };
    case 'policy':
      return {
        kind: 'policy',
        item_id: each.item_id,
        item: named,
        site_id: String(each.site_id),
        min: text(each.min_qty_milli, 3),
        max: text(each.max_qty_milli, 3),
        target: text(each.target_bp, 2),
      };
    case 'class_policy':
      return {
        kind: 'class_policy',
        abc: each.abc,
        site_id: each.site_id === null ? '' : String(each.site_id),
        min: text(each.min_factor_bp ?? null, 2),
        max: text(each.max_factor_bp ?? null, 2),
        target: text(each.target_bp, 2),
      };
    case 'lead_time':
      return { kind: 'lead_time', supplier_id: each.supplier_id, supplier: supplier ?? '', days: String(each.days) };
  }
}
