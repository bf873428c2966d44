/** Today and a scenario reckoned by the engines of Fulfilment, Replenishment and Stock, of one read transaction. */
import { lineAmountsIn } from '#domain/money.ts';
import { USAGE_DAYS } from '#domain/planning/daysOnHand.ts';
import { type BalanceQuestion, type DatedQuantity, projectedBalance } from '#domain/planning/projectedBalance.ts';
import { type Assumption, movesLines, movesProposals } from '#domain/scenario/assumption.ts';
import type { Overlay } from '#domain/scenario/overlay.ts';
import type { TableRow } from '#db/schema/tables.ts';
import type { QueryContext } from '../context.ts';
import { type QueueGround, queueEdition } from '../fulfilment/ground.ts';
import { isAtRisk } from '../fulfilment/queueView.ts';
import { type Served, servedQueue } from '../fulfilment/serve.ts';
import { documentsOf } from '../replenishment/positionDocuments.ts';
import {
  engineFacts,
  type KeptProposals,
  reckonProposals,
  replenishmentEdition,
} from '../replenishment/replenishmentEdition.ts';
import { positionColumns, stockParts } from '../stock/stockColumns.ts';
import type { StockQuestion } from '../stock/stockModel.ts';
import type { DemandParts } from './demandParts.ts';
import { engineUnder, queueUnder, stockUnder } from './overlaidFacts.ts';

/** Weeks looked ahead, the running one included. */
export const WEEKS_AHEAD = 8;

export type Reckoned = Pick<KeptProposals, 'question' | 'proposals'>;

export interface Evaluation {
  readonly ground: QueueGround;
  readonly served: Served;
  readonly reckoned: Reckoned;
  readonly figures: Figures;
  readonly ahead: Ahead;
}

export interface Figures {
  readonly lines: number;
  readonly lines_in_time: number;
  readonly lines_not_in_time: number;
  readonly open_minor: number;
  readonly short_minor: number;
  readonly orders_late: number;
  readonly proposals: number;
  readonly transfers: number;
  /** null = not for this user. */
  readonly order_value_minor: number | null;
}

export async function evaluateToday(
  context: QueryContext,
  company: TableRow<'company'>,
  question: StockQuestion,
): Promise<Evaluation> {
  const ground = (await queueEdition(context, company, undefined)).edition.value;
  context.checkCancelled();
  const reckoned = (await replenishmentEdition(context, question, undefined)).edition.value;
  return await evaluation(context, ground, reckoned);
}

/** `today`: of the same transaction; what none of the assumptions moves is not reckoned again. */
export async function evaluateUnder(
  context: QueryContext,
  question: StockQuestion,
  today: Evaluation,
  assumptions: readonly Assumption[],
  overlay: Overlay,
  asked: DemandParts,
): Promise<Evaluation> {
  const reckoned = assumptions.some(movesProposals)
    ? await reckonedUnder(context, question, today, overlay, asked)
    : today.reckoned;
  context.checkCancelled();
  const ground = assumptions.some(movesLines) ? queueUnder(today.ground, overlay) : today.ground;
  return await evaluation(context, ground, reckoned, today);
}

async function reckonedUnder(
  context: QueryContext,
  question: StockQuestion,
  today: Evaluation,
  overlay: Overlay,
  asked: DemandParts,
): Promise<Reckoned> {
  const read = await stockParts(context, question);
  const parts = stockUnder(read, overlay, asked, today.reckoned.question.buying);
  const stock = parts === read ? today.reckoned.question.stock : positionColumns(question, parts);
  context.checkCancelled();
  const facts = await engineFacts(context, question, { stock, open: parts.open });
  return reckonProposals(context, question, engineUnder(facts, overlay, question.as_of_on, asked));
}

async function evaluation(
  context: QueryContext,
  ground: QueueGround,
  reckoned: Reckoned,
  today?: Evaluation,
): Promise<Evaluation> {
  const served = await servedQueue(context, ground);
  context.checkCancelled();
  const ahead = reckoned === today?.reckoned ? today.ahead : lookAhead(reckoned);
  return { ground, served, reckoned, figures: figuresOf(served, reckoned), ahead };
}

function figuresOf({ lines }: Served, { question, proposals }: Reckoned): Figures {
  const late = new Set<number>();
  const counted = lines.filter(({ state }) => state !== 'left_out');
  let [in_time, not_in_time, open_minor, short_minor] = [0, 0, 0, 0];
  for (const line of counted) {
    open_minor += line.open_minor;
    short_minor += line.short_minor;
    if (line.served.in_time_qty_milli >= line.open_qty_milli) in_time += 1;
    else not_in_time += 1;
    if (isAtRisk(line)) late.add(line.order_id);
  }
  let [bought, moved, value] = [0, 0, 0];
  for (const line of proposals.lines) {
    if (line.kind === 'transfer') moved += 1;
    else bought += 1;
    value += line.value_minor ?? 0;
  }
  return {
    lines: counted.length,
    lines_in_time: in_time,
    lines_not_in_time: not_in_time,
    open_minor,
    short_minor,
    orders_late: late.size,
    proposals: bought,
    transfers: moved,
    order_value_minor: question.cost_visible ? value : null,
  };
}

export interface Ahead {
  readonly week_starts_on: readonly number[];
  /** By week. */
  readonly positions_short: readonly number[];
  readonly short_minor: readonly number[] | null;
  /** At cost, at the end of the last week. */
  readonly stock_minor: number | null;
}

/** Week by week when what is proposed is ordered and moved as proposed, and nothing more. */
function lookAhead({ question, proposals }: Reckoned): Ahead {
  const { stock, as_of_on, currency, cost_visible, checkCancelled } = question;
  const { items } = stock.ground;
  const amount = lineAmountsIn(currency);
  const coming = new Map<number, DatedQuantity[]>();
  const leaving = new Map<number, DatedQuantity[]>();
  const note = (into: Map<number, DatedQuantity[]>, place: number, each: DatedQuantity): void => {
    const held = into.get(place);
    if (held) held.push(each);
    else into.set(place, [each]);
  };
  for (const { kind, place, qty_milli, receive_on } of proposals.lines) {
    if (kind === 'buy') note(coming, place, { on: receive_on, qty_milli });
  }
  for (const { from, to, qty_milli, arrive_on } of proposals.transfers) {
    note(coming, to, { on: arrive_on, qty_milli });
    note(leaving, from, { on: as_of_on, qty_milli });
  }
  const positions = Array.from({ length: WEEKS_AHEAD }, () => 0);
  const short = Array.from({ length: WEEKS_AHEAD }, () => 0);
  let worth = 0;
  for (let place = 0; place < stock.count; place++) {
    if (place % 16_384 === 0) checkCancelled();
    const cost = items.unit_cost_micro[stock.item[place] as number] as number;
    const costs = cost_visible && !Number.isNaN(cost);
    const weeks = projectedBalance(
      balanceQuestion({ question, proposals }, place, coming.get(place), leaving.get(place)),
      WEEKS_AHEAD,
    );
    for (const [week, { balance_qty_milli }] of weeks.entries()) {
      if (balance_qty_milli >= 0) continue;
      positions[week] = (positions[week] ?? 0) + 1;
      if (costs) short[week] = (short[week] ?? 0) + (amount(-balance_qty_milli, cost) || 0);
    }
    const last = weeks.at(-1)?.balance_qty_milli ?? 0;
    if (costs && last > 0) worth += amount(last, cost) || 0;
  }
  const starts = projectedBalance(EMPTY(as_of_on), WEEKS_AHEAD).map((week) => week.week_start_on);
  return {
    week_starts_on: starts,
    positions_short: positions,
    short_minor: cost_visible ? short : null,
    stock_minor: cost_visible ? worth : null,
  };
}

const EMPTY = (as_of_on: number): BalanceQuestion => ({
  as_of_on,
  on_hand_qty_milli: 0,
  demand: [],
  receipts: [],
  usage_qty_milli_in_window: 0,
});

export function balanceQuestion(
  { question }: Reckoned,
  place: number,
  coming: readonly DatedQuantity[] = [],
  leaving: readonly DatedQuantity[] = [],
): BalanceQuestion {
  const { stock, documents, demand, as_of_on } = question;
  const own = documentsOf(documents, place, as_of_on);
  return {
    as_of_on,
    on_hand_qty_milli: stock.on_hand[place] as number,
    demand: leaving.length === 0 ? own.demand : [...own.demand, ...leaving],
    receipts: coming.length === 0 ? own.receipts : [...own.receipts, ...coming],
    usage_qty_milli_in_window: (demand.daily[place] as number) * USAGE_DAYS,
  };
}
