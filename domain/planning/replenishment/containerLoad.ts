/**
 * How full the containers of an order are, and what is added until the last one is full enough to be sent: of what would run
 * out soonest first. Quantities in thousandths of the base unit, volumes in millilitres, weights in grams, both a base unit.
 */
import { withWaits } from './orderDays.ts';
import { LEAST_DEMAND, type OrderTermsOfPosition } from './proposal.ts';

/** What a supplier sends in; null = that measure does not bound it, and one of them does. */
export interface ContainerTerms {
  readonly volume_litres: number | null;
  readonly weight_kg: number | null;
  /** A container that is less full is not sent, basis points of it; 0 = however little is in it. */
  readonly least_fill_bp: number;
}

/** Null where nobody wrote it down: then it takes no room that can be counted. */
export interface Measured {
  readonly volume_ml: number | null;
  readonly weight_g: number | null;
}

/** Nothing is added to fill a container that would then last longer after its arrival, days; the item's own limits may be shorter. */
export const FILL_DAYS = 120;

export interface LoadedLine extends Measured {
  readonly item_id: number;
  readonly qty_milli: number;
}

/** Of the lines of an order and of what else the supplier sells for the site. */
export interface FillCandidate extends LoadedLine {
  /** Added in these; at least 1. */
  readonly step_qty_milli: number;
  /** No less of it, where none is ordered yet. */
  readonly minimum_qty_milli: number;
  /** No more of it in the order; less than `qty_milli` adds nothing. */
  readonly most_qty_milli: number;
  /** Thousandths a day; what nobody asks for fills nothing. */
  readonly daily_demand_qty_milli: number;
  /** Days the position lasts after arrival without the order: below zero it runs out before. */
  readonly cover_days: number;
}

export type BelowFill =
  /** The supplier sells nothing else here whose size is known and that is asked for. */
  | 'nothing_else'
  /** All there is would lie too long. */
  | 'lasts_too_long'
  /** What is left of the container holds no carton more. */
  | 'nothing_fits';

export interface ContainerLoad {
  readonly containers: number;
  /** The measure that is nearest to its bound. */
  readonly by: 'volume' | 'weight';
  /** Of the last container by that measure, basis points: the others are full. */
  readonly last_fill_bp: number;
  readonly volume_ml: number;
  readonly weight_g: number;
  /** Lines without a size that bounds: in the order, and not in these figures. */
  readonly unmeasured_lines: number;
}

export interface FilledContainers extends ContainerLoad {
  /** Added to fill, by item; nothing is ever less, and nothing is added where it is not full enough then. */
  readonly added: ReadonlyMap<number, number>;
  /** Why the last one is not full enough; null = it is. */
  readonly below: BelowFill | null;
}

/** How full containers are of these lines; null = no line has a size, or no measure bounds. Throws a RangeError on terms that are not above zero. */
export function containerLoad(lines: readonly LoadedLine[], terms: ContainerTerms): ContainerLoad | null {
  const { volume_litres, weight_kg, least_fill_bp } = terms;
  if ([volume_litres, weight_kg].some((each) => each !== null && !(each > 0)) || !(least_fill_bp >= 0)) {
    throw new RangeError('a container holds something');
  }
  const ordered = lines.filter((line) => line.qty_milli > 0);
  const size = sizeOf(ordered);
  const { share, by } = shareOf(size, terms);
  if (!(share > 0)) return null;
  const containers = Math.max(1, Math.ceil(share - ROUNDING));
  return {
    containers,
    by,
    // never said to be full enough before it is, nor fuller than full
    last_fill_bp: Math.min(10_000, Math.floor((share - containers + 1 + ROUNDING) * 10_000)),
    volume_ml: Math.round(size.volume_ml),
    weight_g: Math.round(size.weight_g),
    unmeasured_lines: ordered.filter((line) => !isMeasured(line, terms)).length,
  };
}

/** Far less than a gram of a container. */
const ROUNDING = 1e-9;

/**
 * The lines with what is added until the last container is as full as it must be: every item is raised to the same days of
 * stock, the lowest that is enough, in whole steps, up to its most. The number of containers stays what the lines need. Where
 * nothing makes it full enough, nothing is added, and why is said.
 */
export function fillContainers(candidates: readonly FillCandidate[], terms: ContainerTerms): FilledContainers | null {
  const load = containerLoad(candidates, terms);
  if (load === null) return null;
  const nothing = new Map<number, number>();
  if (load.last_fill_bp >= terms.least_fill_bp) return { ...load, added: nothing, below: null };
  const fillers = candidates
    .filter((each) => isMeasured(each, terms) && each.daily_demand_qty_milli >= LEAST_DEMAND)
    .toSorted((a, b) => a.cover_days - b.cover_days || a.item_id - b.item_id);
  if (fillers.length === 0) return { ...load, added: nothing, below: 'nothing_else' };
  const enough = load.containers - 1 + terms.least_fill_bp / 10_000;
  const ordered = sizeOf(candidates);
  const shareAt = (quantities: readonly number[]): number => {
    let { volume_ml, weight_g } = ordered;
    for (const [place, each] of fillers.entries()) {
      const more = ((quantities[place] ?? 0) - each.qty_milli) / 1000;
      volume_ml += more * (each.volume_ml ?? 0);
      weight_g += more * (each.weight_g ?? 0);
    }
    return shareOf({ volume_ml, weight_g }, terms).share;
  };
  const at = (days: number): number[] => fillers.map((each) => raisedTo(each, days));
  let [low, high] = [lowestDays(fillers), FURTHEST_COVER];
  if (shareAt(at(high)) < enough - ROUNDING) low = high;
  // the most days whose quantities are not enough yet: one more would be
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (shareAt(at(middle)) < enough - ROUNDING) low = middle;
    else high = middle;
  }
  const quantities = at(low);
  const whole = at(high);
  let full = shareAt(quantities) >= enough - ROUNDING;
  for (const [place, each] of fillers.entries()) {
    // one step after the other of what comes first, while it fits
    while (!full && (quantities[place] ?? 0) < (whole[place] ?? 0)) {
      const before = quantities[place] ?? 0;
      quantities[place] = before === 0 ? firstOf(each) : before + each.step_qty_milli;
      const share = shareAt(quantities);
      if (share > load.containers + ROUNDING) {
        quantities[place] = before;
        break;
      }
      full = share >= enough - ROUNDING;
    }
  }
  const reached = fillers.some((_, place) => (quantities[place] ?? 0) < (whole[place] ?? 0));
  // a container that is not sent all the same is not bought for
  if (!full) return { ...load, added: nothing, below: reached ? 'nothing_fits' : 'lasts_too_long' };
  const added = new Map(
    fillers.flatMap(({ item_id, qty_milli }, place): [number, number][] => {
      const more = (quantities[place] ?? 0) - qty_milli;
      return more > 0 ? [[item_id, more]] : [];
    }),
  );
  const raised = candidates.map((each) => ({ ...each, qty_milli: each.qty_milli + (added.get(each.item_id) ?? 0) }));
  const filled = containerLoad(raised, terms) ?? load;
  return { ...filled, added, below: null };
}

/** Cover beyond which nothing is raised, whatever its most. */
const FURTHEST_COVER = 36_500;

function lowestDays(fillers: readonly FillCandidate[]): number {
  return Math.floor(Math.min(...fillers.map((each) => Math.min(0, each.cover_days)))) - 1;
}

function firstOf({ minimum_qty_milli, step_qty_milli }: FillCandidate): number {
  return Math.max(step_qty_milli, Math.ceil(minimum_qty_milli / step_qty_milli) * step_qty_milli);
}

/** The quantity with which it lasts so many days at the most, in steps above what is ordered; never less than that. */
function raisedTo(each: FillCandidate, days: number): number {
  const { qty_milli, step_qty_milli: step, most_qty_milli, daily_demand_qty_milli: daily, cover_days } = each;
  const wanted = Math.min(most_qty_milli, (days - cover_days) * daily);
  if (qty_milli === 0) {
    const first = firstOf(each);
    return wanted < first ? 0 : first + Math.floor((wanted - first) / step) * step;
  }
  return wanted <= qty_milli ? qty_milli : qty_milli + Math.floor((wanted - qty_milli) / step) * step;
}

interface Size {
  readonly volume_ml: number;
  readonly weight_g: number;
}

function sizeOf(lines: readonly LoadedLine[]): Size {
  let [volume_ml, weight_g] = [0, 0];
  for (const line of lines) {
    volume_ml += (Math.max(0, line.qty_milli) * (line.volume_ml ?? 0)) / 1000;
    weight_g += (Math.max(0, line.qty_milli) * (line.weight_g ?? 0)) / 1000;
  }
  return { volume_ml, weight_g };
}

/** Containers and parts of one, by the measure that needs more of them. */
function shareOf(
  { volume_ml, weight_g }: Size,
  { volume_litres, weight_kg }: ContainerTerms,
): { readonly share: number; readonly by: ContainerLoad['by'] } {
  const by_volume = volume_litres === null ? 0 : volume_ml / (volume_litres * 1000);
  const by_weight = weight_kg === null ? 0 : weight_g / (weight_kg * 1000);
  return { share: Math.max(by_volume, by_weight), by: by_weight > by_volume ? 'weight' : 'volume' };
}

function isMeasured({ volume_ml, weight_g }: Measured, { volume_litres, weight_kg }: ContainerTerms): boolean {
  return (volume_litres === null || volume_ml !== null) && (weight_kg === null || weight_g !== null);
}

/** The most that may be ordered of a position to fill a container: as long as it keeps or is wanted, and no longer than FILL_DAYS. */
export function fillMostMilli(asked: OrderTermsOfPosition, position_qty_milli: number): number {
  const terms = withWaits(asked);
  const days = Math.min(terms.shelf_life_days ?? FILL_DAYS, terms.most_days ?? FILL_DAYS, FILL_DAYS);
  const most = terms.daily_demand_qty_milli * (days + terms.lead_time_days) - position_qty_milli;
  return most > 0 ? Math.floor(most) : 0;
}
