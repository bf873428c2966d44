/** Who owes us how much, for how long, against which limit, and whom should somebody ask today? */
import { dayNumber, isoDate } from '#domain/calendar.ts';
import { ageingOf } from '#domain/credit/ageing.ts';
import { toFollowUp } from '#domain/credit/followUp.ts';
import { exposureMinor } from '#domain/orders/approval.ts';
import type { CreditRow } from '#contract/queries.ts';
import { creditOf } from '../approvals/exposure.ts';
import type { QueryHandler } from '../context.ts';
import { asOfDay, provenance } from '../provenance.ts';
import { companyById } from '../reference/companies.ts';
import { mayInCompany } from '../rights.ts';
import { counts, followUps } from './followUps.ts';
import { CREDIT_TABLES, creditGround } from './ground.ts';

export const creditList: QueryHandler<'creditList'> = async (context, args) => {
  const company = await companyById(context, args.company_id);
  const today_on = asOfDay(context, company.time_zone);
  const as_of_on = args.as_of_on === null ? today_on : (dayNumber(args.as_of_on) ?? today_on);
  const ground = await creditGround(context, company.id, as_of_on);
  const parties = await context.db
    .selectFrom('party')
    .select(['id', 'code', 'name', 'salesperson', 'credit_limit_minor'])
    .where('company_id', '=', company.id)
    .where('kind', '=', 'customer')
    .orderBy('code')
    .execute();
  const credit = await creditOf(
    context,
    company.id,
    as_of_on,
    parties.map(({ id }) => id),
    'all',
  );
  const exposureOf = (id: number): number => {
    const figures = credit.get(id);
    return figures ? exposureMinor(figures) : 0;
  };
  const shown = parties.filter(
    ({ id, credit_limit_minor }) =>
      ground.open.has(id) || ground.deposits_minor.has(id) || credit_limit_minor !== null || exposureOf(id) !== 0,
  );
  const said = await followUps(context, company);
  const rows = shown.map((party): CreditRow => {
    const invoices = (ground.open.get(party.id) ?? []).filter(({ kind }) => kind === 'customer');
    const ageing = ageingOf(invoices, as_of_on);
    const habit = ground.habits.get(party.id) ?? null;
    const last = (said.get(party.id) ?? []).find(counts) ?? null;
    return {
      party_id: party.id,
      code: party.code,
      name: party.name,
      salesperson: party.salesperson,
      ...ageing,
      invoices: invoices.length,
      deposits_minor: ground.deposits_minor.get(party.id) ?? 0,
      limit_minor: party.credit_limit_minor,
      exposure_minor: exposureOf(party.id),
      habit_days: habit?.days ?? null,
      habit_payments: habit?.payments ?? 0,
      follow_up: last?.view ?? null,
      ask: as_of_on === today_on ? toFollowUp(ageing, last, today_on) : null,
    };
  });
  return {
    as_of_on: isoDate(as_of_on),
    rows,
    may_write: mayInCompany(context.user, company.id, 'write_notes'),
    currency: company.currency,
    provenance: provenance(context, [...CREDIT_TABLES, 'order_line', 'shipment_line', 'credit_follow_up']),
  };
};
