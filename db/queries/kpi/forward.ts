/**
 * Days on hand at forecast usage: what lay at each position with a forecast, and what is forecast of the months to come.
 * What lay there on a day is what lies there now less all that moved since.
 */
import { addMonths, firstDayOfMonth } from '#domain/calendar.ts';
import { keepsRow } from '#domain/kpi/slice.ts';
import type { EmitRow } from '#domain/kpi/tally.ts';
import { forwardMonths, forwardPositionRow, stockValueMinor, unforecastStockRow } from '#domain/kpi/turnover.ts';
import type { QueryContext } from '../context.ts';
import { itemFacts } from '../facts.ts';
import { monthsWithLines } from '../reference/months.ts';
import { seesWholeSite } from '../rights.ts';
import { forecastsMadeBefore } from './forecasts.ts';
import type { KpiScope, Snapshot } from './scope.ts';

interface Position {
  readonly item_id: number;
  readonly site_id: number;
  on_hand_qty_milli: number;
  /** Of each snapshot: what moved after it and up to the next one. */
  readonly moved_qty_milli: Float64Array;
}

export async function scanForward(context: QueryContext, scope: KpiScope, emit: EmitRow): Promise<void> {
  const costs = await context.db
    .selectFrom('item_cost')
    .select(['id', 'unit_cost_micro'])
    .where('company_id', '=', scope.company.id)
    .execute();
  const cost_of = new Map(costs.map((row) => [row.id, row.unit_cost_micro]));
  const positions = await positionsOf(context, scope);
  for (const [at, snapshot] of scope.snapshots.entries()) {
    context.checkCancelled();
    await forwardOf(context, scope, { at, snapshot, cost_of, positions }, emit);
  }
}

interface Standing {
  readonly at: number;
  readonly snapshot: Snapshot;
  readonly cost_of: ReadonlyMap<number, number>;
  readonly positions: readonly Position[];
}

async function forwardOf(
  context: QueryContext,
  scope: KpiScope,
  { at, snapshot: { on }, cost_of, positions }: Standing,
  emit: EmitRow,
): Promise<void> {
  const { company } = scope;
  const forecasts = await usageFrom(context, scope, on);
  const past = on < scope.as_of_on;
  const without = new Map<number, number>();
  const emitPosition = (qty_milli: number, { item_id, site_id, ...usage }: Usage): void => {
    const whole = !past || seesWholeSite(context.user, company.id, site_id) === 'whole';
    const position = {
      id: `${item_id}:${site_id}`,
      on_hand_qty_milli: whole ? qty_milli : null,
      ...usage,
      unit_cost_micro: cost_of.get(item_id) ?? null,
    };
    forwardPositionRow(position, on, company.currency, emit);
  };
  for (const position of positions) {
    const { item_id, site_id } = position;
    let qty_milli = position.on_hand_qty_milli;
    for (let nth = at; nth < position.moved_qty_milli.length; nth += 1) qty_milli -= position.moved_qty_milli[nth] ?? 0;
    const id = `${item_id}:${site_id}`;
    const usage = forecasts.get(id);
    if (usage !== undefined) {
      forecasts.delete(id);
      emitPosition(qty_milli, usage);
      continue;
    }
    const unit_cost_micro = cost_of.get(item_id);
    if (unit_cost_micro === undefined) continue;
    without.set(site_id, (without.get(site_id) ?? 0) + stockValueMinor(qty_milli, unit_cost_micro, company.currency));
  }
  for (const usage of forecasts.values()) emitPosition(0, usage);
  for (const [site_id, value_minor] of without) unforecastStockRow(site_id, value_minor, on, emit);
}

interface Usage {
  readonly item_id: number;
  readonly site_id: number;
  readonly forecast_qty_milli: number;
  readonly forecast_days: number;
}

/** 'item:site' → what is forecast of it, as said by the day. */
async function usageFrom(context: QueryContext, scope: KpiScope, on: number): Promise<Map<string, Usage>> {
  const { from, to } = forwardMonths(on);
  const usages = new Map<string, Usage>();
  for (const row of await forecastsMadeBefore(context, scope, from, to, on + 1)) {
    const id = `${row.item_id}:${row.site_id}`;
    const held = usages.get(id);
    usages.set(id, {
      item_id: row.item_id,
      site_id: row.site_id,
      forecast_qty_milli: (held?.forecast_qty_milli ?? 0) + row.qty_milli,
      forecast_days: (held?.forecast_days ?? 0) + firstDayOfMonth(addMonths(row.month, 1)) - firstDayOfMonth(row.month),
    });
  }
  return usages;
}

/** Balances of the slice with what moved after each snapshot. */
async function positionsOf(context: QueryContext, scope: KpiScope): Promise<readonly Position[]> {
  const { company, slice, snapshots } = scope;
  const items = slice.category === undefined ? null : await itemFacts(context);
  const positions = new Map<number, Map<number, Position>>();
  const positionAt = (item_id: number, site_id: number): Position | null => {
    const at_site = positions.get(site_id) ?? new Map<number, Position>();
    positions.set(site_id, at_site);
    const held = at_site.get(item_id);
    if (held) return held;
    const category = items?.get(item_id)?.category ?? '';
    if (!keepsRow({ ...slice, channel_id: undefined }, { site_id, category })) return null;
    const made = { item_id, site_id, on_hand_qty_milli: 0, moved_qty_milli: new Float64Array(snapshots.length) };
    at_site.set(item_id, made);
    return made;
  };
  const balances = context.scan<readonly [item_id: number, site_id: number, qty_milli: number]>(
    'SELECT item_id, site_id, on_hand_qty_milli FROM main.stock_balance WHERE company_id = ?',
    [company.id],
  );
  for (const [item_id, site_id, qty_milli] of balances) {
    const position = positionAt(item_id, site_id);
    if (position) position.on_hand_qty_milli += qty_milli;
  }
  const first_on = snapshots[0]?.on ?? scope.as_of_on;
  if (first_on < scope.as_of_on) {
    const days = snapshots.map(({ on }) => on);
    await eachMovement(context, company.id, first_on, (item_id, site_id, moved_on, qty_milli) => {
      const nth = days.findLastIndex((on) => on < moved_on);
      const position = positionAt(item_id, site_id);
      if (position) position.moved_qty_milli[nth] = (position.moved_qty_milli[nth] ?? 0) + qty_milli;
    });
  }
  return [...positions.values()].flatMap((at_site) => [...at_site.values()]);
}

type Movement = readonly [item_id: number, site_id: number, moved_on: number, qty_milli: number];

/** What came (above zero) or went after a day: receipts, other moves, and shipments, an order month after the other. */
async function eachMovement(
  context: QueryContext,
  company_id: number,
  after_on: number,
  take: (...movement: Movement) => void,
): Promise<void> {
  const read = (statement: string, parameters: readonly number[]): void => {
    context.checkCancelled();
    for (const movement of context.scan<Movement>(statement, parameters)) take(...movement);
  };
  read(
    `SELECT l.item_id, r.site_id, r.received_on, r.qty_milli FROM main.receipt_line r JOIN main.po_line l ON l.id = r.po_line_id
     WHERE r.company_id = ? AND r.received_on > ? AND r.site_id IS NOT NULL`,
    [company_id, after_on],
  );
  read(`SELECT item_id, site_id, moved_on, qty_milli FROM main.stock_move WHERE company_id = ? AND moved_on > ?`, [
    company_id,
    after_on,
  ]);
  for (const month of await monthsWithLines(context.db, company_id)) {
    read(
      `SELECT l.item_id, s.site_id, s.shipped_on, -s.qty_milli FROM main.shipment_line s JOIN main.order_line l ON l.id = s.order_line_id
       WHERE s.company_id = ? AND s.month = ? AND s.shipped_on > ? AND l.item_id IS NOT NULL AND s.site_id IS NOT NULL`,
      [company_id, month, after_on],
    );
  }
}
