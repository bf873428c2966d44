/** What suppliers said of their lines, oldest first. */
import { isoDate } from '#domain/calendar.ts';
import type { PromiseView } from '#contract/queries.ts';
import type { QueryContext } from '../context.ts';

/** po_line id → its promises; `po_lines` are bounded by the caller's page. */
export async function promisesOf(
  context: QueryContext,
  po_lines: readonly number[],
): Promise<ReadonlyMap<number, readonly PromiseView[]>> {
  if (po_lines.length === 0) return new Map();
  const rows = await context.db
    .selectFrom('promise_event')
    .select(['po_line_id', 'told_on', 'promised_on'])
    .where('po_line_id', 'in', po_lines)
    .orderBy('told_on')
    .orderBy('id')
    .execute();
  const promises = new Map<number, PromiseView[]>();
  for (const { po_line_id, told_on, promised_on } of rows) {
    const view = { told_on: isoDate(told_on), promised_on: isoDate(promised_on) };
    const held = promises.get(po_line_id);
    if (held) held.push(view);
    else promises.set(po_line_id, [view]);
  }
  return promises;
}
