/** What lies at positions, what came and is to come, as `domain/risk/cover.ts` looks at it; only of positions asked for. */
import { dayLedger, type Position, type PromisedReceipt } from '#domain/risk/cover.ts';
import { LOOK_BACK_DAYS, LOOK_EVERY_DAYS } from '#domain/risk/sample.ts';
import type { QueryContext } from '../context.ts';

/** An item at a site as one number. */
export function positionKey(item_id: number, site_id: number): number {
  return item_id * 65_536 + site_id;
}

/** What of an entry's day matters: the last look that does not know of it, or no look when it was today. */
function lookBefore(on: number, as_of_on: number): number | null {
  const back = Math.ceil((as_of_on - on) / LOOK_EVERY_DAYS);
  return back <= 0 ? null : as_of_on - back * LOOK_EVERY_DAYS;
}

/** Quantities by position and look: thousands of entries become a few dozen. */
export class LedgerByLook {
  private readonly byKey: Map<number, Map<number, number>>;
  private readonly as_of_on: number;

  constructor(keys: Iterable<number>, as_of_on: number) {
    this.byKey = new Map([...keys].map((key) => [key, new Map()]));
    this.as_of_on = as_of_on;
  }

  add(key: number, on: number, qty_milli: number): void {
    const held = this.byKey.get(key);
    const look = held === undefined ? null : lookBefore(on, this.as_of_on);
    if (held === undefined || look === null) return;
    held.set(look, (held.get(look) ?? 0) + qty_milli);
  }

  of(key: number) {
    return dayLedger([...(this.byKey.get(key) ?? [])].map(([on, qty_milli]) => ({ on, qty_milli })));
  }
}

/** `owed`: open quantities by position; `ordered`: what was ordered since, by look. */
export function positionsOf(
  context: QueryContext,
  company_id: number,
  as_of_on: number,
  wanted: ReadonlySet<number>,
  owed: ReadonlyMap<number, number>,
  ordered: LedgerByLook,
): ReadonlyMap<number, Position> {
  const came = new LedgerByLook(wanted, as_of_on);
  const on_hand = new Map<number, number>();
  for (const [item_id, site_id, qty_milli] of context.scan<readonly [number, number, number]>(
    'SELECT item_id, site_id, on_hand_qty_milli FROM main.stock_balance NOT INDEXED WHERE company_id = ?',
    [company_id],
  )) {
    on_hand.set(positionKey(item_id, site_id), qty_milli);
  }
  context.checkCancelled();
  for (const [item_id, site_id, on, qty_milli] of context.scan<readonly [number, number, number, number]>(
    'SELECT item_id, site_id, moved_on, qty_milli FROM main.stock_move NOT INDEXED WHERE company_id = ?',
    [company_id],
  )) {
    came.add(positionKey(item_id, site_id), on, qty_milli);
  }
  context.checkCancelled();
  const promised = purchaseLines(context, company_id, as_of_on, wanted, came);
  return new Map(
    [...wanted].map((key): [number, Position] => [
      key,
      {
        free_now_qty_milli: (on_hand.get(key) ?? 0) - (owed.get(key) ?? 0),
        ordered: ordered.of(key),
        came: came.of(key),
        promised: promised.get(key) ?? [],
      },
    ]),
  );
}

type PurchaseRow = readonly [
  id: number,
  item_id: number,
  site_id: number,
  ordered_on: number,
  promised_on: number,
  qty: number,
  supplier_id: number,
];

/** What happened today is known today: it counts as of the day before. */
function purchaseLines(
  context: QueryContext,
  company_id: number,
  as_of_on: number,
  wanted: ReadonlySet<number>,
  came: LedgerByLook,
): Map<number, PromisedReceipt[]> {
  const known = (on: number): number => Math.min(on, as_of_on - 1);
  const byLine = new Map<
    number,
    {
      readonly key: number;
      readonly received: { on: number; qty_milli: number }[];
      readonly told: { told_on: number; promised_on: number }[];
    }
  >();
  const promised = new Map<number, PromisedReceipt[]>();
  // a cancelled order is left out of the past as well: when it was cancelled is not known
  const lines = context.scan<PurchaseRow>(
    `SELECT l.id, l.item_id, l.site_id, p.ordered_on, l.promised_on, l.ordered_qty_milli, p.supplier_id
     FROM main.purchase_order p JOIN main.po_line l ON l.purchase_order_id = p.id
     WHERE p.company_id = ? AND p.state <> 'cancelled'
       AND (l.received_on IS NULL OR l.received_on >= ? OR l.received_qty_milli < l.ordered_qty_milli)`,
    [company_id, as_of_on - LOOK_BACK_DAYS],
  );
  for (const [id, item_id, site_id, ordered_on, promised_on, ordered_qty_milli, supplier_id] of lines) {
    const key = positionKey(item_id, site_id);
    if (!wanted.has(key)) continue;
    const line = { key, received: [], told: [] };
    byLine.set(id, line);
    const receipt = {
      supplier_id,
      ordered_on: known(ordered_on),
      ordered_qty_milli,
      promised_on,
      received: line.received,
      told: line.told,
    };
    const held = promised.get(key);
    if (held) held.push(receipt);
    else promised.set(key, [receipt]);
  }
  context.checkCancelled();
  for (const [id, on, qty_milli] of context.scan<readonly [number, number, number]>(
    'SELECT po_line_id, received_on, qty_milli FROM main.receipt_line NOT INDEXED WHERE company_id = ?',
    [company_id],
  )) {
    const line = byLine.get(id);
    if (line === undefined) continue;
    line.received.push({ on: known(on), qty_milli });
    came.add(line.key, on, qty_milli);
  }
  context.checkCancelled();
  for (const [id, told_on, promised_on] of context.scan<readonly [number, number, number]>(
    'SELECT po_line_id, told_on, promised_on FROM main.promise_event NOT INDEXED WHERE company_id = ? ORDER BY told_on, id',
    [company_id],
  )) {
    byLine.get(id)?.told.push({ told_on: known(told_on), promised_on });
  }
  return promised;
}
