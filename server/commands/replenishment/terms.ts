/** What the server itself knows of the items that are decided on: that they are the company's, how they are sold, at what price. */
import { isoDate } from '#domain/calendar.ts';
import type { OrderTerms } from '#domain/planning/replenishment/draftOrder.ts';
import { knownPriceMicro, NO_ORDER_TERMS } from '#domain/planning/replenishment/orderTerms.ts';
import type { QuantityTerms } from '#domain/planning/replenishment/decision.ts';
import type { ServerTransaction } from '#server/schema/database.ts';
import type { CompanyDay } from '../companyDay.ts';

export interface ItemTerms extends QuantityTerms {
  readonly code: string;
  /** null = the item is not this supplier's. */
  readonly supplier_id: number | null;
  /** As agreed, else as the position's policy says. */
  readonly lead_time_days: number;
  readonly unit_price_micro: number | null;
}

export interface KnownTerms {
  /** undefined = no such item in the company. */
  of(item_id: number, supplier_id: number | null, site_id: number): ItemTerms | undefined;
}

export async function knownTerms(
  tx: ServerTransaction,
  company: CompanyDay,
  item_ids: readonly number[],
): Promise<KnownTerms> {
  const ids = [...new Set(item_ids)];
  const items = await tx
    .selectFrom('item')
    .select(['id', 'code', 'supplier_id'])
    .where('company_id', '=', company.id)
    .where('id', 'in', ids)
    .execute();
  const terms = await tx
    .selectFrom('supplier_item')
    .select(['id', 'item_id', 'supplier_id', 'moq_qty_milli', 'multiple_qty_milli', 'lead_time_days'])
    .where('company_id', '=', company.id)
    .where('item_id', 'in', ids)
    .execute();
  const today = isoDate(company.today_on);
  const prices = await tx
    .selectFrom('supplier_item_price as p')
    .innerJoin('supplier_item as t', 't.id', 'p.supplier_item_id')
    .select(['p.supplier_item_id', 'p.unit_price_micro'])
    .where('t.company_id', '=', company.id)
    .where('t.item_id', 'in', ids)
    .where('p.valid_from', '<=', today)
    .where(({ eb, or }) => or([eb('p.valid_to', 'is', null), eb('p.valid_to', '>=', today)]))
    .orderBy('p.valid_from')
    .execute();
  const policies = await tx
    .selectFrom('policy')
    .select(['site_id', 'item_id', 'multiple_qty_milli', 'lead_time_days'])
    .where('company_id', '=', company.id)
    .where('item_id', 'in', ids)
    .execute();
  const itemById = new Map(items.map((each) => [each.id, each]));
  const termsByKey = new Map(terms.map((each) => [`${each.item_id}:${each.supplier_id}`, each]));
  // the latest that holds today
  const priceOf = new Map(prices.map((each) => [each.supplier_item_id, each.unit_price_micro]));
  const policyByKey = new Map(policies.map((each) => [`${each.site_id}:${each.item_id}`, each]));
  return {
    of(item_id, supplier_id, site_id) {
      const item = itemById.get(item_id);
      if (!item) return undefined;
      const found = supplier_id === null ? undefined : termsByKey.get(`${item_id}:${supplier_id}`);
      const policy = policyByKey.get(`${site_id}:${item_id}`);
      return {
        code: item.code,
        supplier_id: found?.supplier_id ?? (item.supplier_id === supplier_id ? supplier_id : null),
        minimum_qty_milli: found?.moq_qty_milli ?? 0,
        multiple_qty_milli: found?.multiple_qty_milli ?? policy?.multiple_qty_milli ?? 0,
        lead_time_days: found?.lead_time_days ?? policy?.lead_time_days ?? 0,
        unit_price_micro: found === undefined ? null : knownPriceMicro(priceOf.get(found.id)),
      };
    },
  };
}

/** What the supplier asks of an order as a whole. */
export async function orderTermsOf(
  tx: ServerTransaction,
  company_id: number,
  supplier_id: number,
): Promise<OrderTerms> {
  const found = await tx
    .selectFrom('supplier_terms as t')
    .innerJoin('supplier_terms_cost as c', 'c.id', 't.id')
    .select(['c.minimum_order_minor as minimum_minor', 'c.freight_minor', 'c.free_freight_from_minor'])
    .where('t.company_id', '=', company_id)
    .where('t.supplier_id', '=', supplier_id)
    .executeTakeFirst();
  return found ?? NO_ORDER_TERMS;
}

/** Those that send in containers today: of theirs more than is needed may fill one. */
export async function suppliersInContainers(
  tx: ServerTransaction,
  { id, today_on }: CompanyDay,
): Promise<ReadonlySet<number>> {
  const today = isoDate(today_on);
  const rows = await tx
    .selectFrom('supplier_container')
    .select('party_id')
    .where('company_id', '=', id)
    .where(({ eb, or }) => or([eb('valid_from', 'is', null), eb('valid_from', '<=', today)]))
    .where(({ eb, or }) => or([eb('valid_to', 'is', null), eb('valid_to', '>=', today)]))
    .execute();
  return new Set(rows.map(({ party_id }) => party_id));
}
