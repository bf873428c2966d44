/**
 * Transfers between sites as the copy has them. What they count for at the sites comes of accepted steps only; what a person
 * did here and the server has not decided shows at the transfer itself.
 */
import { grantsPermit } from '#domain/access/grants.ts';
import type { DatedQuantity } from '#domain/planning/projectedBalance.ts';
import type { Permits } from '#domain/transfers/rules.ts';
import {
  arrivalOn,
  type Move,
  type TransferEvent,
  type TransferStanding,
  type TransferStep,
  transferCounts,
  transferStanding,
  UNKNOWN_WAY_DAYS,
} from '#domain/transfers/transfer.ts';
import { dayInZone } from '#domain/zoneDay.ts';
import type { SignedInUser } from '#contract/wire/protocol.ts';
import type { Scan } from '#db/connection.ts';
import { domainGrants } from '#db/session/grants.ts';
import { buyingCalendars } from './calendars.ts';

export interface Transfer extends Move {
  readonly id: string;
  /** null: the server has not numbered it yet. */
  readonly number: string | null;
  readonly item_id: number;
  readonly decision_id: string | null;
  readonly standing: TransferStanding;
  readonly last: TransferEvent;
  /** One of its steps waits for the server. */
  readonly waiting: boolean;
}

/** What the server numbers. */
export const NO_NUMBER_YET = 'new';

type Row = readonly [
  transfer_id: string,
  step: TransferStep,
  number: string,
  item_id: number,
  from_site_id: number,
  to_site_id: number,
  qty_milli: number,
  due_on: number | null,
  reason: string | null,
  decision_id: string | null,
  author: string,
  accepted_at: number,
  mutation_state: string,
];

const COLUMNS = `transfer_id, step, number, item_id, from_site_id, to_site_id, qty_milli, due_on, reason, decision_id, author,
  accepted_at`;

interface Company {
  readonly id: number;
  readonly time_zone: string;
  readonly today_on: number;
}

/** With this person's undecided steps, in the order in which they were asked for; of one item, or of all. */
export function transfersOf(scan: Scan, company: Company, item_id: number | null = null): Transfer[] {
  return read(scan, company, item_id, {
    from: 'v_transfer_event',
    state: 'mutation_state',
    order: "mutation_state <> 'accepted', accepted_at, ver",
  });
}

export function transferPermits(user: SignedInUser, company_id: number): Permits {
  const grants = domainGrants(user.grants);
  return (permission, site_id) => grantsPermit(grants, permission, { company_id, site_id });
}

/** Of all items the moves are read from end to end: looked up item by item they are read in a scattered order, five times as long. */
const ALL_LEFT = `WITH o AS MATERIALIZED (
    SELECT item_id, ref, site_id FROM main.stock_move NOT INDEXED WHERE kind = 'transfer_out')
  SELECT i.item_id, o.site_id, i.site_id FROM main.stock_move i NOT INDEXED
    JOIN o ON o.item_id = i.item_id AND o.ref = i.ref`;
const ITEM_LEFT = `SELECT i.item_id, o.site_id, i.site_id FROM main.stock_move i JOIN main.stock_move o
    ON o.item_id = i.item_id AND o.ref = i.ref AND o.kind = 'transfer_out'`;

/** What left a site and arrived at another since a day, under one document. */
export function movedSince(scan: Scan, company_id: number, since_on: number, item_id: number | null = null) {
  const rows = scan<readonly [item_id: number, from_site_id: number, to_site_id: number]>(
    `${item_id === null ? ALL_LEFT : ITEM_LEFT}
     WHERE i.company_id = ? AND i.kind = 'transfer_in' AND i.moved_on >= ? AND i.ref IS NOT NULL
       ${item_id === null ? '' : 'AND i.item_id = ?'}`,
    item_id === null ? [company_id, since_on] : [company_id, since_on, item_id],
  );
  return rows.map(([of_item, from_site_id, to_site_id]) => ({ item_id: of_item, from_site_id, to_site_id }));
}

interface Source {
  readonly from: string;
  readonly state: string;
  readonly order: string;
}
const ACCEPTED: Source = { from: 'main.transfer_event', state: "'accepted'", order: 'accepted_at, ver' };

function read(scan: Scan, company: Company, item_id: number | null, { from, state, order }: Source): Transfer[] {
  const rows = scan<Row>(
    `SELECT ${COLUMNS}, ${state} FROM ${from} WHERE company_id = ?${item_id === null ? '' : ' AND item_id = ?'}
     ORDER BY ${order}`,
    item_id === null ? [company.id] : [company.id, item_id],
  );
  const found: Transfer[] = [];
  for (const [id, both] of Map.groupBy(rows, (row) => row[0])) {
    // each step lies at both sites, and a person may have either
    const steps = [...new Map(both.map((row) => [row[1], row])).values()];
    const events = steps.map((row) => eventOf(row, company));
    const standing = transferStanding(events, company.today_on);
    const [first, last] = [steps[0], events.at(-1)];
    if (!first || !last || !standing) continue;
    const [, , number, of_item, from_site_id, to_site_id] = first;
    found.push({
      id,
      number: number === NO_NUMBER_YET ? null : number,
      item_id: of_item,
      from_site_id,
      to_site_id,
      decision_id: first[9],
      standing,
      last,
      waiting: steps.some((row) => row[12] !== 'accepted'),
    });
  }
  return found;
}

function eventOf(row: Row, company: Company): TransferEvent {
  const { 1: step, 6: qty_milli, 7: due_on, 8: reason, 10: author, 11: at_ms } = row;
  return { step, qty_milli, due_on, reason, author, at_ms, said_on: dayInZone(at_ms, company.time_zone) };
}

export interface TransferQuantity extends DatedQuantity {
  readonly transfer_id: string;
  readonly number: string;
  readonly item_id: number;
  /** Where it is held back, or expected. */
  readonly site_id: number;
  readonly other_site_id: number;
  /** Sent off. */
  readonly under_way: boolean;
}

export interface TransferQuantities {
  /** Held back for other sites. */
  readonly leaving: readonly TransferQuantity[];
  /** Expected from other sites. */
  readonly coming: readonly TransferQuantity[];
}

/** Days of the way between two sites as a lane says; assumed where none does. */
export interface Way {
  readonly days: number;
  readonly days_known: boolean;
  /** Sent off on the day it is taken in on this one. */
  readonly arrive_on: number;
}

/** To a site from any other, for what is sent off on a day. */
export function waysTo(
  scan: Scan,
  company_id: number,
  to_site_id: number,
  leaves_on: number,
): (from_site_id: number) => Way {
  const lanes = new Map(
    scan<readonly [number, number]>(
      'SELECT from_site_id, days FROM main.transfer_lane WHERE company_id = ? AND to_site_id = ?',
      [company_id, to_site_id],
    ),
  );
  const receiving = buyingCalendars(scan, company_id, leaves_on).of(null, to_site_id);
  return (from_site_id) => {
    const days = lanes.get(from_site_id) ?? UNKNOWN_WAY_DAYS;
    return { days, days_known: lanes.has(from_site_id), arrive_on: arrivalOn(receiving, leaves_on, days) };
  };
}

/** What accepted transfers count for at the sites, on a day. */
export function transferQuantities(
  scan: Scan,
  company_id: number,
  as_of_on: number,
  item_id: number | null = null,
): TransferQuantities {
  const [company] = scan<readonly [string]>('SELECT time_zone FROM main.company WHERE id = ?', [company_id]);
  const of = { id: company_id, time_zone: company?.[0] ?? 'UTC', today_on: as_of_on };
  const leaving: TransferQuantity[] = [];
  const coming: TransferQuantity[] = [];
  const transfers = read(scan, of, item_id, ACCEPTED);
  if (transfers.length === 0) return { leaving, coming };
  const calendars = buyingCalendars(scan, company_id, as_of_on);
  for (const each of transfers) {
    const receiving = calendars.of(null, each.to_site_id);
    const { leaves, comes } = transferCounts(each.standing, as_of_on, receiving);
    const about = {
      transfer_id: each.id,
      number: each.number ?? '',
      item_id: each.item_id,
      under_way: each.standing.state === 'in_transit',
    };
    const [from, to] = [each.from_site_id, each.to_site_id];
    if (leaves) leaving.push({ ...about, ...leaves, site_id: from, other_site_id: to });
    if (comes) coming.push({ ...about, ...comes, site_id: to, other_site_id: from });
  }
  return { leaving, coming };
}
