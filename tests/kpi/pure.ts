/** Every KPI by the pure functions alone, over rows in wire form: no SQL, no shared code with the queries. */
import { addMonths, firstDayOfMonth, lastDayOfMonth, monthOfDay } from '#domain/calendar.ts';
import { billedMinor, billingIn } from '#domain/orders/billedParts.ts';
import { backorderRows, exposureRows } from '#domain/kpi/backorder.ts';
import { claimTimeRows, openClaimRows } from '#domain/kpi/claimTime.ts';
import { cycleRows } from '#domain/kpi/cycleTime.ts';
import { kpiDefinition } from '#domain/kpi/definitions.ts';
import { emptyFillSums, addFillLine, fillFigures, fillOfLine } from '#domain/kpi/fillRate.ts';
import { fillRows } from '#domain/kpi/fillRows.ts';
import { type KpiSlice, keepsRow } from '#domain/kpi/slice.ts';
import { Grace } from '#domain/kpi/grace.ts';
import { forecastRows } from '#domain/kpi/forecastError.ts';
import { addClaimCost, addCredit, addLadderLine, emptyLadderSums, ladderFigures } from '#domain/kpi/marginLadder.ts';
import { otifRows } from '#domain/kpi/otif.ts';
import { depositRows, receivableRows } from '#domain/kpi/receivables.ts';
import { countRows } from '#domain/kpi/stockAccuracy.ts';
import { supplierRows } from '#domain/kpi/supplier.ts';
import { addRow, emptyTally, figureOf, type KpiFigure, type KpiRow, NO_FIGURE } from '#domain/kpi/tally.ts';
import {
  forwardMonths,
  forwardPositionRow,
  stockValueMinor,
  turnoverFigures,
  unforecastStockRow,
  valueDays,
} from '#domain/kpi/turnover.ts';
import type { WireRowOf } from '#contract/wire/rows.ts';
import type { WireTableName } from '#contract/wire/tables.ts';
import { day, type WireFormTables } from './wireForm.ts';

export interface PureQuestion {
  readonly tables: WireFormTables;
  readonly company_id: number;
  readonly month: number;
  readonly as_of_on: number;
  readonly as_of_ms: number;
  readonly slice?: KpiSlice;
  /** Minutes the company's wall clock is ahead of UTC on a day at midnight. */
  readonly offsetMinutes: (on: number) => number;
}

/** Summer time ends on 25 October 2026. */
export const AMSTERDAM_OFFSET = (on: number): number => (on <= day('2026-10-25') ? 120 : 60);

interface Keys {
  readonly company_id?: number;
  readonly channel_id?: number | null;
  readonly site_id?: number | null;
  readonly item_id?: number | null;
  readonly category?: string | null;
}
/** What a slice of the company is a slice of; everything else is looked up by these rows. */
const SLICED: ReadonlySet<WireTableName> = new Set([
  'order_line',
  'claim',
  'claim_cost',
  'credit_note',
  'stock_count_line',
  'inventory_month',
  'forecast_line',
  'stock_balance',
  'po_line',
]);

type Of<T extends WireTableName> = readonly WireRowOf<T>[];

/** The figure of a KPI in a month. */
export function pureFigures(question: PureQuestion): (kpi: string) => KpiFigure {
  const { month, as_of_on, company_id } = question;
  const whole = <T extends WireTableName>(table: T): Of<T> =>
    ((question.tables.get(table) ?? []) as unknown as Of<T>).filter((row) => (row as Keys).company_id === company_id);
  const of = <T extends WireTableName>(table: T): Of<T> =>
    whole(table).filter((row) => !SLICED.has(table) || keepsRow(question.slice ?? {}, keys(row)));
  const category_of = new Map(
    ((question.tables.get('item') ?? []) as unknown as Of<'item'>).map((item) => [item.id, item.category]),
  );
  const keys = (row: object): Keys => {
    const { item_id = null, category = item_id === null ? null : (category_of.get(item_id) ?? null) } = row as Keys;
    return { ...row, category };
  };
  const company = ((question.tables.get('company') ?? []) as unknown as Of<'company'>).find(
    (row) => row.id === company_id,
  );
  if (!company) throw new Error(`no company ${company_id}`);
  const { currency } = company;
  const snapshot_on = Math.min(lastDayOfMonth(month), as_of_on);
  const startOfDay = (on: number): number => on * 86_400_000 - question.offsetMinutes(on) * 60_000;
  const rows: KpiRow[] = [];
  const emit = (row: KpiRow): void => void (row.month === month && rows.push(row));

  const orders = new Map(of('sales_order').map((order) => [order.id, order]));
  const grace = new Grace(
    of('channel').map((channel) => [channel.id, channel.grace_days] as const),
    of('channel_rule').map(({ channel_id, grace_days, valid_from, valid_to }) => ({
      channel_id,
      grace_days,
      valid_from,
      valid_to,
    })),
  );
  const shipments = Map.groupBy(whole('shipment_line'), ({ order_line_id }) => order_line_id);
  const delivered = <L extends WireRowOf<'order_line'>>(line: L) => ({
    ...line,
    grace_days: grace.days(line.channel_id, line.committed_on),
    closed: orders.get(line.order_id)?.state !== 'open',
    shipments: shipments.get(line.id) ?? [],
  });
  const lines = of('order_line').map(delivered);
  const invoices = of('invoice').filter(({ kind }) => kind === 'customer');
  const billing = billingIn(
    whole('order_line').map((line) => ({ ...delivered(line), party_id: orders.get(line.order_id)?.party_id ?? null })),
    invoices.map(({ order_id: order, ref: names, posted_on, ...each }) => ({ ...each, order, names, day: posted_on })),
  );
  const fill = emptyFillSums();
  for (const line of lines) {
    const due = fillOfLine(line, as_of_on, currency);
    if (due?.due_month === month) addFillLine(fill, due);
    fillRows(line, as_of_on, currency, emit);
    otifRows(line, as_of_on, emit);
    backorderRows(line, snapshot_on, emit);
    exposureRows(line, snapshot_on, (part) => billedMinor(billing, line, part, snapshot_on), emit);
  }
  for (const order of orders.values())
    cycleRows({ ...order, lines: lines.filter((line) => line.order_id === order.id) }, as_of_on, emit);

  const monthOfInstant = (ms: number): number => {
    const on = Math.floor(ms / 86_400_000);
    return monthOfDay(ms >= startOfDay(on + 1) ? on + 1 : ms < startOfDay(on) ? on - 1 : on);
  };
  const end_ms = Math.min(startOfDay(snapshot_on + 1), question.as_of_ms);
  for (const claim of of('claim')) {
    const events = of('claim_event')
      .filter((event) => event.claim_id === claim.id)
      .map((event) => ({ id: event.id, kind: event.kind, happened_at_ms: event.happened_at }));
    claimTimeRows({ ...claim, events }, question.as_of_ms, monthOfInstant, emit);
    openClaimRows({ ...claim, events }, end_ms, month, emit);
  }

  const count_costs = new Map(of('stock_count_line_cost').map((cost) => [cost.id, cost.unit_cost_micro]));
  const counts = new Map(of('stock_count').map((count) => [count.id, count]));
  for (const line of of('stock_count_line')) {
    const count = counts.get(line.stock_count_id);
    if (!count) throw new Error(`no count ${line.stock_count_id}`);
    const { counted_on, state } = count;
    const unit_cost_micro = count_costs.get(line.id) ?? null;
    countRows({ ...line, count_id: count.id, counted_on, posted: state === 'posted', unit_cost_micro }, currency, emit);
  }

  const purchases = new Map(of('purchase_order').map((order) => [order.id, order]));
  for (const line of of('po_line')) {
    const order = purchases.get(line.purchase_order_id);
    const receipts = of('receipt_line').filter((receipt) => receipt.po_line_id === line.id);
    supplierRows(
      { ...line, receipts, cancelled: order?.state === 'cancelled', approved_on: order?.approved_on ?? null },
      as_of_on,
      emit,
    );
  }

  for (const invoice of of('invoice')) {
    if (invoice.kind !== 'customer') continue;
    const payments = of('payment').filter((payment) => payment.invoice_id === invoice.id);
    receivableRows({ ...invoice, payments }, snapshot_on, emit);
  }
  for (const payment of of('payment')) {
    if (payment.kind === 'customer' && payment.invoice_id === null) depositRows(payment, snapshot_on, emit);
  }

  const newest = (before_on: number, wanted: (month: number) => boolean) => {
    const found = new Map<string, WireRowOf<'forecast_line'>>();
    for (const forecast of of('forecast_line')) {
      const id = `${forecast.item_id}:${forecast.site_id}:${forecast.month}`;
      const held = found.get(id);
      if (!wanted(forecast.month) || forecast.made_on >= before_on) continue;
      if (held === undefined || forecast.made_on > held.made_on) found.set(id, forecast);
    }
    return found;
  };
  const demand = (item_id: number, site_id: number, in_month: number): number =>
    lines
      .filter(
        (line) =>
          line.kind === 'goods' && line.item_id === item_id && line.site_id === site_id && line.month === in_month,
      )
      .reduce((sum, line) => sum + line.ordered_qty_milli - line.cancelled_qty_milli, 0);
  if (month < monthOfDay(as_of_on)) {
    for (const { item_id, site_id, qty_milli } of newest(firstDayOfMonth(month), (each) => each === month).values()) {
      const before_qty_milli = Array.from({ length: 24 }, (_, at) =>
        demand(item_id, site_id, addMonths(month, at - 24)),
      );
      const actual_qty_milli = demand(item_id, site_id, month);
      forecastRows(
        { id: `${item_id}:${site_id}`, month, forecast_qty_milli: qty_milli, actual_qty_milli, before_qty_milli },
        emit,
      );
    }
  }
  const values = of('inventory_month').filter((value) => value.month === month);
  forward();

  const costs = new Map(of('order_line_cost').map((cost) => [cost.id, cost]));
  const ladder = emptyLadderSums();
  for (const line of lines) {
    if (line.month !== month) continue;
    const { cost_minor = null, freight_minor = null, rebate_minor = null, fee_minor = null } = costs.get(line.id) ?? {};
    addLadderLine(ladder, { ...line, cost_minor, freight_minor, rebate_minor, fee_minor });
  }
  for (const credit of of('credit_note')) if (credit.month === month) addCredit(ladder, credit);
  for (const cost of of('claim_cost')) if (cost.month === month) addClaimCost(ladder, cost.amount_minor);
  const value_days = values.reduce((sum, value) => sum + valueDays(value.mean_value_minor, month, as_of_on), 0);
  const summed = new Map([...ladderFigures(ladder, true), ...turnoverFigures(ladder, value_days)]);
  const fills = fillFigures(fill);

  return (kpi) => {
    const of_sums = summed.get(kpi);
    if (of_sums) return of_sums;
    const definition = kpiDefinition(kpi);
    const tally = emptyTally();
    for (const row of rows) if (row.kpi === kpi) addRow(tally, definition.measure, row);
    const figure = figureOf(definition, tally) ?? NO_FIGURE;
    const fill_name = kpi.startsWith('fill_rate_') ? kpi.slice('fill_rate_'.length) : null;
    const ratio = Object.entries(fills).find(([name]) => name === fill_name)?.[1];
    // the two ways to a fill rate must not part
    if (ratio && (ratio.numerator !== figure.numerator || ratio.denominator !== figure.denominator)) {
      throw new Error(`${kpi} has two values`);
    }
    return figure;
  };

  function forward(): void {
    const item_costs = new Map(of('item_cost').map((cost) => [cost.id, cost.unit_cost_micro]));
    const { from, to } = forwardMonths(snapshot_on);
    const said = new Map<string, { qty_milli: number; days: number }>();
    for (const { item_id, site_id, month: of_month, qty_milli } of newest(
      snapshot_on + 1,
      (each) => each >= from && each <= to,
    ).values()) {
      const held = said.get(`${item_id}:${site_id}`) ?? { qty_milli: 0, days: 0 };
      const days = lastDayOfMonth(of_month) - firstDayOfMonth(of_month) + 1;
      said.set(`${item_id}:${site_id}`, { qty_milli: held.qty_milli + qty_milli, days: held.days + days });
    }
    for (const site of of('site')) {
      let without_minor = 0;
      for (const item of of('item')) {
        if (!keepsRow({ ...question.slice, channel_id: undefined }, { site_id: site.id, category: item.category }))
          continue;
        const unit_cost_micro = item_costs.get(item.id) ?? null;
        const forecast = said.get(`${item.id}:${site.id}`);
        const on_hand_qty_milli = onHand(item.id, site.id);
        if (forecast) {
          const { qty_milli: forecast_qty_milli, days: forecast_days } = forecast;
          const id = `${item.id}:${site.id}`;
          forwardPositionRow(
            { id, on_hand_qty_milli, forecast_qty_milli, forecast_days, unit_cost_micro },
            snapshot_on,
            currency,
            emit,
          );
        } else if (unit_cost_micro !== null) {
          without_minor += stockValueMinor(on_hand_qty_milli, unit_cost_micro, currency);
        }
      }
      unforecastStockRow(site.id, without_minor, snapshot_on, emit);
    }
  }

  /** What lies there now less what moved since the snapshot. */
  function onHand(item_id: number, site_id: number): number {
    const all = <T extends WireTableName>(table: T): Of<T> => (question.tables.get(table) ?? []) as unknown as Of<T>;
    const line_item = new Map(all('order_line').map((line) => [line.id, line.item_id]));
    const po_item = new Map(all('po_line').map((line) => [line.id, line.item_id]));
    const here = (row: { readonly site_id: number | null }): boolean => row.site_id === site_id;
    let qty_milli = 0;
    for (const row of all('stock_balance'))
      if (here(row) && row.item_id === item_id) qty_milli += row.on_hand_qty_milli;
    for (const row of all('stock_move'))
      if (here(row) && row.item_id === item_id && row.moved_on > snapshot_on) qty_milli -= row.qty_milli;
    for (const row of all('receipt_line'))
      if (here(row) && po_item.get(row.po_line_id) === item_id && row.received_on > snapshot_on)
        qty_milli -= row.qty_milli;
    for (const row of all('shipment_line'))
      if (here(row) && line_item.get(row.order_line_id) === item_id && row.shipped_on > snapshot_on)
        qty_milli += row.qty_milli;
    return qty_milli;
  }
}
