/** Approved entries as a file, from the server itself: it alone knows that each leaves once. */
import type { ActionArgs, ActionResults } from '#contract/actions.ts';
import { JournalExported } from '#contract/wire/journal.ts';
import { brokenAnswer } from './sync/failure.ts';
import type { WireClient } from './sync/wireClient.ts';

export async function exportJournal(
  client: WireClient,
  { company_code, period, references, again }: ActionArgs<'exportJournal'>,
): Promise<ActionResults['exportJournal']> {
  const asked = new URLSearchParams({ company: company_code, period: String(period), again: String(again) });
  if (references !== null) asked.set('reference', references.join(','));
  const parsed = JournalExported.safeParse(await client.request('POST', `/close/journal?${asked.toString()}`, {}));
  if (!parsed.success) throw brokenAnswer('the answer with the entries has another shape');
  return parsed.data;
}
