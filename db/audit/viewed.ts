/** That somebody looked at the books: kept in work.db, so also without a connection, until the server has written it down. */
import { z } from 'zod';
import type { ViewedThing } from '#domain/audit/viewed.ts';
import { dayNumber, monthOfDay, monthRange } from '#domain/calendar.ts';
import { Id, Month } from '#contract/queries/arguments.ts';
import type { ParsedOperation } from '#db/dispatch.ts';
import type { Connection } from '#db/connection.ts';
import { WireFailure } from '#db/sync/failure.ts';
import type { WireClient } from '#db/sync/wireClient.ts';

const DAY_MS = 86_400_000;
const AT_ONCE = 100;
/** Companies and months of one look that are noted, the newest first. */
const MOST_OF_ONE = 60;

const THINGS: Readonly<Record<string, ViewedThing>> = {
  closeBoard: 'close',
  closeTask: 'close',
  closeNotes: 'close',
  reconciliation: 'close',
  trialBalance: 'ledger',
  accountLines: 'ledger',
  ledgerEntry: 'ledger',
  marginTies: 'ledger',
  marginTieLines: 'ledger',
  makeBinder: 'binder',
  evidenceBytes: 'evidence',
};
const EXPORTED_THINGS: Readonly<Record<string, ViewedThing>> = {
  closeTask: 'books_export',
  trialBalance: 'books_export',
  accountLines: 'books_export',
  marginTieLines: 'books_export',
  marginByChannel: 'cost_export',
  marginLines: 'cost_export',
  marginErosion: 'cost_export',
  marginErosionLines: 'cost_export',
  marginLeakage: 'cost_export',
  marginLeakageLines: 'cost_export',
  marginPivot: 'cost_export',
  marginBridge: 'cost_export',
  marginBridgeLines: 'cost_export',
};

const Exported = z.looseObject({ query: z.string(), args: z.record(z.string(), z.unknown()) });
/** What of an operation's arguments says whose books and of when. */
const Asked = z.looseObject({
  company_id: Id.optional(),
  company_ids: z.array(Id).optional(),
  period: Month.optional(),
  month: Month.optional(),
  from_month: Month.optional(),
  to_month: Month.optional(),
  as_of_on: z.iso.date().optional(),
  from_on: z.iso.date().optional(),
  to_on: z.iso.date().optional(),
  task_id: Id.optional(),
  entry_id: Id.optional(),
  evidence_id: z.uuid().optional(),
});
type Asked = z.infer<typeof Asked>;

/** Call once the operation was answered. True when something was noted that the server does not know yet. */
export function noteViewed(
  { replica, work }: { readonly replica: Connection; readonly work: Connection },
  operation: Pick<ParsedOperation, 'name' | 'args'>,
  now_ms: number,
): boolean {
  const look = thingOf(operation);
  if (look === null) return false;
  const asked = Asked.safeParse(look.args);
  if (!asked.success) return false;
  const day = new Date(now_ms).toISOString().slice(0, 10);
  const known = work.prepare<[string, string, number, number]>(
    'SELECT 1 FROM viewed WHERE day = ? AND thing = ? AND company_id = ? AND period = ?',
  );
  const fresh = placesOf(replica, asked.data)
    .slice(0, MOST_OF_ONE)
    .filter(({ company_id, period }) => known.get(day, look.thing, company_id, period) === undefined);
  if (fresh.length === 0) return false;
  const note = work.prepare(
    'INSERT OR IGNORE INTO viewed (day, thing, company_id, period, viewed_at_ms) VALUES (?, ?, ?, ?, ?)',
  );
  work.transaction(() => {
    work.prepare('DELETE FROM viewed WHERE told = 1 AND viewed_at_ms < ?').run(now_ms - 2 * DAY_MS);
    for (const { company_id, period } of fresh) note.run(day, look.thing, company_id, period, now_ms);
  })();
  return true;
}

function thingOf({ name, args }: Pick<ParsedOperation, 'name' | 'args'>): { thing: ViewedThing; args: unknown } | null {
  const exported = name === 'exportRows' ? Exported.safeParse(args) : null;
  const thing = exported?.success === true ? own(EXPORTED_THINGS, exported.data.query) : own(THINGS, name);
  if (thing === undefined) return null;
  return { thing, args: exported?.success === true ? exported.data.args : args };
}

function own(things: Readonly<Record<string, ViewedThing>>, name: string): ViewedThing | undefined {
  return Object.hasOwn(things, name) ? things[name] : undefined;
}

interface Place {
  readonly company_id: number;
  readonly period: number;
}

/** Newest months first. */
function placesOf(replica: Connection, asked: Asked): readonly Place[] {
  if (asked.task_id !== undefined) {
    return replica
      .prepare<[number], Place>(
        'SELECT p.company_id, p.period FROM close_task t JOIN close_period p ON p.id = t.period_id WHERE t.id = ?',
      )
      .all(asked.task_id);
  }
  // of one's own that nobody has yet there is nothing to tell
  if (asked.evidence_id !== undefined) {
    return replica
      .prepare<[string], Place>(
        `SELECT p.company_id, p.period FROM close_evidence e JOIN close_task t ON t.id = e.task_id
         JOIN close_period p ON p.id = t.period_id WHERE e.id = ?`,
      )
      .all(asked.evidence_id);
  }
  if (asked.entry_id !== undefined) {
    return replica
      .prepare<[number, number], Place>(
        `SELECT company_id, month AS period FROM gl_entry WHERE id = ?
         UNION SELECT company_id, month FROM gl_replaced_line WHERE entry_id = ?`,
      )
      .all(asked.entry_id, asked.entry_id);
  }
  const companies = asked.company_ids ?? (asked.company_id === undefined ? [] : [asked.company_id]);
  return monthsOf(asked)
    .toReversed()
    .flatMap((period) => companies.map((company_id) => ({ company_id, period })));
}

function monthsOf(asked: Asked): readonly number[] {
  const single = asked.period ?? asked.month ?? monthOn(asked.as_of_on);
  const from = asked.from_month ?? monthOn(asked.from_on) ?? single;
  const to = asked.to_month ?? monthOn(asked.to_on) ?? single;
  return from === undefined || to === undefined || from > to ? [] : monthRange(from, to);
}

function monthOn(day: string | undefined): number | undefined {
  const number = day === undefined ? null : dayNumber(day);
  return number === null ? undefined : monthOfDay(number);
}

export function viewedToTell(work: Connection): boolean {
  return work.prepare('SELECT 1 FROM viewed WHERE told = 0 LIMIT 1').get() !== undefined;
}

interface Kept extends Place {
  readonly day: string;
  readonly thing: ViewedThing;
  readonly viewed_at_ms: number;
}

/** Throws WireFailure when the server cannot be reached; one that refuses or is too old to know is asked again another time. */
export async function tellViewed(work: Connection, client: WireClient, client_id: string): Promise<void> {
  const read = work.prepare<[number], Kept>(
    'SELECT day, thing, company_id, period, viewed_at_ms FROM viewed WHERE told = 0 ORDER BY viewed_at_ms LIMIT ?',
  );
  const told = work.prepare('UPDATE viewed SET told = 1 WHERE day = ? AND thing = ? AND company_id = ? AND period = ?');
  for (let notes = read.all(AT_ONCE); notes.length > 0; notes = read.all(AT_ONCE)) {
    const views = notes.map(({ thing, company_id, period, viewed_at_ms }) => ({
      thing,
      company_id,
      period,
      viewed_at_ms,
    }));
    try {
      await client.request('POST', '/audit/views', { client_id, views });
    } catch (error) {
      if (error instanceof WireFailure && (error.kind === 'refused' || error.kind === 'busy')) return;
      throw error;
    }
    work.transaction(() => {
      for (const { day, thing, company_id, period } of notes) told.run(day, thing, company_id, period);
    })();
  }
}
