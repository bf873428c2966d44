/** Writing down who saw the books, as their workstations tell it: bounded a person and day, whatever is sent. */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { grantsSee } from '#domain/access/grants.ts';
import { areaOfViewed, MOST_VIEWED_A_DAY, viewedDay, viewedSubject } from '#domain/audit/viewed.ts';
import type { ViewedNote } from '#contract/audit.ts';
import type { SignedIn } from '#server/auth/guard.ts';
import type { Database } from '#server/schema/database.ts';
import { type Actor, type AuditEntry, writeAudit } from './trail.ts';

const DAY_MS = 86_400_000;

/**
 * Notes what was seen, each once a day; what lies where the person sees nothing is left out. Returns how many entries were
 * written.
 */
export async function noteViewed(
  db: Database,
  user: SignedIn,
  by: Actor,
  notes: readonly ViewedNote[],
  now_ms: number,
): Promise<number> {
  const visible = notes.filter(({ thing, company_id }) => grantsSee(user.grants, areaOfViewed(thing), { company_id }));
  if (visible.length === 0) return 0;
  return await db.transaction().execute(async (tx) => {
    // two workstations of a person take turns: neither passes the bound beside the other
    await sql`select pg_advisory_xact_lock(hashtextextended(${`viewed ${user.id}`}, 2))`.execute(tx);
    const companies = await tx
      .selectFrom('company')
      .select(['id', 'code'])
      .where('id', 'in', [...new Set(visible.map(({ company_id }) => company_id))])
      .execute();
    const codes = new Map(companies.map(({ id, code }) => [id, code]));
    const today = Math.floor(now_ms / DAY_MS);
    const entries = new Map<string, AuditEntry>();
    for (const { thing, company_id, period, viewed_at_ms } of visible) {
      const code = codes.get(company_id);
      if (code === undefined) continue;
      const day = viewedDay(viewed_at_ms, now_ms);
      const once_id = onceId(`${user.id} ${thing} ${company_id} ${period} ${day}`);
      const about = viewedSubject(code, period, thing);
      entries.set(once_id, { kind: 'viewed', by, about, detail: { viewed_at_ms }, once_id });
    }
    const known = await tx
      .selectFrom('audit_event')
      .select('once_id')
      .where('once_id', 'in', [...entries.keys(), onceId('never')])
      .execute();
    for (const { once_id } of known) if (once_id !== null) entries.delete(once_id);
    const { written } = await tx
      .selectFrom('audit_event')
      .select((row) => row.fn.countAll<number>().as('written'))
      .where('kind', '=', 'viewed')
      .where('user_name', '=', user.name)
      .where('happened_at', '>=', new Date(today * DAY_MS))
      .executeTakeFirstOrThrow();
    const left = Math.max(0, MOST_VIEWED_A_DAY - written);
    const fitting = [...entries.values()].slice(0, left);
    const more: readonly AuditEntry[] =
      entries.size > left
        ? [
            {
              kind: 'viewed',
              by,
              about: `more than ${MOST_VIEWED_A_DAY} things in a day`,
              once_id: onceId(`${user.id} more ${today}`),
            },
          ]
        : [];
    await writeAudit(tx, now_ms, ...fitting, ...more);
    return fitting.length;
  });
}

/** The same words give the same id, in the form of a UUID of version 8. */
function onceId(words: string): string {
  const hex = createHash('sha256').update(`viewed ${words}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
