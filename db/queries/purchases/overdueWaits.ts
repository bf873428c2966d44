/** How long what is overdue is waited for yet, as the company's receipts taught it: learned once, until a purchase changes. */
import { learnWaits, type OverdueWaits } from '#domain/planning/overdueWaits.ts';
import type { WireTableName } from '#contract/wire/tables.ts';
import { overdueLines } from '#db/replenishment/overdueLines.ts';
import type { QueryContext } from '../context.ts';
import { rememberedOf } from '../readCache.ts';

export const WAIT_TABLES = ['purchase_order', 'po_line', 'promise_event'] as const satisfies readonly WireTableName[];

export function overdueWaits(
  context: QueryContext,
  { company_id, as_of_on }: { readonly company_id: number; readonly as_of_on: number },
): Promise<OverdueWaits> {
  return rememberedOf(
    context,
    (cache) => cache.overdueWaits,
    `${company_id} ${as_of_on}`,
    WAIT_TABLES,
    async () => await Promise.resolve(learnWaits(overdueLines(context.scan, company_id, as_of_on), as_of_on)),
  );
}
