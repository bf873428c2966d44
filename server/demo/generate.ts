/** The demo distributor as a stream of rows: the same seed, size and date always give the same rows. */
import { openBooks } from './books.ts';
import { itemBatches, makeItems } from './catalogue/items.ts';
import { listSteps } from './catalogue/levels.ts';
import { closeBatches } from './close/close.ts';
import { companyBatches, type DemoCompany, makeCompanies } from './companies.ts';
import { plantedKey, type PlantedDemand, withPlants } from './demand/plants.ts';
import { decisionBatches, OpenOrders } from './decisions.ts';
import { transferBatches } from './transfers.ts';
import { Differences, type PlantedDifference } from './differences/kinds.ts';
import { ForeignTrade } from './foreign.ts';
import { buyingBatches, calendarRows, containerRows } from './inventory/buying.ts';
import { faultsOf } from './inventory/faults.ts';
import { governanceBatches } from './governance.ts';
import { forecastBatches } from './inventory/forecasts.ts';
import { supplyBatches } from './inventory/supply.ts';
import { accountBatches, makeAccounts } from './ledger/accounts.ts';
import { bankStatement, statementBatches } from './ledger/bankStatement.ts';
import { entryBatches } from './ledger/entryBatches.ts';
import { journalBatches } from './ledger/journals.ts';
import { monthlyBatches } from './ledger/monthly.ts';
import { bookRevaluations } from './ledger/revaluation.ts';
import { markBatches } from './marks.ts';
import { overrideBatches } from './overrides.ts';
import { replenishmentBatches } from './replenishment.ts';
import { noteBatches } from './notes.ts';
import { orderBatches } from './orders/orders.ts';
import {
  FEWEST_SUPPLIERS,
  makeCarrier,
  makeCashCustomer,
  makeCustomers,
  makeSuppliers,
  partyBatches,
  SUPPLIER_COUNT,
} from './parties.ts';
import { withDearerItem } from './stories/dearerItem.ts';
import { creditLimits } from './pricing/limits.ts';
import { planBatches, targetBatches } from './pricing/plans.ts';
import { poundRates, rateBatches, risenFloors, ruleBatches } from './pricing/rules.ts';
import { makeTerms } from './pricing/terms.ts';
import { randomStream } from './random.ts';
import type { DemoBatch } from './rows.ts';
import { type DemoOptions, type Horizon, horizonOf, type Ids, idsFrom } from './size.ts';
import type { CompanyWorld } from './world.ts';

/** Row ids below this stay free for rows that migrations may ever bring. */
const FIRST_ID = 1_001;

/**
 * Yields rows in an order in which every reference points to an earlier row. Memory does not grow with the number of
 * order lines: only totals by position and month are kept. What was planted in the books is put into `planted`,
 * what was planted in demand into `demand`.
 */
export function* generateDemo(
  options: DemoOptions,
  planted: PlantedDifference[] = [],
  demand: PlantedDemand[] = [],
): Generator<DemoBatch> {
  if (!Number.isSafeInteger(options.seed)) throw new RangeError('the seed is a whole number');
  const horizon = horizonOf(options.today, options.calm_margins);
  const ids = idsFrom(FIRST_ID);
  const companies = makeCompanies(ids);
  yield* companyBatches(companies);
  for (const company of companies) {
    for (const batch of companyRows(company, companies, options, horizon, ids, { planted, demand })) {
      if (batch.rows.length > 0) yield batch;
    }
  }
}

function* companyRows(
  company: DemoCompany,
  companies: readonly DemoCompany[],
  options: DemoOptions,
  horizon: Horizon,
  ids: Ids,
  { planted, demand }: { readonly planted: PlantedDifference[]; readonly demand: PlantedDemand[] },
): Generator<DemoBatch> {
  const { seed, size } = options;
  const stream = (subject: string) => randomStream(seed, `${company.code}/${subject}`);
  const shareOf = (count: number) => Math.round(count * company.share);
  const supplier_count = Math.max(FEWEST_SUPPLIERS, shareOf(SUPPLIER_COUNT));
  const suppliers = makeSuppliers(company, supplier_count, horizon, stream('suppliers'), ids);
  const carrier = makeCarrier(company, ids);
  const cash_customer = makeCashCustomer(company, ids);
  const customers = makeCustomers(company, shareOf(size.customers), stream('customers'), ids);
  const made = makeItems(company, shareOf(size.items), suppliers, horizon, stream('items'), ids);
  const faults = faultsOf(made);
  const demanded = withPlants(company, made, faults, horizon, options.calm_demand === true);
  const items = withDearerItem(company, demanded, faults, horizon);
  demand.push(...plantedKey(company, items, horizon));
  const limitOf = creditLimits(company, items, customers, horizon, size.order_lines);
  yield* partyBatches(company, suppliers, carrier, cash_customer, customers, limitOf);
  yield* itemBatches(company, items, faults);
  const rates = poundRates(seed, horizon);
  const world: CompanyWorld = {
    company,
    items,
    list_steps: listSteps(horizon),
    customers,
    suppliers,
    carrier,
    cash_customer,
    terms: makeTerms(company, customers, horizon, stream('terms'), ids),
    faults,
    horizon,
    books: openBooks(company, items, horizon),
    foreign: new ForeignTrade(company, rates, horizon),
    differences: new Differences(
      seed,
      company.code,
      horizon,
      randomStream(seed, 'differences'),
      companies.map((each) => each.code),
    ),
    ids,
    stream,
  };
  const accounts = makeAccounts(ids);
  yield* accountBatches(company, accounts);
  yield* rateBatches(world, rates);
  const open = new OpenOrders(horizon.today);
  yield* open.watch(ruleBatches(world));
  yield* targetBatches(world);
  yield* open.watch(orderBatches(world, size.order_lines));
  yield* planBatches(world);
  yield* forecastBatches(world);
  yield* overrideBatches(world);
  yield* transferBatches(world);
  yield* supplyBatches(world);
  yield* monthlyBatches(world, rates, options);
  bookRevaluations(world);
  yield* entryBatches(company.id, world.books.journals, accounts, ids);
  yield* noteBatches(company, items, horizon, stream('notes'));
  yield* markBatches(world);
  yield* decisionBatches(world, open);
  yield* replenishmentBatches(world);
  const bank_account = bankStatement(world);
  yield* closeBatches(world, rates, bank_account, seed);
  yield* buyingBatches(world);
  yield* governanceBatches(world, risenFloors(world, 4));
  yield { table: 'buying_calendar', rows: calendarRows(world) };
  yield { table: 'supplier_container', rows: containerRows(world) };
  yield* statementBatches(world, bank_account, accounts);
  yield* journalBatches(company.id, ids);
  planted.push(...world.differences.planted);
}

/** What was planted in the books of a seed, and where: the answers for tests of reconciliation. */
export function plantedDifferences(options: DemoOptions): readonly PlantedDifference[] {
  const planted: PlantedDifference[] = [];
  const batches = generateDemo(options, planted);
  while (batches.next().done !== true);
  return planted;
}

/** What was planted in demand: the answers for tests of forecasts. */
export function plantedDemand(options: DemoOptions): readonly PlantedDemand[] {
  const demand: PlantedDemand[] = [];
  for (const { table } of generateDemo(options, [], demand)) if (table === 'sales_order' && demand.length > 0) break;
  return demand;
}
