/** Which lines of the past are looked at, and on which days. The same lines on the same days every time. */

/** Every so many days back from today a look is taken; no divisor of a week, so that looks fall on all its days. */
export const LOOK_EVERY_DAYS = 6;
/** Looks further back teach nothing of how it is now. */
export const LOOK_BACK_DAYS = 540;
/** Lines looked at for learning, at most about so many. */
export const MOST_LOOKS = 30_000;

interface LooksAtLine {
  readonly latest_on: number;
  readonly count: number;
}

/** Between the day after its order and its last day in time, from `first_on` on. */
function looksBetween(ordered_on: number, cut_off_on: number, first_on: number, as_of_on: number): LooksAtLine {
  const from_on = Math.max(ordered_on + 1, first_on, as_of_on - LOOK_BACK_DAYS);
  const back = Math.max(1, Math.ceil((as_of_on - cut_off_on) / LOOK_EVERY_DAYS));
  const latest_on = as_of_on - back * LOOK_EVERY_DAYS;
  return { latest_on, count: latest_on < from_on ? 0 : Math.floor((latest_on - from_on) / LOOK_EVERY_DAYS) + 1 };
}

export function countLooks(ordered_on: number, cut_off_on: number, first_on: number, as_of_on: number): number {
  return looksBetween(ordered_on, cut_off_on, first_on, as_of_on).count;
}

/** The days of these looks, the latest first. */
export function looksAt(ordered_on: number, cut_off_on: number, first_on: number, as_of_on: number): number[] {
  const { latest_on, count } = looksBetween(ordered_on, cut_off_on, first_on, as_of_on);
  return Array.from({ length: count }, (_, nth) => latest_on - nth * LOOK_EVERY_DAYS);
}

/** Of every order a number that looks like chance and is none (Knuth's multiplier, then mixed), below `of`. */
export function orderNumberBelow(order_id: number, of: number): number {
  let mixed = Math.imul(order_id ^ (order_id >>> 16), 0x9e37_79b1);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85eb_ca6b);
  mixed ^= mixed >>> 13;
  return (mixed >>> 0) % of;
}
