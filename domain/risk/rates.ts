/** How often lines of a supplier, a lane or an item were late, as it was known on any day. */

export interface LateRate {
  readonly lines: number;
  readonly late: number;
}

/**
 * Counts by key and day on which the outcome was known. What is asked of a day is made of the days before it, so that
 * nothing of the future gets in. With `bucket_days` above 1 only buckets that had ended by then count.
 */
export class RateHistory {
  readonly keys: number;
  private readonly first_on: number;
  private readonly bucket_days: number;
  private readonly buckets: number;
  /** After `finish` sums of all buckets before. */
  private readonly lines: Int32Array;
  private readonly late: Int32Array;

  constructor(keys: number, first_on: number, last_on: number, bucket_days = 1) {
    this.keys = keys;
    this.first_on = first_on;
    this.bucket_days = bucket_days;
    this.buckets = Math.max(1, Math.floor((last_on - first_on) / bucket_days) + 1);
    this.lines = new Int32Array(keys * (this.buckets + 1));
    this.late = new Int32Array(keys * (this.buckets + 1));
  }

  /** The line's outcome is known from the day after `on` on. Days outside the history are not kept. */
  add(key: number, on: number, late: boolean): void {
    const bucket = Math.floor((on - this.first_on) / this.bucket_days);
    if (bucket < 0 || bucket >= this.buckets) return;
    const at = key * (this.buckets + 1) + bucket + 1;
    this.lines[at] = (this.lines[at] as number) + 1;
    if (late) this.late[at] = (this.late[at] as number) + 1;
  }

  finish(): void {
    for (let key = 0; key < this.keys; key++) {
      const from = key * (this.buckets + 1);
      for (let at = from + 1; at <= from + this.buckets; at++) {
        this.lines[at] = (this.lines[at] as number) + (this.lines[at - 1] as number);
        this.late[at] = (this.late[at] as number) + (this.late[at - 1] as number);
      }
    }
  }

  /** Of outcomes known before `on` began, those of the last `days`. */
  before(key: number, on: number, days: number): LateRate {
    const bound = (day: number) =>
      Math.min(this.buckets, Math.max(0, Math.floor((day - this.first_on) / this.bucket_days)));
    const from = key * (this.buckets + 1) + bound(on - days);
    const to = key * (this.buckets + 1) + bound(on);
    return {
      lines: (this.lines[to] ?? 0) - (this.lines[from] ?? 0),
      late: (this.late[to] ?? 0) - (this.late[from] ?? 0),
    };
  }
}

/** A rate of few lines is drawn towards `usual`, as if so many more lines had been as usual. */
export function shrunkRate({ lines, late }: LateRate, usual: number, as_many: number): number {
  return (late + usual * as_many) / (lines + as_many);
}
