/** What are these rows called now? A row that went, or that this user may not see any more, is left out. */
import type { FindHit } from '#contract/queries.ts';
import type { QueryHandler } from '../context.ts';
import { describe } from './describe.ts';

export const named: QueryHandler<'named'> = async (context, { rows }) => {
  const hits = new Map<string, FindHit>();
  for (const kind of new Set(rows.map((row) => row.kind))) {
    context.checkCancelled();
    const ids = rows.filter((row) => row.kind === kind).map((row) => row.id);
    for (const row of (await describe(context, kind, ids)).values()) {
      hits.set(`${kind} ${row.id}`, { ...row, kind, alike: false, code_parts: [], title_parts: [] });
    }
  }
  return { hits: rows.flatMap((row) => hits.get(`${row.kind} ${row.id}`) ?? []) };
};
