import { addMonths, firstDayOfMonth, monthOfDay, monthRange } from '#domain/calendar.ts';

/** How big a demo distributor is. `order_lines` is a target met within a few percent. */
export interface DemoSize {
  readonly order_lines: number;
  readonly items: number;
  readonly customers: number;
}

/** What a start offers; `small` is for tests and is not offered. */
export const DEMO_SIZE_NAMES = ['demo', '100k', '1m', '5m'] as const;
export type DemoSizeName = (typeof DEMO_SIZE_NAMES)[number] | 'small';

/** The biggest has about 230,000 stock positions. */
export const DEMO_SIZES: Readonly<Record<DemoSizeName, DemoSize>> = {
  small: { order_lines: 15_000, items: 420, customers: 220 },
  demo: { order_lines: 126_000, items: 2_460, customers: 900 },
  '100k': { order_lines: 100_000, items: 2_420, customers: 800 },
  '1m': { order_lines: 1_000_000, items: 6_000, customers: 3_000 },
  '5m': { order_lines: 5_000_000, items: 45_000, customers: 9_000 },
};

export function isDemoSizeName(value: string): value is DemoSizeName {
  return Object.hasOwn(DEMO_SIZES, value);
}

export interface DemoOptions {
  readonly seed: number;
  /** Business date the data ends at, a day number. */
  readonly today: number;
  readonly size: DemoSize;
  /** Nothing happens to the demand of the planted items (demand/plants.ts): what tests compare with. */
  readonly calm_demand?: true;
  /** No margin erodes by a story (stories/stories.ts): the same. */
  readonly calm_margins?: true;
}

/** Full months of history before the running one: a year, and one to compare it with. */
export const MONTHS_OF_HISTORY = 24;

/** The days the data covers and the months the close looks at. */
export interface Horizon {
  readonly today: number;
  readonly first_day: number;
  readonly first_month: number;
  readonly this_month: number;
  /** From the first month to the running one, both included. */
  readonly months: readonly number[];
  /** The month being closed. */
  readonly open_period: number;
  /** The month before it, closed. */
  readonly closed_period: number;
  /** No story makes a margin fall. */
  readonly calm_margins: boolean;
}

export function horizonOf(today: number, calm_margins = false): Horizon {
  const this_month = monthOfDay(today);
  const first_month = addMonths(this_month, -MONTHS_OF_HISTORY);
  return {
    today,
    first_day: firstDayOfMonth(first_month),
    first_month,
    this_month,
    months: monthRange(first_month, this_month),
    open_period: addMonths(this_month, -1),
    closed_period: addMonths(this_month, -2),
    calm_margins,
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
