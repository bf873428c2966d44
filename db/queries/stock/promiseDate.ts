/** When could so many of the item be promised at a site: by what lies there and comes, by another site, by an order of today? */
import { dayNumber, isoDate } from '#domain/calendar.ts';
import { promiseByWeek } from '#domain/planning/promiseByWeek.ts';
import {
  firstWeekWith,
  newOrder,
  promiseDate as promiseDateOf,
  type PromiseAnswer,
} from '#domain/planning/promiseDate.ts';
import { takenOn, waitOfLine } from '#domain/planning/overdueReceipts.ts';
import { BinnacleError } from '#contract/errors.ts';
import {
  PROMISE_RECEIPTS,
  PROMISE_SITES,
  type PromiseReceipt,
  type PromiseWay,
  type SitePromise,
} from '#contract/queries.ts';
import { transferQuantities } from '#db/replenishment/transfers.ts';
import type { QueryContext, QueryHandler } from '../context.ts';
import { asOfDay, isoDateOrNull, provenance } from '../provenance.ts';
import { overdueWaits } from '../purchases/overdueWaits.ts';
import { companyById } from '../reference/companies.ts';
import { sitesOf } from '../reference/names.ts';
import { itemQuestions, QUESTION_TABLES, type SiteQuestion } from '../replenishment/itemQuestions.ts';
import { seesWholeSite } from '../rights.ts';
import { givingAt } from '../transfers/giving.ts';
import { offersOf } from '../transfers/offers.ts';
import { PROJECTED_WEEKS } from './itemDetail.ts';
import type { StockQuestion } from './stockModel.ts';
import { openPurchaseLines } from './stockMovements.ts';

/** A receipt with the document it stands in. */
interface Document extends Omit<PromiseReceipt, 'expected_on' | 'qty_milli'> {
  readonly on: number;
  readonly taken_on: number | undefined;
  readonly expected_on: number;
  readonly qty_milli: number;
}

export const promiseDate: QueryHandler<'promiseDate'> = async (context, { item_id, site_id, qty_milli }) => {
  const item = await context.db.selectFrom('item').selectAll().where('id', '=', item_id).executeTakeFirst();
  if (!item) throw new BinnacleError('not_found', `There is no item ${item_id} among yours.`);
  const company = await companyById(context, item.company_id);
  const as_of_on = asOfDay(context, company.time_zone);
  // costs say nothing of days
  const question = { company_id: company.id, currency: company.currency, as_of_on, cost_visible: false, item_id };
  const told = {
    code: item.code,
    uom: item.uom,
    qty_milli,
    as_of_on: isoDate(as_of_on),
    provenance: provenance(context, [...QUESTION_TABLES, 'transfer_lane', 'stock_move']),
  };
  if (QUESTION_TABLES.some((table) => context.replica.loading_tables.has(table))) {
    return { ...told, sites: [], sites_total: 0, waiting: true };
  }
  const names = await sitesOf(context.db, company.id);
  const asked = await itemQuestions(context, item, question, null);
  const seen = asked.sites.filter(
    ({ position }) => seesWholeSite(context.user, company.id, position.site.id) !== 'not_all_sites',
  );
  const giving = givingAt(seen);
  const offers = offersOf(context, { ...company, as_of_on }, item_id, names);
  const documents = await documentsOf(context, question, names);
  const sites = seen
    .filter(({ position }) => site_id === undefined || position.site.id === site_id)
    .map((each): SitePromise => {
      const { site } = each.position;
      const from = offers(giving, site.id).filter((offer) => offer.open === null && !offer.leads_back);
      const givers = from.map((offer) => ({ ...offer, arrive_on: dayNumber(offer.arrive_on) ?? as_of_on }));
      const bought = newOrder(each.asked, each.measured !== null);
      const { on_hand_qty_milli, demand } = each.asked;
      const supply = { as_of_on, on_hand_qty_milli, demand, receipts: documents.get(site.id) ?? [] };
      const order = 'order' in bought ? bought.order : null;
      const answer = promiseDateOf({ supply, wanted_qty_milli: qty_milli, order, givers });
      const { weeks } = promiseByWeek({ ...supply, usage_qty_milli_in_window: 0 }, PROJECTED_WEEKS);
      return {
        site_id: site.id,
        site: site.code,
        name: site.name,
        today_qty_milli: answer.today_qty_milli,
        ways: answer.ways.map((way) => shownWay(way, from, each, asked.supplier?.name ?? '')),
        first_week: isoDateOrNull(firstWeekWith(weeks, qty_milli)),
        no_order: 'refusal' in bought ? bought.refusal : null,
      };
    })
    .toSorted((a, b) => firstDay(a).localeCompare(firstDay(b)) || a.site_id - b.site_id);
  return { ...told, sites: sites.slice(0, PROMISE_SITES), sites_total: sites.length, waiting: false };
};

/** ISO text; a site without a day comes after all others. */
function firstDay({ ways }: SitePromise): string {
  return ways[0]?.on ?? '~';
}

function shownWay(
  way: PromiseAnswer<Document>['ways'][number],
  offers: readonly {
    readonly site_id: number;
    readonly site: string;
    readonly days: number;
    readonly days_known: boolean;
  }[],
  { asked, measured }: SiteQuestion,
  supplier: string,
): PromiseWay {
  const on = isoDate(way.on);
  switch (way.way) {
    case 'here':
      return {
        way: 'here',
        on,
        receipts: way.receipts.slice(0, PROMISE_RECEIPTS).map(({ on: _, taken_on: _taken, ...receipt }) => ({
          ...receipt,
          expected_on: isoDate(receipt.expected_on),
        })),
        receipts_total: way.receipts.length,
      };
    case 'transfer': {
      const { arrive_on, from_site_id, qty_milli } = way;
      const offer = offers.find((each) => each.site_id === from_site_id);
      if (!offer) throw new Error(`site ${from_site_id} was not asked`);
      return {
        way: 'transfer',
        on,
        arrive_on: isoDate(arrive_on),
        from_site_id,
        from_site: offer.site,
        qty_milli,
        days: offer.days,
        days_known: offer.days_known,
      };
    }
    case 'purchase':
      return {
        way: 'purchase',
        on,
        order_on: isoDate(way.order_on),
        supplier,
        qty_milli: way.qty_milli,
        lead_time_days: asked.lead_time_days,
        measured: measured !== null,
      };
  }
}

/** What comes to each site: the receipts of its position, each with its document. */
async function documentsOf(
  context: QueryContext,
  question: StockQuestion,
  sites: ReadonlyMap<number, { readonly code: string }>,
): Promise<ReadonlyMap<number, Document[]>> {
  const lines = await openPurchaseLines(context, question);
  const suppliers = new Map<number, string>();
  const ids = [...new Set(lines.map((line) => line.supplier_id))];
  if (ids.length > 0) {
    const rows = await context.db.selectFrom('party').select(['id', 'name']).where('id', 'in', ids).execute();
    for (const row of rows) suppliers.set(row.id, row.name);
  }
  const { company_id, as_of_on, item_id } = question;
  const waits = await overdueWaits(context, question);
  const { coming } = transferQuantities(context.scan, company_id, as_of_on, item_id);
  const documents = [
    ...lines.map((line) => ({
      site_id: line.site_id,
      kind: 'purchase' as const,
      number: line.number,
      purchase_order_id: line.purchase_order_id,
      from: suppliers.get(line.supplier_id) ?? `Supplier ${line.supplier_id}`,
      on: line.expected_on,
      taken_on: takenOn(line, as_of_on, waits),
      wait: waitOfLine(line, as_of_on, waits),
      expected_on: line.expected_on,
      qty_milli: line.open_qty_milli,
    })),
    ...coming.map((each) => ({
      site_id: each.site_id,
      kind: 'transfer' as const,
      number: each.number,
      purchase_order_id: null,
      from: sites.get(each.other_site_id)?.code ?? `Site ${each.other_site_id}`,
      on: each.on,
      taken_on: undefined,
      wait: null,
      expected_on: each.on,
      qty_milli: each.qty_milli,
    })),
  ];
  const bySite = new Map<number, Document[]>();
  for (const { site_id, ...document } of documents) {
    const held = bySite.get(site_id);
    if (held) held.push(document);
    else bySite.set(site_id, [document]);
  }
  return bySite;
}
