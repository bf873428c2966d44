/** What is assumed of a class or of a channel’s demand is of: the class of each item, and a channel's share of what each place sells. */
import type { AbcClass } from '#domain/planning/abcXyz.ts';
import type { MatrixCell } from '#domain/planning/classMatrix.ts';
import type { Overlay } from '#domain/scenario/overlay.ts';
import type { QueryContext } from '../context.ts';
import { ASKED_QTY_SQL } from '../facts.ts';
import { classMonths, companyClasses } from '../classes/classing.ts';
import { cellOf, type StockGround } from '../stock/itemColumns.ts';

export interface DemandParts {
  /** By the item's place; null = no assumption asks. */
  readonly abc: readonly AbcClass[] | null;
  /** Cell → channel → share of what was asked for there in twelve whole months, of the channels that are asked about. */
  readonly shares: ReadonlyMap<number, ReadonlyMap<number, number>>;
}

export async function demandParts(
  context: QueryContext,
  { company_id, as_of_on }: { readonly company_id: number; readonly as_of_on: number },
  ground: StockGround,
  { demand, class_policies }: Pick<Overlay, 'demand' | 'class_policies'>,
): Promise<DemandParts> {
  const [first_month = 0] = classMonths(as_of_on);
  const channels = new Set(demand.flatMap(({ channel_id }) => channel_id ?? []));
  const classed = class_policies.length > 0 || demand.some(({ abc }) => abc != null);
  // the classes of the screen ABC/XYZ, of the whole company
  const cells = classed ? await companyClasses(context, { company_id, as_of_on }, ground) : null;
  context.checkCancelled();
  return {
    abc: classed ? Array.from(ground.items.ids, (item_id) => letterOf(cells?.get(item_id))) : null,
    shares: channels.size === 0 ? new Map() : channelShares(context, company_id, first_month, ground, channels),
  };
}

/** What stands apart there (new, obsolete, nothing asked for and nothing there) is assumed of with the rest. */
function letterOf(cell: MatrixCell | undefined): AbcClass {
  if (cell === undefined || cell === 'new' || cell === 'obsolete') return 'C';
  return cell.startsWith('A') ? 'A' : cell.startsWith('B') ? 'B' : 'C';
}

type Sold = readonly [item_id: number, site_id: number, channel_id: number | null, qty_milli: number];

function channelShares(
  { scan }: QueryContext,
  company_id: number,
  from_month: number,
  ground: StockGround,
  asked: ReadonlySet<number>,
): Map<number, Map<number, number>> {
  const rows = scan<Sold>(
    `SELECT l.item_id, l.site_id, l.channel_id, sum(${ASKED_QTY_SQL})
     FROM main.order_line l WHERE l.company_id = ? AND l.month >= ? AND l.kind = 'goods'
       AND l.item_id IS NOT NULL AND l.site_id IS NOT NULL GROUP BY 1, 2, 3`,
    [company_id, from_month],
  );
  const all = new Map<number, number>();
  const own = new Map<number, Map<number, number>>();
  for (const [item_id, site_id, channel_id, qty_milli] of rows) {
    const cell = cellOf(ground, item_id, site_id);
    if (cell < 0 || !(qty_milli > 0)) continue;
    all.set(cell, (all.get(cell) ?? 0) + qty_milli);
    if (channel_id === null || !asked.has(channel_id)) continue;
    const held = own.get(cell) ?? new Map<number, number>();
    own.set(cell, held.set(channel_id, qty_milli));
  }
  for (const [cell, held] of own) {
    for (const [channel_id, qty_milli] of held) held.set(channel_id, qty_milli / (all.get(cell) ?? qty_milli));
  }
  return own;
}
