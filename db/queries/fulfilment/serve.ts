/** The queue of a moment served: every line with what it gets, by which rule, and what is left of each item at each site. */
import { takenOn } from '#domain/planning/overdueReceipts.ts';
import {
  type LineState,
  lineState,
  type ServedLine,
  type ServedPosition,
  servePosition,
  type WaitingLine,
} from '#domain/allocation/servePosition.ts';
import { overrideInForce, type Standing } from '#domain/allocation/servingOrder.ts';
import { amountOfPart } from '#domain/money.ts';
import type { QueryContext } from '../context.ts';
import { keptOf } from '../readCache.ts';
import { positionKey } from '../stock/stockModel.ts';
import { comingTo, type Decision, decisionsOf, type QueueGround } from './ground.ts';
import type { OpenLine } from './openLines.ts';

export interface QueueLine extends OpenLine, WaitingLine {
  readonly decision: Decision | null;
  readonly served: ServedLine;
  readonly state: LineState;
  /** Net value of what is not there by its day; 0 of a line left out. */
  readonly short_minor: number;
}

export interface QueuePosition {
  readonly on_hand_qty_milli: number;
  readonly unseen_qty_milli: number;
  /** Held back for other sites. */
  readonly leaving_qty_milli: number;
  /** Of the lines that are not left out. */
  readonly demand_qty_milli: number;
  readonly left_qty_milli: number;
  readonly lines: readonly QueueLine[];
}

export interface Served {
  /** In the order they were ordered. */
  readonly lines: readonly QueueLine[];
  readonly positions: ReadonlyMap<string, QueuePosition>;
  readonly decisions: ReadonlyMap<number, readonly Decision[]>;
  readonly key: string;
}

/** A channel without a rule comes last and is protected in nothing. */
export const NO_RULE = { priority: 99, protected_bp: 0 } as const;
const MOST_SERVED = 3;
/** Refused decisions are shown in Sync; here they decide nothing. */
const REFUSED: ReadonlySet<string> = new Set(['conflict', 'rejected']);

/** With this person's own decisions as they are now, whatever the moment of the rest. */
export async function servedQueue(context: QueryContext, ground: QueueGround): Promise<Served> {
  const own = await decisionsOf(context, ground.company.id, context.user.name);
  const standing = new Map([...ground.decisions, ...own].map((each) => [each.id, each]));
  const decisions = [...standing.values()].filter((each) => !REFUSED.has(each.state));
  const key = JSON.stringify(decisions.map((each) => [each.id, each.state]));
  return keptOf(ground.served, key, MOST_SERVED, () => serve(context, ground, decisions, key));
}

/** Positions between two looks at whether the caller gave up. */
const STEP = 2000;

function serve(context: QueryContext, ground: QueueGround, decisions: readonly Decision[], key: string): Served {
  const byOrder = Map.groupBy(decisions, (each) => each.order_id);
  const byPosition = new Map<string, (OpenLine & WaitingLine & { readonly decision: Decision | null })[]>();
  for (const line of ground.lines) {
    const of_order = byOrder.get(line.order_id);
    const decision = of_order ? overrideInForce(of_order, line.order_line_id, ground.as_of_on) : null;
    const waiting = waitingLine(ground, line, standingOf(decision), decision);
    const position = positionKey(line.item_id, line.site_id);
    const held = byPosition.get(position);
    if (held) held.push(waiting);
    else byPosition.set(position, [waiting]);
  }
  const lines: QueueLine[] = [];
  const positions = new Map<string, QueuePosition>();
  let at = 0;
  for (const [position, waiting] of byPosition) {
    at += 1;
    if (at % STEP === 0) context.checkCancelled();
    const { served, on_hand_qty_milli, unseen_qty_milli, leaving_qty_milli } = servedAt(ground, position, waiting);
    const queued = waiting.map((line, place): QueueLine => {
      const of_line = served.lines[place];
      if (!of_line) throw new Error(`line ${line.order_line_id} was not served`);
      const state = lineState(line, of_line);
      const missing_qty_milli = state === 'left_out' ? 0 : line.open_qty_milli - of_line.in_time_qty_milli;
      return {
        ...line,
        served: of_line,
        state,
        short_minor: amountOfPart(line.open_minor, missing_qty_milli, line.open_qty_milli),
      };
    });
    lines.push(...queued);
    positions.set(position, {
      on_hand_qty_milli,
      unseen_qty_milli,
      leaving_qty_milli,
      demand_qty_milli: queued.reduce((sum, each) => (each.state === 'left_out' ? sum : sum + each.open_qty_milli), 0),
      left_qty_milli: served.left_qty_milli,
      lines: queued,
    });
  }
  return { lines, positions, decisions: byOrder, key };
}

export function waitingLine(
  ground: QueueGround,
  line: OpenLine,
  standing: Standing,
  decision: Decision | null,
): OpenLine & WaitingLine & { readonly decision: Decision | null } {
  const { priority, protected_bp } = ground.rules.get(line.channel_id) ?? NO_RULE;
  return { ...line, priority, protected_bp, standing, decision };
}

function standingOf(decision: Decision | null): Standing {
  return decision === null || decision.kind === 'released' ? 'rule' : decision.kind;
}

export function servedAt(
  ground: QueueGround,
  position: string,
  lines: readonly (OpenLine & WaitingLine)[],
): {
  readonly served: ServedPosition;
  readonly on_hand_qty_milli: number;
  readonly unseen_qty_milli: number;
  readonly leaving_qty_milli: number;
} {
  const { on_hand_qty_milli, reserved_qty_milli } = ground.balances.get(position) ?? {
    on_hand_qty_milli: 0,
    reserved_qty_milli: 0,
  };
  const demand_qty_milli = lines.reduce((sum, line) => sum + line.open_qty_milli, 0);
  // what is reserved beyond the lines this person sees, left out or not, belongs to lines of others: it goes first
  const unseen_qty_milli = Math.max(0, reserved_qty_milli - demand_qty_milli);
  const leaving_qty_milli = ground.leaving.get(position) ?? 0;
  const receipts = comingTo(ground, position).map((line) => ({
    on: line.expected_on,
    qty_milli: line.open_qty_milli,
    taken_on: takenOn(line, ground.as_of_on, ground.waits),
  }));
  const gone_qty_milli = unseen_qty_milli + leaving_qty_milli;
  const served = servePosition(
    { as_of_on: ground.as_of_on, on_hand_qty_milli, unseen_qty_milli: gone_qty_milli, receipts },
    lines,
  );
  return { served, on_hand_qty_milli, unseen_qty_milli, leaving_qty_milli };
}
