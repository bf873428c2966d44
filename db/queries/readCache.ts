/**
 * Results that cost a scan, kept while the file has not changed. Facts are base rows only, so `main`'s data version
 * (raised by every commit of another connection) says exactly when they are stale, lost grants included.
 */
import { type Kysely, sql } from 'kysely';
import { wireTable, type WireTableName } from '#contract/wire/tables.ts';
import type { CustomerInvoice } from '#domain/close/reconcile/billedDeliveries.ts';
import type { ReadSchema } from '#db/schema/tables.ts';
import type { QueryContext } from './context.ts';
import type { WalkedChain } from './audit/auditChainHere.ts';
import type { KeptClasses } from './classes/itemClasses.ts';
import type { Judgement } from './approvals/judge.ts';
import type { Editions } from './editions.ts';
import type { ClaimGround } from './claims/ground.ts';
import type { CreditGround } from './credit/ground.ts';
import type { KnownFacts } from './facts.ts';
import type { FillList } from './fill/fillRateLines.ts';
import type { FillTable } from './fill/fillTable.ts';
import type { QueueGround } from './fulfilment/ground.ts';
import type { KeptForecasts } from './forecast/forecastColumns.ts';
import type { MadeForecasts } from './forecast/madeForecasts.ts';
import type { ForecastGround } from './forecast/forecastGround.ts';
import type { KnownWords } from './find/alikeWords.ts';
import type { DeliveryTallies } from './kpi/deliveryCells.ts';
import type { KpiAnswer } from './kpi/kpiValues.ts';
import type { FoundErosions } from './erosion/found.ts';
import type { Leak } from './leakage/leaks.ts';
import type { LeakList } from './leakage/marginLeakageLines.ts';
import type { FigureParts, MarginList } from './margin/marginList.ts';
import type { MatrixCell } from '#domain/planning/classMatrix.ts';
import type { OverdueWaits } from '#domain/planning/overdueWaits.ts';
import type { Reference } from '#domain/kpi/priceVolumeMix.ts';
import type { MarginTable } from './margin/marginTable.ts';
import type { TieGround } from './margin/marginTies.ts';
import type { BuyingColumns } from './replenishment/buyingColumns.ts';
import type { KeptProposals, Ways } from './replenishment/replenishmentEdition.ts';
import type { KeptComparison } from './scenario/scenarioCompare.ts';
import type { PolicyColumns } from './stock/balanceColumns.ts';
import type { Delays } from './risk/delays.ts';
import type { StockGround } from './stock/itemColumns.ts';
import type { OpenParts } from './stock/stockColumns.ts';
import type { KeptStock } from './stock/stockEditions.ts';
import type { UsageColumns } from './stock/usageColumns.ts';
import type { SupplierFigures } from './suppliers/suppliers.ts';
import type { FoundException } from './today/found.ts';

/** A value and the versions of the tables it was made of. */
export interface Kept<T> {
  readonly versions: string;
  readonly value: T;
  /** When somebody asked for it last. */
  asked_at_ms: number;
}

export interface UnbilledDeliveries {
  /** Numbers of the deliveries. */
  readonly numbers: ReadonlySet<string>;
  /** Order lines of those that left before the orders that are read whatever was billed. */
  readonly old_lines: readonly number[];
  /** By order: what was posted of it, where something of it is named by none. */
  readonly invoices: ReadonlyMap<number | null, readonly CustomerInvoice[]>;
}

/** One per reading connection: data versions of two connections do not compare. */
export interface ReadCache {
  data_version: number;
  readonly stockGround: Map<string, Kept<StockGround>>;
  readonly stockOpen: Map<string, Kept<OpenParts>>;
  readonly stockPolicies: Map<string, Kept<PolicyColumns>>;
  readonly stockUsage: Map<string, Kept<UsageColumns>>;
  readonly stockEditions: Editions<KeptStock>;
  readonly forecastGrounds: Map<string, Kept<ForecastGround>>;
  readonly forecasts: Editions<KeptForecasts>;
  readonly classes: Editions<KeptClasses>;
  readonly itemCells: Map<string, Kept<ReadonlyMap<number, MatrixCell>>>;
  readonly madeForecasts: Map<string, MadeForecasts>;
  readonly buying: Map<string, Kept<BuyingColumns>>;
  readonly ways: Map<string, Kept<Ways>>;
  readonly replenishmentEditions: Editions<KeptProposals>;
  readonly marginLists: Editions<MarginList>;
  readonly fillLists: Editions<FillList>;
  readonly leakLists: Editions<LeakList>;
  readonly fulfilment: Editions<QueueGround>;
  readonly claims: Editions<ClaimGround>;
  readonly scenarios: Editions<KeptComparison>;
  readonly margin: Map<string, MarginTable>;
  readonly bridges: Map<string, Reference>;
  readonly marginLines: Map<string, FigureParts>;
  readonly approvals: Map<string, Kept<Judgement>>;
  readonly found: Map<string, Kept<readonly FoundException[]>>;
  readonly erosions: Map<string, Kept<FoundErosions>>;
  readonly leaks: Map<string, Kept<readonly Leak[]>>;
  readonly deliveries: Map<string, Kept<DeliveryTallies>>;
  readonly delays: Map<string, Kept<Delays>>;
  readonly overdueWaits: Map<string, Kept<OverdueWaits>>;
  readonly suppliers: Map<string, Kept<SupplierFigures>>;
  readonly credit: Map<string, Kept<CreditGround>>;
  /** What left without a bill. */
  readonly unbilled: Map<string, Kept<UnbilledDeliveries>>;
  readonly ties: Map<string, Kept<TieGround>>;
  readonly trail: Map<string, Kept<WalkedChain>>;
  readonly fill: Map<string, FillTable>;
  readonly kpis: Map<string, KpiAnswer>;
  readonly items: Map<string, KnownFacts>;
  /** Words of the names: read on from where they were, not from the start, when the file changed. */
  words: KnownWords | null;
}

export function createReadCache(): ReadCache {
  return {
    data_version: -1,
    stockGround: new Map(),
    stockOpen: new Map(),
    stockPolicies: new Map(),
    stockUsage: new Map(),
    stockEditions: [],
    forecastGrounds: new Map(),
    forecasts: [],
    classes: [],
    itemCells: new Map(),
    madeForecasts: new Map(),
    buying: new Map(),
    ways: new Map(),
    replenishmentEditions: [],
    marginLists: [],
    fillLists: [],
    leakLists: [],
    fulfilment: [],
    claims: [],
    scenarios: [],
    margin: new Map(),
    bridges: new Map(),
    marginLines: new Map(),
    fill: new Map(),
    kpis: new Map(),
    approvals: new Map(),
    found: new Map(),
    erosions: new Map(),
    leaks: new Map(),
    deliveries: new Map(),
    delays: new Map(),
    overdueWaits: new Map(),
    suppliers: new Map(),
    credit: new Map(),
    unbilled: new Map(),
    ties: new Map(),
    trail: new Map(),
    items: new Map(),
    words: null,
  };
}

/** Results kept of each kind. */
const KEEP = 4;

/** The remembered value of the key, or `make()`. `pick` names the kind's map. */
export async function remembered<T>(
  context: { readonly db: Kysely<ReadSchema>; readonly cache?: ReadCache },
  pick: (cache: ReadCache) => Map<string, T>,
  key: string,
  make: () => Promise<T>,
): Promise<T> {
  const { cache } = context;
  if (!cache) return make();
  const version = await dataVersion(context.db);
  if (version !== cache.data_version) {
    cache.margin.clear();
    cache.bridges.clear();
    cache.marginLines.clear();
    cache.fill.clear();
    cache.kpis.clear();
    cache.items.clear();
    cache.data_version = version;
  }
  const entries = pick(cache);
  const held = entries.get(key);
  if (held !== undefined) return held;
  const value = await make();
  // another reader of this cache may have seen a newer file meanwhile: then the value is one of the past
  if (cache.data_version !== version) return value;
  keep(entries, key, value);
  return value;
}

/** The latest is the last; the oldest go. */
function keep<T>(entries: Map<string, T>, key: string, value: T, most = KEEP): void {
  entries.delete(key);
  entries.set(key, value);
  for (const oldest of entries.keys()) {
    if (entries.size <= most) break;
    entries.delete(oldest);
  }
}

/** One of the few that are kept, made when it is not there: an arrangement of an edition. */
export function keptOf<T extends object>(entries: Map<string, T>, key: string, most: number, make: () => T): T {
  const value = entries.get(key) ?? make();
  keep(entries, key, value, most);
  return value;
}

/** The same for what depends on these tables only: a heartbeat or a note leaves it standing. */
export async function rememberedOf<T>(
  context: Pick<QueryContext, 'scan' | 'cache' | 'now_ms'>,
  pick: (cache: ReadCache) => Map<string, Kept<T>>,
  key: string,
  tables: readonly WireTableName[],
  make: () => Promise<T>,
  most = KEEP,
): Promise<T> {
  const { cache, now_ms } = context;
  if (!cache) return make();
  const versions = tableVersions(context, tables);
  const held = pick(cache).get(key);
  if (held?.versions === versions) {
    held.asked_at_ms = now_ms;
    return held.value;
  }
  const value = await make();
  keep(pick(cache), key, { versions, value, asked_at_ms: now_ms }, most);
  return value;
}

/** Whether it would be answered without being made. */
export function isRemembered<T>(
  context: Pick<QueryContext, 'scan' | 'cache'>,
  pick: (cache: ReadCache) => Map<string, Kept<T>>,
  key: string,
  tables: readonly WireTableName[],
): boolean {
  const held = context.cache === undefined ? undefined : pick(context.cache).get(key);
  return held !== undefined && held.versions === tableVersions(context, tables);
}

/** The versions of these tables in the open transaction, as one text. */
export function tableVersions(context: Pick<QueryContext, 'scan'>, tables: readonly WireTableName[]): string {
  const ids = tables.map((name) => wireTable(name).id);
  return context
    .scan<readonly [number]>(`SELECT version FROM main.table_version WHERE tbl IN (${ids.join(', ')}) ORDER BY tbl`, [])
    .join();
}

async function dataVersion(db: Kysely<ReadSchema>): Promise<number> {
  const { rows } = await sql<{ data_version: number }>`SELECT data_version FROM pragma_data_version`.execute(db);
  const version = rows[0]?.data_version;
  if (version === undefined) throw new Error('SQLite gave no data version');
  return version;
}
