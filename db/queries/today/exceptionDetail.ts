/** How is this exception's money made, and what happened? */
import { isoDate } from '#domain/calendar.ts';
import { keepsKind, kindOfKey } from '#domain/exceptions/exception.ts';
import type { ExceptionEvent, ExceptionLine } from '#contract/queries.ts';
import type { QueryHandler } from '../context.ts';
import { isoDateOrNull, provenance } from '../provenance.ts';
import { channelsOf } from '../reference/names.ts';
import { exceptionsOf, findingOf } from './exceptions.ts';
import type { Finding, FoundException, FoundLine } from './found.ts';
import { markedAs, type MarkRow, marksOf } from './marks.ts';
import { todayRow } from './standing.ts';

const EVENT_LIMIT = 20;
const DAY_MS = 86_400_000;

export const exceptionDetail: QueryHandler<'exceptionDetail'> = async (context, args) => {
  const finding = await findingOf(context, args.company_id);
  const kind = kindOfKey(args.key);
  const { exceptions } = await exceptionsOf(finding, { kept: kind !== null && keepsKind(kind) });
  const exception = exceptions.find((each) => each.key === args.key);
  const marks = (await marksOf(finding)).get(args.key) ?? [];
  const events = [...(await promiseEvents(finding, exception?.po_line_ids ?? [])), ...markEvents(marks)];
  return {
    row: exception
      ? todayRow(
          exception,
          markedAs(marks, finding.as_of_on, exception),
          finding.company.currency,
          exception.stake_minor,
        )
      : null,
    lines: exception ? await lineViews(finding, exception.lines.slice(0, args.limit)) : [],
    total_lines: exception?.lines.length ?? 0,
    events: events.toSorted((a, b) => (a.on < b.on ? 1 : a.on > b.on ? -1 : 0)).slice(0, EVENT_LIMIT),
    currency: finding.company.currency,
    provenance: provenance(context, neededBy(exception)),
  };
};

function neededBy(exception: FoundException | undefined): Parameters<typeof provenance>[1] {
  if (exception?.po_line_ids.length)
    return ['stock_balance', 'po_line', 'promise_event', 'order_line', 'shipment_line'];
  if (exception?.facts.kind === 'transfer_asked') return ['transfer_event'];
  return ['order_line'];
}

async function lineViews({ context, company }: Finding, lines: readonly FoundLine[]): Promise<ExceptionLine[]> {
  const ids = [...new Set(lines.flatMap((line) => (line.party_id === null ? [] : [line.party_id])))];
  const parties =
    ids.length === 0
      ? []
      : await context.db.selectFrom('party').select(['id', 'name']).where('id', 'in', ids).execute();
  const names = new Map(parties.map((row) => [row.id, row.name]));
  const channels = await channelsOf(context.db, company.id);
  return lines.map((line) => ({
    part: line.part,
    order_id: line.order_id,
    number: line.number,
    party: line.party_id === null ? (line.about ?? null) : (names.get(line.party_id) ?? null),
    channel_kind: line.channel_id === null ? null : (channels.get(line.channel_id)?.kind ?? 'unmapped'),
    on: isoDateOrNull(line.on),
    qty_milli: line.qty_milli,
    uom: line.uom,
    amount_minor: line.amount_minor,
  }));
}

/** What suppliers said of the lines, each promise after the first as a move. */
async function promiseEvents({ context }: Finding, po_line_ids: readonly number[]): Promise<ExceptionEvent[]> {
  if (po_line_ids.length === 0) return [];
  const rows = await context.db
    .selectFrom('promise_event as e')
    .innerJoin('po_line as l', 'l.id', 'e.po_line_id')
    .innerJoin('purchase_order as o', 'o.id', 'l.purchase_order_id')
    .innerJoin('party as p', 'p.id', 'o.supplier_id')
    .select(['e.po_line_id', 'e.told_on', 'e.promised_on', 'o.number', 'p.name as supplier'])
    .where('e.po_line_id', 'in', po_line_ids.slice(0, 500))
    .orderBy('e.told_on')
    .orderBy('e.id')
    .execute();
  const seen = new Map<number, number>();
  const events = new Map<string, ExceptionEvent>();
  for (const row of rows) {
    const before = seen.get(row.po_line_id);
    seen.set(row.po_line_id, row.promised_on);
    const event: ExceptionEvent = {
      on: isoDate(row.told_on),
      what: before === undefined ? 'promised' : 'moved',
      who: row.supplier,
      number: row.number,
      to_on: isoDate(row.promised_on),
    };
    // lines of one order that moved together are one event
    events.set(`${row.number}/${event.what}/${event.on}/${event.to_on}`, event);
  }
  return [...events.values()];
}

function markEvents(marks: readonly MarkRow[]): ExceptionEvent[] {
  return marks.map((mark) => ({
    on: isoDate(Math.floor((mark.accepted ? mark.accepted_at_ms : mark.written_at) / DAY_MS)),
    what: mark.kind === 'snoozed' ? 'snoozed' : mark.kind === 'assigned' ? 'assigned' : 'reopened',
    who: mark.author,
    number: mark.assigned_to,
    to_on: isoDateOrNull(mark.until_on),
  }));
}
