/** What should be ordered of this item for each site, and why? */
import { isoDate } from '#domain/calendar.ts';
import { lineAmountOrNull } from '#domain/money.ts';
import { type Proposal, proposeOrder } from '#domain/planning/replenishment/proposal.ts';
import { BinnacleError } from '#contract/errors.ts';
import type { ProposedOrder, SiteProposal } from '#contract/queries.ts';
import type { QueryHandler } from '../context.ts';
import { asOfDay, isoDateOrNull, provenance } from '../provenance.ts';
import { demandInForce } from '../forecast/demandInForce.ts';
import { companyById } from '../reference/companies.ts';
import { seesArea } from '../rights.ts';
import { itemQuestions, QUESTION_TABLES } from './itemQuestions.ts';
import { demandTold, orderingDays, shownWarnings } from './shownProposal.ts';

export const orderProposal: QueryHandler<'orderProposal'> = async (context, { item_id, site_id }) => {
  const item = await context.db.selectFrom('item').selectAll().where('id', '=', item_id).executeTakeFirst();
  if (!item) throw new BinnacleError('not_found', `There is no item ${item_id} among yours.`);
  const company = await companyById(context, item.company_id);
  const question = {
    company_id: company.id,
    currency: company.currency,
    as_of_on: asOfDay(context, company.time_zone),
    cost_visible: seesArea(context.user, company.id, 'cost'),
    item_id,
  };
  const forecasts = demandInForce(context, company.id, question.as_of_on);
  const questions = await itemQuestions(context, item, question, forecasts);
  const loading = QUESTION_TABLES.some((table) => context.replica.loading_tables.has(table));
  const { supplier } = questions;
  return {
    uom: item.uom,
    currency: company.currency,
    supplier: supplier === null ? null : { id: supplier.id, name: supplier.name },
    sites: questions.sites
      .filter(({ position }) => site_id === undefined || position.site.id === site_id)
      .map(({ position, asked, demand, measured }): SiteProposal => {
        const answer = loading ? null : proposeOrder(asked);
        const { lead_time_days, lead_time_deviation_days } = asked;
        return {
          site_id: position.site.id,
          site: position.site.code,
          proposal:
            answer !== null && 'proposal' in answer
              ? shown(answer.proposal, supplier?.unit_price_micro ?? null, company.currency)
              : null,
          refusal: answer !== null && 'refusal' in answer ? answer.refusal : null,
          made_of: {
            ...demandTold(forecasts, item_id, position.site.id),
            ...demand,
            lead_time_days,
            lead_time_deviation_days,
            lead_time_measured: measured,
            calendar: answer !== null && 'proposal' in answer ? orderingDays(asked) : null,
          },
        };
      }),
    provenance: provenance(context, QUESTION_TABLES),
  };
};

function shown(proposal: Proposal, unit_price_micro: number | null, currency: string): ProposedOrder {
  const { qty_milli, order_on, receive_on, order_by_on, steps, warnings, without } = proposal;
  return {
    qty_milli,
    value_minor: unit_price_micro === null ? null : lineAmountOrNull(qty_milli, unit_price_micro, currency),
    order_on: isoDate(order_on),
    receive_on: isoDate(receive_on),
    order_by_on: isoDateOrNull(order_by_on),
    steps,
    warnings: shownWarnings(warnings),
    without: { ...without, runs_out_on: isoDateOrNull(without.runs_out_on) },
  };
}
