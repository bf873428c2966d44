/** Approved changes of rules take effect when their day has come, each in a transaction of its own. */
import { sql } from 'kysely';
import { dayNumber } from '#domain/calendar.ts';
import { dayInZone } from '#domain/zoneDay.ts';
import { RULE_CHANGE_TABLES } from '#contract/wire/ruleTables.ts';
import { stateOfChange, storedChange, takeEffect } from '#server/governance/changes.ts';
import type { Clock } from '#server/clock.ts';
import type { Database } from '#server/schema/database.ts';
import { MINUTE_MS, type Job } from './job.ts';

export const RULES_TAKE_EFFECT: Job = {
  name: 'rules whose day has come',
  every_ms: 5 * MINUTE_MS,
  run: async ({ database, clock, kick }, pause) => {
    await ruleChangesTakeEffect(database.db, clock, kick, pause);
    // what took effect is nothing that was removed
    return 0;
  },
};

export async function ruleChangesTakeEffect(
  db: Database,
  clock: Clock,
  kick: () => void = () => undefined,
  pause: () => Promise<void> = async () => undefined,
): Promise<void> {
  for (const { id } of await dueChanges(db, clock())) {
    await pause();
    await db.transaction().execute(async (tx) => {
      const change = await storedChange(tx, id);
      // it may have been withdrawn since it was listed
      if (change !== undefined && (await stateOfChange(tx, change)) === 'approved') {
        await takeEffect(tx, change, clock());
      }
    });
    kick();
  }
}

interface DueRow {
  readonly id: string;
  readonly effective_on: string;
  readonly ver: number;
  readonly time_zone: string;
}

/** Oldest day first, of one day in the order they were drafted: a later one finds what it was drafted against. */
async function dueChanges(db: Database, now_ms: number): Promise<readonly { readonly id: string }[]> {
  const due: { readonly id: string; readonly day: number; readonly ver: number }[] = [];
  for (const { change, verdict } of Object.values(RULE_CHANGE_TABLES)) {
    const { rows } = await sql<DueRow>`
      select c.id, c.effective_on, c.ver, k.time_zone
      from ${sql.table(change)} c join company k on k.id = c.company_id
      where exists (select from ${sql.table(verdict)} v where v.change_id = c.id and v.verdict = 'approved')
        and not exists (select from ${sql.table(verdict)} v where v.change_id = c.id
          and v.verdict in ('withdrawn', 'effective', 'overtaken'))`.execute(db);
    for (const { id, effective_on, ver, time_zone } of rows) {
      const day = dayNumber(effective_on);
      if (day !== null && day <= dayInZone(now_ms, time_zone)) due.push({ id, day, ver });
    }
  }
  return due.toSorted((a, b) => a.day - b.day || a.ver - b.ver);
}
