/** What should be ordered of this item for each site, and why? */
import { isoDate } from '#domain/calendar.ts';
import { lineAmountMinor, safeNumber } from '#domain/money.ts';
import { demandFromWeeks } from '#domain/planning/replenishment/demand.ts';
import { measuredLeadTime } from '#domain/planning/replenishment/leadTime.ts';
import { type Proposal, proposeOrder, type ReplenishmentQuestion } from '#domain/planning/replenishment/proposal.ts';
import { BinnacleError } from '#contract/errors.ts';
import type { ProposedOrder, SiteProposal } from '#contract/queries.ts';
import type { WireTableName } from '#contract/wire/tables.ts';
import type { QueryHandler } from '../context.ts';
import { asOfDay, isoDateOrNull, provenance } from '../provenance.ts';
import { demandInForce } from '../forecast/demandInForce.ts';
import { companyById } from '../reference/companies.ts';
import { seesArea } from '../rights.ts';
import { suppliersOf } from '../stock/itemSupply.ts';
import { type StockQuestion, stockModel } from '../stock/stockModel.ts';
import { measuredReceipts } from './leadTimes.ts';
import { policyOf } from './policyOf.ts';
import { protectedDays } from './positionTerms.ts';
import { demandTold, shownWarnings } from './shownProposal.ts';

const TABLES: readonly WireTableName[] = [
  'item',
  'stock_balance',
  'policy',
  'supplier_item',
  'supplier_terms',
  'item_keeping',
  'purchase_order',
  'po_line',
  'sales_order',
  'order_line',
  'shipment_line',
  'forecast_override',
];

export const orderProposal: QueryHandler<'orderProposal'> = async (context, { item_id, site_id }) => {
  const item = await context.db.selectFrom('item').selectAll().where('id', '=', item_id).executeTakeFirst();
  if (!item) throw new BinnacleError('not_found', `There is no item ${item_id} among yours.`);
  const company = await companyById(context, item.company_id);
  const question: StockQuestion = {
    company_id: company.id,
    currency: company.currency,
    as_of_on: asOfDay(context, company.time_zone),
    cost_visible: seesArea(context.user, company.id, 'cost'),
    item_id,
  };
  const { positions, suppliers } = await stockModel(context, question);
  const forecasts = demandInForce(context, company.id, question.as_of_on);
  const policies = new Map(
    (await context.db.selectFrom('policy').selectAll().where('item_id', '=', item_id).execute()).map((policy) => [
      policy.site_id,
      policy,
    ]),
  );
  const [terms] = await suppliersOf(context, question, item_id);
  const supplier_id = terms?.supplier_id ?? item.supplier_id;
  const ordered = await context.db
    .selectFrom('supplier_terms')
    .select('review_days')
    .where('supplier_id', '=', supplier_id ?? 0)
    .executeTakeFirst();
  const keeping = await context.db.selectFrom('item_keeping').selectAll().where('id', '=', item_id).executeTakeFirst();
  const loading = TABLES.some((table) => context.replica.loading_tables.has(table));
  const sites = positions
    .filter((each) => site_id === undefined || each.site.id === site_id)
    .map((position): SiteProposal => {
      const { as_of_on } = question;
      const at = position.site.id;
      const policy = policies.get(at);
      const measured =
        supplier_id === null
          ? null
          : measuredLeadTime(
              measuredReceipts(context, { supplier_id, item_id, site_id: at, as_of_on }).map(({ days }) => days),
            );
      const lead_time_days = measured?.days ?? terms?.lead_time_days ?? policy?.lead_time_days ?? 0;
      const rule = policy ? policyOf(policy, ordered?.review_days ?? null) : null;
      const demand =
        forecasts.over(item_id, at, protectedDays({ policy: rule, lead_time_days })) ??
        demandFromWeeks(position.usage_qty_milli, position.weeks_qty_milli);
      const asked: ReplenishmentQuestion = {
        as_of_on,
        on_hand_qty_milli: position.on_hand_qty_milli,
        demand: position.demand,
        receipts: position.receipts,
        ...demand,
        lead_time_days,
        lead_time_deviation_days: measured?.deviation_days ?? 0,
        policy: rule,
        supplier:
          supplier_id === null
            ? null
            : {
                supplier_id,
                minimum_qty_milli: terms?.moq_qty_milli ?? 0,
                multiple_qty_milli: terms?.multiple_qty_milli ?? policy?.multiple_qty_milli ?? 0,
              },
        item_active: item.active === 1,
        shelf_life_days: keeping?.shelf_life_days ?? null,
        most_days: keeping?.most_days ?? null,
      };
      const answer = loading ? null : proposeOrder(asked);
      const { lead_time_deviation_days } = asked;
      return {
        site_id: at,
        site: position.site.code,
        proposal:
          answer !== null && 'proposal' in answer
            ? shown(answer.proposal, terms?.unit_price_micro ?? null, company.currency)
            : null,
        refusal: answer !== null && 'refusal' in answer ? answer.refusal : null,
        made_of: {
          ...demandTold(forecasts, item_id, at),
          ...demand,
          lead_time_days,
          lead_time_deviation_days,
          lead_time_measured: measured,
        },
      };
    });
  return {
    uom: item.uom,
    currency: company.currency,
    supplier:
      supplier_id === null ? null : { id: supplier_id, name: suppliers.get(supplier_id) ?? `Supplier ${supplier_id}` },
    sites,
    provenance: provenance(context, TABLES),
  };
};

function shown(proposal: Proposal, unit_price_micro: number | null, currency: string): ProposedOrder {
  const { qty_milli, receive_on, order_by_on, steps, warnings, without } = proposal;
  return {
    qty_milli,
    value_minor:
      unit_price_micro === null
        ? null
        : safeNumber(lineAmountMinor(BigInt(qty_milli), BigInt(unit_price_micro), currency)),
    receive_on: isoDate(receive_on),
    order_by_on: isoDateOrNull(order_by_on),
    steps,
    warnings: shownWarnings(warnings),
    without: { ...without, runs_out_on: isoDateOrNull(without.runs_out_on) },
  };
}
