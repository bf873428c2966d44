/**
 * Goods of one item moved between sites before more is bought: from what a site has above its own need to one that
 * needs it, where the benefit is greater than the cost. A site that needs something gives nothing away, and what came
 * from a site lately does not go back to it. Quantities in thousandths, money in minor units of one currency.
 */
import { divideRounded } from '../../money.ts';

export interface TransferSite {
  readonly site_id: number;
  /** Above its own reorder point and what is asked of it; 0 where something is needed. */
  readonly surplus_qty_milli: number;
  /** Per base unit × 10⁻⁶: saved by not having it lie there any longer (0 where it would be sold soon). */
  readonly surplus_saving_micro: number;
  readonly need_qty_milli: number;
  /** The day it is needed on. */
  readonly need_on: number | null;
  /** Of the need, what is asked for before a purchase could come. */
  readonly lost_qty_milli: number;
  /** Per base unit × 10⁻⁶: lost where that is not there in time. */
  readonly lost_micro: number;
}

export interface TransferLane {
  readonly from_site_id: number;
  readonly to_site_id: number;
  /** The day what is sent off today is taken in. */
  readonly arrive_on: number;
  /** Each transfer, whatever its size. */
  readonly fixed_minor: number;
  /** Per base unit × 10⁻⁶. */
  readonly unit_cost_micro: number;
}

export interface TransferQuestion {
  readonly as_of_on: number;
  readonly sites: readonly TransferSite[];
  readonly lanes: readonly TransferLane[];
  /** What is moved is moved in these; 0 = any quantity. */
  readonly multiple_qty_milli: number;
  /** Decimal places of the currency's minor unit. */
  readonly minor_digits: number;
  /** Moves of the item in the days before, as far as they are to be remembered. */
  readonly recent: readonly { readonly from_site_id: number; readonly to_site_id: number }[];
}

export interface Transfer {
  readonly from_site_id: number;
  readonly to_site_id: number;
  readonly qty_milli: number;
  readonly arrive_on: number;
  readonly cost_minor: number;
  /** Of it: sales that are not lost, and stock that does not lie on. */
  readonly benefit_minor: number;
  readonly saves_sales_minor: number;
}

/**
 * The best transfer first, then the best of what is left, until none pays; the order of the input does not matter.
 * Nobody gives more than the surplus nor gets more than the need. Throws a RangeError on negative figures, a site that
 * both needs and gives, and a lane to itself.
 */
export function planTransfers(question: TransferQuestion): Transfer[] {
  const problem = faultOf(question);
  if (problem !== null) throw new RangeError(problem);
  const sites = new Map(question.sites.map((site) => [site.site_id, { ...site }]));
  const barred = new Set(question.recent.map((move) => `${move.to_site_id}>${move.from_site_id}`));
  const open = new Set(question.lanes.filter((lane) => !barred.has(`${lane.from_site_id}>${lane.to_site_id}`)));
  const planned: Transfer[] = [];
  for (;;) {
    let best: { readonly lane: TransferLane; readonly transfer: Transfer } | null = null;
    for (const lane of open) {
      const transfer = transferOn(question, lane, sites);
      if (transfer !== null && (best === null || isBetter(transfer, best.transfer))) best = { lane, transfer };
    }
    if (best === null) return planned;
    const { lane, transfer } = best;
    const [from, to] = [sites.get(lane.from_site_id), sites.get(lane.to_site_id)];
    if (from === undefined || to === undefined) throw new Error('a transfer between known sites');
    sites.set(from.site_id, { ...from, surplus_qty_milli: from.surplus_qty_milli - transfer.qty_milli });
    sites.set(to.site_id, {
      ...to,
      need_qty_milli: to.need_qty_milli - transfer.qty_milli,
      lost_qty_milli: Math.max(0, to.lost_qty_milli - transfer.qty_milli),
    });
    open.delete(lane);
    planned.push(transfer);
  }
}

function transferOn(
  { multiple_qty_milli, minor_digits }: TransferQuestion,
  lane: TransferLane,
  sites: ReadonlyMap<number, TransferSite>,
): Transfer | null {
  const [from, to] = [sites.get(lane.from_site_id), sites.get(lane.to_site_id)];
  if (from === undefined || to === undefined) return null;
  const multiple = Math.max(1, multiple_qty_milli);
  const qty_milli = Math.floor(Math.min(from.surplus_qty_milli, to.need_qty_milli) / multiple) * multiple;
  if (qty_milli <= 0) return null;
  const { arrive_on } = lane;
  const worth = (quantity: number, micro: number) => amountMinor(quantity, micro, minor_digits);
  // what comes after the day it is needed saves no sale
  const in_time = to.need_on === null || arrive_on <= to.need_on;
  const saves_sales_minor = in_time ? worth(Math.min(qty_milli, to.lost_qty_milli), to.lost_micro) : 0;
  const benefit_minor = saves_sales_minor + worth(qty_milli, from.surplus_saving_micro);
  const cost_minor = lane.fixed_minor + worth(qty_milli, lane.unit_cost_micro);
  if (benefit_minor <= cost_minor) return null;
  const { from_site_id, to_site_id } = lane;
  return { from_site_id, to_site_id, qty_milli, arrive_on, cost_minor, benefit_minor, saves_sales_minor };
}

/** More is gained; with the same gain it comes sooner; then by the sites' numbers, so that one plan is the plan. */
function isBetter(a: Transfer, b: Transfer): boolean {
  const gain = a.benefit_minor - a.cost_minor - (b.benefit_minor - b.cost_minor);
  if (gain !== 0) return gain > 0;
  if (a.arrive_on !== b.arrive_on) return a.arrive_on < b.arrive_on;
  if (a.from_site_id !== b.from_site_id) return a.from_site_id < b.from_site_id;
  return a.to_site_id < b.to_site_id;
}

/** What four of are still added exactly: a way or a loss beyond it is as dear as it can be, whatever it is. */
const MOST_MINOR = BigInt(Number.MAX_SAFE_INTEGER) / 4n;

/** Thousandths × 10⁻⁶ a unit, rounded once to the minor unit. */
function amountMinor(qty_milli: number, micro: number, minor_digits: number): number {
  const amount = divideRounded(BigInt(qty_milli) * BigInt(micro), 10n ** BigInt(9 - minor_digits));
  return Number(amount > MOST_MINOR ? MOST_MINOR : amount);
}

function faultOf({ as_of_on, sites, lanes, multiple_qty_milli }: TransferQuestion): string | null {
  if (!(multiple_qty_milli >= 0)) return 'a multiple must not be negative';
  for (const site of sites) {
    const figures = [
      site.surplus_qty_milli,
      site.surplus_saving_micro,
      site.need_qty_milli,
      site.lost_qty_milli,
      site.lost_micro,
    ];
    if (figures.some((each) => !(Number.isSafeInteger(each) && each >= 0))) {
      return `site ${site.site_id} has a figure that is negative or not whole`;
    }
    if (site.surplus_qty_milli > 0 && site.need_qty_milli > 0) return `site ${site.site_id} both needs and gives`;
  }
  for (const lane of lanes) {
    if (lane.from_site_id === lane.to_site_id) return `a lane of site ${lane.from_site_id} leads to itself`;
    const figures = [lane.arrive_on - as_of_on, lane.fixed_minor, lane.unit_cost_micro];
    if (figures.some((each) => !(Number.isSafeInteger(each) && each >= 0))) {
      return `the lane from ${lane.from_site_id} to ${lane.to_site_id} has a figure that is negative or not whole`;
    }
  }
  return null;
}
