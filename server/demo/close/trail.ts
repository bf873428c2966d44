/** What the trail tells of the demo's closes: of each signature, lock and explanation what its command would have written. */
import { sql } from 'kysely';
import type { Database } from '#server/schema/database.ts';

/** Once its rows are in; nothing is sealed yet. */
export async function tellCloses(tx: Database): Promise<void> {
  await sql`
    with month as (
      select p.id as period_id, p.company_id, p.period,
        c.code || ' ' || left(p.period::text, 4) || '-' || right(p.period::text, 2) as name
      from close_period p join company c on c.id = p.company_id
    ), done as (
      select s.accepted_at, s.id, s.user_name, m.company_id, m.period_id, 'close_signed' as kind,
        m.name || ' ' || t.code as about, jsonb_build_object('role', s.role, 'content', s.content_hash) as detail
      from signoff s join close_task t on t.id = s.task_id join month m on m.period_id = t.period_id
      union all
      select e.accepted_at, e.id, e.author, m.company_id, m.period_id, 'item_explained', m.name || ' ' || t.code,
        jsonb_build_object('line', e.line_id,
          'words_sha256', encode(sha256(convert_to(e.explanation, 'UTF8')), 'hex'))
      from item_explanation e join close_task t on t.id = e.task_id join month m on m.period_id = t.period_id
      union all
      select l.accepted_at, l.id, l.author, m.company_id, m.period_id, 'period_locked', m.period::text,
        jsonb_build_object('company', m.company_id, 'areas', replace(l.areas, ' ', ', '), 'step', l.step,
          'asked_by', null, 'reason', l.reason, 'hours', l.hours,
          'words_sha256', encode(sha256(convert_to(l.reason, 'UTF8')), 'hex'))
      from lock_event l join month m on m.period_id = l.period_id
    ), told as (
      select nextval(pg_get_serial_sequence('audit_event', 'id')) as event_id, o.*
      from (select * from done order by accepted_at, id) o
    ), written as (
      insert into audit_event (id, happened_at, kind, user_name, about, detail) overriding system value
      select event_id, accepted_at, kind, user_name, about, detail from told
    )
    insert into close_entry_waiting (event_id, company_id, period_id)
    select event_id, company_id, period_id from told`.execute(tx);
}
