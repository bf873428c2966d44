/**
 * Two customers whose bonuses were accrued too low, or not at all, on the same days: each day lacks what two rates make of both
 * customers' documents. Told apart where the days leave one answer; where two pairs fit as many days, both are named.
 */
import { lastDayOfMonth, monthOfDay } from '../../calendar.ts';
import { rebateOf } from '../../pricing/rebates.ts';
import { once } from './accruals.ts';
import type { Cell } from './cells.ts';
import type { CellsLeft } from './cellsLeft.ts';
import type { Evidence, Found, Posting, RebateLevel } from './facts.ts';
import { atOnce, type Steps } from './steps.ts';
import { BEYOND_ROUNDING, lackingOf, mostDaysOfOne, percentOf, ROUNDING_MINOR } from './rebatesTooLow.ts';

/** Two rates fit any two days. */
const FEWEST_DAYS = 3;
/** Two rates instead of one must tell so many days more, or chance would do. */
const MORE_THAN_ONE = 2;
/** Of more customers with documents on the differing days not every pair is tried. */
const MOST_PARTIES = 200;

interface Party {
  readonly party_id: number;
  readonly postings: readonly Posting[];
  /** By rate in basis points from 0, what each differing day lacks at it: debit positive. */
  readonly lacking: () => readonly (readonly number[])[];
  /** The rates in the order of what a differing day lacks at them. */
  readonly ordered: (nth: number) => readonly number[];
  /** By differing day, no rate lacks less than the first or more than the second. */
  readonly bounds: readonly (readonly [least: number, most: number])[];
  /** By differing day, how far documents and accruals may be apart for rounding. */
  readonly rounding: readonly number[];
}

interface PairFit {
  readonly parties: readonly [Party, Party];
  readonly rates_bp: readonly [number, number];
  readonly days: readonly number[];
  readonly off_minor: number;
}

/** Takes what it finds out of `left`. */
export function rebatesOfTwo(left: CellsLeft, evidence: Evidence, cut_off: number): readonly Found[] {
  return atOnce(rebatesOfTwoInSteps(left, evidence, cut_off));
}

export function* rebatesOfTwoInSteps(left: CellsLeft, evidence: Evidence, cut_off: number): Steps<readonly Found[]> {
  const found: Found[] = [];
  const cells = left.all().filter(({ role, day }) => role === 'rebate_accrual' && day <= cut_off);
  for (const [month, days] of [...Map.groupBy(cells, ({ day }) => monthOfDay(day))].toSorted((a, b) => a[0] - b[0])) {
    if (days.length < FEWEST_DAYS) continue;
    yield;
    const parties = partiesOn(days, evidence);
    if (parties === null) continue;
    const least = Math.max(FEWEST_DAYS, mostDaysOfOne(days, evidence) + MORE_THAN_ONE);
    const fits = yield* bestPairs(days, parties, least);
    const [best, other] = fits;
    if (!best) continue;
    found.push(...(other ? [either(fits, days, month, evidence)] : apart(best, days, month, evidence)));
    for (const nth of best.days) {
      const cell = days[nth];
      if (cell) left.take(cell.role, cell.day, cell.amount_minor);
    }
  }
  return found;
}

/** Null = fewer than two, or too many. */
function partiesOn(days: readonly Cell[], evidence: Evidence): readonly Party[] | null {
  const nth = new Map(days.map(({ day }, at) => [day, at]));
  const postings = evidence.postings.filter(
    ({ role, day, party_id }) => role === 'rebate_accrual' && party_id !== null && nth.has(day),
  );
  const byParty = Map.groupBy(postings, ({ party_id }) => party_id ?? 0);
  if (byParty.size < 2 || byParty.size > MOST_PARTIES) return null;
  return [...byParty]
    .toSorted((a, b) => a[0] - b[0])
    .map(([party_id, own]) => {
      const byDay = Map.groupBy(own, ({ day }) => day);
      const lacking = made(() => lackingByRate(own, nth, evidence.rebates.get(party_id) ?? []));
      const ordered = days.map((_, at) =>
        made(() => [...lacking().keys()].toSorted((a, b) => (lacking()[a]?.[at] ?? 0) - (lacking()[b]?.[at] ?? 0))),
      );
      return {
        party_id,
        postings: own,
        lacking,
        ordered: (at) => ordered[at]?.() ?? [],
        bounds: days.map(({ day }) => boundsOf(byDay.get(day) ?? [])),
        rounding: days.map(({ day }) => ROUNDING_MINOR * (byDay.get(day)?.length ?? 0)),
      };
    });
}

/** Of a bonus a rate leaves out something between nothing and the whole. */
function boundsOf(own: readonly Posting[]): readonly [least: number, most: number] {
  return [
    own.reduce((sum, { amount_minor }) => sum + Math.min(0, -amount_minor), 0),
    own.reduce((sum, { amount_minor }) => sum + Math.max(0, -amount_minor), 0),
  ];
}

/** Made when it is first asked for. */
function made<T>(make: () => T): () => T {
  let value: { readonly of: T } | undefined;
  return () => (value ??= { of: make() }).of;
}

function lackingByRate(own: readonly Posting[], nth: ReadonlyMap<number, number>, agreements: readonly RebateLevel[]) {
  const agreed = own.map((posting) => {
    const { channel_id, ordered_on, day } = posting;
    const rate_bp = rebateOf(agreements, { channel_id, ordered_on: ordered_on ?? day })?.rate_bp ?? 0;
    return { posting, rate_bp };
  });
  const highest = Math.max(1, ...agreed.map(({ rate_bp }) => rate_bp));
  return Array.from({ length: highest }, (_, rate_bp) => {
    const sums = Array.from({ length: nth.size }, () => 0);
    for (const { posting, rate_bp: of } of agreed) {
      const at = nth.get(posting.day) ?? 0;
      // without an agreement only the whole can be lacking
      const lacks = of === 0 ? (rate_bp === 0 ? -posting.amount_minor : 0) : lackingOf(posting, of, rate_bp);
      sums[at] = (sums[at] ?? 0) + lacks;
    }
    return sums;
  });
}

/** Of each pair the rates that come closest, of those pairs that tell most days; empty = no pair tells `least`. */
function* bestPairs(days: readonly Cell[], parties: readonly Party[], least: number): Steps<readonly PairFit[]> {
  let most = least;
  let best: PairFit[] = [];
  for (const [at, one] of parties.entries()) {
    yield;
    for (const two of parties.slice(at + 1)) {
      // on some day each must lack beside the other
      if (!one.rounding.some((own, nth) => own > 0 && (two.rounding[nth] ?? 0) > 0)) continue;
      const fit = pairFit(days, one, two, most);
      if (fit === null) continue;
      if (fit.days.length > most) best = [];
      most = fit.days.length;
      best.push(fit);
    }
  }
  return best;
}

function pairFit(days: readonly Cell[], one: Party, two: Party, least: number): PairFit | null {
  const room = roomFor(days, one, two);
  let able = 0;
  for (let nth = 0; nth < days.length; nth += 1) {
    const [lowest, highest] = one.bounds[nth] ?? NOTHING;
    if (highest >= (room.least[nth] ?? 0) && lowest <= (room.most[nth] ?? 0)) able += 1;
  }
  if (able < least) return null;
  let best: PairFit | null = null;
  // of so many days of the second's documents one at least has to fit, which leaves few rates to try
  const its_days = [...two.rounding.keys()].filter((nth) => (two.rounding[nth] ?? 0) > 0);
  const tried = its_days.slice(0, days.length - least + 1);
  for (const [one_bp, first] of one.lacking().entries()) {
    if (daysWithin(room, first) < least) continue;
    const rates = new Set<number>();
    for (const nth of tried) {
      if (!isWithin(room, first, nth)) continue;
      for (const rate of ratesFitting(days, one, first, two, nth)) rates.add(rate);
    }
    for (const two_bp of rates) {
      const second = two.lacking()[two_bp] ?? [];
      const fit = daysFitting(days, one, first, two, second, Math.max(least, best?.days.length ?? 0));
      if (fit === null || (fit.days.length === best?.days.length && fit.off_minor >= best.off_minor)) continue;
      const beyond = (party: Party, own: readonly number[]): boolean =>
        sumAt(own, fit.days) >= BEYOND_ROUNDING * Math.max(1, sumAt(party.rounding, fit.days));
      if (!beyond(one, first) || !beyond(two, second)) continue;
      best = { parties: [one, two], rates_bp: [one_bp, two_bp], ...fit };
    }
  }
  return best;
}

/** More than reckoning with fractions may be off by, in minor units. */
const SLACK_MINOR = 1;

/** By differing day, between what the first has to lack so that the second at some rate may lack the rest. */
interface Room {
  readonly least: Float64Array;
  readonly most: Float64Array;
}

function roomFor(days: readonly Cell[], one: Party, two: Party): Room {
  const least = new Float64Array(days.length);
  const most = new Float64Array(days.length);
  for (const [nth, { amount_minor }] of days.entries()) {
    const off = (one.rounding[nth] ?? 0) + (two.rounding[nth] ?? 0) + SLACK_MINOR;
    const [lowest, highest] = two.bounds[nth] ?? NOTHING;
    least[nth] = amount_minor - off - highest;
    most[nth] = amount_minor + off - lowest;
  }
  return { least, most };
}

function isWithin(room: Room, first: readonly number[], nth: number): boolean {
  const lacks = first[nth] ?? 0;
  return lacks >= (room.least[nth] ?? 0) && lacks <= (room.most[nth] ?? 0);
}

function daysWithin(room: Room, first: readonly number[]): number {
  let within = 0;
  for (let nth = 0; nth < first.length; nth += 1) if (isWithin(room, first, nth)) within += 1;
  return within;
}

const NOTHING = [0, 0] as const;

/** The second's rates at which a day lacks what it does, given what it lacks of the first. */
function ratesFitting(
  days: readonly Cell[],
  one: Party,
  first: readonly number[],
  two: Party,
  nth: number,
): readonly number[] {
  const wanted = (days[nth]?.amount_minor ?? 0) - (first[nth] ?? 0);
  const rounding = (one.rounding[nth] ?? 0) + (two.rounding[nth] ?? 0);
  const ordered = two.ordered(nth);
  const lacking = two.lacking();
  const at = (place: number): number => lacking[ordered[place] ?? 0]?.[nth] ?? 0;
  let [low, high] = [0, ordered.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (at(middle) < wanted - rounding) low = middle + 1;
    else high = middle;
  }
  const rates: number[] = [];
  for (let place = low; place < ordered.length && at(place) <= wanted + rounding; place += 1)
    rates.push(ordered[place] ?? 0);
  return rates;
}

/** Null = fewer than `least`; most pairs of rates are given up after a few days. */
function daysFitting(
  days: readonly Cell[],
  one: Party,
  first: readonly number[],
  two: Party,
  second: readonly number[],
  least: number,
) {
  const fitting: number[] = [];
  let off_minor = 0;
  for (let nth = 0; nth < days.length; nth += 1) {
    const lacks = (first[nth] ?? 0) + (second[nth] ?? 0);
    const off = Math.abs((days[nth]?.amount_minor ?? 0) - lacks);
    if (lacks !== 0 && off <= (one.rounding[nth] ?? 0) + (two.rounding[nth] ?? 0)) {
      fitting.push(nth);
      off_minor += off;
    } else if (fitting.length + days.length - nth - 1 < least) return null;
  }
  return fitting.length < least ? null : { days: fitting, off_minor };
}

/** What each of the two lacks; the second has what is left of the days, so that nothing is lost to rounding. */
function apart(fit: PairFit, days: readonly Cell[], month: number, evidence: Evidence): readonly Found[] {
  const [one, two] = fit.parties;
  const first = Math.round(sumAt(one.lacking()[fit.rates_bp[0]] ?? [], fit.days));
  return [
    itemOf([one], fit, days, nameOf(one, fit.rates_bp[0], month, evidence), first, fit.rates_bp[0] === 0),
    itemOf(
      [two],
      fit,
      days,
      nameOf(two, fit.rates_bp[1], month, evidence),
      amountOf(fit, days) - first,
      fit.rates_bp[1] === 0,
    ),
  ];
}

/** One amount that several pairs come to: whose it is cannot be said. */
function either(fits: readonly PairFit[], days: readonly Cell[], month: number, evidence: Evidence): Found {
  const [best] = fits;
  if (!best) throw new Error('no pair fits');
  const pairs = fits.map(({ parties }) => parties.map(({ party_id }) => codeOf(party_id, evidence)).join(' and '));
  const ref = `${pairs.join(', or ')} ${month}`;
  return itemOf(
    fits.flatMap(({ parties }) => parties),
    best,
    days,
    ref,
    amountOf(best, days),
    false,
  );
}

function itemOf(
  parties: readonly Party[],
  fit: PairFit,
  days: readonly Cell[],
  ref: string,
  amount_minor: number,
  is_whole: boolean,
): Found {
  const told = new Set(fit.days.map((nth) => days[nth]?.day));
  return {
    role: 'rebate_accrual',
    cause: is_whole ? 'accrual_missing' : 'accrued_at_old_rate',
    amount_minor,
    ref,
    arose_on: lastDayOfMonth(monthOfDay(days[0]?.day ?? 0)),
    documents: once(
      parties.flatMap(({ postings }) => postings.filter(({ day }) => told.has(day)).map(({ document }) => document)),
    ),
    settles_on: null,
  };
}

function nameOf({ party_id }: Party, rate_bp: number, month: number, evidence: Evidence): string {
  return `${codeOf(party_id, evidence)} ${month}${rate_bp === 0 ? '' : `, ${percentOf(rate_bp)}`}`;
}

function codeOf(party_id: number, evidence: Evidence): string | number {
  return evidence.parties.get(party_id)?.code ?? party_id;
}

function amountOf(fit: PairFit, days: readonly Cell[]): number {
  return fit.days.reduce((sum, nth) => sum + (days[nth]?.amount_minor ?? 0), 0);
}

function sumAt(amounts: readonly number[], days: readonly number[]): number {
  return days.reduce((sum, nth) => sum + (amounts[nth] ?? 0), 0);
}
