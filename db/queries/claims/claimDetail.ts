/** What is one claim about: its line, its shipments, its money, its clock, and what else the customer claims? */
import { isoDate } from '#domain/calendar.ts';
import { claimState } from '#domain/claims/claim.ts';
import type { ClaimDetail } from '#contract/queries.ts';
import type { QueryContext, QueryHandler } from '../context.ts';
import { notesOnOrder } from '../orders/notes.ts';
import { lineFigures, orderLineViews } from '../orders/orderLineViews.ts';
import { isoDateOrNull, provenance } from '../provenance.ts';
import { companyById } from '../reference/companies.ts';
import { CLAIMS_MADE_OF, marksOfClaims } from './claims.ts';
import { claimRow, ordersOf } from './claimRows.ts';
import { claimEdition, type ClaimFacts, type ClaimGround } from './ground.ts';

const MOST_OTHERS = 12;

export const claimDetail: QueryHandler<'claimDetail'> = async (context, args) => {
  const company = await companyById(context, args.company_id);
  const { edition } = await claimEdition(context, company, undefined);
  const ground = edition.value;
  const said = {
    currency: company.currency,
    as_of_date: isoDate(ground.as_of_on),
    provenance: provenance(context, [...CLAIMS_MADE_OF, 'order_note']),
  };
  const claim = ground.byId.get(args.claim_id);
  if (claim === undefined) return { ...NOTHING, ...said };
  const beside = { marks: await marksOfClaims(context, company, ground), orders: new Map() };
  const { others, of_customer } = ofCustomer(ground, claim);
  const orders = ordersOf(context, [claim, ...others]);
  const row = claimRow(ground, beside, orders, claim);
  const [line] = await linesOf(context, company.id, row.order_id === null ? null : claim.order_line_id);
  return {
    row,
    events: await eventsOf(context, claim.id),
    credits: await creditsOf(context, company.id, claim),
    costs: claim.cost_minor === null ? null : await costsOf(context, company.id, claim),
    line: line ?? null,
    shipments: claim.order_line_id === null ? [] : await shipmentsOf(context, claim.order_line_id),
    others: others.map((other) => claimRow(ground, beside, orders, other)),
    of_customer,
    notes: row.order_id === null ? [] : await notesOnOrder(context, row.order_id),
    ...said,
  };
};

const NOTHING: Omit<ClaimDetail, 'currency' | 'as_of_date' | 'provenance'> = {
  row: null,
  events: [],
  credits: [],
  costs: null,
  line: null,
  shipments: [],
  others: [],
  of_customer: { claims: 0, open: 0, claimed_minor: 0, allowed_minor: 0 },
  notes: [],
};

function ofCustomer(
  { claims }: ClaimGround,
  claim: ClaimFacts,
): { readonly others: readonly ClaimFacts[]; readonly of_customer: ClaimDetail['of_customer'] } {
  const all = claim.party_id === null ? [claim] : claims.filter(({ party_id }) => party_id === claim.party_id);
  return {
    others: all
      .filter(({ id }) => id !== claim.id)
      .toSorted((a, b) => b.opened_on - a.opened_on || b.id - a.id)
      .slice(0, MOST_OTHERS),
    of_customer: {
      claims: all.length,
      open: all.filter((each) => claimState(each) !== 'resolved').length,
      claimed_minor: all.reduce((sum, each) => sum + each.claimed_minor, 0),
      allowed_minor: all.reduce((sum, each) => sum + each.allowed_minor, 0),
    },
  };
}

async function linesOf(context: QueryContext, company_id: number, order_line_id: number | null) {
  if (order_line_id === null) return [];
  return await orderLineViews(context, company_id, await lineFigures(context, [order_line_id]));
}

async function eventsOf({ db }: QueryContext, claim_id: number): Promise<ClaimDetail['events']> {
  const rows = await db
    .selectFrom('claim_event')
    .select(['kind', 'happened_at'])
    .where('claim_id', '=', claim_id)
    .orderBy('happened_at')
    .orderBy('id')
    .execute();
  return rows.map(({ kind, happened_at }) => ({ kind, happened_at_ms: happened_at }));
}

async function creditsOf({ db }: QueryContext, company_id: number, claim: ClaimFacts): Promise<ClaimDetail['credits']> {
  const rows = await db
    .selectFrom('credit_note')
    .select(['number', 'issued_on', 'amount_minor', 'reason'])
    .where('company_id', '=', company_id)
    .where('claim_id', '=', claim.id)
    .orderBy('issued_on')
    .orderBy('id')
    .execute();
  return rows.map(({ issued_on, ...row }) => ({ ...row, issued_on: isoDate(issued_on) }));
}

async function costsOf(
  { db }: QueryContext,
  company_id: number,
  claim: ClaimFacts,
): Promise<NonNullable<ClaimDetail['costs']>> {
  const rows = await db
    .selectFrom('claim_cost')
    .select(['booked_on', 'amount_minor'])
    .where('company_id', '=', company_id)
    .where('claim_id', '=', claim.id)
    .orderBy('booked_on')
    .orderBy('id')
    .execute();
  return rows.map(({ booked_on, amount_minor }) => ({ booked_on: isoDate(booked_on), amount_minor }));
}

async function shipmentsOf({ db }: QueryContext, order_line_id: number): Promise<ClaimDetail['shipments']> {
  const rows = await db
    .selectFrom('shipment_line')
    .select(['number', 'shipped_on', 'delivered_on', 'qty_milli'])
    .where('order_line_id', '=', order_line_id)
    .orderBy('shipped_on')
    .orderBy('id')
    .limit(50)
    .execute();
  return rows.map(({ shipped_on, delivered_on, ...row }) => ({
    ...row,
    shipped_on: isoDate(shipped_on),
    delivered_on: isoDateOrNull(delivered_on),
  }));
}
