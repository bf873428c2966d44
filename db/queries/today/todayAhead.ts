/** What Today finds in a person's companies, looked for before they ask: it stands until a table it is made of changes. */
import type { QueryContext } from '../context.ts';
import { exceptionsOf, findingOf } from './exceptions.ts';

/** What is found is kept for so many without harm; whoever has more companies waits for the others. */
const MOST_COMPANIES = 2;

/** Answers in how many companies it looked. */
export async function todayAhead(context: QueryContext): Promise<number> {
  const companies = await context.db.selectFrom('company').select('id').orderBy('name').limit(MOST_COMPANIES).execute();
  for (const { id } of companies) {
    context.checkCancelled();
    await exceptionsOf(await findingOf(context, id));
  }
  return companies.length;
}
