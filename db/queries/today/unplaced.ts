/** Open order lines that no queue, stock or proposal can have, because no item or no site is recorded of them: a list for each channel. */
import { exceptionKey } from '#domain/exceptions/exception.ts';
import type { UnplacedLine } from '../orders/openLines.ts';
import { channelsOf } from '../reference/names.ts';
import { type Finding, type FoundException, type FoundLine, partsOf } from './found.ts';
import { itemsOf } from './itemWords.ts';

export async function unplacedOrders(
  { context, company, as_of_on }: Finding,
  unplaced: readonly UnplacedLine[],
): Promise<FoundException[]> {
  if (unplaced.length === 0) return [];
  const channels = await channelsOf(context.db, company.id);
  const items = itemsOf(
    context,
    unplaced.flatMap(({ item_id }) => item_id ?? []),
  );
  return [...Map.groupBy(unplaced, ({ channel_id }) => channel_id)].map(([channel_id, own]): FoundException => {
    const lines = own
      .toSorted(
        (a, b) =>
          Number(a.because === 'no_site') - Number(b.because === 'no_site') ||
          b.open_value_minor - a.open_value_minor ||
          a.order_line_id - b.order_line_id,
      )
      .map(
        (line): FoundLine => ({
          part: line.because,
          order_id: line.order_id,
          number: line.number,
          party_id: line.party_id,
          channel_id,
          on: line.committed_on,
          qty_milli: line.open_qty_milli,
          uom: line.item_id === null ? null : (items.get(line.item_id)?.uom ?? null),
          amount_minor: line.open_value_minor,
        }),
      );
    const without_item = own.filter(({ because }) => because === 'no_item').length;
    return {
      key: exceptionKey('unplaced_orders', channel_id ?? 0),
      facts: {
        kind: 'unplaced_orders',
        channel: channel_id === null ? 'Unmapped' : (channels.get(channel_id)?.name ?? `Channel ${channel_id}`),
        lines: own.length,
        orders: new Set(own.map(({ order_id }) => order_id)).size,
        without_item,
        without_site: own.length - without_item,
      },
      severity: 'warn',
      company_id: company.id,
      site_id: null,
      channel_id,
      ...partsOf(lines),
      due_on: own.reduce((first, line) => Math.min(first, line.committed_on ?? as_of_on), Number.MAX_SAFE_INTEGER),
      since_on: null,
      owner: null,
      lines,
      po_line_ids: [],
    };
  });
}
