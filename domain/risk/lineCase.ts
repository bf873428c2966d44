/**
 * An order line as it was seen on a day, while it was still open and not late: all that a judgement of it may use, and
 * the factors made of it. Everything here was known before that day began.
 */
import type { Cover } from './cover.ts';
import { type LateRate, shrunkRate } from './rates.ts';
import { logit } from './logistic.ts';

export interface LineCase {
  /** Working days from the day before the look to the last day that is in time; 0 = none is left. */
  readonly days_left: number;
  /** Working days from the order to the committed date. */
  readonly promise_days: number;
  /** A later day was committed than was asked for. */
  readonly put_off: boolean;
  /** A part has left already. */
  readonly begun: boolean;
  /** 0 = none. */
  readonly channel_id: number;
  readonly site_id: number;
  /** 0 = Monday. */
  readonly entry_weekday: number;
  readonly order_lines: number;
  readonly qty_milli: number;
  /** First sold less than `NEW_ITEM_DAYS` before, by a company that had sold other things for longer. */
  readonly new_item: boolean;
  readonly cover: Cover;
  readonly receipt_overdue: boolean;
  /** Of outcomes known by then: of the item's supplier in 90 and 30 days, the item in six months, the way from the site to the country in 90 days, all lines in 30. */
  readonly supplier: LateRate;
  readonly supplier_lately: LateRate;
  readonly item: LateRate;
  readonly lane: LateRate;
  readonly all: LateRate;
}

export const NEW_ITEM_DAYS = 90;
export const WINDOW_DAYS = { supplier: 90, supplier_lately: 30, item: 180, lane: 90, all: 30 } as const;

/** What a person would call one cause. */
export const FAMILIES = [
  'time_left',
  'begun',
  'promise',
  'supplier',
  'item',
  'lane',
  'channel',
  'site',
  'order_size',
  'quantity',
  'entry_day',
  'cover',
  'lately',
] as const;
export type Family = (typeof FAMILIES)[number];

/** A number, or a choice among words. */
export type Factor =
  | { readonly name: string; readonly family: Family; readonly numberOf: (line: LineCase) => number }
  | { readonly name: string; readonly family: Family; readonly choiceOf: (line: LineCase) => string };

/** One-sided, 95 %. */
const CONFIDENT = 1.645;
/** A rate of few lines is drawn to what is usual, as if so many lines more had been so. */
const AS_MANY = 50;
const AS_MANY_MORE = 10;
/** What is taken for usual before anything is known. */
const USUAL_AT_FIRST = 0.05;

function usualRate(line: LineCase): number {
  return shrunkRate(line.all, USUAL_AT_FIRST, AS_MANY);
}

/**
 * How much likelier than usual, in log-odds, where it is clearly so: the lower end of what the lines allow to say with
 * 95 % confidence (Wilson 1927) lies above the usual. What chance explains counts as nothing, since it would teach that
 * differences mean little.
 */
function clearlyAbove(line: LineCase, rate: LateRate): number {
  if (rate.late === 0) return 0;
  const usual = usualRate(line);
  const p = rate.late / rate.lines;
  const per_line = CONFIDENT ** 2 / rate.lines;
  const reach = CONFIDENT * Math.sqrt((p * (1 - p)) / rate.lines + per_line / (4 * rate.lines));
  if ((p + per_line / 2 - reach) / (1 + per_line) <= usual) return 0;
  return logit(shrunkRate(rate, usual, AS_MANY_MORE)) - logit(usual);
}

function daysWords(days: number): string {
  if (days <= 3) return String(days);
  return days <= 5 ? '4 to 5' : days <= 10 ? '6 to 10' : 'more than 10';
}

const yesNo = (is: boolean): string => (is ? 'yes' : 'no');

export const FACTORS: readonly Factor[] = [
  { name: 'working days left', family: 'time_left', choiceOf: (line) => daysWords(line.days_left) },
  { name: 'a part has left', family: 'begun', choiceOf: (line) => yesNo(line.begun) },
  { name: 'working days promised', family: 'promise', choiceOf: (line) => daysWords(line.promise_days) },
  { name: 'put off at confirmation', family: 'promise', choiceOf: (line) => yesNo(line.put_off) },
  { name: 'supplier, 90 days', family: 'supplier', numberOf: (line) => clearlyAbove(line, line.supplier) },
  {
    name: 'supplier, 30 days',
    family: 'supplier',
    numberOf: (line) => clearlyAbove(line, line.supplier_lately),
  },
  { name: 'item, six months', family: 'item', numberOf: (line) => clearlyAbove(line, line.item) },
  { name: 'new item', family: 'item', choiceOf: (line) => yesNo(line.new_item) },
  { name: 'lane, 90 days', family: 'lane', numberOf: (line) => clearlyAbove(line, line.lane) },
  { name: 'channel', family: 'channel', choiceOf: (line) => String(line.channel_id) },
  { name: 'site', family: 'site', choiceOf: (line) => String(line.site_id) },
  { name: 'lines of the order', family: 'order_size', numberOf: (line) => Math.log1p(line.order_lines) },
  { name: 'quantity', family: 'quantity', numberOf: (line) => Math.log1p(Math.max(0, line.qty_milli) / 1000) },
  { name: 'day of entry', family: 'entry_day', choiceOf: (line) => String(line.entry_weekday) },
  { name: 'cover', family: 'cover', choiceOf: (line) => line.cover },
  { name: 'receipt overdue', family: 'cover', choiceOf: (line) => yesNo(line.receipt_overdue) },
  { name: 'all lines, 30 days', family: 'lately', numberOf: (line) => logit(usualRate(line)) },
];
