/** What a month's documents and the ledger book of each component of the margin, by day and channel. */
import { sql } from 'kysely';
import { firstDayOfMonth, lastDayOfMonth } from '#domain/calendar.ts';
import {
  bookedAtOnce,
  creditAmounts,
  deliveredParts,
  TIE_ROLE_NAMES,
  type TieAmounts,
  type TieComponent,
  tieComponentOf,
} from '#domain/close/marginTie.ts';
import { CLOSING_JOURNALS } from '#domain/close/yearEnd.ts';
import type { LadderLine } from '#domain/kpi/marginLadder.ts';
import type { QueryContext } from '../context.ts';
import { companyJournals } from '../ledger/journals.ts';
import { type CreditRow, creditRows } from './credits.ts';
import { creditViews } from './creditViews.ts';
import { discountLines } from './discountLines.ts';

/** Something that books on a day. */
export interface TieDocument {
  readonly day: number;
  readonly channel_id: number | null;
  readonly party_id: number | null;
  /** 0 = of no order. */
  readonly order_id: number;
  readonly number: string;
  /** yyyymm it counts in for Margin. */
  readonly month: number;
  readonly amounts: TieAmounts;
}

export interface TieEntry {
  readonly entry_id: number;
  readonly day: number;
  readonly channel_id: number | null;
  readonly component: TieComponent;
  readonly number: string;
  readonly about: string;
  /** As it adds to the margin. */
  readonly amount_minor: number;
}

export interface TieAccount {
  readonly component: TieComponent;
  readonly code: string;
  readonly name: string;
}

type LineRow = LadderLine & {
  readonly id: number;
  readonly order_id: number;
  readonly channel_id: number | null;
  readonly party_id: number | null;
  readonly month: number;
  readonly ordered_on: number;
  readonly sold_qty_milli: number;
};
const LINE = sql`l.id, l.order_id, l.channel_id, l.party_id, l.month, l.ordered_on, l.kind, l.gross_minor,
  l.discount_minor, l.net_minor, l.ordered_qty_milli - l.cancelled_qty_milli AS sold_qty_milli, c.cost_minor,
  c.freight_minor, c.rebate_minor, c.fee_minor`;

/** Documents that book in the month: deliveries, returns, discounts of their own, credit notes, costs of claims. */
export async function tieDocuments(
  context: QueryContext,
  company_id: number,
  month: number,
): Promise<readonly TieDocument[]> {
  const first_on = firstDayOfMonth(month);
  const last_on = lastDayOfMonth(month);
  const documents: TieDocument[] = [];
  const { rows: parts } = await sql<LineRow & { number: string; shipped_on: number; qty_milli: number }>`
    SELECT ${LINE}, s.number, s.shipped_on, s.qty_milli
    FROM shipment_line s JOIN order_line l ON l.id = s.order_line_id LEFT JOIN order_line_cost c ON c.id = l.id
    WHERE s.order_line_id IN (SELECT order_line_id FROM shipment_line
        WHERE company_id = ${company_id} AND month <= ${month} AND shipped_on BETWEEN ${first_on} AND ${last_on})
      AND l.kind = 'goods'
    ORDER BY s.order_line_id, s.shipped_on, s.id`.execute(context.db);
  context.checkCancelled();
  for (let at = 0; at < parts.length; ) {
    const line = parts[at];
    if (!line) break;
    let end = at + 1;
    while (parts[end]?.id === line.id) end += 1;
    const own = parts.slice(at, end);
    at = end;
    const booked = deliveredParts(
      line,
      line.sold_qty_milli,
      own.map(({ qty_milli }) => qty_milli),
    );
    for (const { shipment, amounts } of booked) {
      const part = own[shipment];
      if (!part || part.shipped_on < first_on || part.shipped_on > last_on) continue;
      documents.push(documentOf(line, part.shipped_on, part.number, amounts));
    }
  }
  context.checkCancelled();
  const { rows: returned } = await sql<LineRow & { number: string | null }>`
    SELECT ${LINE}, o.number FROM order_line l LEFT JOIN order_line_cost c ON c.id = l.id
      LEFT JOIN sales_order o ON o.id = l.order_id
    WHERE l.company_id = ${company_id} AND l.month = ${month} AND l.kind = 'return'`.execute(context.db);
  for (const line of returned) {
    documents.push(documentOf(line, line.ordered_on, line.number ?? '', bookedAtOnce(line) ?? []));
  }
  // a discount of its own is billed with the order's first invoice: one for a delivery, or for what left of the order
  const ids = sql`SELECT value FROM json_each(${JSON.stringify(discountLines(context, company_id, month))})`;
  const { rows: discounts } = await sql<LineRow & { number: string; posted_on: number }>`
    WITH billed AS (SELECT order_id, number, min(posted_on) AS posted_on FROM invoice NOT INDEXED
      WHERE company_id = ${company_id} AND kind = 'customer' AND (ref IS NOT NULL OR amount_minor > 0)
        AND order_id IN (SELECT order_id FROM order_line WHERE id IN (${ids})) GROUP BY order_id)
    SELECT ${LINE}, b.number, b.posted_on FROM order_line l LEFT JOIN order_line_cost c ON c.id = l.id
      JOIN billed b ON b.order_id = l.order_id
    WHERE l.id IN (${ids}) AND b.posted_on BETWEEN ${first_on} AND ${last_on}`.execute(context.db);
  for (const line of discounts) {
    documents.push(documentOf(line, line.posted_on, line.number, bookedAtOnce(line) ?? []));
  }
  const credits = await creditRows(context, [company_id], { from_month: month, to_month: month }, true);
  const idsOf = (source: CreditRow['source']) => credits.filter((row) => row.source === source).map((row) => row.id);
  const named = await creditViews(context, idsOf('credit_note'), idsOf('claim_cost'));
  for (const row of credits) {
    const view = named.get(`${row.source === 'credit_note' ? 'credit' : 'claim'} ${row.id}`);
    if (!view) throw new Error(`${row.source} ${row.id} vanished inside a read transaction`);
    documents.push({
      day: row.day,
      channel_id: row.channel_id,
      party_id: row.party_id,
      order_id: view.order_id,
      number: view.order_number,
      month,
      amounts: creditAmounts(row.amount_minor, row.claim_id !== null),
    });
  }
  return documents;
}

function documentOf(line: LineRow, day: number, number: string, amounts: TieAmounts): TieDocument {
  const { channel_id, party_id, order_id, month } = line;
  return { day, channel_id, party_id, order_id, number, month, amounts };
}

/** Accounts that have the role of a component. */
export async function tieAccounts(context: QueryContext, company_id: number): Promise<readonly TieAccount[]> {
  const rows = await context.db
    .selectFrom('gl_account')
    .select(['code', 'name', 'role'])
    .where('company_id', '=', company_id)
    .where('role', 'is not', null)
    .orderBy('code')
    .execute();
  return rows.flatMap(({ code, name, role }) => {
    const component = tieComponentOf(role);
    return component === undefined ? [] : [{ component, code, name }];
  });
}

/** What the ledger's entries of the month book to those accounts, a line an entry and channel; what closes a year is no sale. */
export async function tieEntries(
  context: QueryContext,
  company_id: number,
  month: number,
): Promise<readonly TieEntry[]> {
  const closing = (await companyJournals(context, company_id)).codesOf(CLOSING_JOURNALS);
  const { rows } = await sql<
    Omit<TieEntry, 'component' | 'about'> & { role: string; memo: string; ref: string | null }
  >`
    SELECT e.id AS entry_id, e.booked_on AS day, g.channel_id, a.role, e.number, e.memo, e.ref,
      -sum(g.amount_minor) AS amount_minor
    FROM gl_entry e JOIN gl_line g ON g.entry_id = e.id JOIN gl_account a ON a.id = g.account_id
    WHERE e.company_id = ${company_id} AND e.month = ${month}
      AND a.role IN (${sql.join(TIE_ROLE_NAMES)})
      AND e.journal NOT IN (SELECT value FROM json_each(${JSON.stringify(closing)}))
    GROUP BY e.id, g.channel_id, a.role`.execute(context.db);
  return rows.flatMap(({ role, memo, ref, ...row }) => {
    const component = tieComponentOf(role);
    return component === undefined ? [] : [{ ...row, component, about: ref === null ? memo : `${memo}, ${ref}` }];
  });
}
