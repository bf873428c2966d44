/** How long what is overdue is waited for yet, as the company's receipts taught it: learned once, until a purchase changes. */
import { comesOn, waitOfLine } from '#domain/planning/overdueReceipts.ts';
import { learnWaits, type OverdueWaits } from '#domain/planning/overdueWaits.ts';
import type { OverdueReceipt } from '#contract/queries.ts';
import type { WireTableName } from '#contract/wire/tables.ts';
import { overdueLines } from '#db/replenishment/overdueLines.ts';
import type { QueryContext } from '../context.ts';
import { isoDateOrNull } from '../provenance.ts';
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

/** As a screen explains it; null = its day has not passed. */
export function overdueReceipt(
  line: { readonly supplier_id: number | null; readonly expected_on: number },
  as_of_on: number,
  waits: OverdueWaits,
): OverdueReceipt | null {
  const wait = waitOfLine(line, as_of_on, waits);
  if (wait === null) return null;
  const taken_on = comesOn({ on: line.expected_on, taken_on: as_of_on + wait.days }, as_of_on);
  return { taken_on: isoDateOrNull(taken_on), wait };
}
