/** Lines and groups of the queue as the screen reads them. */
import { protectedQtyMilli } from '#domain/allocation/servePosition.ts';
import { isoDate } from '#domain/calendar.ts';
import type { FulfilmentRow } from '#contract/queries.ts';
import type { QueryContext } from '../context.ts';
import { isoDateOrNull } from '../provenance.ts';
import { positionKey } from '../stock/stockModel.ts';
import { comingTo, type QueueGround } from './ground.ts';
import { isAtRisk, type QueueGroup, shortQtyMilli, type ViewEntry, worstOf } from './queueView.ts';
import type { QueueLine, QueuePosition, Served } from './serve.ts';

/** Numbers of lines within their orders, read for what is shown. */
export async function ordinalsOf(context: QueryContext, lines: readonly QueueLine[]): Promise<Map<number, number>> {
  if (lines.length === 0) return new Map();
  const rows = await context.db
    .selectFrom('order_line')
    .select(['id', 'ordinal'])
    .where(
      'id',
      'in',
      lines.map((line) => line.order_line_id),
    )
    .execute();
  return new Map(rows.map((row) => [row.id, row.ordinal]));
}

export async function rowsOf(
  context: QueryContext,
  ground: QueueGround,
  served: Served,
  entries: readonly ViewEntry[],
): Promise<readonly FulfilmentRow[]> {
  const ordinals = await ordinalsOf(
    context,
    entries.flatMap((entry) => (entry.kind === 'line' ? [entry.line] : [])),
  );
  return entries.map((entry) => {
    if (entry.kind === 'group') return groupRow(ground, served, entry.group, entry.expanded);
    const { line, level } = entry;
    return lineRow(ground, line, served.positions.get(positionKey(line.item_id, line.site_id)), {
      level,
      ordinal: ordinals.get(line.order_line_id) ?? null,
    });
  });
}

export function lineRow(
  ground: QueueGround,
  line: QueueLine,
  position: QueuePosition | undefined,
  { level, ordinal }: { readonly level: number; readonly ordinal: number | null },
): FulfilmentRow {
  const { served, decision } = line;
  const item = ground.items.get(line.item_id);
  const channel = ground.channels.get(line.channel_id);
  const number = ground.numbers.get(line.order_id) ?? String(line.order_id);
  return {
    key: `l:${line.order_line_id}`,
    kind: 'line',
    level,
    label: number,
    expanded: false,
    lines: 1,
    at_risk: isAtRisk(line) ? 1 : 0,
    order_id: line.order_id,
    order_line_id: line.order_line_id,
    number,
    ordinal,
    party: ground.parties.get(line.party_id) ?? null,
    item_id: line.item_id,
    item_code: item?.code ?? null,
    item: item?.name ?? null,
    uom: item?.uom ?? null,
    site_id: line.site_id,
    site: ground.sites.get(line.site_id)?.name ?? null,
    channel: channel?.name ?? null,
    channel_kind: channel?.kind ?? 'unmapped',
    due_on: isoDate(line.due_on),
    open_qty_milli: line.open_qty_milli,
    now_qty_milli: served.now_qty_milli,
    in_time_qty_milli: served.in_time_qty_milli,
    short_qty_milli: shortQtyMilli(line),
    open_minor: line.open_minor,
    short_minor: line.short_minor,
    state: line.state,
    whole_on: isoDateOrNull(served.whole_on),
    waits_for: waitsFor(ground, line),
    why: {
      rule: served.rule,
      priority: line.priority,
      protected_qty_milli: protectedQtyMilli(line.open_qty_milli, line.protected_bp),
      found_qty_milli: served.found_qty_milli,
      before_qty_milli: served.before_qty_milli,
      peers_qty_milli: served.peers_qty_milli,
    },
    standing: line.standing,
    standing_by: decision?.author ?? null,
    standing_until_on: isoDateOrNull(decision?.until_on ?? null),
    decision_state: decision !== null && !decision.accepted ? decision.state : null,
    on_hand_qty_milli: position?.on_hand_qty_milli ?? null,
    left_qty_milli: position?.left_qty_milli ?? null,
  };
}

/** The receipt with which the line is whole, else the last that brings some of it. */
function waitsFor(ground: QueueGround, line: QueueLine): FulfilmentRow['waits_for'] {
  const last = line.served.parts.findLast((part) => part.receipt !== null);
  const coming =
    last?.receipt === undefined || last.receipt === null
      ? undefined
      : comingTo(ground, positionKey(line.item_id, line.site_id))[last.receipt];
  if (!last || !coming) return null;
  return { purchase_order_id: coming.purchase_order_id, number: coming.number, on: isoDate(last.on) };
}

/** Of the pinned sum, and of groups: what differs below is null. */
export function groupRow(
  ground: QueueGround,
  served: Served,
  { key, label, lines }: QueueGroup,
  expanded: boolean,
): FulfilmentRow {
  const uom = same(lines, (line) => ground.items.get(line.item_id)?.uom ?? '');
  const sum = (valueOf: (line: QueueLine) => number) => lines.reduce((total, line) => total + valueOf(line), 0);
  const qty = (valueOf: (line: QueueLine) => number) => (uom === null ? null : sum(valueOf));
  const item_id = same(lines, (line) => line.item_id);
  const site_id = same(lines, (line) => line.site_id);
  const channel_id = same(lines, (line) => line.channel_id);
  const position =
    key.startsWith('i:') && item_id !== null && site_id !== null
      ? served.positions.get(positionKey(item_id, site_id))
      : undefined;
  const item = item_id === null ? undefined : ground.items.get(item_id);
  const party_id = same(lines, (line) => line.party_id);
  return {
    key,
    kind: 'group',
    level: 0,
    label,
    expanded,
    lines: lines.length,
    at_risk: lines.filter(isAtRisk).length,
    order_id: null,
    order_line_id: null,
    number: null,
    ordinal: null,
    party: party_id === null ? null : (ground.parties.get(party_id) ?? null),
    item_id,
    item_code: item?.code ?? null,
    item: item?.name ?? null,
    uom,
    site_id,
    site: site_id === null ? null : (ground.sites.get(site_id)?.name ?? null),
    channel: channel_id === null ? null : (ground.channels.get(channel_id)?.name ?? null),
    channel_kind: channel_id === null ? null : (ground.channels.get(channel_id)?.kind ?? 'unmapped'),
    due_on: isoDateOrNull(firstDue(lines)),
    open_qty_milli: qty((line) => line.open_qty_milli),
    now_qty_milli: qty((line) => line.served.now_qty_milli),
    in_time_qty_milli: qty((line) => line.served.in_time_qty_milli),
    short_qty_milli: qty(shortQtyMilli),
    open_minor: sum((line) => line.open_minor),
    short_minor: sum((line) => line.short_minor),
    state: worstOf(lines),
    whole_on: null,
    waits_for: null,
    why: null,
    standing: 'rule',
    standing_by: null,
    standing_until_on: null,
    decision_state: null,
    on_hand_qty_milli: position?.on_hand_qty_milli ?? null,
    left_qty_milli: position?.left_qty_milli ?? null,
  };
}

/** Of those that are not left out, where there are any. */
function firstDue(lines: readonly QueueLine[]): number | null {
  const counted = lines.filter(({ state }) => state !== 'left_out');
  return (counted.length > 0 ? counted : lines).reduce<number | null>(
    (first, line) => Math.min(first ?? line.due_on, line.due_on),
    null,
  );
}

function same<T>(lines: readonly QueueLine[], valueOf: (line: QueueLine) => T): T | null {
  const [first] = lines;
  if (!first) return null;
  const value = valueOf(first);
  return lines.every((line) => valueOf(line) === value) ? value : null;
}
