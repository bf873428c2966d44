/**
 * Runs what is due, one job after another. Of several servers of one database one runs a job: whoever writes its name
 * into the job's row. A lease and no held lock, because a job is many short transactions, and the embedded engine's one
 * connection would wait behind a long one.
 */
import { randomUUID } from 'node:crypto';
import type { Clock } from '#server/clock.ts';
import type { ServerLog } from '#server/log.ts';
import type { Database } from '#server/schema/database.ts';
import { JOBS } from './allJobs.ts';
import { type Job, type JobParts, MINUTE_MS, type Pause } from './job.ts';

/** A server that says nothing for this long has lost the job. */
const LEASE_MS = 10 * MINUTE_MS;
const RENEW_MS = MINUTE_MS;
/** A job that failed is tried again before its time. */
const RETRY_MS = 10 * MINUTE_MS;

export interface JobRunner {
  /** Runs every job that is due and that no other server runs. */
  readonly runDue: () => Promise<void>;
  /** That job is due now, whatever its time. One that runs already runs again: what it is wanted for may be behind it. */
  readonly runSoon: (job: Job) => void;
  /** Hears that a job is wanted soon. */
  readonly onSoon: (heard: () => void) => void;
  /** Ends the job under way between two of its transactions. */
  readonly stop: () => Promise<void>;
}

class Stopped extends Error {}

export function createJobRunner(parts: JobParts, log: ServerLog, jobs: readonly Job[] = JOBS): JobRunner {
  const { database, clock } = parts;
  const { db } = database;
  const holder = randomUUID();
  let stopped = false;
  let running: Promise<void> | undefined;
  // in this process only: should it end before, the job runs at its usual time
  const wanted = new Set<string>();
  let wantedSoon = (): void => {};

  const runOne = async (job: Job): Promise<void> => {
    const started_ms = clock();
    if (!(await claim(db, job, holder, started_ms, wanted.has(job.name)))) return;
    wanted.delete(job.name);
    let renewed_ms = started_ms;
    const pause: Pause = async () => {
      if (stopped) throw new Stopped('the server closes');
      if (clock() - renewed_ms < RENEW_MS) return;
      renewed_ms = clock();
      if (!(await renew(db, job, holder, clock))) throw new Error('another server took this job over');
    };
    try {
      const removed = await job.run(parts, pause);
      await finish(db, job, holder, started_ms, clock(), { removed, error: null });
      if (removed > 0) log.info({ job: job.name, removed }, 'a job removed what is not needed any more');
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      if (error instanceof Stopped) return await release(db, job, holder);
      await finish(db, job, holder, started_ms, clock(), { removed: 0, error: text });
      log.warn({ job: job.name, error: text }, 'a job failed and is tried again');
    }
  };

  const runAll = async (): Promise<void> => {
    await db
      .insertInto('server_job')
      .values(jobs.map(({ name }) => ({ name })))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    for (const job of jobs) if (!stopped) await runOne(job);
  };

  return {
    runDue: async () => {
      running ??= runAll().finally(() => {
        running = undefined;
      });
      await running;
    },
    runSoon: ({ name }) => {
      wanted.add(name);
      wantedSoon();
    },
    onSoon: (heard) => {
      wantedSoon = heard;
    },
    stop: async () => {
      stopped = true;
      await running?.catch(() => undefined);
    },
  };
}

/** What a job was wanted for is seen by whoever did it first: the embedded engine has one connection. */
const SOON_MS = 2000;

export interface RunTimes {
  readonly first_ms?: number | undefined;
  /** From when a job is wanted until it begins. */
  readonly soon_ms?: number | undefined;
}

/** Looks every minute, a first time soon after the start: many servers run only in the daytime. */
export function runRegularly(
  runner: JobRunner,
  log: ServerLog,
  { first_ms = MINUTE_MS, soon_ms = SOON_MS }: RunTimes = {},
): () => Promise<void> {
  let looking: Promise<void> | undefined;
  const look = (): void => {
    looking = runner
      .runDue()
      .catch((error: unknown) => log.warn({ error: String(error) }, 'the jobs could not be looked at'));
  };
  const first = setTimeout(look, first_ms).unref();
  const later = setInterval(look, MINUTE_MS).unref();
  let soon: NodeJS.Timeout | undefined;
  runner.onSoon(() => {
    soon ??= setTimeout(() => {
      soon = undefined;
      // after those that run now: theirs may have begun before it was wanted
      void Promise.resolve(looking).then(look);
    }, soon_ms).unref();
  });
  return async () => {
    clearTimeout(first);
    clearInterval(later);
    clearTimeout(soon);
    await runner.stop();
  };
}

/** True when it was due or `wanted` and nobody had it. A time further away than it can be was written by a clock that was wrong. */
async function claim(db: Database, job: Job, holder: string, now_ms: number, wanted: boolean): Promise<boolean> {
  const now = new Date(now_ms);
  const claimed = await db
    .updateTable('server_job')
    .set({ holder, held_until: new Date(now_ms + LEASE_MS), started_at: now })
    .where('name', '=', job.name)
    .where((row) =>
      row.or([
        row('held_until', 'is', null),
        row('held_until', '<', now),
        row('held_until', '>', new Date(now_ms + 2 * LEASE_MS)),
      ]),
    )
    .where((row) =>
      row.or([
        row.val(wanted),
        row('due_at', 'is', null),
        row('due_at', '<=', now),
        row('due_at', '>', new Date(now_ms + Math.max(job.every_ms, RETRY_MS) + MINUTE_MS)),
      ]),
    )
    .executeTakeFirst();
  return claimed.numUpdatedRows === 1n;
}

async function renew(db: Database, job: Job, holder: string, clock: Clock): Promise<boolean> {
  const renewed = await db
    .updateTable('server_job')
    .set({ held_until: new Date(clock() + LEASE_MS) })
    .where('name', '=', job.name)
    .where('holder', '=', holder)
    .executeTakeFirst();
  return renewed.numUpdatedRows === 1n;
}

/** As if it had not begun: the next server to look goes on. */
async function release(db: Database, job: Job, holder: string): Promise<void> {
  await db
    .updateTable('server_job')
    .set({ holder: null, held_until: null })
    .where('name', '=', job.name)
    .where('holder', '=', holder)
    .execute();
}

async function finish(
  db: Database,
  job: Job,
  holder: string,
  started_ms: number,
  now_ms: number,
  result: { readonly removed: number; readonly error: string | null },
): Promise<void> {
  const { removed, error } = result;
  await db
    .updateTable('server_job')
    .set((row) => ({
      holder: null,
      held_until: null,
      due_at: new Date(now_ms + (error === null ? job.every_ms : Math.min(job.every_ms, RETRY_MS))),
      finished_at: new Date(now_ms),
      duration_ms: Math.max(0, now_ms - started_ms),
      removed,
      error,
      runs: row('runs', '+', 1),
      failures: row('failures', '+', error === null ? 0 : 1),
      removed_ever: row('removed_ever', '+', removed),
    }))
    .where('name', '=', job.name)
    .where('holder', '=', holder)
    .execute();
}
