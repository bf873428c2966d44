/** Runs only the passes the asked KPIs need. Rows go to whoever listens; figures are made of the same rows. */
import { type KpiDefinition, kpiDefinition } from '#domain/kpi/definitions.ts';
import { addLadderSums, emptyLadderSums, ladderFigures, type LadderSums } from '#domain/kpi/marginLadder.ts';
import {
  addRow,
  addTally,
  type EmitRow,
  emptyTally,
  figureOf,
  type KpiFigure,
  NO_FIGURE,
  type Tally,
} from '#domain/kpi/tally.ts';
import { turnoverFigures, valueDaysRows, yearlyRow } from '#domain/kpi/turnover.ts';
import type { FactView } from '#db/analysis/factView.ts';
import type { QueryContext } from '../context.ts';
import { scanClaims } from './claims.ts';
import { fillFromColumns, type FillPeriod, ladderFromColumns } from './columns.ts';
import { scanCounts } from './counts.ts';
import { scanDeliveries } from './deliveries.ts';
import { deliveriesFromColumns, type DeliveryTallies, isDelivery } from './deliveryCells.ts';
import { scanForecasts, stockValues } from './forecasts.ts';
import { scanForward } from './forward.ts';
import { addBesides, ladderByMonth, scanLadder } from './margin.ts';
import { scanReceivables } from './receivables.ts';
import { neededTables } from './needs.ts';
import type { KpiScope } from './scope.ts';
import { rememberedOf } from '../readCache.ts';
import { scanSuppliers } from './suppliers.ts';
import { columnsSince } from '../wholeSince.ts';

const familiesOf = (kpis: readonly string[]): ReadonlySet<string> =>
  new Set(kpis.map((kpi) => kpiDefinition(kpi).family));

const OF_ORDERS = ['open_orders_value', 'shipped_unbilled', 'credit_exposure'];
const isLadder = (kpi: string): boolean => kpiDefinition(kpi).family === 'Margin';
const isFill = (kpi: string): boolean => kpiDefinition(kpi).family === 'Fill rate';
const isDelivered = (kpi: string): boolean => isDelivery(kpiDefinition(kpi).family);
const isYearly = (kpi: string): boolean => kpi === 'inventory_turns' || kpi === 'gmroi';

/** Every row behind the KPIs in the scope's months, and others besides: the listener takes what it wants. */
export async function scanRows(
  context: QueryContext,
  scope: KpiScope,
  kpis: readonly string[],
  emit: EmitRow,
): Promise<void> {
  await scanFacts(context, scope, kpis, emit);
  if (kpis.some(isLadder)) await scanLadder(context, scope, emit);
  if (!kpis.some(isYearly)) return;
  await scanLadder(context, scope, (row) => yearlyRow(row, emit));
  for (const each of await stockValues(context, scope)) valueDaysRows(each.id, each.month, each.value_days_minor, emit);
}

/** The KPIs whose figures are made of rows; the margin's are made of sums. */
async function scanFacts(
  context: QueryContext,
  scope: KpiScope,
  kpis: readonly string[],
  emit: EmitRow,
): Promise<void> {
  const families = familiesOf(kpis);
  const parts = {
    fill: families.has('Fill rate'),
    otif: families.has('OTIF'),
    cycle: families.has('Order cycle time'),
    backorder: families.has('Backorder'),
    exposure: kpis.some((kpi) => OF_ORDERS.includes(kpi)),
  };
  if (Object.values(parts).some(Boolean)) await scanDeliveries(context, scope, parts, emit);
  if (families.has('Claim resolution time'))
    await scanClaims(context, scope, { open: kpis.includes('claim_open_age') }, emit);
  if (families.has('Stock accuracy'))
    await scanCounts(context, scope, { value: kpis.includes('stock_accuracy_value') }, emit);
  if (families.has('Suppliers')) await scanSuppliers(context, scope, emit);
  if (families.has('Forecast')) await scanForecasts(context, scope, emit);
  if (kpis.includes('days_on_hand_forward')) await scanForward(context, scope, emit);
  if (families.has('Cash')) await scanReceivables(context, scope, emit);
}

/** A figure, and what it was made of where figures of several companies can be made of that. */
export interface Measured {
  readonly figure: KpiFigure;
  readonly tally: Tally | null;
  /** Of the margin's KPIs, and of those that set it against the stock. */
  readonly ladder: { readonly sums: LadderSums; readonly value_days_minor: number } | null;
}

/** The figure of some sums of the ladder. */
export function ladderFigure(kpi: string, sums: LadderSums, value_days_minor: number, with_cost: boolean): KpiFigure {
  const figures = isYearly(kpi) ? turnoverFigures(sums, value_days_minor) : ladderFigures(sums, with_cost);
  return figures.get(kpi) ?? NO_FIGURE;
}

/** The figure of a KPI over months of the scope, both included. */
export type Measure = (kpi: string, from_month: number, to_month: number) => Measured;

/** `period`: the months asked for beside the single ones of the scope. */
export async function measure(
  context: QueryContext,
  scope: KpiScope,
  kpis: readonly string[],
  period: FillPeriod,
): Promise<Measure> {
  const tallies = new Map(kpis.map((kpi) => [kpi, new Map<number, Tally>()]));
  const measures = new Map(kpis.map((kpi) => [kpi, kpiDefinition(kpi).measure]));
  const months = new Set(scope.months);
  const emit: EmitRow = (row) => {
    const of_kpi = tallies.get(row.kpi);
    const how = measures.get(row.kpi);
    if (of_kpi === undefined || how === undefined || !months.has(row.month)) return;
    let tally = of_kpi.get(row.month);
    if (tally === undefined) of_kpi.set(row.month, (tally = emptyTally()));
    addRow(tally, how, row);
  };
  const view = columnsSince(context, [scope.company.id]);
  const fill = view !== null && kpis.some(isFill) ? await fillFromColumns(context, scope, period) : null;
  const delivered =
    view !== null && kpis.some(isDelivered)
      ? await deliveriesOf(context, view, scope, period, kpis.filter(isDelivered))
      : null;
  for (const [kpi, by_month] of delivered?.byMonth ?? []) if (tallies.has(kpi)) tallies.set(kpi, new Map(by_month));
  await scanFacts(
    context,
    scope,
    kpis.filter((kpi) => !(fill !== null && isFill(kpi)) && !(delivered !== null && isDelivered(kpi))),
    emit,
  );
  const sums = await ladderOf(context, view, scope, kpis);
  const values = kpis.some(isYearly) ? await stockValues(context, scope) : [];

  return (kpi, from_month, to_month) => {
    const within = (month: number): boolean => month >= from_month && month <= to_month;
    if (isLadder(kpi) || isYearly(kpi)) {
      const total = sumLadder(sums, within);
      const days = values.reduce((sum, each) => sum + (within(each.month) ? each.value_days_minor : 0), 0);
      const figure = ladderFigure(kpi, total, days, scope.with_cost);
      return { figure, tally: null, ladder: { sums: total, value_days_minor: days } };
    }
    // without a tally orders of several companies are added up as counts: no order is of two
    if (fill !== null && isFill(kpi)) return { figure: fill(kpi, from_month, to_month), tally: null, ladder: null };
    const definition = kpiDefinition(kpi);
    const tally = sumTallies(definition, tallies.get(kpi), within, to_month);
    const of_period = from_month === to_month ? undefined : delivered?.ofPeriod.get(kpi);
    if (of_period !== undefined) Object.assign(tally.apart, of_period);
    return { figure: figureOf(definition, tally), tally, ladder: null };
  };
}

/** The longest pass: what it found stands until its tables change, whatever else is written or said of the moment. */
async function deliveriesOf(
  context: QueryContext,
  view: FactView,
  scope: KpiScope,
  period: FillPeriod,
  kpis: readonly string[],
): Promise<DeliveryTallies> {
  const { company, slice, months, as_of_on } = scope;
  const families = familiesOf(kpis);
  return await rememberedOf(
    context,
    (cache) => cache.deliveries,
    JSON.stringify([company.id, slice, months, as_of_on, period.from_month, period.to_month, [...families].toSorted()]),
    [...new Set([...neededTables(kpis.map(kpiDefinition)), ...MADE_OF_LINES])],
    () => deliveriesFromColumns(context, view, scope, period, families),
  );
}
const MADE_OF_LINES = [
  'company',
  'sales_order',
  'order_line',
  'shipment_line',
  'item',
  'channel',
  'channel_rule',
  'site',
  'party',
] as const;

async function ladderOf(
  context: QueryContext,
  view: FactView | null,
  scope: KpiScope,
  kpis: readonly string[],
): Promise<Map<number, LadderSums> | null> {
  const wanted = kpis.filter((kpi) => isLadder(kpi) || isYearly(kpi));
  if (wanted.length === 0) return null;
  const by_month = view === null ? await ladderByMonth(context, scope) : await ladderFromColumns(context, view, scope);
  await addBesides(context, scope, by_month);
  return by_month;
}

function sumLadder(sums: ReadonlyMap<number, LadderSums> | null, within: (month: number) => boolean): LadderSums {
  const total = emptyLadderSums();
  for (const [month, each] of sums ?? []) if (within(month)) addLadderSums(total, each);
  return total;
}

/** Flows add up over months; a snapshot is that of the last. */
function sumTallies(
  definition: KpiDefinition,
  tallies: ReadonlyMap<number, Tally> | undefined,
  within: (month: number) => boolean,
  to_month: number,
): Tally {
  if (definition.period === 'snapshot') return tallies?.get(to_month) ?? emptyTally();
  const total = emptyTally();
  for (const [month, tally] of tallies ?? []) if (within(month)) addTally(total, tally);
  return total;
}
