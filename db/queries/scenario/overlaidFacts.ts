/**
 * The one place where facts are read through a scenario: what was read goes in, the same as it would be comes out, and the
 * engines reckon with either. Without assumptions each is what went in.
 */
import type { Overlay, OverlaidLine } from '#domain/scenario/overlay.ts';
import { classTarget, demandFactor, rangeUnder, receiptsUnder } from '#domain/scenario/overlay.ts';
import { positionOf } from '#domain/scenario/assumption.ts';
import type { AbcClass } from '#domain/planning/abcXyz.ts';
import type { DemandParts } from './demandParts.ts';
import type { Decision, QueueGround } from '../fulfilment/ground.ts';
import type { OpenLine } from '../fulfilment/openLines.ts';
import type { BuyingColumns } from '../replenishment/buyingColumns.ts';
import { type DemandColumns, demandOfPositions } from '../replenishment/positionTerms.ts';
import type { EngineFacts } from '../replenishment/replenishmentEdition.ts';
import type { BalanceColumns, PolicyColumns } from '../stock/balanceColumns.ts';
import { cellOf, type StockGround } from '../stock/itemColumns.ts';
import type { OpenColumns } from '../stock/openColumns.ts';
import type { OpenParts, StockColumns, StockParts } from '../stock/stockColumns.ts';
import { positionKey } from '../stock/stockModel.ts';
import type { OpenPurchaseLine } from '../stock/stockMovements.ts';

/** Younger than every line there is, so that a new line waits behind those of its day. */
const NEW_LINE_FROM = 2 ** 52;

/** A line that is only assumed has an id nobody else has. */
export const isAssumed = (order_line_id: number): boolean => order_line_id >= NEW_LINE_FROM;

interface Row {
  readonly cell: number;
  readonly on: number;
  readonly qty_milli: number;
}

/** `buying`: of today, for the kind each policy is of. */
export function stockUnder(
  parts: StockParts,
  overlay: Overlay,
  { abc }: Pick<DemandParts, 'abc'>,
  buying: Pick<BuyingColumns, 'policies' | 'policy_kind'>,
): StockParts {
  const { ground } = parts;
  const open = openUnder(parts.open, ground, overlay);
  const balances = balancesUnder(parts.balances, ground, overlay.lines);
  const policies = policiesUnder(parts.policies, ground, overlay, { abc, buying });
  const same = open === parts.open && balances === parts.balances && policies === parts.policies;
  return same ? parts : { ...parts, open, balances, policies };
}

function openUnder(open: OpenParts, ground: StockGround, { going, coming, lines }: Overlay): OpenParts {
  if (going.length === 0 && coming.length === 0 && lines.length === 0) return open;
  const rowsOf = (each: readonly { item_id: number; site_id: number; on: number; qty_milli: number }[]): Row[] =>
    each.map(({ item_id, site_id, on, qty_milli }) => ({ cell: cellOf(ground, item_id, site_id), on, qty_milli }));
  return {
    ...open,
    demand: rowsUnder(open.demand, [], rowsOf(lines)),
    receipts: rowsUnder(open.receipts, rowsOf(going), rowsOf(coming)),
  };
}

/** Rows of the columns have no names: of those that go, one that says the same is taken, whichever it is. */
function rowsUnder(rows: OpenColumns, going: readonly Row[], coming: readonly Row[]): OpenColumns {
  const out = new Set<number>();
  // one that stays overdue, with another quantity, is waited for as long
  const taken = new Map<string, number>();
  const nameOf = ({ cell, on }: Pick<Row, 'cell' | 'on'>): string => `${cell}:${on}`;
  for (const each of going) {
    const at = rows.cells.findIndex(
      (cell, row) =>
        cell === each.cell && rows.on[row] === each.on && rows.qty_milli[row] === each.qty_milli && !out.has(row),
    );
    if (at < 0) continue;
    out.add(at);
    const taken_on = rows.taken_on?.[at] ?? 0;
    if (taken_on !== 0) taken.set(nameOf(each), taken_on);
  }
  const kept = (_: number, row: number): boolean => !out.has(row);
  const more = coming.filter(({ cell }) => cell >= 0);
  return {
    cells: Int32Array.from([...rows.cells.filter(kept), ...more.map(({ cell }) => cell)]),
    on: Int32Array.from([...rows.on.filter(kept), ...more.map(({ on }) => on)]),
    qty_milli: Float64Array.from([...rows.qty_milli.filter(kept), ...more.map(({ qty_milli }) => qty_milli)]),
    ...(rows.taken_on === undefined
      ? {}
      : {
          taken_on: Int32Array.from([
            ...rows.taken_on.filter(kept),
            ...more.map((each) => taken.get(nameOf(each)) ?? 0),
          ]),
        }),
  };
}

/** An order that is assumed is reserved for: else it would pass for one of those this person may not see. */
function balancesUnder(balances: BalanceColumns, ground: StockGround, lines: readonly OverlaidLine[]): BalanceColumns {
  if (lines.length === 0) return balances;
  const more = new Map<number, number>();
  for (const { item_id, site_id, qty_milli } of lines) {
    const cell = cellOf(ground, item_id, site_id);
    if (cell >= 0) more.set(cell, (more.get(cell) ?? 0) + qty_milli);
  }
  const reserved = balances.reserved.slice();
  for (const [row, cell] of balances.cells.entries()) {
    const qty_milli = more.get(cell);
    if (qty_milli === undefined) continue;
    reserved[row] = (reserved[row] as number) + qty_milli;
    more.delete(cell);
  }
  return {
    cells: Int32Array.from([...balances.cells, ...more.keys()]),
    on_hand: Float64Array.from([...balances.on_hand, ...Array.from(more, () => 0)]),
    reserved: Float64Array.from([...reserved, ...more.values()]),
  };
}

function policiesUnder(
  columns: PolicyColumns,
  { items, sites }: StockGround,
  overlay: Overlay,
  { abc, buying }: Pick<DemandParts, 'abc'> & { readonly buying: Pick<BuyingColumns, 'policies' | 'policy_kind'> },
): PolicyColumns {
  const ranges = overlay.class_policies.some((each) => each.min_factor_bp != null || each.max_factor_bp != null);
  if (overlay.policies.size === 0 && !ranges) return columns;
  const [min, max] = [columns.min.slice(), columns.max.slice()];
  for (const [row, cell] of columns.cells.entries()) {
    const item = Math.floor(cell / sites.length);
    const slot = buying.policies.get(cell);
    const place = {
      item_id: items.ids[item] as number,
      site_id: sites[cell % sites.length]?.id ?? 0,
      abc: abc?.[item] ?? null,
      policy_kind: buying.policy_kind[slot] ?? '',
    };
    const held = { min_qty_milli: min[row] as number, max_qty_milli: max[row] as number };
    const then = rangeUnder(overlay, place, held);
    min[row] = then.min_qty_milli;
    max[row] = then.max_qty_milli;
  }
  return { ...columns, min, max };
}

export function engineUnder(facts: EngineFacts, overlay: Overlay, as_of_on: number, parts: DemandParts): EngineFacts {
  const { stock, forecasts } = facts;
  const buying = buyingUnder(facts.buying, stock, overlay, parts);
  // a forecast is of the days an order must last, which go with the lead time
  const demand = overlay.lead_times.size === 0 ? facts.demand : demandOfPositions(stock, buying, forecasts, as_of_on);
  return { ...facts, buying, demand: demandUnder(demand, stock, overlay, parts) };
}

const NO_SHARES: ReadonlyMap<number, number> = new Map();

/** What is asked for varies as it does, in proportion. */
function demandUnder(
  demand: DemandColumns,
  stock: StockColumns,
  overlay: Overlay,
  { abc, shares }: DemandParts,
): DemandColumns {
  if (overlay.demand.length === 0) return demand;
  const { items, sites } = stock.ground;
  const [daily, deviation] = [demand.daily.slice(), demand.deviation.slice()];
  const place = {
    item_id: 0,
    site_id: 0,
    category: null as string | null,
    abc: null as AbcClass | null,
    shares: NO_SHARES,
  };
  for (let at = 0; at < stock.count; at++) {
    const item = stock.item[at] as number;
    place.item_id = items.ids[item] as number;
    place.site_id = sites[stock.site[at] as number]?.id ?? 0;
    place.category = items.categories.values[items.categories.codes[item] as number] ?? null;
    place.abc = abc?.[item] ?? null;
    place.shares = shares.get(item * sites.length + (stock.site[at] as number)) ?? NO_SHARES;
    const factor = demandFactor(overlay, place);
    if (factor === 1) continue;
    daily[at] = (daily[at] as number) * factor;
    deviation[at] = (deviation[at] as number) * factor;
  }
  return { ...demand, daily, deviation };
}

function buyingUnder(
  buying: BuyingColumns,
  stock: StockColumns,
  overlay: Overlay,
  { abc }: DemandParts,
): BuyingColumns {
  const { policies, class_policies, lead_times } = overlay;
  if (policies.size === 0 && class_policies.length === 0 && lead_times.size === 0) return buying;
  const { ground } = stock;
  const policy_target_bp = buying.policy_target_bp.slice();
  for (let at = 0; class_policies.length > 0 && at < stock.count; at++) {
    const [item, site] = [stock.item[at] as number, stock.site[at] as number];
    const site_id = ground.sites[site]?.id ?? 0;
    const target_bp = classTarget(overlay, { site_id, abc: abc?.[item] ?? null });
    const slot = buying.policies.get(item * ground.sites.length + site);
    if (target_bp !== null && slot >= 0 && buying.policy_kind[slot] === 'service') policy_target_bp[slot] = target_bp;
  }
  // what is said of one position stands before what is said of its class
  for (const { item_id, site_id, target_bp } of policies.values()) {
    const slot = buying.policies.get(cellOf(ground, item_id, site_id));
    if (slot >= 0 && target_bp !== null) policy_target_bp[slot] = target_bp;
  }
  if (lead_times.size === 0) return { ...buying, policy_target_bp };
  const [agreed_days, measured_days] = [buying.agreed_days.slice(), buying.measured_days.slice()];
  for (let item = 0; item < agreed_days.length; item++) {
    const days = lead_times.get(buying.supplier[item] as number);
    if (days === undefined) continue;
    agreed_days[item] = days;
    for (let site = 0; site < ground.sites.length; site++) {
      const slot = buying.measured.get(item * ground.sites.length + site);
      if (slot >= 0) measured_days[slot] = days;
    }
  }
  return { ...buying, policy_target_bp, agreed_days, measured_days };
}

/** The queue of a moment as a scenario has it. Whoever serves it decides by itself who gets what. */
export function queueUnder(ground: QueueGround, overlay: Overlay): QueueGround {
  const { lines, going, coming, channels, serving } = overlay;
  return {
    ...ground,
    lines: lines.length === 0 ? ground.lines : [...ground.lines, ...lines.map(newLine)],
    balances: queueBalances(ground, lines),
    purchases: purchasesUnder(ground, { going, coming }),
    rules: channels.size === 0 ? ground.rules : new Map([...ground.rules, ...channels]),
    decisions: [...ground.decisions, ...serving.map(servedOtherwise)],
    // what was served and arranged of the ground before is of other facts
    served: new Map(),
    views: new Map(),
  };
}

function newLine({ item_id, site_id, channel_id, on, qty_milli, net_minor }: OverlaidLine, at: number): OpenLine {
  return {
    order_line_id: NEW_LINE_FROM + at,
    order_id: NEW_LINE_FROM + at,
    item_id,
    site_id,
    channel_id: channel_id ?? 0,
    party_id: 0,
    due_on: on,
    open_qty_milli: qty_milli,
    open_minor: net_minor ?? 0,
  };
}

function queueBalances({ balances }: QueueGround, lines: readonly OverlaidLine[]): QueueGround['balances'] {
  if (lines.length === 0) return balances;
  const more = new Map(balances);
  for (const { item_id, site_id, qty_milli } of lines) {
    const key = positionKey(item_id, site_id);
    const held = more.get(key) ?? { on_hand_qty_milli: 0, reserved_qty_milli: 0 };
    more.set(key, { ...held, reserved_qty_milli: held.reserved_qty_milli + qty_milli });
  }
  return more;
}

function purchasesUnder(
  { purchases, as_of_on }: QueueGround,
  { going, coming }: Pick<Overlay, 'going' | 'coming'>,
): QueueGround['purchases'] {
  if (going.length === 0 && coming.length === 0) return purchases;
  const under = new Map(purchases);
  const reached = new Set([...going, ...coming].map((each) => positionOf(each.item_id, each.site_id)));
  const known = new Map([...purchases.values()].flat().map((line) => [line.po_line_id, line]));
  for (const position of reached) {
    const here = coming.filter((each) => positionOf(each.item_id, each.site_id) === position);
    const rows = receiptsUnder(
      purchases.get(position) ?? [],
      { going },
      here.map(({ po_line_id, item_id, site_id, on, qty_milli }, at): OpenPurchaseLine => {
        const line = po_line_id === null ? undefined : known.get(po_line_id);
        return {
          po_line_id: po_line_id ?? NEW_LINE_FROM + at,
          purchase_order_id: line?.purchase_order_id ?? 0,
          item_id,
          site_id,
          number: line?.number ?? '',
          supplier_id: line?.supplier_id ?? 0,
          promised_on: line?.promised_on ?? as_of_on,
          expected_on: on,
          open_qty_milli: qty_milli,
        };
      }),
    );
    // as they are read: by the day they are expected
    under.set(
      position,
      rows.toSorted((a, b) => a.expected_on - b.expected_on || a.po_line_id - b.po_line_id),
    );
  }
  return under;
}

/** It stands before everything that was decided. */
function servedOtherwise({ assumption_id, order_id, order_line_id, standing }: Overlay['serving'][number]): Decision {
  return {
    id: assumption_id,
    order_id,
    order_line_id,
    kind: standing,
    until_on: null,
    reason: '',
    author: '',
    written_at_ms: 0,
    accepted_at_ms: Number.MAX_SAFE_INTEGER,
    accepted: false,
    state: 'pending',
  };
}
