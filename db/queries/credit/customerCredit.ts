/** What does this customer owe, invoice by invoice, and what was said about it? */
import { dayNumber, isoDate } from '#domain/calendar.ts';
import { expectedOn } from '#domain/credit/cashOutlook.ts';
import { BinnacleError } from '#contract/errors.ts';
import { creditOf } from '../approvals/exposure.ts';
import type { QueryHandler } from '../context.ts';
import { asOfDay, provenance } from '../provenance.ts';
import { companyById } from '../reference/companies.ts';
import { followUps } from './followUps.ts';
import { CREDIT_TABLES, creditGround, usualDaysOf } from './ground.ts';

/** Of more the list's sums tell. */
const MOST_INVOICES = 500;

export const customerCredit: QueryHandler<'customerCredit'> = async (context, args) => {
  const company = await companyById(context, args.company_id);
  const today_on = asOfDay(context, company.time_zone);
  const as_of_on = args.as_of_on === null ? today_on : (dayNumber(args.as_of_on) ?? today_on);
  const ground = await creditGround(context, company.id, as_of_on);
  const party = await context.db
    .selectFrom('party')
    .select(['id', 'code', 'name'])
    .where('id', '=', args.party_id)
    .where('company_id', '=', company.id)
    .where('kind', '=', 'customer')
    .executeTakeFirst();
  if (!party) throw new BinnacleError('not_found', `There is no customer ${args.party_id} among yours.`);
  const invoices = (ground.open.get(party.id) ?? []).filter(({ kind }) => kind === 'customer');
  const credit = (await creditOf(context, company.id, as_of_on, [party.id], 'all')).get(party.id);
  const said = (await followUps(context, company, party.id)).get(party.id) ?? [];
  return {
    party_id: party.id,
    code: party.code,
    name: party.name,
    exposure: credit
      ? {
          receivables_minor: credit.receivables_minor,
          shipped_unbilled_minor: credit.shipped_unbilled_minor,
          open_orders_minor: credit.open_orders_minor,
          deposits_minor: credit.deposits_minor,
          limit_minor: credit.limit_minor,
        }
      : null,
    invoices: invoices.slice(0, MOST_INVOICES).map((invoice) => ({
      id: invoice.id,
      number: invoice.number,
      order_id: invoice.order_id,
      issued_on: isoDate(invoice.issued_on),
      due_on: isoDate(invoice.due_on),
      late_days: as_of_on - invoice.due_on,
      amount_minor: invoice.amount_minor,
      open_minor: invoice.open_minor,
      own: invoice.own,
      expected_on: isoDate(expectedOn({ due_on: invoice.due_on, habit_days: usualDaysOf(ground, invoice) }, as_of_on)),
    })),
    total_invoices: invoices.length,
    follow_ups: said.map(({ view }) => view),
    currency: company.currency,
    provenance: provenance(context, [...CREDIT_TABLES, 'order_line', 'shipment_line', 'credit_follow_up']),
  };
};
