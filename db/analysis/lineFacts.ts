/**
 * Order lines as facts: what margin and fill rate need of a line, reduced once by the domain's own rules, so that a
 * scan only groups and adds up. Lines of one order lie next to each other, which lets a scan count orders.
 */
import type { DeliveryFact } from '#domain/kpi/delivery.ts';
import { Grace } from '#domain/kpi/grace.ts';
import { fillOfLine } from '#domain/kpi/fillRate.ts';
import { DISCOUNT_KIND, GOODS_KIND, RETURN_KIND } from '#domain/kpi/margin.ts';
import { openQtyMilli } from '#domain/orders/openQuantity.ts';
import type { Connection } from '#db/connection.ts';
import { addDelivery, deliveryColumns } from './deliveryFacts.ts';
import { BLOCK_ROWS, encodeSegment, type Segment, SEGMENT_LAYOUT } from './segment.ts';

/** A line's part in the margin; `goods_below_zero` are goods lines of a negative net amount. */
export const LINE_CLASS = { goods: 0, return: 1, discount: 2, other: 3, goods_below_zero: 4 } as const;
export const LINE_CLASSES = 5;

/**
 * A line's part in the fill rate whatever the day: 0 none, else complete in its first shipment, complete, incomplete;
 * three more when what was due is not what is still sold.
 */
export const FILL_STATE = { none: 0, first_pass: 1, complete: 2, incomplete: 3 } as const;
export const ADJUSTED = 3;
export const FILL_STATES = 7;

/** Bits of the column `known` beside what a line cost. */
export const KNOWN = { cost: 1, freight: 2, rebate: 4, fee: 8 } as const;

/** In `open_on`: a line with something left that was promised for no day. */
export const NO_DAY = -(2 ** 31);

export interface LineFacts {
  readonly general: Segment;
  /** null = no cost of any of these lines is in the replica. */
  readonly cost: Segment | null;
}

/** What a line's facts depend on besides its own rows. */
export interface FactBasis {
  readonly currencies: ReadonlyMap<number, string>;
  readonly grace: Grace;
  /** The same as text: blocks built on another basis are not used. */
  readonly text: string;
}

/** Raised when a block's columns or their meaning change: older blocks are made afresh. */
const FORMAT = 4;

export function readBasis(reader: Connection): FactBasis {
  const companies = reader
    .prepare<unknown[], [number, string]>('SELECT id, currency FROM main.company ORDER BY id')
    .raw()
    .all();
  const channels = reader
    .prepare<unknown[], [number, number]>('SELECT id, grace_days FROM main.channel ORDER BY id')
    .raw()
    .all();
  // rules that say nothing of the grace change no block
  const rules = reader
    .prepare<unknown[], [number, number, number | null, number | null]>(
      `SELECT channel_id, grace_days, valid_from, valid_to FROM main.channel_rule
       WHERE grace_days IS NOT NULL ORDER BY channel_id, valid_from, id`,
    )
    .raw()
    .all();
  const graceRules = rules.map(([channel_id, grace_days, valid_from, valid_to]) => ({
    channel_id,
    grace_days,
    valid_from,
    valid_to,
  }));
  return {
    currencies: new Map(companies),
    grace: new Grace(channels, graceRules),
    text: JSON.stringify([FORMAT, SEGMENT_LAYOUT, companies, channels, rules]),
  };
}

type LineRow = readonly [
  id: number,
  order_id: number,
  company_id: number,
  channel_id: number | null,
  site_id: number | null,
  country: string | null,
  month: number,
  ordered_on: number,
  item_id: number | null,
  party_id: number | null,
  kind: string,
  gross_minor: number,
  discount_minor: number,
  net_minor: number,
  ordered_qty_milli: number,
  cancelled_qty_milli: number,
  cancelled_by: string | null,
  committed_on: number | null,
  unit_price_micro: number,
  cost_minor: number | null,
  freight_minor: number | null,
  rebate_minor: number | null,
  fee_minor: number | null,
  requested_on: number | null,
  /** 1: its order is open. */
  open: number,
];

const LINE_COLUMNS = `l.id, l.order_id, l.company_id, l.channel_id, l.site_id, l.country, l.month, l.ordered_on, l.item_id,
  l.party_id, l.kind, l.gross_minor, l.discount_minor, l.net_minor, l.ordered_qty_milli, l.cancelled_qty_milli,
  l.cancelled_by, l.committed_on, l.unit_price_micro, c.cost_minor, c.freight_minor, c.rebate_minor, c.fee_minor, l.requested_on,
  coalesce(o.state = 'open', 0)`;
const LINES = `main.order_line l LEFT JOIN main.order_line_cost c ON c.id = l.id
  LEFT JOIN main.sales_order o ON o.id = l.order_id`;

/** Orders after `after` up to `to`, both ends as numbers. */
export interface OrderRange {
  readonly after: number;
  readonly to: number;
}

const NO_SHIPMENTS: readonly DeliveryFact[] = [];

/** One array a column while rows come in. */
function emptyColumns() {
  const empty = (): number[] => [];
  return {
    numbers: {
      order: empty(),
      company: empty(),
      channel: empty(),
      site: empty(),
      month: empty(),
      ordered_on: empty(),
      item: empty(),
      party: empty(),
      class: empty(),
      committed_on: empty(),
      fill: empty(),
    },
    values: {
      gross: empty(),
      discount: empty(),
      qty: empty(),
      // only of the rows they are about
      missing_row: empty(),
      missing_qty: empty(),
      missing_value: empty(),
      adjusted_row: empty(),
      adjusted_qty: empty(),
      adjusted_value: empty(),
      open_row: empty(),
      open_qty: empty(),
      open_on: empty(),
    },
    costs: { cost: empty(), freight: empty(), rebate: empty(), fee: empty() },
    known: empty(),
    ids: empty(),
  };
}

export interface LineCollector {
  readonly rows: () => number;
  /** Reads the orders of a range until about `limit` lines are collected; answers the last order read whole. */
  readonly readRange: (range: OrderRange, limit: number) => number;
  readonly readOrders: (orders: readonly number[]) => void;
  readonly finish: () => LineFacts;
}

/** Call it inside one read transaction. */
export function collectLines(reader: Connection, basis: FactBasis): LineCollector {
  const { numbers, values, costs, known, ids } = emptyColumns();
  const delivery = deliveryColumns();
  const countries: string[] = [];

  const add = (row: LineRow, shipments: readonly DeliveryFact[]) => {
    // by position, not by iterating: this runs once a line
    const { 0: id, 1: order_id, 2: company_id, 3: channel_id, 4: site_id, 5: country, 6: month, 7: ordered_on } = row;
    const { 8: item_id, 9: party_id, 10: kind, 11: gross_minor, 12: discount_minor, 13: net_minor, 14: ordered } = row;
    const { 15: cancelled, 16: cancelled_by, 17: committed_on, 18: unit_price_micro } = row;
    const { 19: cost_minor, 20: freight_minor, 21: rebate_minor, 22: fee_minor } = row;
    if (net_minor !== gross_minor - discount_minor) throw new Error(`line ${id} is not gross less discount`);
    const index = ids.length;
    const { 23: requested_on, 24: open } = row;
    addDelivery(delivery, index, {
      id,
      order_id,
      channel_id,
      kind,
      ordered_on,
      requested_on,
      committed_on,
      ordered_qty_milli: ordered,
      cancelled_qty_milli: cancelled,
      cancelled_by,
      net_minor,
      closed: open === 0,
      shipments,
    });
    ids.push(id);
    countries.push(country ?? '');
    numbers.order.push(order_id);
    numbers.company.push(company_id);
    numbers.channel.push(channel_id ?? Number.NaN);
    numbers.site.push(site_id ?? Number.NaN);
    numbers.month.push(month);
    numbers.ordered_on.push(ordered_on);
    numbers.item.push(item_id ?? Number.NaN);
    numbers.party.push(party_id ?? Number.NaN);
    numbers.class.push(lineClass(kind, net_minor));
    values.gross.push(gross_minor);
    values.discount.push(discount_minor);
    values.qty.push(ordered - cancelled);
    costs.cost.push(cost_minor ?? 0);
    costs.freight.push(freight_minor ?? 0);
    costs.rebate.push(rebate_minor ?? 0);
    costs.fee.push(fee_minor ?? 0);
    known.push(
      (cost_minor === null ? 0 : KNOWN.cost) +
        (freight_minor === null ? 0 : KNOWN.freight) +
        (rebate_minor === null ? 0 : KNOWN.rebate) +
        (fee_minor === null ? 0 : KNOWN.fee),
    );
    const fill = fillOfLine(
      {
        order_id,
        kind,
        committed_on,
        grace_days: basis.grace.days(channel_id, committed_on),
        ordered_qty_milli: ordered,
        cancelled_qty_milli: cancelled,
        cancelled_by,
        net_minor,
        unit_price_micro,
        shipments,
      },
      // whether the cut-off has passed is asked when the figure is
      Number.POSITIVE_INFINITY,
      basis.currencies.get(company_id) ?? '',
    );
    if (kind === GOODS_KIND && item_id !== null && site_id !== null) {
      const shipped = shipments.reduce((sum, each) => sum + each.qty_milli, 0);
      const open_qty_milli = openQtyMilli(ordered, cancelled, shipped);
      if (open_qty_milli !== 0) {
        values.open_row.push(index);
        values.open_qty.push(open_qty_milli);
        values.open_on.push(committed_on ?? NO_DAY);
      }
    }
    numbers.committed_on.push(fill === null || committed_on === null ? Number.NaN : committed_on);
    if (fill === null) {
      numbers.fill.push(FILL_STATE.none);
      return;
    }
    const adjusted = fill.due_qty_milli !== ordered - cancelled || fill.due_value_minor !== net_minor;
    const state = fill.first_pass ? FILL_STATE.first_pass : fill.complete ? FILL_STATE.complete : FILL_STATE.incomplete;
    numbers.fill.push(state + (adjusted ? ADJUSTED : 0));
    if (!fill.complete) {
      values.missing_row.push(index);
      values.missing_qty.push(fill.missing_qty_milli);
      values.missing_value.push(fill.due_value_minor - fill.filled_value_minor);
    }
    if (adjusted) {
      values.adjusted_row.push(index);
      values.adjusted_qty.push(fill.due_qty_milli - (ordered - cancelled));
      values.adjusted_value.push(fill.due_value_minor - net_minor);
    }
  };

  const readRange = (range: OrderRange, limit: number): number => {
    const to = lastOrderWithin(reader, range, limit - ids.length);
    const shipments = shipmentsOf(reader, 'l.order_id > ? AND l.order_id <= ?', [range.after, to]);
    const lines = reader
      .prepare<number[], LineRow>(
        `SELECT ${LINE_COLUMNS} FROM ${LINES}
         WHERE l.order_id > ? AND l.order_id <= ? ORDER BY l.order_id, l.id`,
      )
      .raw();
    for (const row of lines.iterate(range.after, to)) add(row, shipments.get(row[0]) ?? NO_SHIPMENTS);
    return to;
  };

  return {
    rows: () => ids.length,
    readRange,
    readOrders: (orders) => {
      const list = JSON.stringify(orders);
      const among = 'l.order_id IN (SELECT value FROM json_each(?))';
      const shipments = shipmentsOf(reader, among, [list]);
      const lines = reader
        .prepare<string[], LineRow>(
          `SELECT ${LINE_COLUMNS} FROM ${LINES}
           WHERE ${among} ORDER BY l.order_id, l.id`,
        )
        .raw();
      for (const row of lines.iterate(list)) add(row, shipments.get(row[0]) ?? NO_SHIPMENTS);
    },
    finish: () => {
      const rows = ids.length;
      const typed = (columns: Readonly<Record<string, number[]>>) =>
        Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, Float64Array.from(column)]));
      const general = encodeSegment({
        rows,
        numbers: typed({ ...numbers, ...delivery.numbers }),
        texts: { country: countries, ...delivery.texts },
        values: typed({ ...values, ...delivery.values }),
        identities: { line: Float64Array.from(ids) },
      });
      const cost = known.every((bits) => bits === 0)
        ? null
        : encodeSegment({
            rows,
            numbers: { known: Float64Array.from(known) },
            texts: {},
            values: typed(costs),
            identities: {},
          });
      return { general, cost };
    },
  };
}

/** The last order of the range when at least `limit` lines (and never half an order) are taken. */
function lastOrderWithin(reader: Connection, { after, to }: OrderRange, limit: number): number {
  const last = reader
    .prepare<number[], number>(
      'SELECT order_id FROM main.order_line WHERE order_id > ? AND order_id <= ? ORDER BY order_id LIMIT 1 OFFSET ?',
    )
    .pluck()
    .get(after, to, Math.max(0, limit - 1));
  return last ?? to;
}

function shipmentsOf(
  reader: Connection,
  where: string,
  parameters: readonly (number | string)[],
): Map<number, DeliveryFact[]> {
  const rows = reader
    .prepare<(number | string)[], DeliveryFact & { readonly order_line_id: number }>(
      `SELECT s.order_line_id, s.number, s.shipped_on, s.delivered_on, s.qty_milli
       FROM main.order_line l JOIN main.shipment_line s ON s.order_line_id = l.id WHERE ${where}`,
    )
    .iterate(...parameters);
  const byLine = new Map<number, DeliveryFact[]>();
  for (const row of rows) {
    const held = byLine.get(row.order_line_id);
    if (held) held.push(row);
    else byLine.set(row.order_line_id, [row]);
  }
  return byLine;
}

function lineClass(kind: string, net_minor: number): number {
  if (kind === GOODS_KIND) return net_minor < 0 ? LINE_CLASS.goods_below_zero : LINE_CLASS.goods;
  if (kind === RETURN_KIND) return LINE_CLASS.return;
  return kind === DISCOUNT_KIND ? LINE_CLASS.discount : LINE_CLASS.other;
}

/** Whole orders of about one block; `to` is the last of them. */
export function readBlock(
  reader: Connection,
  basis: FactBasis,
  range: OrderRange,
): { readonly to: number; readonly facts: LineFacts; readonly lines: number } {
  const collector = collectLines(reader, basis);
  const to = collector.readRange(range, BLOCK_ROWS);
  return { to, facts: collector.finish(), lines: collector.rows() };
}
