/** Where a found row opens: the screen's own address, filtered to the row. */
import type { FindHit, FindKind, Session } from '#contract/queries.ts';
import { claimPlace } from '#renderer/screens/claims/claimPlace.ts';
import { formatView, parseView } from '#renderer/screens/figures/address.ts';
import { type Dimension, nextDimension } from '#renderer/screens/figures/trail.ts';
import { FILL_WORDS } from '#renderer/screens/fillrate/fillView.ts';
import { MARGIN_WORDS } from '#renderer/screens/margin/marginView.ts';

export interface Place {
  /** 'in Stock': said beside the key that goes there. */
  readonly word: string;
  readonly opens: { readonly path: string } | { readonly order_id: number } | { readonly purchase_order_id: number };
}

export const KIND_WORDS: Readonly<Record<FindKind, { readonly one: string; readonly many: string }>> = {
  item: { one: 'Item', many: 'Items' },
  customer: { one: 'Customer', many: 'Customers' },
  supplier: { one: 'Supplier', many: 'Suppliers' },
  order: { one: 'Order', many: 'Orders' },
  claim: { one: 'Claim', many: 'Claims' },
  purchase_order: { one: 'Purchase order', many: 'Purchase orders' },
  site: { one: 'Site', many: 'Sites' },
  channel: { one: 'Channel', many: 'Channels' },
};

/** Enter goes to the first, Ctrl+Enter to the second where there is one. */
export function placesOf(
  { opens }: Pick<FindHit, 'opens'>,
  { see_cost: sees_margin }: Pick<Session['may'], 'see_cost'>,
): readonly [Place, ...Place[]] {
  const { kind, id, label } = opens;
  switch (kind) {
    case 'order':
      return [{ word: 'the order', opens: { order_id: id } }];
    case 'purchase_order':
      return [{ word: 'the purchase order', opens: { purchase_order_id: id } }];
    case 'claim':
      return [{ word: 'in Claims', opens: { path: claimPlace(id) } }];
    case 'item':
      return [
        { word: 'in Stock', opens: { path: `/stock/${id}` } },
        ...(sees_margin ? [marginOf('item', id, label)] : []),
      ];
    case 'supplier':
      return [{ word: 'in Stock', opens: { path: `/stock/supplier/${id}` } }];
    case 'customer':
    case 'site':
    case 'channel':
      return sees_margin ? [marginOf(kind, id, label), fillRateOf(kind, id, label)] : [fillRateOf(kind, id, label)];
  }
}

function marginOf(dimension: Dimension, id: number, label: string): Place {
  const trail = [{ dimension, key: String(id), label }];
  const by = nextDimension(MARGIN_WORDS.groups, trail, dimension) ?? MARGIN_WORDS.groups[0];
  const view = { ...parseView(MARGIN_WORDS.path, MARGIN_WORDS), by, trail };
  return { word: 'in Margin', opens: { path: formatView(view, MARGIN_WORDS) } };
}

function fillRateOf(dimension: Dimension, id: number, label: string): Place {
  const trail = [{ dimension, key: String(id), label }];
  const by = nextDimension(FILL_WORDS.groups, trail, dimension) ?? FILL_WORDS.groups[0];
  const view = { ...parseView(FILL_WORDS.path, FILL_WORDS), by, trail };
  return { word: 'in Fill rate', opens: { path: formatView(view, FILL_WORDS) } };
}
