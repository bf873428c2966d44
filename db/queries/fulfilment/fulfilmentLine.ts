/** The working behind one line of the queue: what there is, who is served before it by which rule, what would make it whole. */
import { isoDate } from '#domain/calendar.ts';
import type { FulfilmentLine, FulfilmentTurn } from '#contract/queries.ts';
import type { QueryContext, QueryHandler } from '../context.ts';
import { isoDateOrNull, provenance } from '../provenance.ts';
import { overdueReceipt } from '../purchases/overdueWaits.ts';
import { companyById } from '../reference/companies.ts';
import { isWaiting } from './fulfilment.ts';
import { positionKey } from '../stock/stockModel.ts';
import { comingTo, FULFILMENT_NEEDS, type QueueGround, queueEdition } from './ground.ts';
import { lineRow, ordinalsOf } from './queueRows.ts';
import { type QueueLine, type QueuePosition, type Served, servedAt, servedQueue } from './serve.ts';

/** Of a long queue those around the line. */
const MOST_TURNS = 60;
const MOST_DECISIONS = 20;

export const fulfilmentLine: QueryHandler<'fulfilmentLine'> = async (context, args) => {
  const company = await companyById(context, args.company_id);
  if (isWaiting(context)) return nothing(context);
  const { edition } = await queueEdition(context, company, undefined);
  const ground = edition.value;
  const served = await servedQueue(context, ground);
  const line = served.lines.find((each) => each.order_line_id === args.order_line_id);
  const position = line && served.positions.get(positionKey(line.item_id, line.site_id));
  if (!line || !position) return nothing(context);
  const ordinals = await ordinalsOf(context, [line]);
  return {
    row: lineRow(ground, line, position, { level: 0, ordinal: ordinals.get(line.order_line_id) ?? null }),
    on_hand_qty_milli: position.on_hand_qty_milli,
    unseen_qty_milli: position.unseen_qty_milli,
    leaving_qty_milli: position.leaving_qty_milli,
    demand_qty_milli: position.demand_qty_milli,
    left_qty_milli: position.left_qty_milli,
    receipts: receiptsOf(ground, line),
    queue: queueAround(ground, position, line),
    queue_lines: position.lines.length,
    left_out_lines: position.lines.filter(({ state }) => state === 'left_out').length,
    raised: raised(ground, position, line),
    elsewhere: elsewhere(ground, served, line),
    decisions: decisionsAbout(served, line),
    provenance: provenance(context, FULFILMENT_NEEDS),
  };
};

function nothing(context: QueryContext): FulfilmentLine {
  return {
    row: null,
    on_hand_qty_milli: 0,
    unseen_qty_milli: 0,
    leaving_qty_milli: 0,
    demand_qty_milli: 0,
    left_qty_milli: 0,
    receipts: [],
    queue: [],
    queue_lines: 0,
    left_out_lines: 0,
    raised: null,
    elsewhere: [],
    decisions: [],
    provenance: provenance(context, FULFILMENT_NEEDS),
  };
}

function receiptsOf(ground: QueueGround, line: QueueLine): FulfilmentLine['receipts'] {
  const { as_of_on } = ground;
  return comingTo(ground, positionKey(line.item_id, line.site_id))
    .map((each, place) => ({
      purchase_order_id: each.purchase_order_id,
      number: each.number,
      expected_on: isoDate(each.expected_on),
      overdue: overdueReceipt(each, as_of_on, ground.waits),
      qty_milli: each.open_qty_milli,
      to_line_qty_milli: line.served.parts
        .filter((part) => part.receipt === place)
        .reduce((sum, part) => sum + part.qty_milli, 0),
    }))
    .toSorted((a, b) => comesWhen(a).localeCompare(comesWhen(b)));
}

/** As text to sort by: what is not waited for last. */
function comesWhen({ expected_on, overdue }: FulfilmentLine['receipts'][number]): string {
  return overdue === null ? expected_on : (overdue.taken_on ?? '~');
}

function queueAround(ground: QueueGround, position: QueuePosition, line: QueueLine): readonly FulfilmentTurn[] {
  const turn = (each: QueueLine): number => each.served.turn ?? Number.MAX_SAFE_INTEGER;
  const all = position.lines.toSorted(
    (a, b) => turn(a) - turn(b) || a.priority - b.priority || a.due_on - b.due_on || a.order_line_id - b.order_line_id,
  );
  const at = all.indexOf(line);
  const first = Math.max(0, Math.min(at - Math.floor(MOST_TURNS * 0.8), all.length - MOST_TURNS));
  return all.slice(first, first + MOST_TURNS).map((each, index) => ({
    place: first + index + 1,
    order_id: each.order_id,
    order_line_id: each.order_line_id,
    number: ground.numbers.get(each.order_id) ?? String(each.order_id),
    party: ground.parties.get(each.party_id) ?? null,
    channel_kind: ground.channels.get(each.channel_id)?.kind ?? 'unmapped',
    priority: each.priority,
    standing: each.standing,
    due_on: isoDate(each.due_on),
    open_qty_milli: each.open_qty_milli,
    now_qty_milli: each.served.now_qty_milli,
    in_time_qty_milli: each.served.in_time_qty_milli,
    state: each.state,
  }));
}

/** The same position with this line raised: what it would have, and how many others would have less by their day. */
function raised(ground: QueueGround, position: QueuePosition, line: QueueLine): FulfilmentLine['raised'] {
  if (line.standing === 'raised' || line.state === 'ready' || line.state === 'left_out') return null;
  const place = position.lines.indexOf(line);
  const lines = position.lines.map((each) => (each === line ? { ...each, standing: 'raised' as const } : each));
  const then = servedAt(ground, positionKey(line.item_id, line.site_id), lines).served.lines;
  const own = then[place];
  if (!own) return null;
  return {
    now_qty_milli: own.now_qty_milli,
    in_time_qty_milli: own.in_time_qty_milli,
    whole_on: isoDateOrNull(own.whole_on),
    others_hurt: position.lines.filter((each, index) => {
      const other = then[index];
      return each !== line && other !== undefined && other.in_time_qty_milli < each.served.in_time_qty_milli;
    }).length,
  };
}

/** What lies elsewhere and nobody there has asked for; places without an open line have no queue, but stock. */
function elsewhere(ground: QueueGround, served: Served, line: QueueLine): FulfilmentLine['elsewhere'] {
  return [...ground.sites]
    .filter(([site_id]) => site_id !== line.site_id)
    .map(([site_id, site]) => {
      const key = positionKey(line.item_id, site_id);
      const balance = ground.balances.get(key);
      const held = ground.leaving.get(key) ?? 0;
      const unasked = balance ? Math.max(0, balance.on_hand_qty_milli - balance.reserved_qty_milli - held) : 0;
      return { site_id, site: site.name, left_qty_milli: served.positions.get(key)?.left_qty_milli ?? unasked };
    })
    .filter(({ left_qty_milli }) => left_qty_milli > 0)
    .toSorted((a, b) => b.left_qty_milli - a.left_qty_milli);
}

function decisionsAbout(served: Served, line: QueueLine): FulfilmentLine['decisions'] {
  return (served.decisions.get(line.order_id) ?? [])
    .filter((each) => each.order_line_id === null || each.order_line_id === line.order_line_id)
    .toSorted((a, b) => Number(a.accepted) - Number(b.accepted) || b.accepted_at_ms - a.accepted_at_ms)
    .slice(0, MOST_DECISIONS)
    .map((each) => ({
      id: each.id,
      kind: each.kind,
      until_on: isoDateOrNull(each.until_on),
      reason: each.reason,
      author: each.author,
      written_at_ms: each.written_at_ms,
      whole_order: each.order_line_id === null,
      state: each.state,
    }));
}
