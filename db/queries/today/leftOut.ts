/** Open order lines due so long ago, or so far ahead, that nothing is kept or bought for them: a list for each site, to ship, cancel or correct. */
import { exceptionKey } from '#domain/exceptions/exception.ts';
import type { OpenOrderLine } from '../orders/openLines.ts';
import { sitesOf } from '../reference/names.ts';
import { type Finding, type FoundException, type FoundLine, partsOf } from './found.ts';
import { itemsOf } from './itemWords.ts';

export async function leftOutOrders(
  { context, company, as_of_on }: Finding,
  left_out: readonly OpenOrderLine[],
): Promise<FoundException[]> {
  if (left_out.length === 0) return [];
  const sites = await sitesOf(context.db, company.id);
  const items = itemsOf(
    context,
    left_out.map(({ item_id }) => item_id),
  );
  return [...Map.groupBy(left_out, ({ site_id }) => site_id)].map(([site_id, own]): FoundException => {
    const days = own.map(({ committed_on }) => committed_on ?? as_of_on);
    const lines = own
      .toSorted((a, b) => b.open_value_minor - a.open_value_minor || a.order_line_id - b.order_line_id)
      .map(
        (line): FoundLine => ({
          part: 'left_out',
          order_id: line.order_id,
          number: line.number,
          party_id: line.party_id,
          channel_id: line.channel_id,
          on: line.committed_on,
          qty_milli: line.open_qty_milli,
          uom: items.get(line.item_id)?.uom ?? null,
          amount_minor: line.open_value_minor,
        }),
      );
    return {
      key: exceptionKey('left_out_orders', site_id),
      facts: {
        kind: 'left_out_orders',
        site_id,
        site: sites.get(site_id)?.name ?? `Site ${site_id}`,
        lines: own.length,
        orders: new Set(own.map(({ order_id }) => order_id)).size,
        first_on: days.reduce((first, on) => Math.min(first, on)),
        last_on: days.reduce((last, on) => Math.max(last, on)),
      },
      severity: 'warn',
      company_id: company.id,
      site_id,
      channel_id: null,
      ...partsOf(lines),
      due_on: null,
      since_on: null,
      owner: null,
      lines,
      po_line_ids: [],
    };
  });
}
