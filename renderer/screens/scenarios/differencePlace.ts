import type { ScenarioDifference } from '#contract/queries.ts';

type Differing =
  | Pick<Extract<ScenarioDifference, { readonly kind: 'line' }>, 'kind' | 'item_id' | 'site_id' | 'order_line_id'>
  | Pick<Extract<ScenarioDifference, { readonly kind: 'proposal' }>, 'kind' | 'item_id' | 'site_id' | 'buy' | 'change'>;

/** Where what differs is looked at: an order line in the queue, a proposal at the stock of its item and site. */
export function placeOf(row: Differing): string {
  const stock = `/stock/${row.item_id}/${row.site_id}`;
  if (row.kind === 'line') return row.order_line_id === null ? stock : `/fulfilment/${row.order_line_id}`;
  // a transfer that is proposed no more shows at neither site
  return row.buy || row.change !== 'goes' ? stock : '/replenishment';
}
