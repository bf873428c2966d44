/**
 * Lines of an order file that would move the margin of a month whose sales are locked: they wait in the quarantine as postings do.
 * What only says when a line is wanted or promised, or what it is called, is taken in. Nor do its
 * deliveries come to anything else. The database refuses the same (migrations 087, 095).
 */
import { dayNumber, isoDate, monthOfDay } from '#domain/calendar.ts';
import { monthInWords } from '#domain/calendarWords.ts';
import { UNMAPPED_CHANNEL } from '#domain/imports/orders/channelKind.ts';
import type { ParsedOrderLine } from '#domain/imports/orders/orderLine.ts';
import { type LockedDays, lockedDays } from '#server/close/lockedDays.ts';
import { sql } from 'kysely';
import { textArray } from './arrayText.ts';
import { idsOfWords } from './byName.ts';
import type { ImportSession } from './importBlock.ts';
import { identityKey } from './quarantine.ts';
import { type AcceptedLine, type ReadLines, refusedLine } from './readLines.ts';
import { partyCode } from './references.ts';
import type { ImportTransaction } from './schema.ts';
import { contentHash } from './storeLines.ts';

interface Asked {
  readonly tx: ImportTransaction;
  readonly session: ImportSession;
  readonly now: Date;
}

/** A line as it stands, with the codes of what it names. */
interface StandingLine {
  readonly number: string;
  readonly ordered_on: string;
  readonly ordinal: number;
  readonly row_hash: string | null;
  readonly kind: string;
  readonly qty_milli: number;
  readonly unit_price_micro: number;
  readonly gross_minor: number;
  readonly discount_minor: number;
  readonly country: string | null;
  readonly item: string | null;
  readonly party: string | null;
  readonly channel_id: number | null;
  readonly channel_kind: string | null;
  readonly site_id: number | null;
  /** Months it was delivered in, YYYYMM with a space between; null = not yet. */
  readonly delivered_in: string | null;
}

/** What lines name, as rows that are here. */
interface Meant {
  readonly channels: ReadonlyMap<string, number>;
  readonly sites: ReadonlyMap<string, number>;
}

export async function withoutLocked(asked: Asked, read: ReadLines): Promise<ReadLines> {
  const { tx, session, now } = asked;
  if (read.accepted.length === 0) return read;
  const locked = await lockedDays({ tx, company_id: session.place.company_id, now }, 'sales');
  if (!locked.any) return read;
  const standing = Map.groupBy(await standingLines(asked, read.accepted), ({ number }) => number);
  const words = (of: (line: ParsedOrderLine) => string | null) => read.accepted.flatMap(({ line }) => of(line) ?? []);
  const { company_id } = session.place;
  const meant: Meant = {
    channels: await idsOfWords(
      tx,
      company_id,
      'channel',
      words(({ channel }) => channel),
    ),
    sites: await idsOfWords(
      tx,
      company_id,
      'site',
      words(({ site }) => site),
    ),
  };
  const reasons = new Map<AcceptedLine, string>();
  for (const [number, lines] of Map.groupBy(read.accepted, ({ line }) => line.invoice)) {
    const dayOf = ({ line }: AcceptedLine): string => isoDate(session.moment(line.ordered_at).day);
    for (const [line, reason] of lockedOfOrder(lines, standing.get(number) ?? [], { dayOf, locked, meant }))
      reasons.set(line, reason);
  }
  const refused = [...reasons].map(([{ from, line }, reason]) =>
    refusedLine(from, { reason, exact_amount: line.exact_amount }),
  );
  const kept_out = new Set([...reasons.keys()].map(({ ordinal, line }) => identityKey(line.invoice, ordinal)));
  return {
    accepted: read.accepted.filter((each) => !reasons.has(each)),
    refused: [...read.refused, ...refused],
    corrected: read.corrected.filter(({ invoice, ordinal }) => !kept_out.has(identityKey(invoice, ordinal))),
  };
}

/** The order's day is that of its first line; a line at or before the first that stands moves all of them. */
function lockedOfOrder(
  lines: readonly AcceptedLine[],
  standing: readonly StandingLine[],
  {
    dayOf,
    locked,
    meant,
  }: { readonly dayOf: (line: AcceptedLine) => string; readonly locked: LockedDays; readonly meant: Meant },
): ReadonlyMap<AcceptedLine, string> {
  const reasons = new Map<AcceptedLine, string>();
  const stood_on = standing[0]?.ordered_on;
  const monthLocked = (iso_day: string): string | null => locked.ofMonth(monthOfDay(dayNumber(iso_day) ?? Number.NaN));
  const held = new Map(standing.flatMap((each) => heldDelivery(each, locked) ?? []));
  const first_ordinal = standing.reduce((first, { ordinal }) => Math.min(first, ordinal), Infinity);
  let day = stood_on;
  for (const line of lines.toSorted((a, b) => a.ordinal - b.ordinal)) {
    if (line.ordinal > first_ordinal) break;
    const says = dayOf(line);
    const why =
      says === stood_on
        ? null
        : (monthLocked(says) ??
          (stood_on === undefined ? null : monthLocked(stood_on)) ??
          [...held.values()][0] ??
          null);
    if (why !== null) reasons.set(line, why);
    else {
      day = says;
      break;
    }
  }
  const why = day === undefined ? null : monthLocked(day);
  if (why === null && held.size === 0) return reasons;
  const known = new Map(standing.map((each) => [each.ordinal, each]));
  for (const line of lines) {
    const holds = why ?? held.get(line.ordinal) ?? null;
    if (holds !== null && !reasons.has(line) && movesMargin(line.line, known.get(line.ordinal), meant))
      reasons.set(line, holds);
  }
  return reasons;
}

/** Of a line that a locked month has a delivery of, by its place: why what the delivery is reckoned by stays. */
function heldDelivery({ ordinal, delivered_in }: StandingLine, locked: LockedDays): [number, string][] | null {
  const month = delivered_in?.split(' ').map(Number).find(locked.isLocked);
  return month === undefined
    ? null
    : [
        [
          ordinal,
          `It was delivered in ${monthInWords(month)}, which is locked: the delivery stays what it comes to. Bring what changes as a line or a credit of its own, or have the month opened again under Close.`,
        ],
      ];
}

function movesMargin(line: ParsedOrderLine, stands: StandingLine | undefined, { channels, sites }: Meant): boolean {
  if (stands === undefined) return true;
  if (stands.row_hash === contentHash(line)) return false;
  const same =
    stands.kind === line.kind &&
    stands.qty_milli === line.qty_milli &&
    stands.unit_price_micro === line.unit_price_micro &&
    stands.gross_minor === line.gross_minor &&
    stands.discount_minor === line.discount_minor &&
    stands.country === line.country &&
    stands.item === line.item_code &&
    stands.party === partyCode(line) &&
    stands.site_id === (line.site === null ? null : sites.get(line.site)) &&
    (line.channel === null
      ? stands.channel_kind === UNMAPPED_CHANNEL.code
      : stands.channel_id === channels.get(line.channel));
  return !same;
}

async function standingLines({ tx, session }: Asked, lines: readonly AcceptedLine[]): Promise<readonly StandingLine[]> {
  const { rows } = await sql<StandingLine>`
    select o.number, o.ordered_on::text as ordered_on, l.ordinal, l.row_hash, l.kind, l.ordered_qty_milli as qty_milli,
      l.unit_price_micro, l.gross_minor, l.discount_minor, l.country, i.code as item, p.code as party, l.channel_id,
      c.kind as channel_kind, l.site_id, (select string_agg(distinct to_char(s.shipped_on, 'YYYYMM'), ' ')
        from shipment_line s where s.order_line_id = l.id) as delivered_in
    from sales_order o join order_line l on l.order_id = o.id left join item i on i.id = l.item_id
      left join party p on p.id = l.party_id left join channel c on c.id = l.channel_id
    where o.company_id = ${session.place.company_id}::bigint and o.source = ${session.place.source}
      and o.number = any(${textArray(new Set(lines.map(({ line }) => line.invoice)))}::text::text[])`.execute(tx);
  return rows;
}
