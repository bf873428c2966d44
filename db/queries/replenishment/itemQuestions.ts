/** What the rule of replenishment is asked of an item at each site, from the rows of the copy. */
import { demandFromWeeks, type DailyDemand } from '#domain/planning/replenishment/demand.ts';
import { termsOfKnown } from '#domain/planning/replenishment/knownTerms.ts';
import { type LeadTime, measuredLeadTime } from '#domain/planning/replenishment/leadTime.ts';
import { knownPriceMicro } from '#domain/planning/replenishment/orderTerms.ts';
import type { ReplenishmentQuestion } from '#domain/planning/replenishment/proposal.ts';
import type { WireTableName } from '#contract/wire/tables.ts';
import { buyingCalendars } from '#db/replenishment/calendars.ts';
import type { TableRow } from '#db/schema/tables.ts';
import type { QueryContext } from '../context.ts';
import type { DemandInForce } from '../forecast/demandInForce.ts';
import { suppliersOf } from '../stock/itemSupply.ts';
import type { Position } from '../stock/position.ts';
import { type StockQuestion, stockModel } from '../stock/stockModel.ts';
import { measuredReceipts } from './leadTimes.ts';
import { protectedDays } from '#domain/planning/replenishment/orderDays.ts';

/** What the questions are made of. */
export const QUESTION_TABLES: readonly WireTableName[] = [
  'item',
  'stock_balance',
  'policy',
  'supplier_item',
  'supplier_terms',
  'item_keeping',
  'purchase_order',
  'po_line',
  'promise_event',
  'sales_order',
  'order_line',
  'shipment_line',
  'transfer_event',
  'forecast_override',
  'buying_calendar',
];

export interface SiteQuestion {
  readonly position: Position;
  readonly asked: ReplenishmentQuestion;
  readonly demand: DailyDemand;
  /** null = as agreed, or as the policy says. */
  readonly measured: LeadTime | null;
}

export interface ItemQuestions {
  readonly sites: readonly SiteQuestion[];
  readonly supplier: { readonly id: number; readonly name: string; readonly unit_price_micro: number | null } | null;
}

/** Without forecasts by the last 90 days: what the server can reckon too. */
export async function itemQuestions(
  context: QueryContext,
  item: TableRow<'item'>,
  question: StockQuestion,
  forecasts: DemandInForce | null,
): Promise<ItemQuestions> {
  const item_id = item.id;
  const { positions, suppliers } = await stockModel(context, question);
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
  const calendars = buyingCalendars(context.scan, item.company_id, question.as_of_on);
  const keeping = await context.db.selectFrom('item_keeping').selectAll().where('id', '=', item_id).executeTakeFirst();
  return {
    supplier:
      supplier_id === null
        ? null
        : {
            id: supplier_id,
            name: suppliers.get(supplier_id) ?? `Supplier ${supplier_id}`,
            unit_price_micro: knownPriceMicro(terms?.unit_price_micro),
          },
    sites: positions.map((position): SiteQuestion => {
      const { as_of_on } = question;
      const at = position.site.id;
      const measured =
        supplier_id === null
          ? null
          : measuredLeadTime(
              measuredReceipts(context, { supplier_id, item_id, site_id: at, as_of_on }).map(({ days }) => days),
            );
      const known = {
        ...termsOfKnown({
          as_of_on,
          item_active: item.active === 1,
          shelf_life_days: keeping?.shelf_life_days ?? null,
          most_days: keeping?.most_days ?? null,
          supplier_id,
          agreed: terms ?? null,
          review_days: ordered?.review_days ?? null,
          measured,
          policy: policies.get(at) ?? null,
        }),
        calendar: supplier_id === null ? null : calendars.of(supplier_id, at),
      };
      const demand =
        forecasts?.over(item_id, at, protectedDays(known)) ??
        demandFromWeeks(position.usage_qty_milli, position.weeks_qty_milli);
      const asked: ReplenishmentQuestion = {
        ...known,
        ...demand,
        on_hand_qty_milli: position.on_hand_qty_milli,
        demand: position.demand,
        receipts: position.receipts,
      };
      return { position, asked, demand, measured };
    }),
  };
}
