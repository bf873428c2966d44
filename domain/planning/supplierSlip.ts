/**
 * Whether a supplier delivers worse of late than in the year before. Judged by whole orders, because the lines of an
 * order come together: lead times by the Mann–Whitney test, orders in time by Fisher's exact test, both one-sided at
 * 0.2 %. Of fifty suppliers whose ways did not change, about one in five quarters is named by chance. Small changes are
 * left out however sure they are.
 */
import { normalChance } from '../forecast/normal.ts';

/** An order of a supplier as it went. Days are day numbers. */
export interface SupplierOrder {
  /** The last of its lines' first promises. */
  readonly due_on: number;
  /** Every line came whole by its first promise. */
  readonly in_time: boolean;
  /** The day all of it was there; null = not yet. */
  readonly complete_on: number | null;
  /** From approval; null = not there yet, or the approval is not known. */
  readonly lead_days: number | null;
}

export interface Compared {
  readonly before: number;
  readonly lately: number;
  readonly before_orders: number;
  readonly lately_orders: number;
  /** How likely such a change, or a larger one, is by chance. */
  readonly chance: number;
}

export interface SupplierSlip {
  /** Mean days from approval to all there; null = not worse. */
  readonly lead_days: Compared | null;
  /** Orders in time, basis points; null = not worse. */
  readonly in_time_bp: Compared | null;
}

export const LATELY_DAYS = 90;
export const BEFORE_DAYS = 365;
/** Fewer orders prove nothing. */
const LEAST_LATELY = 4;
const LEAST_BEFORE = 8;
const CHANCE = 0.002;
/** Smaller changes change no plan. */
const LEAST_DAYS = 2;
const LEAST_SHARE_BP = 1_500;

/** null = no worse than before, or nobody can tell. */
export function supplierSlip(orders: readonly SupplierOrder[], as_of_on: number): SupplierSlip | null {
  const slip = { lead_days: leadTimes(orders, as_of_on), in_time_bp: inTime(orders, as_of_on) };
  return slip.lead_days === null && slip.in_time_bp === null ? null : slip;
}

type Span = 'before' | 'lately';

function spanOf(day: number, as_of_on: number): Span | null {
  if (day >= as_of_on || day < as_of_on - LATELY_DAYS - BEFORE_DAYS) return null;
  return day >= as_of_on - LATELY_DAYS ? 'lately' : 'before';
}

function leadTimes(orders: readonly SupplierOrder[], as_of_on: number): Compared | null {
  const days: Record<Span, number[]> = { before: [], lately: [] };
  for (const { complete_on, lead_days } of orders) {
    if (complete_on === null || lead_days === null || lead_days < 0) continue;
    const span = spanOf(complete_on, as_of_on);
    if (span !== null) days[span].push(lead_days);
  }
  if (days.lately.length < LEAST_LATELY || days.before.length < LEAST_BEFORE) return null;
  const [before, lately] = [mean(days.before), mean(days.lately)];
  if (lately - before < LEAST_DAYS) return null;
  const chance = chanceOfLarger(days.before, days.lately);
  if (chance >= CHANCE) return null;
  return { before, lately, before_orders: days.before.length, lately_orders: days.lately.length, chance };
}

function inTime(orders: readonly SupplierOrder[], as_of_on: number): Compared | null {
  const late: Record<Span, number> = { before: 0, lately: 0 };
  const all: Record<Span, number> = { before: 0, lately: 0 };
  for (const { due_on, in_time } of orders) {
    const span = spanOf(due_on, as_of_on);
    if (span === null) continue;
    all[span] += 1;
    if (!in_time) late[span] += 1;
  }
  if (all.lately < LEAST_LATELY || all.before < LEAST_BEFORE) return null;
  const share = (span: Span): number => Math.round(((all[span] - late[span]) * 10_000) / all[span]);
  const [before, lately] = [share('before'), share('lately')];
  if (before - lately < LEAST_SHARE_BP) return null;
  const chance = chanceOfMore(late.lately, all.lately, late.before, all.before);
  if (chance >= CHANCE) return null;
  return { before, lately, before_orders: all.before, lately_orders: all.lately, chance };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Mann–Whitney with middle ranks for ties and a continuity correction: that `b` is no larger than `a`. */
export function chanceOfLarger(a: readonly number[], b: readonly number[]): number {
  const all = [...a.map((value) => ({ value, of_b: false })), ...b.map((value) => ({ value, of_b: true }))];
  all.sort((x, y) => x.value - y.value);
  let rank_sum = 0;
  let ties = 0;
  for (let from = 0; from < all.length; ) {
    let to = from;
    while (to < all.length && all[to]?.value === all[from]?.value) to += 1;
    const tied = to - from;
    ties += tied ** 3 - tied;
    for (let at = from; at < to; at++) if (all[at]?.of_b) rank_sum += (from + to + 1) / 2;
    from = to;
  }
  const n = all.length;
  const larger = rank_sum - (b.length * (b.length + 1)) / 2;
  const variance = ((a.length * b.length) / 12) * (n + 1 - ties / (n * (n - 1)));
  // all alike, or none of b above any of a: certain, which the normal distribution only comes near
  if (variance <= 0 || larger === 0) return 1;
  return 1 - normalChance((larger - (a.length * b.length) / 2 - 0.5) / Math.sqrt(variance));
}

/** Fisher's exact test: so many of `lately_all`, or more, were late if lateness fell on any order alike. */
export function chanceOfMore(lately: number, lately_all: number, before: number, before_all: number): number {
  const late = lately + before;
  const all = lately_all + before_all;
  const most = Math.min(late, lately_all);
  let chance = 0;
  for (let hit = lately; hit <= most; hit++) {
    if (late - hit > before_all) continue;
    chance += Math.exp(logChoose(lately_all, hit) + logChoose(before_all, late - hit) - logChoose(all, late));
  }
  return Math.min(1, chance);
}

function logChoose(n: number, k: number): number {
  let sum = 0;
  for (let each = 1; each <= Math.min(k, n - k); each++) sum += Math.log((n - Math.min(k, n - k) + each) / each);
  return sum;
}
