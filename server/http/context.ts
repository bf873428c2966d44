/** What route modules are given; nothing reaches for a global. */
import type { FastifyRequest } from 'fastify';
import type { Guard, RequireUser } from '#server/auth/guard.ts';
import type { Clock } from '#server/clock.ts';
import type { OverlongChanges } from '#server/commands/overlong.ts';
import type { CrashAt } from '#server/crashPoints.ts';
import type { Job } from '#server/jobs/job.ts';
import type { ServerLog } from '#server/log.ts';
import type { Database } from '#server/schema/database.ts';

/** For routes that take large bodies: not a byte of them is read from somebody who is not signed in. */
export function beforeBody(context: RouteContext): (request: FastifyRequest) => Promise<void> {
  return async (request) => {
    await context.requireUser(request);
  };
}

export interface RouteContext {
  readonly db: Database;
  /** The signed-in user with grants, or throws 401. */
  readonly requireUser: RequireUser;
  /** The same while an answer is being sent; see Guard. */
  readonly stillSignedIn: RequireUser;
  /** See Guard. */
  readonly admit: Guard['admit'];
  /** Call after each commit that wrote synchronised rows. */
  readonly kick: () => void;
  /** Call after a commit that a job has work from which nobody should wait for until its time. */
  readonly runSoon: (job: Job) => void;
  /** Call after a change of grants or accounts: open live streams look again. */
  readonly accessChanged: () => void;
  /** See MOST_DELTA_ROWS. */
  readonly most_delta_rows: number;
  readonly clock: Clock;
  readonly crashAt: CrashAt;
  readonly log: ServerLog;
  readonly overlong: OverlongChanges;
}
