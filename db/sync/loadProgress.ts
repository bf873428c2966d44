/** How far a load is, for the person who waits for it: counted as rows come in, recounted when they are written. */
import type { LoadProgress } from '#contract/events.ts';
import type { CopyWriter } from './copyWriter.ts';

/** The size of the files is not this module's business. */
export type LoadSteps = Omit<LoadProgress, 'bytes'>;

export interface ProgressTracker {
  /** Rows came in and will be written. */
  read(rows: number): void;
  /** A batch is in the file. */
  written(): void;
}

/** So few buckets that come with so few rows into a copy that is there are no load anybody waits for: the first row of a table is one. */
const FEW_BUCKETS = 12;
const FEW_ROWS = 2_000;
const SAY_EVERY_MS = 250;
/** With fewer months' buckets here, their average says nothing about the rest. */
const BUCKETS_TO_ESTIMATE = 10;

export function trackProgress(
  writer: CopyWriter,
  clock: () => number,
  onProgress: (progress: LoadSteps) => void,
): ProgressTracker {
  const started_ms = clock();
  let said_ms = 0;
  let counts = writer.bucketCounts();
  let months = writer.months();
  const before_rows = counts.rows;
  let read_rows = 0;

  const few = counts.complete > 0 && counts.total - counts.complete <= FEW_BUCKETS;

  const say = () => {
    if (few && read_rows <= FEW_ROWS) return;
    said_ms = clock();
    const whole = months.findIndex(({ complete }) => !complete);
    const complete = whole < 0 ? months : months.slice(0, whole);
    onProgress({
      rows: before_rows + read_rows,
      buckets_done: counts.complete,
      buckets_total: counts.total,
      left_s: secondsLeft(said_ms - started_ms),
      complete_from_month: complete.at(-1)?.month ?? null,
      oldest_month: months.at(-1)?.month ?? null,
    });
  };

  const secondsLeft = (spent_ms: number): number | null => {
    const { complete, missing, rows } = counts.monthly;
    if (complete < Math.min(BUCKETS_TO_ESTIMATE, missing) || read_rows === 0 || spent_ms <= 0) return null;
    const written_rows = counts.rows - before_rows;
    const left_rows = (rows / Math.max(1, complete)) * missing - Math.max(0, read_rows - written_rows);
    return Math.max(0, Math.ceil((left_rows * spent_ms) / read_rows / 1000));
  };

  say();
  return {
    read: (rows) => {
      read_rows += rows;
      if (clock() - said_ms >= SAY_EVERY_MS) say();
    },
    written: () => {
      counts = writer.bucketCounts();
      months = writer.months();
      say();
    },
  };
}
