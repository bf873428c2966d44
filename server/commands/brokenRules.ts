/** The rules an order breaks, read of the server's own rows; the judgement is domain/orders/brokenRules.ts. */
import { sql } from 'kysely';
import { dayNumber, isoDate } from '#domain/calendar.ts';
import { takenOffBy } from '#domain/credit/settled.ts';
import { Versions } from '#domain/governance/inForce.ts';
import type { DeliveryFact, DeliveryLine } from '#domain/kpi/delivery.ts';
import type { ApprovalKind, BrokenRule } from '#domain/orders/approval.ts';
import { brokenCredit, brokenDiscounts, brokenFloors, type JudgedLine } from '#domain/orders/brokenRules.ts';
import type { CustomerInvoice } from '#domain/close/reconcile/billedDeliveries.ts';
import { orderExposure, unbilledSince } from '#domain/orders/credit.ts';
import { discountRules } from '#domain/pricing/leakage.ts';
import type { ServerTransaction } from '#server/schema/database.ts';

export interface JudgedOrder {
  readonly company_id: number;
  readonly party: { readonly id: number; readonly ver: number; readonly credit_limit_minor: number | null } | null;
  readonly lines: readonly JudgedLine[];
  readonly decided_here: boolean;
  /** Today at the company. */
  readonly on: number;
}

export async function brokenRulesOf(
  tx: ServerTransaction,
  kind: ApprovalKind,
  order: JudgedOrder,
): Promise<readonly BrokenRule[]> {
  if (kind === 'discount') return await ofDiscounts(tx, order);
  return kind === 'floor' ? await ofFloors(tx, order) : await ofCredit(tx, order);
}

export async function linesToJudge(tx: ServerTransaction, order_id: number): Promise<readonly JudgedLine[]> {
  const rows = await tx
    .selectFrom('order_line as l')
    .leftJoin('item as i', 'i.id', 'l.item_id')
    .select([
      'l.id',
      'l.kind',
      'l.item_id',
      'l.ordered_qty_milli',
      'l.cancelled_qty_milli',
      'l.unit_price_micro',
      'l.gross_minor',
      'l.discount_minor',
      'l.net_minor',
      'l.channel_id',
      'l.party_id',
      'l.ordered_on',
      'l.approved_by',
      'i.category',
    ])
    .where('l.order_id', '=', order_id)
    .orderBy('l.id')
    .execute();
  return rows.map((row) => ({ ...row, ordered_on: day(row.ordered_on) }));
}

async function ofDiscounts(tx: ServerTransaction, order: JudgedOrder): Promise<readonly BrokenRule[]> {
  const rules = await tx
    .selectFrom('price_rule')
    .select(['id', 'ver', 'channel_id', 'party_id', 'item_id', 'category', 'max_discount_bp', 'valid_from', 'valid_to'])
    .where('company_id', '=', order.company_id)
    .where('max_discount_bp', 'is not', null)
    .orderBy('id')
    .execute();
  const limits = await tx
    .selectFrom('channel_rule')
    .select(['id', 'ver', 'channel_id', 'max_discount_bp', 'valid_from', 'valid_to'])
    .where('company_id', '=', order.company_id)
    .execute();
  const ofChannels = new Versions(
    limits.map((row) => ({
      ...row,
      valid_from: row.valid_from === null ? null : day(row.valid_from),
      valid_to: row.valid_to === null ? null : day(row.valid_to),
    })),
    (row) => row.channel_id,
  );
  return brokenDiscounts(
    order.lines,
    discountRules(rules.map(withDays)),
    ({ channel_id, ordered_on }) => (channel_id === null ? undefined : ofChannels.on(channel_id, ordered_on)),
    order.decided_here,
  );
}

async function ofFloors(tx: ServerTransaction, order: JudgedOrder): Promise<readonly BrokenRule[]> {
  const items = order.lines.flatMap(({ item_id }) => item_id ?? []);
  if (items.length === 0) return [];
  const company = await tx
    .selectFrom('company')
    .select('currency')
    .where('id', '=', order.company_id)
    .executeTakeFirstOrThrow();
  const floors = await tx
    .selectFrom('price_floor')
    .select(['id', 'ver', 'channel_id', 'item_id', 'floor_price_micro', 'valid_from', 'valid_to'])
    .where('item_id', 'in', items)
    .orderBy('id')
    .execute();
  const byItem = Map.groupBy(floors.map(withDays), ({ item_id }) => item_id);
  return brokenFloors(order.lines, (item_id) => byItem.get(item_id), company.currency);
}

async function ofCredit(tx: ServerTransaction, order: JudgedOrder): Promise<readonly BrokenRule[]> {
  const { party, on } = order;
  if (party === null || party.credit_limit_minor === null) return [];
  const invoices = await tx
    .selectFrom('invoice')
    .select('amount_minor')
    .where('company_id', '=', order.company_id)
    .where('kind', '=', 'customer')
    .where('party_id', '=', party.id)
    .where('posted_on', '<=', isoDate(on))
    .execute();
  const paid = tx
    .selectFrom('payment as p')
    .select(['p.paid_on', 'p.settled_on', 'p.amount_minor', 'p.exchange_minor'])
    .where('p.company_id', '=', order.company_id)
    .where('p.kind', '=', 'customer')
    .where('p.paid_on', '<=', isoDate(on));
  // what is settled of an invoice counts for it whoever paid, and as paid ahead until it is posted
  const matched = await paid
    .innerJoin('invoice as i', 'i.id', 'p.invoice_id')
    .select((each) => each('i.posted_on', '<=', isoDate(on)).as('posted'))
    .where('i.kind', '=', 'customer')
    .where('i.party_id', '=', party.id)
    .where('p.settled_on', '<=', isoDate(on))
    .execute();
  const unsettled = await paid
    .where('p.party_id', '=', party.id)
    .where((each) => each.or([each('p.invoice_id', 'is', null), each('p.settled_on', '>', isoDate(on))]))
    .execute();
  const billed_minor = invoices.reduce((all, row) => all + row.amount_minor, 0);
  const sum = (rows: readonly (typeof unsettled)[number][]) =>
    rows.reduce((all, row) => all + takenOffBy(paidFact(row), on), 0);
  const lines = await linesOfParty(tx, order.company_id, party.id, on);
  const billed = await billedOf(tx, order.company_id, on, lines);
  return brokenCredit(
    { id: party.id, ver: party.ver, limit_minor: party.credit_limit_minor },
    {
      receivables_minor: billed_minor - sum(matched.filter(({ posted }) => posted)),
      deposits_minor: sum(unsettled) + sum(matched.filter(({ posted }) => !posted)),
      ...orderExposure(lines, on, (number) => billed.has(number), await invoicesOf(tx, order.company_id, on, lines)),
    },
  );
}

/** Of a delivery's invoices: one of any amount bills it, with others until they come to nothing. As on copies. */
const STANDS = sql<boolean>`sum(amount_minor) <> 0 or count(*) = 1`;

/** Deliveries that an invoice of a customer, posted by the day and not taken back, names: whoever it is made out to, as on copies. */
async function billedOf(
  tx: ServerTransaction,
  company_id: number,
  on: number,
  lines: readonly DeliveryLine[],
): Promise<ReadonlySet<string | null>> {
  const numbers = [...new Set(lines.flatMap(({ shipments }) => shipments.map(({ number }) => number)))];
  if (numbers.length === 0) return new Set();
  const rows = await tx
    .selectFrom('invoice')
    .select('ref')
    .where('company_id', '=', company_id)
    .where('kind', '=', 'customer')
    .where('posted_on', '<=', isoDate(on))
    .where('ref', 'in', numbers)
    .groupBy('ref')
    .having(STANDS)
    .execute();
  return new Set(rows.map(({ ref }) => ref));
}

/** Of the lines' orders, posted by the day: what they bill of deliveries that none names. */
async function invoicesOf(
  tx: ServerTransaction,
  company_id: number,
  on: number,
  lines: readonly DeliveryLine[],
): Promise<readonly CustomerInvoice[]> {
  const orders = [...new Set(lines.map(({ order_id }) => order_id))];
  if (orders.length === 0) return [];
  const rows = await tx
    .selectFrom('invoice')
    .select(['id', 'number', 'order_id as order', 'ref as names', 'posted_on', 'amount_minor', 'party_id'])
    .where('company_id', '=', company_id)
    .where('kind', '=', 'customer')
    .where('posted_on', '<=', isoDate(on))
    .where('order_id', 'in', orders)
    .orderBy('id')
    .execute();
  return rows.map(({ posted_on, ...row }) => ({ ...row, day: day(posted_on) }));
}

async function linesOfParty(
  tx: ServerTransaction,
  company_id: number,
  party_id: number,
  on: number,
): Promise<readonly DeliveryLine[]> {
  const since = unbilledSince(on);
  const rows = await tx
    .selectFrom('order_line as l')
    .innerJoin('sales_order as o', 'o.id', 'l.order_id')
    .selectAll('l')
    .select('o.state')
    .where('o.company_id', '=', company_id)
    .where('o.party_id', '=', party_id)
    .where('l.kind', '=', 'goods')
    .where((where) =>
      where.or([
        where('o.state', '=', 'open'),
        where('o.month', '>=', since.month),
        where.exists(
          where
            .selectFrom('order_line as own')
            .innerJoin('shipment_line as s', 's.order_line_id', 'own.id')
            .select('s.id')
            .whereRef('own.order_id', '=', 'o.id')
            .where((left) =>
              left.or([
                left('s.shipped_on', '>=', isoDate(since.from_on)),
                left.not(
                  left.exists(
                    left
                      .selectFrom('invoice as i')
                      .select(({ fn }) => fn.sum('i.amount_minor').as('amount_minor'))
                      .whereRef('i.ref', '=', 's.number')
                      // whoever it is addressed to, as on copies
                      .where('i.company_id', '=', company_id)
                      .where('i.kind', '=', 'customer')
                      .where('i.posted_on', '<=', isoDate(on))
                      .having(STANDS),
                  ),
                ),
              ]),
            ),
        ),
      ]),
    )
    .execute();
  if (rows.length === 0) return [];
  const shipments = await tx
    .selectFrom('shipment_line')
    .select(['order_line_id', 'number', 'shipped_on', 'delivered_on', 'qty_milli'])
    .where(
      'order_line_id',
      'in',
      rows.map((row) => row.id),
    )
    .execute();
  const byLine = Map.groupBy(shipments, (row) => row.order_line_id);
  return rows.map((row) => ({
    ...row,
    ordered_on: day(row.ordered_on),
    requested_on: row.requested_on === null ? null : day(row.requested_on),
    committed_on: row.committed_on === null ? null : day(row.committed_on),
    closed: row.state !== 'open',
    shipments: (byLine.get(row.id) ?? []).map(
      (each): DeliveryFact => ({
        number: each.number,
        shipped_on: day(each.shipped_on),
        delivered_on: each.delivered_on === null ? null : day(each.delivered_on),
        qty_milli: each.qty_milli,
      }),
    ),
  }));
}

function paidFact<R extends { readonly paid_on: string; readonly settled_on: string | null }>(row: R) {
  return { ...row, paid_on: day(row.paid_on), settled_on: row.settled_on === null ? null : day(row.settled_on) };
}

function withDays<R extends { readonly valid_from: string; readonly valid_to: string | null }>(row: R) {
  return { ...row, valid_from: day(row.valid_from), valid_to: row.valid_to === null ? null : day(row.valid_to) };
}

function day(iso: string): number {
  const found = dayNumber(iso);
  if (found === null) throw new Error(`'${iso}' is no day`);
  return found;
}
