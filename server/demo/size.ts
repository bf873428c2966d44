import { addMonths, firstDayOfMonth, monthOfDay } from '#domain/calendar.ts';

/** How big a demo distributor is. `order_lines` is a target met within a few percent. */
export interface DemoSize {
  readonly order_lines: number;
  readonly items: number;
  readonly customers: number;
}

export const DEMO_SIZE_NAMES = ['demo', '100k', '1m', '5m'] as const;
export type DemoSizeName = (typeof DEMO_SIZE_NAMES)[number];

/** The biggest has about 158,000 stock positions. */
export const DEMO_SIZES: Readonly<Record<DemoSizeName, DemoSize>> = {
  demo: { order_lines: 25_000, items: 460, customers: 260 },
  '100k': { order_lines: 120_000, items: 2_567, customers: 900 },
  '1m': { order_lines: 1_000_000, items: 6_000, customers: 3_000 },
  '5m': { order_lines: 5_000_000, items: 45_000, customers: 9_000 },
};

export function isDemoSizeName(value: string): value is DemoSizeName {
  return (DEMO_SIZE_NAMES as readonly string[]).includes(value);
}

export interface DemoOptions {
  readonly seed: number;
  /** Business date the data ends at, a day number. */
  readonly today: number;
  readonly size: DemoSize;
}

/** Full months of history before the running one: a year to compare with, and one more. */
const MONTHS_OF_HISTORY = 13;

/** The days the data covers and the months the close looks at. */
export interface Horizon {
  readonly today: number;
  readonly first_day: number;
  readonly first_month: number;
  readonly this_month: number;
  /** The month being closed. */
  readonly open_period: number;
  /** The month before it, closed. */
  readonly closed_period: number;
}

export function horizonOf(today: number): Horizon {
  const this_month = monthOfDay(today);
  const first_month = addMonths(this_month, -MONTHS_OF_HISTORY);
  return {
    today,
    first_day: firstDayOfMonth(first_month),
    first_month,
    this_month,
    open_period: addMonths(this_month, -1),
    closed_period: addMonths(this_month, -2),
  };
}

/** Months between two yyyymm, `later` − `earlier`. */
export function monthsBetween(earlier: number, later: number): number {
  return Math.floor(later / 100) * 12 + (later % 100) - (Math.floor(earlier / 100) * 12 + (earlier % 100));
}

/** Gives each row its id from one sequence, as the server does. */
export interface Ids {
  readonly next: () => number;
}

export function idsFrom(first: number): Ids {
  let id = first - 1;
  return {
    next: () => {
      id += 1;
      return id;
    },
  };
}
