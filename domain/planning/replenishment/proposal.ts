/**
 * What to order for one position: how many, by when, and why, each number with what it was made of; or why nothing can
 * be proposed. Quantities in thousandths of the base unit, days as day numbers.
 */
import {
  inventoryPositionMilli,
  minMaxOrderMilli,
  MOST_QTY_MILLI,
  reorderLotsMilli,
  roundUpToSupplierMilli,
} from '../orderQuantity.ts';
import { ANY_DAY, type BuyingCalendar, orderDayFrom } from '../buyingCalendar.ts';
import { USAGE_DAYS } from '../daysOnHand.ts';
import { receiptsAsTheyCome } from '../overdueReceipts.ts';
import { LONGEST_DAYS } from './leadTime.ts';
import { isFresh, STALE_DAYS } from '../staleDocuments.ts';
import { type DatedQuantity, takenBeforeMilli } from '../projectedBalance.ts';
import {
  type DemandAndLeadTime,
  type Levels,
  levelsOf,
  policyFault,
  type PolicyFault,
  type ReplenishmentPolicy,
} from './policy.ts';
import { daysOfOrder, withWaits } from './orderDays.ts';
import { documentsRefusal, type FiguresRefusal, sumsRefusal } from './positionFigures.ts';

/** What a supplier asks of one item. */
export interface SupplierTerms {
  readonly supplier_id: number;
  /** 0 = none. */
  readonly minimum_qty_milli: number;
  /** What it is sold in; 0 = any quantity. */
  readonly multiple_qty_milli: number;
}

export interface ReplenishmentQuestion extends DemandAndLeadTime {
  readonly as_of_on: number;
  readonly on_hand_qty_milli: number;
  /** Open order quantities by committed date. */
  readonly demand: readonly DatedQuantity[];
  /** Open purchase quantities by expected date. */
  readonly receipts: readonly DatedQuantity[];
  readonly policy: ReplenishmentPolicy | null;
  readonly supplier: SupplierTerms | null;
  readonly item_active: boolean;
  /** How long the goods keep, days; null = they do not go off. */
  readonly shelf_life_days: number | null;
  /** No more than so many days of demand are wanted; null = no such limit. */
  readonly most_days: number | null;
  /** When the supplier is ordered from and the site takes goods in; null = any day. */
  readonly calendar?: BuyingCalendar | null;
}

/** Less than a thousandth of a unit a year is no demand, thousandths a day. */
export const LEAST_DEMAND = 1 / 365;

/** Whole days a position lasts from the day on which it has come to that; null = nothing is asked for. */
export function lastsDays(after_qty_milli: number, daily_qty_milli: number, wait_days: number): number | null {
  return daily_qty_milli >= LEAST_DEMAND
    ? Math.max(0, Math.floor(after_qty_milli / daily_qty_milli - wait_days))
    : null;
}

/** Nothing is ordered for a day further ahead: later days are said as this one. */
const FURTHEST_DAYS = 36_500;

export type Refusal =
  | { readonly reason: 'item_inactive' | 'no_policy' | 'no_supplier' }
  | { readonly reason: 'policy'; readonly fault: PolicyFault }
  | { readonly reason: 'supplier_terms'; readonly fault: TermsFault }
  | FiguresRefusal
  | { readonly reason: 'days_not_positive'; readonly which: 'shelf_life_days' | 'most_days' };

export type TermsFault = 'minimum_negative' | 'multiple_negative' | 'not_a_number' | 'not_whole' | 'too_large';

/** One step from the need to the quantity, in the order in which they were taken. */
export type Step =
  | {
      readonly step: 'position';
      readonly on_hand_qty_milli: number;
      readonly on_order_qty_milli: number;
      readonly backorder_qty_milli: number;
      readonly ordered_ahead_qty_milli: number;
      readonly qty_milli: number;
    }
  | { readonly step: 'levels'; readonly levels: Levels }
  /** What the policy asks for before the supplier and the shelf are asked. */
  | { readonly step: 'need'; readonly qty_milli: number }
  | {
      readonly step: 'supplier';
      readonly minimum_qty_milli: number;
      readonly multiple_qty_milli: number;
      readonly qty_milli: number;
    }
  /** No more than these days' demand lies there when it comes. */
  | {
      readonly step: 'days';
      readonly limit: 'shelf_life_days' | 'most_days';
      readonly days: number;
      readonly qty_milli: number;
    };

export type Warning =
  /** The least that can be bought lasts longer than it may lie. */
  | {
      readonly warning: 'smallest_order_too_large';
      /** 'any' = of goods without a limit: longer than anything is planned ahead. */
      readonly limit: 'shelf_life_days' | 'most_days' | 'any';
      readonly lasts_days: number;
    }
  /** Nobody wrote down what it is sold in, so that the quantity may be one nobody can order. */
  | { readonly warning: 'any_quantity' }
  /** Open documents left out because they are older than STALE_DAYS. */
  | { readonly warning: 'stale_documents'; readonly orders: number; readonly receipts: number }
  /** Left out because they are due further ahead than that. */
  | { readonly warning: 'far_documents'; readonly orders: number; readonly receipts: number }
  /** What is there and coming does not last until this order could come. */
  | { readonly warning: 'short_before_receipt'; readonly on: number; readonly short_qty_milli: number };

export interface Proposal {
  readonly supplier_id: number;
  /** 0 = nothing to order now. */
  readonly qty_milli: number;
  /** The next day the supplier is ordered from: today where any day is one. */
  readonly order_on: number;
  /** Ordered then it comes on this day. */
  readonly receive_on: number;
  /**
   * The day the position falls to the reorder point at the daily demand, or the next one the supplier is ordered from: today
   * when it has, in a hundred years at the most; null = without demand never.
   */
  readonly order_by_on: number | null;
  readonly steps: readonly Step[];
  readonly warnings: readonly Warning[];
  /** What happens without this order. */
  readonly without: {
    /** The first day something asked for is not there; null = not within a review and two lead times. */
    readonly runs_out_on: number | null;
    /** Missing by the end of that time. */
    readonly short_qty_milli: number;
  };
}

export type ProposalOrRefusal = { readonly proposal: Proposal } | { readonly refusal: Refusal };

/** The same question gives the same answer; an answer taken as ordered gives 0 the next time. */
export function proposeOrder(question: ReplenishmentQuestion): ProposalOrRefusal {
  const refusal = refusalOf(question) ?? documentsRefusal(question.demand, question.receipts);
  if (refusal !== null) return { refusal };
  const { policy, supplier } = question;
  if (policy === null || supplier === null) throw new Error('refused before');

  const fresh = {
    demand: question.demand.filter(isFresh(question.as_of_on)),
    receipts: question.receipts.filter(isFresh(question.as_of_on)),
  };
  const position = positionOf(question, fresh.demand, fresh.receipts);
  const figures = sumsRefusal({
    on_hand_qty_milli: position.on_hand_qty_milli,
    asked_qty_milli: position.backorder_qty_milli + position.ordered_ahead_qty_milli,
    on_order_qty_milli: position.on_order_qty_milli,
  });
  if (figures !== null) return { refusal: figures };
  const reckoned = reckonOrder(question, position.qty_milli);
  const { levels, need_qty_milli: need, bought_qty_milli: bought } = reckoned;
  const steps: Step[] = [position, { step: 'levels', levels }, { step: 'need', qty_milli: need }];
  const { minimum_qty_milli, multiple_qty_milli } = supplier;
  if (bought !== need) steps.push({ step: 'supplier', minimum_qty_milli, multiple_qty_milli, qty_milli: bought });
  steps.push(...reckoned.steps);

  const { order_on, receive_on } = daysOfOrder(question);
  const until = balanceUntil(question, fresh, receive_on);
  const again = withWaits(question);
  const beyond = balanceUntil(
    question,
    fresh,
    receive_on + Math.ceil(again.lead_time_days) + reviewDays(again.policy ?? policy),
  );
  const warnings: Warning[] = [...reckoned.warnings];
  warnings.push(...leftOut(question));
  if (until.runs_out_on !== null && until.runs_out_on < receive_on) {
    warnings.push({ warning: 'short_before_receipt', on: until.runs_out_on, short_qty_milli: until.short_qty_milli });
  }
  return {
    proposal: {
      supplier_id: supplier.supplier_id,
      qty_milli: reckoned.qty_milli,
      order_on,
      receive_on,
      order_by_on: reckoned.order_by_on,
      steps,
      warnings,
      without: beyond,
    },
  };
}

/** What the quantity depends on besides the position: everything of a question but its documents. */
export type OrderTermsOfPosition = Omit<ReplenishmentQuestion, 'on_hand_qty_milli' | 'demand' | 'receipts'>;

export interface ReckonedOrder extends Limited {
  readonly levels: Levels;
  /** What the policy asks for. */
  readonly need_qty_milli: number;
  /** The same in what the supplier sells, before the days are asked. */
  readonly bought_qty_milli: number;
  readonly order_by_on: number | null;
}

/** The quantity for a position, of a question that is not refused: what is asked of every position of a company. */
export function reckonOrder(asked: OrderTermsOfPosition, position_qty_milli: number): ReckonedOrder {
  const question = withWaits(asked);
  const { policy, supplier } = question;
  if (policy === null || supplier === null) throw new Error('refused before');
  const levels = levelsOf(policy, question);
  const need_qty_milli =
    levels.lot_qty_milli === null
      ? minMaxOrderMilli(
          position_qty_milli,
          levels.reorder_qty_milli,
          levels.up_to_qty_milli ?? levels.reorder_qty_milli,
        )
      : reorderLotsMilli(position_qty_milli, levels.reorder_qty_milli, levels.lot_qty_milli);
  const bought_qty_milli = roundUpToSupplierMilli(
    need_qty_milli,
    supplier.minimum_qty_milli,
    supplier.multiple_qty_milli,
  );
  const { reorder_qty_milli } = levels;
  const asks = { position_qty_milli, reorder_qty_milli, need_qty_milli, bought_qty_milli };
  const limited = limitedByDays(question, supplier, asks);
  return {
    levels,
    need_qty_milli,
    bought_qty_milli,
    qty_milli: limited.qty_milli,
    steps: limited.steps,
    warnings:
      limited.qty_milli > 0 && supplier.multiple_qty_milli === 0
        ? [...limited.warnings, { warning: 'any_quantity' }]
        : limited.warnings,
    order_by_on: orderBy(question, position_qty_milli, reorder_qty_milli),
  };
}

/**
 * What would be ordered of a position that is not down to its reorder point yet: up to its level, or one lot, in what the
 * supplier sells, as far as it may lie so long; 0 where nothing fits.
 */
export function orderAheadMilli(asked: OrderTermsOfPosition, position_qty_milli: number, levels: Levels): number {
  const question = withWaits(asked);
  const { supplier } = question;
  if (supplier === null) return 0;
  const wanted = levels.lot_qty_milli ?? (levels.up_to_qty_milli ?? 0) - position_qty_milli;
  const bought = roundUpToSupplierMilli(wanted, supplier.minimum_qty_milli, supplier.multiple_qty_milli);
  const tightest = tightestLimit(question);
  if (bought === 0 || tightest === undefined) return bought;
  const most = Math.floor(question.daily_demand_qty_milli * (tightest.days + question.lead_time_days));
  const multiple = Math.max(1, supplier.multiple_qty_milli);
  const fits = Math.floor((most - position_qty_milli) / multiple) * multiple;
  const qty_milli = Math.min(bought, fits);
  return qty_milli > 0 && qty_milli >= supplier.minimum_qty_milli ? qty_milli : 0;
}

/** Why nothing can be proposed; null = it can. */
export function refusalOf(question: OrderTermsOfPosition): Refusal | null {
  if (!question.item_active) return { reason: 'item_inactive' };
  if (question.policy === null) return { reason: 'no_policy' };
  const fault = policyFault(question.policy, question);
  if (fault !== null) return { reason: 'policy', fault };
  if (question.supplier === null) return { reason: 'no_supplier' };
  const { minimum_qty_milli: minimum, multiple_qty_milli: multiple } = question.supplier;
  const terms = termsFault(minimum, multiple);
  if (terms !== null) return { reason: 'supplier_terms', fault: terms };
  for (const which of LIMITS) {
    const days = question[which];
    if (days !== null && !(days > 0 && days < Number.POSITIVE_INFINITY)) return { reason: 'days_not_positive', which };
  }
  return null;
}

export function termsFault(minimum: number, multiple: number): TermsFault | null {
  if (!Number.isFinite(minimum) || !Number.isFinite(multiple)) return 'not_a_number';
  if (minimum < 0) return 'minimum_negative';
  if (multiple < 0) return 'multiple_negative';
  if (minimum > MOST_QTY_MILLI || multiple > MOST_QTY_MILLI) return 'too_large';
  return Number.isInteger(minimum) && Number.isInteger(multiple) ? null : 'not_whole';
}

const LIMITS = ['shelf_life_days', 'most_days'] as const;

/** What `isFresh` is not, counted. */
function leftOut({ as_of_on, demand, receipts }: ReplenishmentQuestion): Warning[] {
  const count = (isOut: (each: DatedQuantity) => boolean) => ({
    orders: demand.filter(isOut).length,
    receipts: receipts.filter(isOut).length,
  });
  const stale = count((each) => each.on < as_of_on - STALE_DAYS);
  const far = count((each) => each.on > as_of_on + STALE_DAYS);
  return [
    ...(stale.orders + stale.receipts > 0 ? [{ warning: 'stale_documents' as const, ...stale }] : []),
    ...(far.orders + far.receipts > 0 ? [{ warning: 'far_documents' as const, ...far }] : []),
  ];
}

function positionOf(
  question: ReplenishmentQuestion,
  demand: readonly DatedQuantity[],
  receipts: readonly DatedQuantity[],
): Extract<Step, { step: 'position' }> {
  const sum = (quantities: readonly DatedQuantity[]) => quantities.reduce((total, each) => total + each.qty_milli, 0);
  const backorder_qty_milli = sum(demand.filter((each) => each.on < question.as_of_on));
  const ordered_ahead_qty_milli = sum(demand) - backorder_qty_milli;
  const { on_hand_qty_milli } = question;
  const on_order_qty_milli = sum(receipts);
  return {
    step: 'position',
    on_hand_qty_milli,
    on_order_qty_milli,
    backorder_qty_milli,
    ordered_ahead_qty_milli,
    qty_milli: inventoryPositionMilli({
      on_hand_qty_milli,
      on_order_qty_milli,
      backorder_qty_milli,
      reserved_beyond_qty_milli: ordered_ahead_qty_milli,
    }),
  };
}

interface Limited {
  readonly qty_milli: number;
  readonly steps: readonly Step[];
  readonly warnings: readonly Warning[];
}

/**
 * What is bought may not last longer than it keeps, or than is wanted: with the demand d and the lead time L the position
 * may not pass M = d·(days + L). Where the reorder point leaves no room for the smallest order below M, it is lowered,
 * at most to d·L, where nothing is left when the order comes; what does not fit even then is bought with a warning.
 * Without demand nothing is known to last: it is not cut.
 */
function limitedByDays(
  question: OrderTermsOfPosition,
  supplier: SupplierTerms,
  { position_qty_milli, reorder_qty_milli, need_qty_milli, bought_qty_milli }: Bought,
): Limited {
  const { daily_demand_qty_milli: demand, lead_time_days } = question;
  const tightest = tightestLimit(question);
  const untouched: Limited = { qty_milli: bought_qty_milli, steps: NO_STEPS, warnings: NO_WARNINGS };
  if (bought_qty_milli === 0 || demand < LEAST_DEMAND) return untouched;
  if (tightest === undefined) {
    const lasts_days = Math.ceil((position_qty_milli + bought_qty_milli) / demand - lead_time_days);
    // what the supplier asks makes it so, not what the policy wants
    const made_so = bought_qty_milli > need_qty_milli && lasts_days > LONGEST_DAYS;
    if (!made_so) return untouched;
    return { ...untouched, warnings: [{ warning: 'smallest_order_too_large', limit: 'any', lasts_days }] };
  }
  const { limit, days } = tightest;
  const most = Math.floor(demand * (days + lead_time_days));
  const rounded = (qty_milli: number): number =>
    roundUpToSupplierMilli(qty_milli, supplier.minimum_qty_milli, supplier.multiple_qty_milli);
  const least = Math.min(reorder_qty_milli, Math.max(most - rounded(1), Math.floor(demand * lead_time_days)));
  if (position_qty_milli > least) {
    return { qty_milli: 0, steps: [{ step: 'days', limit, days, qty_milli: 0 }], warnings: [] };
  }
  const multiple = Math.max(1, supplier.multiple_qty_milli);
  const fits = Math.floor((most - position_qty_milli) / multiple) * multiple;
  const qty_milli = Math.min(bought_qty_milli, Math.max(fits, rounded(least + 1 - position_qty_milli)));
  const after = position_qty_milli + qty_milli;
  return {
    qty_milli,
    steps: qty_milli < bought_qty_milli ? [{ step: 'days', limit, days, qty_milli }] : [],
    warnings:
      after > most
        ? [{ warning: 'smallest_order_too_large', limit, lasts_days: Math.ceil(after / demand - lead_time_days) }]
        : [],
  };
}

const NO_STEPS: readonly Step[] = [];
const NO_WARNINGS: readonly Warning[] = [];

/** Of the shelf life and the most days wanted, the shorter. */
function tightestLimit(
  question: OrderTermsOfPosition,
): { readonly limit: (typeof LIMITS)[number]; readonly days: number } | undefined {
  const { shelf_life_days: shelf, most_days: most } = question;
  if (shelf !== null && (most === null || shelf <= most)) return { limit: 'shelf_life_days', days: shelf };
  return most === null ? undefined : { limit: 'most_days', days: most };
}

interface Bought {
  readonly position_qty_milli: number;
  readonly reorder_qty_milli: number;
  readonly need_qty_milli: number;
  readonly bought_qty_milli: number;
}

interface Documents {
  readonly demand: readonly DatedQuantity[];
  readonly receipts: readonly DatedQuantity[];
}

/** Day by day until a morning, by the rules of the projected balance and of overdue receipts. */
function balanceUntil(
  question: ReplenishmentQuestion,
  { demand, receipts }: Documents,
  until_on: number,
): Proposal['without'] {
  const { as_of_on, daily_demand_qty_milli: daily } = question;
  const coming = receiptsAsTheyCome(receipts, as_of_on);
  const usage = { as_of_on, usage_qty_milli_in_window: daily * USAGE_DAYS };
  const owed = demand.toSorted((a, b) => a.on - b.on);
  let [came, asked, next, due] = [0, 0, 0, 0];
  let runs_out_on: number | null = null;
  let short = 0;
  for (let day = as_of_on; day < until_on; day++) {
    for (let each = coming[next]; each !== undefined && each.on <= day; each = coming[++next]) came += each.qty_milli;
    for (let each = owed[due]; each !== undefined && each.on <= day; each = owed[++due]) asked += each.qty_milli;
    const balance = question.on_hand_qty_milli + came - takenBeforeMilli(usage, asked, day + 1);
    short = Math.max(0, -balance);
    if (short > 0 && runs_out_on === null) runs_out_on = day;
  }
  return { runs_out_on, short_qty_milli: short };
}

function orderBy(question: OrderTermsOfPosition, position_qty_milli: number, reorder_qty_milli: number): number | null {
  const calendar = question.calendar ?? ANY_DAY;
  if (position_qty_milli <= reorder_qty_milli) return orderDayFrom(calendar, question.as_of_on);
  const { daily_demand_qty_milli: demand } = question;
  if (demand < LEAST_DEMAND) return null;
  const lasts_days = Math.floor((position_qty_milli - reorder_qty_milli) / demand);
  return orderDayFrom(calendar, question.as_of_on + Math.min(FURTHEST_DAYS, lasts_days));
}

function reviewDays(policy: ReplenishmentPolicy): number {
  return policy.kind === 'service' ? Math.ceil(policy.review_days) : 1;
}
