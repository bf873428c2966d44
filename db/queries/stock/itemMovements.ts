/** What came and went of this item? Newest first, each with what was on hand after it. */
import { isoDate } from '#domain/calendar.ts';
import { BinnacleError } from '#contract/errors.ts';
import { type ItemMovements, MOVEMENT_KINDS, type MovementKind } from '#contract/queries.ts';
import type { WireTableName } from '#contract/wire/tables.ts';
import type { QueryContext, QueryHandler } from '../context.ts';
import { provenance } from '../provenance.ts';
import { sitesOf } from '../reference/names.ts';
import { seesWholeSite } from '../rights.ts';

const TABLES = [
  'receipt_line',
  'po_line',
  'shipment_line',
  'order_line',
  'stock_move',
  'stock_balance',
] as const satisfies readonly WireTableName[];

type MovementRow = readonly [
  kind: string,
  id: number,
  on: number,
  site_id: number | null,
  qty_milli: number,
  ref: string | null,
  order_id: number | null,
  purchase_order_id: number | null,
  /** Of this movement and all newer ones. */
  newer_qty_milli: number,
];

/** Receipts, shipments and other moves of the item; `?` is the item, three times. */
const MOVEMENTS = `
  SELECT 'receipt' AS kind, r.id, r.received_on AS moved_on, r.site_id, r.qty_milli, r.number AS ref, NULL AS order_id,
      l.purchase_order_id, 1 AS turn
    FROM main.po_line l JOIN main.receipt_line r ON r.po_line_id = l.id WHERE l.item_id = ?
  UNION ALL
  SELECT 'shipment', s.id, s.shipped_on, s.site_id, -s.qty_milli, s.number, l.order_id, NULL, 3
    FROM main.order_line l JOIN main.shipment_line s ON s.order_line_id = l.id WHERE l.item_id = ?
  UNION ALL
  SELECT m.kind, m.id, m.moved_on, m.site_id, m.qty_milli, m.ref, NULL, NULL, 2 FROM main.stock_move m WHERE m.item_id = ?`;

export const itemMovements: QueryHandler<'itemMovements'> = async (context, args) => {
  const item = await context.db
    .selectFrom('item')
    .select(['id', 'company_id'])
    .where('id', '=', args.item_id)
    .executeTakeFirst();
  if (!item) throw new BinnacleError('not_found', `There is no item ${args.item_id} among yours.`);
  const { id, company_id } = item;
  const atSite = args.site_id === undefined ? '' : 'WHERE site_id = ?';
  const parameters = [id, id, id, ...(args.site_id === undefined ? [] : [args.site_id])];
  const moved = `WITH moved AS (SELECT * FROM (${MOVEMENTS}) ${atSite})`;
  const [totals] = context.scan<readonly [rows: number, qty_milli: number]>(
    `${moved} SELECT count(*), coalesce(sum(qty_milli), 0) FROM moved`,
    parameters,
  );
  const rows = context.scan<MovementRow>(
    `${moved} SELECT kind, id, moved_on, site_id, qty_milli, ref, order_id, purchase_order_id,
       sum(qty_milli) OVER (ORDER BY moved_on DESC, turn DESC, id DESC ROWS UNBOUNDED PRECEDING)
     FROM moved ORDER BY moved_on DESC, turn DESC, id DESC LIMIT ? OFFSET ?`,
    [...parameters, args.limit, args.offset],
  );
  const on_hand_qty_milli = await onHand(context, id, args.site_id);
  const balance_gap = gap(context, company_id, args.site_id);
  const sites = await sitesOf(context.db, company_id);
  return {
    rows: rows.map(([kind, row_id, on, site_id, qty_milli, ref, order_id, purchase_order_id, newer_qty_milli]) => ({
      key: `${kind}:${row_id}`,
      kind: movementKind(kind),
      on: isoDate(on),
      site: (site_id === null ? undefined : sites.get(site_id)?.code) ?? '',
      qty_milli,
      balance_qty_milli: balance_gap === null ? on_hand_qty_milli - (newer_qty_milli - qty_milli) : null,
      ref,
      order_id,
      purchase_order_id,
    })),
    total_rows: totals?.[0] ?? 0,
    on_hand_qty_milli,
    opening_qty_milli: balance_gap === null ? on_hand_qty_milli - (totals?.[1] ?? 0) : null,
    balance_gap,
    provenance: provenance(context, TABLES),
  };
};

async function onHand(context: QueryContext, item_id: number, site_id: number | undefined): Promise<number> {
  let query = context.db
    .selectFrom('stock_balance')
    .select(({ fn }) => fn.sum<number | null>('on_hand_qty_milli').as('on_hand_qty_milli'))
    .where('item_id', '=', item_id);
  if (site_id !== undefined) query = query.where('site_id', '=', site_id);
  return (await query.executeTakeFirst())?.on_hand_qty_milli ?? 0;
}

/** A balance runs back from today's on hand only over all that moved it. */
function gap(context: QueryContext, company_id: number, site_id: number | undefined): ItemMovements['balance_gap'] {
  if (TABLES.some((table) => context.replica.loading_tables.has(table))) return 'loading';
  const sees = seesWholeSite(context.user, company_id, site_id ?? null);
  return sees === 'whole' ? null : sees;
}

function movementKind(kind: string): MovementKind {
  const known = MOVEMENT_KINDS.find((each) => each === kind);
  if (known === undefined) throw new Error(`a stock move of kind ${kind} is not known`);
  return known;
}
