/** What a base unit of one item cost on a day, with the receipts and charges behind it; only for who sees cost. */
import { isoDate } from '#domain/calendar.ts';
import { lineAmountOrNull } from '#domain/money.ts';
import {
  landedByLine,
  type LandedCharge,
  landedPriceMicro,
  type ReceivedGoods,
  type UnitCost,
  unitCosts,
} from '#domain/pricing/landedUnitCost.ts';
import type { ReceiptOfUnit } from '#contract/queries.ts';
import type { QueryContext } from '../context.ts';

export interface UnitCostFound {
  readonly cost: UnitCost;
  /** Empty = it is the cost kept of the item. */
  readonly receipts: readonly ReceiptOfUnit[];
}

interface Receipt extends ReceivedGoods {
  readonly purchase_order_id: number;
  readonly purchase_order: string;
  readonly receipt: string;
}

export async function unitCostFound(
  context: QueryContext,
  company: { readonly id: number; readonly currency: string },
  item_id: number,
  day: number,
): Promise<UnitCostFound | null> {
  const { db } = context;
  const receipts = lastReceipts(context, company.id, item_id, day);
  const charges = chargesOf(context, company.currency, new Set(receipts.map((each) => each.purchase_order_id)));
  const landed = landedByLine(charges.map(({ charge }) => charge));
  const kept = await db
    .selectFrom('item_cost')
    .select('unit_cost_micro')
    .where('id', '=', item_id)
    .where('company_id', '=', company.id)
    .executeTakeFirst();
  const kept_micro = new Map(kept === undefined ? [] : [[item_id, kept.unit_cost_micro]]);
  const cost = unitCosts(receipts, landed, kept_micro, company.currency)(item_id, day);
  if (cost === null) return null;
  const used = new Set(cost.receipts);
  return {
    cost,
    receipts: receipts.flatMap((receipt): ReceiptOfUnit[] => {
      const { po_line_id, purchase_order_id, unit_price_micro, received_qty_milli } = receipt;
      const landed_price_micro = landedPriceMicro(receipt, landed.get(po_line_id) ?? 0, company.currency);
      if (!used.has(receipt) || unit_price_micro === null || landed_price_micro === null) return [];
      return [
        {
          purchase_order_id,
          purchase_order: receipt.purchase_order,
          receipt: receipt.receipt,
          received_on: isoDate(receipt.received_on),
          qty_milli: receipt.qty_milli,
          line_received_qty_milli: received_qty_milli,
          unit_price_micro,
          landed: charges
            .filter((each) => each.purchase_order_id === purchase_order_id)
            .flatMap(({ kind, charge }) => {
              const parts = landedByLine([charge]);
              const part_minor = parts.size === 0 ? null : (parts.get(po_line_id) ?? 0);
              return [{ kind, split_by: charge.split_by, charge_minor: charge.amount_minor, part_minor }];
            }),
          landed_price_micro,
        },
      ];
    }),
  };
}

/** Of the last day by then on which some with a price came. */
function lastReceipts({ scan }: QueryContext, company_id: number, item_id: number, day: number): Receipt[] {
  return scan<
    readonly [
      po_line_id: number,
      purchase_order_id: number,
      purchase_order: string,
      receipt: string,
      received_on: number,
      qty_milli: number,
      unit_price_micro: number,
      received_qty_milli: number,
    ]
  >(
    `WITH priced AS (
       SELECT l.id AS line, l.purchase_order_id, l.received_qty_milli, p.unit_price_micro, r.id, r.number, r.received_on, r.qty_milli
       FROM main.po_line l JOIN main.po_line_price p ON p.id = l.id JOIN main.receipt_line r ON r.po_line_id = l.id
       WHERE l.item_id = ? AND l.company_id = ? AND r.received_on <= ? AND r.qty_milli > 0)
     SELECT x.line, x.purchase_order_id, o.number, x.number, x.received_on, x.qty_milli, x.unit_price_micro, x.received_qty_milli
     FROM priced x JOIN main.purchase_order o ON o.id = x.purchase_order_id
     WHERE x.received_on = (SELECT max(received_on) FROM priced) ORDER BY x.id`,
    [item_id, company_id, day],
  ).map(([po_line_id, purchase_order_id, purchase_order, receipt, received_on, qty_milli, price, received]) => ({
    po_line_id,
    item_id,
    ref: `${purchase_order} · ${receipt}`,
    purchase_order_id,
    purchase_order,
    receipt,
    received_on,
    qty_milli,
    unit_price_micro: price,
    received_qty_milli: received,
  }));
}

interface ChargeOfPurchase {
  readonly purchase_order_id: number;
  readonly kind: string;
  readonly charge: LandedCharge;
}

function chargesOf({ scan }: QueryContext, currency: string, purchases: ReadonlySet<number>): ChargeOfPurchase[] {
  return [...purchases].flatMap((purchase_order_id) => {
    const charges = scan<readonly [id: number, kind: string, amount_minor: number, split_by: string]>(
      `SELECT id, kind, amount_minor, split_by FROM main.landed_cost WHERE purchase_order_id = ? ORDER BY id`,
      [purchase_order_id],
    );
    if (charges.length === 0) return [];
    const posted = Map.groupBy(
      scan<readonly [cost: number, line: number, amount_minor: number]>(
        `SELECT l.landed_cost_id, l.po_line_id, l.amount_minor FROM main.landed_cost c
           JOIN main.landed_cost_line l ON l.landed_cost_id = c.id WHERE c.purchase_order_id = ? ORDER BY l.id`,
        [purchase_order_id],
      ),
      ([cost]) => cost,
    );
    const lines = scan<
      readonly [
        id: number,
        code: string | null,
        uom: string | null,
        weight_g: number | null,
        volume_ml: number | null,
        qty_milli: number,
        unit_price_micro: number | null,
      ]
    >(
      `SELECT l.id, i.code, i.uom, i.weight_g, i.volume_ml, l.ordered_qty_milli, p.unit_price_micro FROM main.po_line l
         LEFT JOIN main.item i ON i.id = l.item_id LEFT JOIN main.po_line_price p ON p.id = l.id
       WHERE l.purchase_order_id = ? ORDER BY l.id`,
      [purchase_order_id],
    ).map(([id, code, uom, weight_g, volume_ml, qty_milli, unit_price_micro]) => ({
      id,
      code: code ?? String(id),
      uom: uom ?? '',
      weight_g,
      volume_ml,
      qty_milli,
      amount_minor: unit_price_micro === null ? null : lineAmountOrNull(qty_milli, unit_price_micro, currency),
    }));
    return charges.map(([id, kind, amount_minor, split_by]) => ({
      purchase_order_id,
      kind,
      charge: {
        amount_minor,
        split_by,
        posted: (posted.get(id) ?? []).map(([, po_line_id, part]) => ({ po_line_id, amount_minor: part })),
        lines,
      },
    }));
  });
}
