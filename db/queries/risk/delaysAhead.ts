/** Delays of a person's companies learned before they look: two seconds of work that nobody has to wait for. */
import type { QueryContext } from '../context.ts';
import { readyDelays } from './ready.ts';

/** As many as are kept. */
const MOST_COMPANIES = 2;

/** Answers in how many companies it looked. */
export async function delaysAhead(context: QueryContext): Promise<number> {
  const companies = await context.db.selectFrom('company').select('id').orderBy('name').limit(MOST_COMPANIES).execute();
  for (const { id } of companies) {
    context.checkCancelled();
    await readyDelays(context, id);
  }
  return companies.length;
}
