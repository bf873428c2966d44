/** What is bought by: kinds of policies, terms of suppliers, how long goods keep, and the ways between sites. */
import { addMonths, firstDayOfMonth } from '#domain/calendar.ts';
import type { DemoItem } from '../catalogue/items.ts';
import type { DemoSite } from '../companies.ts';
import { RULE_OWNERS } from '../governanceTerms.ts';
import type { DemoBatch, DemoRow } from '../rows.ts';
import type { Horizon } from '../size.ts';
import type { CompanyWorld } from '../world.ts';
import type { Fault } from './faults.ts';
import type { Policy } from './policies.ts';

type PolicyKind = Pick<
  DemoRow<'policy'>,
  'kind' | 'lot_qty_milli' | 'measure' | 'target_bp' | 'review_days' | 'order_qty_milli'
>;

const MIN_MAX: PolicyKind = {
  kind: 'min_max',
  lot_qty_milli: null,
  measure: null,
  target_bp: null,
  review_days: null,
  order_qty_milli: null,
};

/** Service targets by class of demand: the first tenth of the items, up to the first third, the others. */
const TARGETS_BP = { A: 9_800, B: 9_500, C: 9_000 } as const;

/** The frequent ones at warehouses are held to a service target, some of the rare ones bought by whole lots. */
export function policyKind(
  item: DemoItem,
  site: DemoSite,
  { min_qty_milli, max_qty_milli }: Policy,
  items: number,
  fault: Fault | undefined,
): PolicyKind {
  if (fault === 'lot_of_nothing') return { ...MIN_MAX, kind: 'lots', lot_qty_milli: 0 };
  if (fault === 'target_of_all') {
    return { ...MIN_MAX, kind: 'service', measure: 'cycle', target_bp: 10_000, review_days: 7 };
  }
  if (fault !== undefined || site.kind !== 'dc') return MIN_MAX;
  if (item.pattern === 'intermittent' && item.index % 3 === 0) {
    return { ...MIN_MAX, kind: 'lots', lot_qty_milli: Math.max(item.pack_qty_milli, max_qty_milli - min_qty_milli) };
  }
  if (item.pattern !== 'steady' || item.index % 4 !== 0) return MIN_MAX;
  // the weight falls with the rank: 1 / (rank + 2 % of all)
  const rank = (1 / item.weight - items * 0.02) / items;
  const target_bp = TARGETS_BP[rank < 0.1 ? 'A' : rank < 0.35 ? 'B' : 'C'];
  return {
    ...MIN_MAX,
    kind: 'service',
    measure: item.index % 8 === 0 ? 'fill' : 'cycle',
    target_bp,
    review_days: item.index % 16 === 0 ? null : 7,
  };
}

/** With the ranges of the first supplier of a rank the others follow, so that each company has all kinds. */
function termsOf(nth: number, overseas: boolean) {
  if (overseas) return { minimum: 1_500, freight: 240, free_from: 6_000, review_days: 28 };
  switch (nth % 4) {
    case 0:
      return { minimum: 250, freight: 38, free_from: 600, review_days: 7 };
    case 1:
      return { minimum: 600, freight: 65, free_from: null, review_days: 14 };
    case 2:
      return { minimum: 0, freight: 22, free_from: 400, review_days: null };
    default:
      return null;
  }
}

export function* buyingBatches(world: CompanyWorld): Generator<DemoBatch> {
  yield* supplierTerms(world);
  yield* keeping(world);
  yield* lanes(world);
  yield* oldPurchase(world);
}

function* supplierTerms({ company, suppliers, ids }: CompanyWorld): Generator<DemoBatch> {
  const terms: DemoRow<'supplier_terms'>[] = [];
  const costs: DemoRow<'supplier_terms_cost'>[] = [];
  const minor = (amount: number) => Math.round(amount * company.price_level) * 100;
  for (const [nth, supplier] of suppliers.entries()) {
    const own = termsOf(nth, supplier.overseas);
    if (own === null) continue;
    const row = { id: ids.next(), company_id: company.id };
    terms.push({ ...row, supplier_id: supplier.id, review_days: own.review_days });
    costs.push({
      ...row,
      minimum_order_minor: minor(own.minimum),
      freight_minor: minor(own.freight),
      free_freight_from_minor: own.free_from === null ? null : minor(own.free_from),
    });
  }
  yield { table: 'supplier_terms', rows: terms };
  yield { table: 'supplier_terms_cost', rows: costs };
}

/** Welding consumables take up damp, seals and hoses age; nobody wants a year of what is dear. */
const SHELF_LIFE_DAYS: Readonly<Record<string, number>> = { WE: 365, BS: 1_095, FP: 730 };
const DEAR_MICRO = 150_000_000;
const DEAR_MOST_DAYS = 120;

function* keeping({ company, items, faults }: CompanyWorld): Generator<DemoBatch> {
  const rows: DemoRow<'item_keeping'>[] = [];
  for (const item of items) {
    const shelf = faults.get(item.id) === 'no_shelf_life' ? 0 : (SHELF_LIFE_DAYS[item.category.prefix] ?? null);
    const most_days = item.unit_cost_micro > DEAR_MICRO ? DEAR_MOST_DAYS : item.index % 23 === 0 ? 45 : null;
    if (shelf === null && most_days === null) continue;
    rows.push({ id: item.id, company_id: company.id, shelf_life_days: shelf, most_days });
  }
  yield { table: 'item_keeping', rows };
}

/** Between warehouses both ways, and between a counter and the warehouse of its country. */
function* lanes({ company, ids }: CompanyWorld): Generator<DemoBatch> {
  const ways: DemoRow<'transfer_lane'>[] = [];
  const costs: DemoRow<'transfer_lane_cost'>[] = [];
  for (const from of company.sites) {
    for (const to of company.sites) {
      if (from === to) continue;
      const between = from.kind === 'dc' && to.kind === 'dc';
      const own = from.kind !== to.kind && from.country === to.country;
      if (!between && !own) continue;
      const row = { id: ids.next(), company_id: company.id };
      ways.push({ ...row, from_site_id: from.id, to_site_id: to.id, days: between ? 2 : 1 });
      costs.push({ ...row, fixed_minor: between ? 1_200 : 300, unit_cost_micro: between ? 4_000 : 2_000 });
    }
  }
  yield { table: 'transfer_lane', rows: ways };
  yield { table: 'transfer_lane_cost', rows: costs };
}

const OLD_DAYS = 3_400;

/** Ordered nine years ago, never received and never cancelled. */
function* oldPurchase({ company, items, faults, horizon, ids }: CompanyWorld): Generator<DemoBatch> {
  const item = items.find((each) => faults.get(each.id) === 'old_purchase');
  const site = company.sites[0];
  if (!item || !site) return;
  const on = horizon.today - OLD_DAYS;
  const place = { company_id: company.id, site_id: site.id };
  const order = ids.next();
  yield {
    table: 'purchase_order',
    rows: [
      {
        id: order,
        ...place,
        number: 'PO 10001',
        supplier_id: item.supplier.id,
        ordered_on: on - 14,
        state: 'open',
        approved_on: on - 14,
        buyer: 'buyer',
      },
    ],
  };
  const line = ids.next();
  yield {
    table: 'po_line',
    rows: [
      {
        id: line,
        ...place,
        purchase_order_id: order,
        item_id: item.id,
        ordered_qty_milli: item.pack_qty_milli,
        received_qty_milli: 0,
        promised_on: on,
        expected_on: on,
        received_on: null,
      },
    ],
  };
  yield {
    table: 'po_line_price',
    rows: [{ id: line, ...place, unit_price_micro: item.unit_cost_micro }],
  };
}

/** From next month on one supplier is ordered from twice a week, and the first site takes goods in on working days. */
export function calendarRows({ company, horizon, ids, suppliers }: CompanyWorld): DemoRow<'buying_calendar'>[] {
  const [site, supplier] = [company.sites[0], suppliers[0]];
  if (!site || !supplier) return [];
  const row = {
    company_id: company.id,
    valid_from: firstDayOfMonth(addMonths(horizon.this_month, 1)),
    valid_to: null,
    party_id: null,
    site_id: null,
    orders_on: null,
    receives_on: null,
    closed_on: null,
    owner: 'planner',
  };
  return [
    { ...row, id: ids.next(), party_id: supplier.id, orders_on: 'mon thu' },
    {
      ...row,
      id: ids.next(),
      site_id: site.id,
      receives_on: 'mon tue wed thu fri',
      closed_on: '2026-12-25 2027-01-01',
    },
    { ...row, id: ids.next(), valid_from: null, closed_on: companyClosedOn(horizon), owner: 'controller' },
  ];
}

/** What comes over sea comes in crates, as large as orders of this demo can fill, sent from seven tenths on. */
export function containerRows({ company, ids, suppliers }: CompanyWorld): DemoRow<'supplier_container'>[] {
  return suppliers
    .filter(({ overseas }) => overseas)
    .map(({ id }) => ({
      id: ids.next(),
      company_id: company.id,
      party_id: id,
      volume_litres: 60,
      weight_kg: 50,
      least_fill_bp: 7_000,
      valid_from: null,
      valid_to: null,
      owner: RULE_OWNERS.supplier_container,
    }));
}

/** New Year's Day and Christmas, from the first year of the books to the next. */
export function companyClosedOn({ first_month, this_month }: Horizon): string {
  const first = Math.floor(first_month / 100);
  const years = Array.from({ length: Math.floor(this_month / 100) + 2 - first }, (_, nth) => first + nth);
  return years.flatMap((year) => [`${year}-01-01`, `${year}-12-25`, `${year}-12-26`]).join(' ');
}
