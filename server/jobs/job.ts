/** What the server does unasked to stay as small as what it knows. */
import type { Clock } from '#server/clock.ts';
import type { CrashAt } from '#server/crashPoints.ts';
import type { OpenDatabase } from '#server/database.ts';

export interface JobParts {
  readonly database: OpenDatabase;
  readonly clock: Clock;
  readonly crashAt: CrashAt;
  /** Call after removing synchronised rows. */
  readonly kick: () => void;
  /** Where backups lie beside an embedded database; null where there are none. */
  readonly backups: string | null;
}

/** Between two of a job's short transactions: keeps the job for this server, and throws when the server closes. */
export type Pause = () => Promise<void>;

export interface Job {
  readonly name: string;
  readonly every_ms: number;
  /** Returns how many rows or files it removed. Whatever it leaves when it throws, its next run finds. */
  readonly run: (parts: JobParts, pause: Pause) => Promise<number>;
}

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;
