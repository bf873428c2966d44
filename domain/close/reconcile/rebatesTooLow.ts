/**
 * Bonuses the ledger accrued at a rate below the agreement's: on day after day it lacks of one customer's documents what one
 * lower rate makes of them. Whole documents that come to as much say it better (accruals.ts). Two customers on the same days
 * are looked for before (rebatesOfTwo.ts); where one customer's documents fit as well as another's both are named.
 */
import { lastDayOfMonth, monthOfDay } from '../../calendar.ts';
import { rebateOf } from '../../pricing/rebates.ts';
import { once, partWorth } from './accruals.ts';
import type { Cell } from './cells.ts';
import type { Evidence, Found, Posting, RebateLevel } from './facts.ts';
import type { CellsLeft } from './cellsLeft.ts';

/** So many days have to tell the same rate, unless the agreement once had it: any rate fits one day. */
const FEWEST_DAYS = 2;
/** An accrual and its document are each rounded, and an order's is split over its lines. */
export const ROUNDING_MINOR = 2;
/** What is lacking has to be so many times its rounding, or a rate is read out of noise. */
export const BEYOND_ROUNDING = 5;

interface Agreed {
  readonly posting: Posting;
  readonly rate_bp: number;
}

interface Fit {
  readonly rate_bp: number;
  readonly days: readonly Cell[];
  readonly own: readonly Posting[];
  readonly off_minor: number;
}

/** Takes what it finds out of `left`. */
export function rebatesAtLowerRate(left: CellsLeft, evidence: Evidence, cut_off: number): readonly Found[] {
  const found: Found[] = [];
  const cells = left.all().filter(({ role, day }) => role === 'rebate_accrual' && day <= cut_off);
  for (const [month, days] of [...Map.groupBy(cells, ({ day }) => monthOfDay(day))].toSorted((a, b) => a[0] - b[0])) {
    const { fits, whole } = fitsOf(days, evidence);
    const [best] = fits;
    // somebody's whole documents say it as well
    if (!best || best.fit.days.length <= whole) continue;
    const { fit } = best;
    const same = fits.filter((each) => sameDays(each.fit, fit));
    let amount_minor = 0;
    for (const cell of fit.days) {
      amount_minor += cell.amount_minor;
      left.take(cell.role, cell.day, cell.amount_minor);
    }
    found.push({
      role: 'rebate_accrual',
      cause: 'accrued_at_old_rate',
      amount_minor,
      ref: same
        .map(({ party_id, fit: { rate_bp } }) => {
          const code = evidence.parties.get(party_id)?.code ?? party_id;
          return `${code} ${month}, ${percentOf(rate_bp)}`;
        })
        .join(' or '),
      arose_on: lastDayOfMonth(month),
      documents: once(same.flatMap((each) => each.fit.own.map(({ document }) => document))),
      settles_on: null,
    });
  }
  return found;
}

/** The customers that tell most of the days, by their number, and how many days somebody's whole documents tell. */
function fitsOf(days: readonly Cell[], evidence: Evidence) {
  const on = new Set(days.map(({ day }) => monthOfDay(day)));
  const parties = Map.groupBy(
    evidence.postings.filter(
      ({ role, day, party_id }) => role === 'rebate_accrual' && party_id !== null && on.has(monthOfDay(day)),
    ),
    ({ party_id }) => party_id ?? 0,
  );
  let fits: { readonly party_id: number; readonly fit: Fit }[] = [];
  let whole = 0;
  for (const [party_id, own] of [...parties].toSorted((a, b) => a[0] - b[0])) {
    const byDay = Map.groupBy(own, ({ day }) => day);
    const lacked = days.filter((cell) => partWorth(byDay.get(cell.day) ?? [], -cell.amount_minor) !== null);
    whole = Math.max(whole, lacked.length);
    const fit = lowerRate(days, own, evidence.rebates.get(party_id) ?? []);
    const known = fits[0]?.fit.days.length ?? 0;
    if (fit === null || fit.days.length < known) continue;
    if (fit.days.length > known) fits = [];
    fits.push({ party_id, fit });
  }
  return { fits, whole };
}

/** How many days one customer at a lower rate, or with whole documents lacking, tells at most. */
export function mostDaysOfOne(days: readonly Cell[], evidence: Evidence): number {
  const { fits, whole } = fitsOf(days, evidence);
  return Math.max(whole, fits[0]?.fit.days.length ?? 0);
}

function sameDays(one: Fit, other: Fit): boolean {
  return one.days.every(({ day }) => other.days.some((each) => each.day === day));
}

/** The one rate, in whole basis points below the agreement's, that most of the days lack the same to. Null = none does. */
function lowerRate(
  days: readonly Cell[],
  postings: readonly Posting[],
  agreements: readonly RebateLevel[],
): Fit | null {
  const agreed = postings.map((posting): Agreed => {
    const { channel_id, ordered_on, day } = posting;
    return { posting, rate_bp: rebateOf(agreements, { channel_id, ordered_on: ordered_on ?? day })?.rate_bp ?? 0 };
  });
  const highest = Math.max(0, ...agreed.map(({ rate_bp }) => rate_bp));
  const byDay = Map.groupBy(agreed, ({ posting }) => posting.day);
  const able = days.filter(({ day, amount_minor }) => isWithin(amount_minor, byDay.get(day) ?? []));
  if (able.length === 0) return null;
  let best: Fit | null = null;
  for (let rate_bp = 1; rate_bp < highest; rate_bp += 1) {
    let [off_minor, lacking_minor, rounding_minor] = [0, 0, 0];
    const fitting = able.filter(({ day, amount_minor }) => {
      const own = byDay.get(day) ?? [];
      const lacks = own.reduce((sum, { posting, rate_bp: of }) => sum + lackingOf(posting, of, rate_bp), 0);
      const off = Math.abs(amount_minor - lacks);
      const rounding = ROUNDING_MINOR * own.length;
      if (lacks === 0 || off > rounding) return false;
      off_minor += off;
      lacking_minor += Math.abs(amount_minor);
      rounding_minor += rounding;
      return true;
    });
    if (lacking_minor < BEYOND_ROUNDING * rounding_minor || fitting.length === 0) continue;
    if (fitting.length < FEWEST_DAYS && !agreements.some((each) => each.rate_bp === rate_bp)) continue;
    const known = best?.days.length ?? 0;
    if (fitting.length < known || (fitting.length === known && off_minor >= (best?.off_minor ?? 0))) continue;
    const own = fitting.flatMap(({ day }) => (byDay.get(day) ?? []).map(({ posting }) => posting));
    best = { rate_bp, days: fitting, own, off_minor };
  }
  return best;
}

/** Whether at some lower rate documents may lack as much: no more than without any bonus. */
function isWithin(amount_minor: number, own: readonly Agreed[]): boolean {
  let [most, least] = [ROUNDING_MINOR * own.length, -ROUNDING_MINOR * own.length];
  for (const { posting } of own) {
    most += Math.max(0, -posting.amount_minor);
    least += Math.min(0, -posting.amount_minor);
  }
  return own.length > 0 && amount_minor <= most && amount_minor >= least;
}

/** Of a document's rebate at the agreed rate, what a lower one leaves out; debit positive. */
export function lackingOf({ amount_minor }: Posting, agreed_bp: number, rate_bp: number): number {
  return agreed_bp <= rate_bp ? 0 : (-amount_minor * (agreed_bp - rate_bp)) / agreed_bp;
}

/** '1.5 %' */
export function percentOf(rate_bp: number): string {
  return `${rate_bp / 100} %`;
}
