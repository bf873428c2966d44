/**
 * One order to one supplier for one site: the lines needed now, and what is brought forward so that the supplier's
 * minimum is met or freight is saved. Money in minor units of one currency, days as day numbers.
 */

/** Nothing needed later than so many days from now is brought forward. */
export const LOOK_AHEAD_DAYS = 14;

export interface DraftLine {
  readonly item_id: number;
  readonly qty_milli: number;
  /** At the supplier's price. */
  readonly value_minor: number;
  /** The last day on which it may be ordered: today or earlier = needed now. */
  readonly order_by_on: number;
}

export interface OrderTerms {
  /** The supplier takes no order below this; 0 = any. */
  readonly minimum_minor: number;
  /** Charged on an order below `free_freight_from_minor`. */
  readonly freight_minor: number;
  /** null = freight is charged always. */
  readonly free_freight_from_minor: number | null;
}

export interface DraftQuestion {
  readonly as_of_on: number;
  readonly lines: readonly DraftLine[];
  readonly terms: OrderTerms;
  /** What lying a year costs, basis points of its value. */
  readonly holding_rate_bp: number;
  /** Nothing that is needed later than so many days from now is brought forward. */
  readonly look_ahead_days: number;
}

/** `for_container`: nothing of it is needed, it fills one. */
export type Reason = 'needed' | 'for_minimum' | 'for_freight' | 'for_container';

export interface DraftOrder {
  /** Needed first by order day, then what was brought forward in the order in which it was. */
  readonly lines: readonly (DraftLine & { readonly reason: Reason; readonly days_early: number })[];
  readonly value_minor: number;
  /** Charged on this order. */
  readonly freight_minor: number;
  /** What it costs to have the lines early that were brought forward. */
  readonly holding_minor: number;
  /** Missing to the supplier's minimum although all that could be was brought forward; 0 = it can be sent. */
  readonly below_minimum_minor: number;
}

/** null = nothing is needed now. Throws a RangeError on negative figures. */
export function draftOrder(question: DraftQuestion): DraftOrder | null {
  const { as_of_on, terms, look_ahead_days } = question;
  const figures = [
    terms.minimum_minor,
    terms.freight_minor,
    terms.free_freight_from_minor ?? 0,
    question.holding_rate_bp,
  ];
  if (figures.some((each) => !(each >= 0))) throw new RangeError('terms and rates must not be negative');
  if (question.lines.some((line) => line.qty_milli < 0 || line.value_minor < 0)) {
    throw new RangeError('a line must not be negative');
  }
  const ordered = question.lines
    .filter((line) => line.qty_milli > 0 && line.order_by_on <= as_of_on + look_ahead_days)
    .toSorted((a, b) => a.order_by_on - b.order_by_on || a.item_id - b.item_id);
  const needed = ordered.filter((line) => line.order_by_on <= as_of_on);
  if (needed.length === 0) return null;
  const later = ordered.slice(needed.length);

  const forMinimum = soonestUpTo(later, terms.minimum_minor - sumOf(needed));
  const sent = [...needed, ...forMinimum];
  const forFreight = freightSavers(question, sumOf(sent), later.slice(forMinimum.length));
  const taken = [
    ...needed.map((line) => ({ ...line, reason: 'needed' as const, days_early: 0 })),
    ...forMinimum.map((line) => ({ ...line, reason: 'for_minimum' as const, days_early: line.order_by_on - as_of_on })),
    ...forFreight.map((line) => ({ ...line, reason: 'for_freight' as const, days_early: line.order_by_on - as_of_on })),
  ];
  const value_minor = sumOf(taken);
  const { free_freight_from_minor } = terms;
  return {
    lines: taken,
    value_minor,
    freight_minor: free_freight_from_minor !== null && value_minor >= free_freight_from_minor ? 0 : terms.freight_minor,
    holding_minor: taken.reduce((sum, line) => sum + holdingMinor(question, line), 0),
    below_minimum_minor: Math.max(0, terms.minimum_minor - value_minor),
  };
}

/** As many of them, in their order, as it takes to reach the amount; all of them when they do not. */
function soonestUpTo(lines: readonly DraftLine[], missing_minor: number): readonly DraftLine[] {
  let missing = missing_minor;
  const taken: DraftLine[] = [];
  for (const line of lines) {
    if (missing <= 0) break;
    taken.push(line);
    missing -= line.value_minor;
  }
  return taken;
}

/** What makes the order free of freight, if having it early costs less than the freight; else nothing. */
function freightSavers(
  question: DraftQuestion,
  value_minor: number,
  later: readonly DraftLine[],
): readonly DraftLine[] {
  const { free_freight_from_minor, freight_minor } = question.terms;
  if (free_freight_from_minor === null || freight_minor === 0 || value_minor >= free_freight_from_minor) return [];
  const taken = soonestUpTo(later, free_freight_from_minor - value_minor);
  if (value_minor + sumOf(taken) < free_freight_from_minor) return [];
  const holding = taken.reduce((sum, line) => sum + holdingMinor(question, line), 0);
  return holding < freight_minor ? taken : [];
}

/** Rounded to the minor unit, line by line. */
function holdingMinor({ as_of_on, holding_rate_bp }: DraftQuestion, line: DraftLine): number {
  const days = Math.max(0, line.order_by_on - as_of_on);
  return Math.round((line.value_minor * holding_rate_bp * days) / (10_000 * 365));
}

function sumOf(lines: readonly DraftLine[]): number {
  return lines.reduce((sum, line) => sum + line.value_minor, 0);
}
