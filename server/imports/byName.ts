/** Sites and channels as people write them: by the name that screens show, or by their code in another case. */
import { sql } from 'kysely';
import { textArray } from './arrayText.ts';
import type { ImportTransaction } from './schema.ts';

/**
 * Of words that are no code: word → the id of the one row it means. A code in another case comes before a name, and what could
 * mean two rows means none.
 */
export async function idsByName(
  tx: ImportTransaction,
  company_id: number,
  table: 'site' | 'channel',
  words: Iterable<string>,
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<{ word: string; ids: readonly number[] }>`
    select word, ids from (
      select w.word, jsonb_agg(t.id) as ids, lower(t.code) = lower(w.word) as of_code,
        row_number() over (partition by w.word order by (lower(t.code) = lower(w.word)) desc) as rank
      from unnest(${textArray(new Set(words))}::text::text[]) as w(word)
        join ${sql.table(table)} t on t.company_id = ${company_id}::bigint and t.deleted_at is null
          and (lower(t.code) = lower(w.word) or lower(t.name) = lower(w.word))
      group by w.word, lower(t.code) = lower(w.word)) meant
    where rank = 1`.execute(tx);
  return new Map(
    rows.flatMap(({ word, ids: [id, ...others] }) => (id === undefined || others.length > 0 ? [] : [[word, id]])),
  );
}
