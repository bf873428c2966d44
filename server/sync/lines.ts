/** A change as its line of a delta, made by SQL: the same text wherever it is read. */
import { type RawBuilder, sql } from 'kysely';
import { WIRE_TABLES } from '#contract/wire/tables.ts';

const TEXT_KEYED = WIRE_TABLES.filter((table) => table.idType === 'text').map((table) => table.id);

/** DeltaRow of a row of `sync_log l`, without a newline. */
export function lineSql(): RawBuilder<string> {
  const key = sql`case when l.tbl = any(${TEXT_KEYED}::int[]) then '"' || l.pk || '"' else l.pk end`;
  return sql<string>`case l.op
    when 'U' then '[' || l.bucket || ',"U",' || ${key} || ',' || l.ver || ',' || l.image || ',"' || l.hash || '"]'
    else '[' || l.bucket || ',"D",' || ${key} || ',' || l.ver || ']' end`;
}
