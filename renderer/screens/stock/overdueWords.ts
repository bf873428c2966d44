/** What an item's weeks make of receipts whose day has passed, in words. */
import type { ItemDetail, StockRow } from '#contract/queries.ts';
import { shortDate } from '#renderer/format/dates.ts';
import { counted, quantityWithUnit } from '#renderer/format/numbers.ts';
import { STALE_WORDS } from '#renderer/format/staleWords.ts';

/** Below the weekly balance: none, one or two sentences. */
export function overdueInBalance({ overdue, uom }: Pick<ItemDetail, 'overdue' | 'uom'>): string[] {
  const words: string[] = [];
  if (overdue.lines > 0) {
    const { first_on, last_on } = overdue;
    const when =
      first_on === last_on
        ? `about ${shortDate(first_on)}`
        : `between ${shortDate(first_on)} and ${shortDate(last_on)}`;
    words.push(
      `${counted(overdue.lines, 'receipt')} of ${quantityWithUnit(overdue.qty_milli, uom)} ${overdue.lines === 1 ? 'is' : 'are'} overdue and expected again ${when}: see Incoming.`,
    );
  }
  if (overdue.left_out_lines > 0) {
    words.push(
      `Left out: ${counted(overdue.left_out_lines, 'receipt')} of ${quantityWithUnit(overdue.left_out_qty_milli, uom)}, expected ${STALE_WORDS}. Close or correct them.`,
    );
  }
  return words;
}

/** Below it too, of open orders; null = all of them count. */
export function leftOutOrdersWords({
  left_out_orders,
  uom,
}: Pick<ItemDetail, 'left_out_orders' | 'uom'>): string | null {
  const { lines, qty_milli } = left_out_orders;
  if (lines === 0) return null;
  return `Left out: ${counted(lines, 'order line')} of ${quantityWithUnit(qty_milli, uom)}, due ${STALE_WORDS}. Ship, cancel or correct ${lines === 1 ? 'it' : 'them'}.`;
}

/** Below what is reserved: the books keep goods for them too; null = they keep none. */
export function leftOutReservedWords({
  free_to_promise,
  uom,
}: Pick<ItemDetail, 'free_to_promise' | 'uom'>): string | null {
  const { left_out_reserved_qty_milli: qty_milli } = free_to_promise;
  if (qty_milli === 0) return null;
  return `Up to ${quantityWithUnit(qty_milli, uom)} of it for orders left out: nobody else can pick them until those are shipped or cancelled.`;
}

/** Over the day of the next receipt in the grid; null = it is not overdue. */
export function nextInWords(
  { next_in_on, next_comes_on }: Pick<StockRow, 'next_in_on' | 'next_comes_on'>,
  as_of_on: string | null,
): string | null {
  if (next_in_on === null || as_of_on === null || next_in_on >= as_of_on) return null;
  const then =
    next_comes_on === null
      ? 'too long ago to be waited for'
      : `the next that is waited for is expected about ${shortDate(next_comes_on)}`;
  return `Overdue since ${shortDate(next_in_on, 0)}; ${then}`;
}
