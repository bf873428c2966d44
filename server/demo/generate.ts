/** The demo distributor as a stream of rows: the same seed, size and date always give the same rows. */
import { openBooks } from './books.ts';
import { itemBatches, makeItems } from './catalogue/items.ts';
import { closeBatches } from './close/close.ts';
import { companyBatches, type DemoCompany, makeCompanies } from './companies.ts';
import { positionBatches } from './inventory/positions.ts';
import { noteBatches } from './notes.ts';
import { orderBatches } from './orders/orders.ts';
import { makeCustomers, makeSuppliers, partyBatches, SUPPLIER_COUNT } from './parties.ts';
import { purchaseBatches } from './purchases/purchases.ts';
import { randomStream } from './random.ts';
import type { DemoBatch } from './rows.ts';
import { type DemoOptions, type Horizon, horizonOf, type Ids, idsFrom } from './size.ts';

/** Row ids below this stay free for rows that migrations may ever bring. */
const FIRST_ID = 1_001;

/**
 * Yields rows in an order in which every reference points to an earlier row. Memory does not grow with the number of
 * order lines: only totals by position and month are kept.
 */
export function* generateDemo(options: DemoOptions): Generator<DemoBatch> {
  if (!Number.isSafeInteger(options.seed)) throw new RangeError('the seed is a whole number');
  const horizon = horizonOf(options.today);
  const ids = idsFrom(FIRST_ID);
  const companies = makeCompanies(ids);
  yield* companyBatches(companies);
  for (const company of companies) yield* companyRows(company, options, horizon, ids);
}

function* companyRows(company: DemoCompany, options: DemoOptions, horizon: Horizon, ids: Ids): Generator<DemoBatch> {
  const stream = (subject: string) => randomStream(options.seed, `${company.code}/${subject}`);
  const shareOf = (count: number) => Math.round(count * company.share);
  const suppliers = makeSuppliers(company, Math.max(9, shareOf(SUPPLIER_COUNT)), stream('suppliers'), ids);
  const customers = makeCustomers(company, shareOf(options.size.customers), stream('customers'), ids);
  yield* partyBatches(company, suppliers, customers);
  const items = makeItems(company, shareOf(options.size.items), suppliers, horizon, stream('items'), ids);
  yield* itemBatches(company, items);
  const books = openBooks(company, items, horizon);
  const world = { company, items, customers, suppliers, horizon, books, ids };
  yield* orderBatches({ ...world, random: stream('orders') }, options.size.order_lines);
  yield* purchaseBatches({ ...world, random: stream('purchases') });
  yield* positionBatches({ ...world, random: stream('positions') });
  yield* noteBatches(company, items, horizon, stream('notes'));
  yield* closeBatches({ ...world, random: stream('close') }, horizon, ids);
}
