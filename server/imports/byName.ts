/** Sites and channels as people write them: by their code, by it in another case, or by the name that screens show. */
import { sql } from 'kysely';
import { textArray } from './arrayText.ts';
import type { ImportTransaction } from './schema.ts';

/** Word → the id of the one row it means: a code comes before one in another case, that before a name. What could mean two rows means none. */
export async function idsOfWords(
  tx: ImportTransaction,
  company_id: number,
  table: 'site' | 'channel',
  words: Iterable<string>,
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<{ word: string; ids: readonly number[] }>`
    select distinct on (word) word, jsonb_agg(id) as ids from (
      select w.word, t.id, case when t.code = w.word then 0 when lower(t.code) = lower(w.word) then 1 else 2 end as likeness
      from unnest(${textArray(new Set(words))}::text::text[]) as w(word)
        join ${sql.table(table)} t on t.company_id = ${company_id}::bigint and (t.code = w.word
          or (t.deleted_at is null and (lower(t.code) = lower(w.word) or lower(t.name) = lower(w.word))))) meant
    group by word, likeness order by word, likeness`.execute(tx);
  return new Map(
    rows.flatMap(({ word, ids: [id, ...others] }) => (id === undefined || others.length > 0 ? [] : [[word, id]])),
  );
}
