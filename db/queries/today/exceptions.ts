/** Every exception of a company that this user may see, found once per state of the copy. */
import { rankExceptions } from '#domain/exceptions/exception.ts';
import type { WireTableName } from '#contract/wire/tables.ts';
import type { QueryContext } from '../context.ts';
import { asOfDay } from '../provenance.ts';
import { rememberedOf } from '../readCache.ts';
import { companyById } from '../reference/companies.ts';
import { seesArea } from '../rights.ts';
import { closeExceptions, creditExceptions } from './finance.ts';
import type { Finding, FoundException } from './found.ts';
import { pricingExceptions } from './pricing.ts';
import { claimExceptions, unitErrors } from './service.ts';
import { supplyExceptions } from './supply.ts';

export async function findingOf(context: QueryContext, company_id: number): Promise<Finding> {
  const company = await companyById(context, company_id);
  return { context, company, as_of_on: asOfDay(context, company.time_zone) };
}

interface Finder {
  readonly name: string;
  readonly find: (finding: Finding) => Promise<FoundException[]>;
  /** What it is made of: while none of these changed, what was found stands. */
  readonly tables: readonly WireTableName[];
}

const EVERYBODY: readonly Finder[] = [
  {
    name: 'supply',
    find: supplyExceptions,
    tables: [
      'sales_order',
      'order_line',
      'shipment_line',
      'purchase_order',
      'po_line',
      'stock_balance',
      'policy',
      'item',
      'party',
      'site',
      'channel',
    ],
  },
  {
    name: 'pricing',
    find: pricingExceptions,
    tables: [
      'sales_order',
      'order_line',
      'order_line_cost',
      'channel_rule',
      'price_rule',
      'price_floor',
      'rebate_agreement',
      'supplier_item',
      'supplier_item_price',
      'item',
      'party',
      'channel',
    ],
  },
  { name: 'claims', find: claimExceptions, tables: ['claim', 'order_line', 'item', 'party'] },
];
const OF_COST: readonly Finder[] = [
  {
    name: 'units',
    find: unitErrors,
    tables: ['stock_count', 'stock_count_line', 'stock_count_line_cost', 'item', 'site'],
  },
];
const OF_FINANCE: readonly Finder[] = [
  { name: 'credit', find: creditExceptions, tables: ['invoice', 'payment', 'party'] },
];

/** Ranked. A finder per subject; those of cost and finance only where the user sees them. */
export async function exceptionsOf(finding: Finding): Promise<readonly FoundException[]> {
  const { context, company, as_of_on } = finding;
  const cost = seesArea(context.user, company.id, 'cost');
  const finance = seesArea(context.user, company.id, 'finance');
  const key = JSON.stringify([company.id, as_of_on, cost, finance]);
  const found: FoundException[] = [];
  const finders = [...EVERYBODY, ...(cost ? OF_COST : []), ...(finance ? OF_FINANCE : [])];
  for (const { name, find, tables } of finders) {
    context.checkCancelled();
    found.push(
      ...(await rememberedOf(
        context,
        (cache) => cache.found,
        `${name} ${key}`,
        tables,
        () => find(finding),
        MOST_FOUND,
      )),
    );
  }
  // few rows, and signatures still on their way count, which no table's version tells
  if (finance) found.push(...(await closeExceptions(finding)));
  // nothing at stake is nothing to decide, but a signature that no longer holds is
  return rankExceptions(found.filter((each) => each.stake_minor > 0 || each.facts.kind.startsWith('close_')));
}

/** Of several companies and two areas, each finder's. */
const MOST_FOUND = 32;
