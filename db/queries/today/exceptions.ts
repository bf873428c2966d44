/** Every exception of a company that this user may see, found once per state of the copy. */
import { monthOfDay } from '#domain/calendar.ts';
import { type ExceptionGroup, exceptionKey, isAnswered, rankExceptions } from '#domain/exceptions/exception.ts';
import { RULE_AREAS, RULE_CHANGE_TABLES } from '#contract/wire/ruleTables.ts';
import { wireTable, type WireTableName } from '#contract/wire/tables.ts';
import type { QueryContext } from '../context.ts';
import { asOfDay } from '../provenance.ts';
import { RISES_MADE_OF } from '../leakage/costRise.ts';
import { LEAKING_LINES_MADE_OF } from '../leakage/leakage.ts';
import { EROSION_TABLES } from '../erosion/found.ts';
import { isRemembered, rememberedOf } from '../readCache.ts';
import { companyById } from '../reference/companies.ts';
import { seesArea } from '../rights.ts';
import { REPLENISHMENT_TABLES } from '../replenishment/replenishmentEdition.ts';
import { STOCK_TABLES } from '../stock/stockColumns.ts';
import { latest, type SinceMonth, wholeSince } from '../wholeSince.ts';
import { demandBreaks, forecastsKey, negativeRisk } from './ahead.ts';
import { askedTransfers } from './asked.ts';
import { journalToApprove } from './journalToApprove.ts';
import { askedInClose } from './askedInClose.ts';
import { closeExceptions, creditExceptions } from './finance.ts';
import type { Finding, FoundException } from './found.ts';
import { idleStock, negativeStock } from './idleStock.ts';
import { marginsFell, mayHaveFallen } from './marginFell.ts';
import { LEAK_DAYS, leakExceptions, risesNotPassedOn } from './pricing.ts';
import { overduePurchases, slippingSuppliers } from './purchases.ts';
import { purchasesToApprove } from './purchasesToApprove.ts';
import { rulesToApprove } from './rulesToApprove.ts';
import { claimExceptions, unitErrors } from './service.ts';
import { supplyExceptions } from './supply.ts';

export async function findingOf(context: QueryContext, company_id: number): Promise<Finding> {
  const company = await companyById(context, company_id);
  return { context, company, as_of_on: asOfDay(context, company.time_zone) };
}

interface Finder {
  readonly name: string;
  readonly groups: readonly ExceptionGroup[];
  readonly find: (finding: Finding) => Promise<FoundException[]>;
  /** What it is made of: while none of these changed, what was found stands. */
  readonly tables: readonly WireTableName[];
  /** Its rows: with so many of them it is not found at once. */
  readonly large?: WireTableName;
  /** It goes by the forecasts in force: what was found stands while they do. */
  readonly by_forecast?: true;
  /** It is found in the columns: what was found stands while they are here, or are not. */
  readonly by_columns?: true;
  /** Finds only what waits for a quiet hour (`keepsKind`): not looked for unless such exceptions are wanted. */
  readonly keeps?: true;
  /** Of these only the days behind are asked; of the others, and without it, all rows. */
  readonly recent?: { readonly tables: readonly WireTableName[]; readonly days: number };
}

/** Orders older than this are seldom open: one that is not here yet makes no alarm false, it only may miss one. */
const OPEN_ORDER_DAYS = 92;

const SUPPLY_RECENT = {
  tables: ['sales_order', 'order_line', 'shipment_line'],
  days: OPEN_ORDER_DAYS,
} as const satisfies Finder['recent'];
const SUPPLY_TABLES = [
  ...SUPPLY_RECENT.tables,
  'purchase_order',
  'po_line',
  'promise_event',
  'transfer_event',
  'buying_calendar',
  'stock_balance',
  'policy',
  'item',
  'party',
  'site',
  'channel',
] as const satisfies readonly WireTableName[];

const EVERYBODY: readonly Finder[] = [
  {
    name: 'supply',
    groups: ['stock', 'supply', 'service'],
    find: supplyExceptions,
    recent: SUPPLY_RECENT,
    tables: SUPPLY_TABLES,
  },
  {
    name: 'leaks',
    groups: ['price'],
    find: leakExceptions,
    recent: { tables: ['sales_order', 'order_line', 'order_line_cost'], days: LEAK_DAYS },
    tables: LEAKING_LINES_MADE_OF,
  },
  {
    name: 'claims',
    groups: ['service'],
    find: claimExceptions,
    tables: ['claim', 'order_line', 'item', 'party', 'kpi_target'],
  },
];
const OF_COST: readonly Finder[] = [
  {
    name: 'units',
    groups: ['stock'],
    find: unitErrors,
    tables: ['stock_count', 'stock_count_line', 'stock_count_line_cost', 'item', 'site'],
  },
  {
    name: 'rises',
    groups: ['price'],
    find: risesNotPassedOn,
    tables: RISES_MADE_OF,
  },
  {
    name: 'overdue',
    groups: ['supply'],
    find: overduePurchases,
    // whether a customer waits for it is told by all that supply reads
    recent: SUPPLY_RECENT,
    tables: [...SUPPLY_TABLES, 'po_line_price'],
  },
  {
    name: 'negative',
    groups: ['stock'],
    find: negativeStock,
    tables: ['stock_balance', 'item', 'item_cost', 'site', 'policy'],
  },
  {
    name: 'risk',
    groups: ['stock'],
    find: negativeRisk,
    large: 'order_line',
    by_forecast: true,
    recent: SUPPLY_RECENT,
    tables: [...REPLENISHMENT_TABLES, 'replenishment_decision'],
  },
  {
    name: 'breaks',
    groups: ['stock'],
    find: demandBreaks,
    keeps: true,
    by_forecast: true,
    tables: ['item', 'item_cost', 'site', 'policy', 'forecast_override'],
  },
  {
    name: 'slipping',
    groups: ['supply'],
    find: slippingSuppliers,
    keeps: true,
    tables: ['purchase_order', 'po_line', 'po_line_price', 'party', 'item'],
  },
  {
    name: 'fell',
    groups: ['price'],
    find: marginsFell,
    keeps: true,
    by_columns: true,
    tables: EROSION_TABLES,
  },
  {
    name: 'idle',
    groups: ['stock', 'supply'],
    find: idleStock,
    keeps: true,
    tables: [...STOCK_TABLES, 'supplier_item'],
  },
];
const OF_FINANCE: readonly Finder[] = [
  {
    name: 'credit',
    groups: ['credit'],
    find: creditExceptions,
    large: 'invoice',
    tables: ['invoice', 'payment', 'party'],
  },
];
const ASKED_TABLES = ['transfer_event', 'item', 'site'] as const;
const PURCHASE_TABLES = [
  'replenishment_decision',
  'replenishment_approval',
  'draft_order',
  'draft_order_line',
  'draft_order_event',
  'draft_order_approval',
] as const;
const RULE_TABLES = RULE_AREAS.flatMap((area) => Object.values(RULE_CHANGE_TABLES[area]));
const CLOSE_TABLES = [
  'close_period',
  'close_task',
  'close_task_line',
  'signoff',
  'close_note',
  'journal_proposal',
  'journal_step',
] as const;

export interface Found {
  /** Ranked. */
  readonly exceptions: readonly FoundException[];
  /** Groups of which something was not looked for, because rows it needs are still loading or it was not to take long. */
  readonly waiting: ReadonlySet<ExceptionGroup>;
  /** Nothing it waits for is loading: asked again without haste, all is found. */
  readonly in_haste: boolean;
  /** Since when the rows of finders that need recent months only are here; null = all rows are. */
  readonly since_month: SinceMonth;
  /** What this user's exceptions are made of. */
  readonly tables: readonly WireTableName[];
}

export interface Looking {
  /** Without what takes seconds and is not known yet. */
  readonly at_once?: boolean;
  /** What waits for a quiet hour too. */
  readonly kept?: boolean;
}

/**
 * A finder per subject; those of cost and finance only where the user sees them. None runs before the rows it reads are
 * here: an order whose shipments are still loading would be an alarm.
 */
export async function exceptionsOf(finding: Finding, { at_once = false, kept = false }: Looking = {}): Promise<Found> {
  const { context, company, as_of_on } = finding;
  const cost = seesArea(context.user, company.id, 'cost');
  const finance = seesArea(context.user, company.id, 'finance');
  const key = JSON.stringify([company.id, as_of_on, cost, finance]);
  const found: FoundException[] = [];
  const waiting = new Set<ExceptionGroup>();
  let in_haste = false;
  let since_month: SinceMonth = null;
  const finders = [...EVERYBODY, ...(cost ? OF_COST : []), ...(finance ? OF_FINANCE : [])].filter(
    (finder) => kept || !finder.keeps,
  );
  for (const finder of finders) {
    context.checkCancelled();
    const since = await rowsSince(finding, finder);
    if (since === 'waits') {
      for (const group of finder.groups) waiting.add(group);
      continue;
    }
    const name = `${finder.name} ${key}${finder.by_forecast ? ` ${forecastsKey(finding)}` : ''}${finder.by_columns ? ` ${mayHaveFallen(finding)}` : ''}`;
    if (at_once && takesLong(finding, finder) && !isRemembered(context, (cache) => cache.found, name, finder.tables)) {
      for (const group of finder.groups) waiting.add(group);
      in_haste = true;
      continue;
    }
    since_month = latest(since_month, since);
    found.push(
      ...(await rememberedOf(
        context,
        (cache) => cache.found,
        name,
        finder.tables,
        () => finder.find(finding),
        MOST_FOUND,
      )),
    );
  }
  if (finance) {
    // few rows, and signatures still on their way count, which no table's version tells
    if (CLOSE_TABLES.some((table) => context.replica.loading_tables.has(table))) waiting.add('close');
    else {
      const asked = [...(await askedInClose(finding)), ...(await journalToApprove(finding))];
      found.push(...(await closeExceptions(finding)), ...asked);
    }
  }
  // few rows, and this person's own answers on their way count
  if (ASKED_TABLES.some((table) => context.replica.loading_tables.has(table))) waiting.add('supply');
  else found.push(...(await askedTransfers(finding)));
  if (cost) {
    if (RULE_TABLES.some((table) => context.replica.loading_tables.has(table))) waiting.add('price');
    else found.push(...rulesToApprove(finding));
    if (PURCHASE_TABLES.some((table) => context.replica.loading_tables.has(table))) waiting.add('supply');
    else found.push(...(await purchasesToApprove(finding)));
  }
  // nothing at stake is nothing to decide, but a signature that no longer holds is, and a request that waits
  const told = withoutDoubles(found).filter(
    ({ stake_minor, facts }) => stake_minor > 0 || facts.kind.startsWith('close_') || isAnswered(facts.kind),
  );
  const tables = new Set([
    ...finders.flatMap((finder) => finder.tables),
    ...ASKED_TABLES,
    ...(finance ? CLOSE_TABLES : []),
    ...(cost ? [...RULE_TABLES, ...PURCHASE_TABLES] : []),
  ]);
  return { exceptions: rankExceptions(told), waiting, in_haste, since_month, tables: [...tables] };
}

/** What supply found already, with what customers lose by it, is not told once more by what it costs us. */
function withoutDoubles(found: readonly FoundException[]): FoundException[] {
  const told = new Set(found.map(({ key }) => key));
  return found.filter(({ facts }) => {
    if (facts.kind === 'overdue_purchase') return !told.has(exceptionKey('late_receipt', facts.purchase_order_id));
    if (facts.kind !== 'negative_stock' && facts.kind !== 'negative_risk') return true;
    const { item_id, site_id } = facts;
    if (facts.kind === 'negative_risk' && told.has(exceptionKey('negative_stock', item_id, site_id))) return false;
    return (
      !told.has(exceptionKey('runs_out', item_id, site_id)) && !told.has(exceptionKey('oversold', item_id, site_id))
    );
  });
}

function takesLong(finding: Finding, { large, keeps }: Finder): boolean {
  return keeps === true || (large !== undefined && isLarge(finding, large));
}

/** Rows of a table that are read through in a blink. */
const FEW_ROWS = 200_000;

function isLarge({ context, company }: Finding, table: WireTableName): boolean {
  const [counted] = context.scan<readonly [rows: number | null]>(
    'SELECT sum(rows) FROM main.bucket WHERE tbl = ? AND company = ?',
    [wireTable(table).id, company.id],
  );
  return (counted?.[0] ?? 0) > FEW_ROWS;
}

/** Since which month what the finder reads is here, null = all of it; 'waits' when that is not enough. */
async function rowsSince({ context, company, as_of_on }: Finding, finder: Finder): Promise<SinceMonth | 'waits'> {
  const { recent, tables } = finder;
  const whole = tables.filter((table) => !recent?.tables.includes(table));
  if (whole.some((table) => context.replica.loading_tables.has(table))) return 'waits';
  if (recent === undefined) return null;
  const since = await wholeSince(context, recent.tables, [company.id]);
  return since === null || since <= monthOfDay(as_of_on - recent.days) ? since : 'waits';
}

/** Of several companies and two areas, each finder's. */
const MOST_FOUND = 48;
