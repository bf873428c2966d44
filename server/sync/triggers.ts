/**
 * The triggers that feed the change log, made from the wire registry. Installing is repeatable and idempotent: it runs
 * at every start and does nothing when the text in the database is already this one.
 */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { WIRE_TABLES, type WireTable } from '#contract/wire/tables.ts';
import type { Database, ServerTransaction } from '#server/schema/database.ts';
import { bucketArgumentsSql, bucketColumns, imageSql } from './image.ts';

/** Get-or-create: two writers of a new bucket wait for each other and agree. */
const BUCKET_FUNCTION = `create or replace function sync_bucket_id(
  p_tbl smallint, p_company bigint, p_site bigint, p_channel bigint, p_month int, p_client text
) returns int language plpgsql as $body$
declare
  found_id int;
begin
  loop
    select id into found_id from sync_bucket
      where tbl = p_tbl and company = coalesce(p_company, 0) and site = coalesce(p_site, 0)
        and channel = coalesce(p_channel, 0) and month = coalesce(p_month, 0) and client = coalesce(p_client, '');
    if found_id is not null then return found_id; end if;
    insert into sync_bucket (tbl, company, site, channel, month, client)
      values (p_tbl, coalesce(p_company, 0), coalesce(p_site, 0), coalesce(p_channel, 0), coalesce(p_month, 0), coalesce(p_client, ''))
      on conflict do nothing returning id into found_id;
    if found_id is not null then return found_id; end if;
  end loop;
end $body$`;

const TRUNCATE_FUNCTION = `create or replace function sync_refuse_truncate() returns trigger language plpgsql as $body$
begin
  raise exception 'table % is synchronised: delete its rows, never truncate it', tg_table_name
    using errcode = 'integrity_constraint_violation';
end $body$`;

/** Sets the bucket and the version; an update that changes nothing writes nothing. */
function beforeFunction(table: WireTable): string {
  const key = (row: string): string =>
    bucketColumns(table)
      .map((column) => `${row}.${column}`)
      .join(', ');
  return `create or replace function sync_before_${table.name}() returns trigger language plpgsql as $body$
begin
  if tg_op = 'UPDATE' then
    if new.id <> old.id then
      raise exception 'the id of a % row never changes', tg_table_name using errcode = 'integrity_constraint_violation';
    end if;
    new.ver := old.ver;
    new.bucket := old.bucket;
    if new is not distinct from old then return null; end if;
    if row(${key('new')}) is distinct from row(${key('old')}) then
      new.bucket := sync_bucket_id(${bucketArgumentsSql(table, 'new')});
    end if;
  else
    new.bucket := sync_bucket_id(${bucketArgumentsSql(table, 'new')});
  end if;
  new.ver := nextval('row_ver');
  return new;
end $body$`;
}

function afterFunction(table: WireTable): string {
  return `create or replace function sync_after_${table.name}() returns trigger language plpgsql as $body$
begin
  if tg_op = 'DELETE' then
    insert into sync_outbox (tbl, bucket, old_bucket, pk, ver, op, image)
      values (${table.id}, old.bucket, null, old.id::text, old.ver, 'D', null);
  elsif tg_op = 'UPDATE' then
    insert into sync_outbox (tbl, bucket, old_bucket, pk, ver, op, image)
      values (${table.id}, new.bucket, nullif(old.bucket, new.bucket), new.id::text, new.ver, 'U', ${imageSql(table, 'new')});
  else
    insert into sync_outbox (tbl, bucket, old_bucket, pk, ver, op, image)
      values (${table.id}, new.bucket, null, new.id::text, new.ver, 'U', ${imageSql(table, 'new')});
  end if;
  return null;
end $body$`;
}

function tableStatements(table: WireTable): readonly string[] {
  return [
    beforeFunction(table),
    afterFunction(table),
    `create or replace trigger sync_before before insert or update on ${table.name}
      for each row execute function sync_before_${table.name}()`,
    `create or replace trigger sync_after after insert or update or delete on ${table.name}
      for each row execute function sync_after_${table.name}()`,
    `create or replace trigger sync_truncate before truncate on ${table.name}
      for each statement execute function sync_refuse_truncate()`,
  ];
}

/**
 * Installs functions and triggers of every synchronised table. Returns false when they were up to date. `onReplaced` runs
 * in the same transaction when others were there before: row images have another form from here on.
 */
export async function installTriggers(
  db: Database,
  onReplaced: (tx: ServerTransaction) => Promise<unknown> = async () => undefined,
): Promise<boolean> {
  const statements = [BUCKET_FUNCTION, TRUNCATE_FUNCTION, ...WIRE_TABLES.flatMap(tableStatements)];
  const hash = createHash('sha256').update(statements.join(';\n')).digest('hex');
  return await db.transaction().execute(async (tx) => {
    const meta = await tx.selectFrom('server_meta').select('trigger_hash').forUpdate().executeTakeFirstOrThrow();
    if (meta.trigger_hash === hash) return false;
    for (const statement of statements) await sql.raw(statement).execute(tx);
    await tx.updateTable('server_meta').set({ trigger_hash: hash }).execute();
    if (meta.trigger_hash !== '') await onReplaced(tx);
    return true;
  });
}
