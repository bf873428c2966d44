/** A line of the proposals as the decision a person makes of it, and what stands of a line in words. Pure. */
import { isUnderWay, MOST_DECISIONS } from '#domain/planning/replenishment/decision.ts';
import { TRANSFER_STATE_NAMES } from '#domain/transfers/transfer.ts';
import type { CommandInput } from '#contract/commands.ts';
import type { ReplenishmentGroup, ReplenishmentLine, StandingDecision } from '#contract/queries.ts';
import { shortDate } from '#renderer/format/dates.ts';
import { overviewMoney } from '#renderer/format/money.ts';
import { counted, predicted, quantity } from '#renderer/format/numbers.ts';
import { TRANSFER_STATE_SHAPES } from '#renderer/screens/transfers/transferWords.ts';
import type { MarkShape } from '#renderer/ui/Mark.tsx';

export type AskedDecision = CommandInput<'decideReplenishment'>['decisions'][number];
export type Standing = ReadonlyMap<string, StandingDecision>;

export interface Wish {
  readonly verdict: AskedDecision['verdict'];
  /** Of a change: the quantity. */
  readonly qty_milli?: number;
  readonly reason?: string;
}

export interface LineWish {
  readonly line: ReplenishmentLine;
  readonly wish: Wish;
  /** The decision it takes back, after those that were taken back before; without it, the one that stands. */
  readonly over?: readonly string[];
  /** The decision that is made again. */
  readonly again?: string;
}

/** A decision of this screen, and what stood before it. */
export interface Made extends LineWish {
  readonly decision_id: string;
  readonly before: StandingDecision | undefined;
}

/**
 * What takes a decision back: what stood before stands again; of what was new, or refused by an approver, nothing does.
 * null = it is somebody else's or under way by now, and stays. Seen a moment before one's own decision shows, `now` is
 * still what stood before.
 */
export function takenBack(
  { line, wish, decision_id, before, over = [] }: Made,
  now: StandingDecision | undefined,
): LineWish | null {
  const theirs = now !== undefined && ![decision_id, before?.id, ...over].includes(now.id);
  const gone = now === undefined && before !== undefined && wish.verdict !== 'withdrawn';
  if (theirs || gone || (now !== undefined && isUnderWay(now.state))) return null;
  const again = before === undefined || before.state === 'refused' ? null : sameAgain(line, before);
  if (again === null && wish.verdict === 'withdrawn') return null;
  const back = { line, over: [...over, decision_id] };
  return again === null || before === undefined
    ? { ...back, wish: { verdict: 'withdrawn' } }
    : { ...back, wish: again, again: before.id };
}

/** The steps before one that was taken back: what they decided stands again, under the id of the decision that says so. */
export function putBack(steps: readonly (readonly Made[])[], made: readonly Made[]): readonly (readonly Made[])[] {
  const anew = new Map(made.flatMap((each) => (each.again === undefined ? [] : [[each.again, each] as const])));
  return steps.map((step) =>
    step.map((each) => {
      const put = anew.get(each.decision_id);
      return put === undefined ? each : { ...each, decision_id: put.decision_id, over: put.over ?? [] };
    }),
  );
}

/** Decided as it was: an accepted quantity that is not the one proposed any more is a change of it. */
function sameAgain(line: ReplenishmentLine, { verdict, qty_milli, reason }: StandingDecision): Wish {
  const why = reason ?? 'As it was decided before';
  if (verdict === 'rejected') return { verdict, reason: why };
  return qty_milli === line.proposed_qty_milli
    ? { verdict: 'accepted' }
    : { verdict: 'changed', qty_milli, reason: why };
}

export function decisionOf(
  line: ReplenishmentLine,
  as_of_on: string,
  standing: Pick<StandingDecision, 'id'> | undefined,
  wish: Wish,
): AskedDecision {
  const whole = (value: number): number => Math.max(0, Math.round(value));
  const qty_milli = wish.verdict === 'accepted' ? line.proposed_qty_milli : (wish.qty_milli ?? 0);
  return {
    site_id: line.site_id,
    item_id: line.item_id,
    kind: line.kind,
    supplier_id: line.supplier_id,
    from_site_id: line.from_site_id,
    verdict: wish.verdict,
    proposed_qty_milli: line.proposed_qty_milli,
    qty_milli,
    receive_on: line.receive_on,
    reason: wish.reason ?? null,
    inputs: {
      as_of_on,
      // a second person is asked by what more than the need is for
      because: line.fill_qty_milli > 0 ? 'for_container' : line.reason,
      position_qty_milli: Math.round(line.position_qty_milli),
      week_qty_milli: whole(line.week_qty_milli),
      demand_by: line.demand_by,
      reorder_qty_milli: whole(line.reorder_qty_milli),
      up_to_qty_milli: line.up_to_qty_milli === null ? null : whole(line.up_to_qty_milli),
      need_qty_milli: whole(line.need_qty_milli),
      accepted_before_qty_milli: whole(line.accepted_before_qty_milli),
      order_by_on: line.order_by_on,
      runs_out_on: line.runs_out_on,
      short_qty_milli: whole(line.short_qty_milli),
    },
    rule_version: 1,
    follows: standing?.id ?? null,
  };
}

export function inCommands<T>(all: readonly T[]): readonly T[][] {
  const parts: T[][] = [];
  for (let at = 0; at < all.length; at += MOST_DECISIONS) parts.push(all.slice(at, at + MOST_DECISIONS));
  return parts;
}

export interface StateWords {
  readonly shape: MarkShape;
  readonly word: string;
  /** Who, why: for the panel and for those who point at it. */
  readonly more: string;
}

/** What was decided of a line; what waits for the server is a prediction and says so. */
export function stateOfLine(standing: StandingDecision | undefined): StateWords {
  if (!standing) return { shape: 'ring', word: 'New', more: '' };
  const { shape, word } = decidedWords(standing);
  const said = standing.answered?.reason ?? standing.reason;
  const by = standing.answered?.verdict === 'refused' ? standing.answered.by : standing.by;
  return {
    shape: standing.waiting ? 'waiting' : shape,
    word: standing.waiting ? predicted(word) : word,
    more: [`by ${by}`, said === null ? '' : `“${said}”`, standing.waiting ? 'waits for the server' : '']
      .filter(Boolean)
      .join(' · '),
  };
}

function decidedWords(standing: StandingDecision): { readonly shape: MarkShape; readonly word: string } {
  switch (standing.state) {
    case 'for_approval':
      return { shape: 'warn', word: 'Approver' };
    case 'refused':
      return { shape: 'refused', word: 'Refused' };
    case 'rejected':
      return { shape: 'refused', word: 'Rejected' };
    case 'asked':
      return { word: TRANSFER_STATE_NAMES.requested, shape: TRANSFER_STATE_SHAPES.requested };
    case 'on_draft':
    case 'ordered':
      return { shape: 'good', word: standing.waiting ? 'On a draft' : (standing.draft_number ?? 'On a draft') };
    default:
      return standing.verdict === 'changed'
        ? { shape: 'working', word: `Was ${quantity(standing.proposed_qty_milli)}` }
        : { shape: 'done', word: 'Accepted' };
  }
}

/** What is to be ordered of a line as things stand: what was decided, else what is proposed. */
export function quantityNow(line: ReplenishmentLine, standing: StandingDecision | undefined): number {
  return standing && standing.qty_milli > 0 ? standing.qty_milli : line.proposed_qty_milli;
}

/** 'Minimum met', '€894 to min': of the orders a group falls into. */
export function minimumWords(group: ReplenishmentGroup, currency: string): { shape: MarkShape; word: string } | null {
  if (group.lines === group.transfers) {
    return group.freight_minor === null || group.lines === 0
      ? null
      : { shape: 'good', word: `Costs ${overviewMoney(group.freight_minor, currency)}` };
  }
  if (group.below_minimum_minor === null) return null;
  if (group.drafts_below_minimum === 0) return { shape: 'good', word: 'Minimum met' };
  return { shape: 'warn', word: `${overviewMoney(group.below_minimum_minor, currency)} to min` };
}

export function groupWords(group: ReplenishmentGroup): string {
  const days = group.lead_time_days === null ? '' : ` · ${counted(group.lead_time_days, 'day')}`;
  return `${counted(group.lines, 'line')}${days}`;
}

/** 'Today' and before, else the date. */
export function orderByWords(on: string | null, as_of_on: string | null): string {
  if (on === null) return '';
  return as_of_on !== null && on <= as_of_on ? 'Today' : shortDate(on);
}
