/** Which items anybody asked for since a day: from the columns of order lines where they are ready, else month by month. */
import { addMonths, monthOfDay } from '#domain/calendar.ts';
import { createCellLayout } from '#db/analysis/cells.ts';
import type { FactView } from '#db/analysis/factView.ts';
import { scanFacts } from '#db/analysis/scan.ts';
import type { QueryContext } from '../context.ts';
import { GOODS_ONLY, placesOf } from '../facts.ts';
import { columnsSince } from '../wholeSince.ts';
import type { StockGround } from './itemColumns.ts';

interface Asked {
  readonly company_id: number;
  readonly from_on: number;
  readonly as_of_on: number;
}

/** By place of the item: 1 = asked for. */
export function askedItems(context: QueryContext, asked: Asked, ground: StockGround): Uint8Array {
  const view = columnsSince(context, [asked.company_id], monthOfDay(asked.from_on));
  return view === null ? fromTables(context, asked, ground) : fromFacts(context, view, asked, ground);
}

function fromFacts(context: QueryContext, view: FactView, asked: Asked, { items }: StockGround): Uint8Array {
  const { company_id, from_on, as_of_on } = asked;
  const [first_month, last_month] = [monthOfDay(from_on), monthOfDay(as_of_on)];
  const met = new Uint8Array(items.count);
  const layout = createCellLayout(view);
  layout.group({ column: 'item', slots: placesOf(view, 'item', items.placeOf) }, items.count);
  layout.keep('company', (value) => value === company_id);
  layout.keep('month', (value) => Number(value) >= first_month && Number(value) <= last_month);
  layout.keep('ordered_on', (value) => Number(value) > from_on && Number(value) <= as_of_on);
  scanFacts(view, {
    cells: layout.cells(),
    keys: layout.keys(),
    codes: [GOODS_ONLY],
    sums: [],
    checkCancelled: context.checkCancelled,
    visit: (part, cells) => {
      for (let row = 0; row < part.general.rows; row++) {
        const cell = cells[row] as number;
        if (cell >= 0) met[cell] = 1;
      }
    },
  });
  return met;
}

function fromTables(context: QueryContext, asked: Asked, { items }: StockGround): Uint8Array {
  const { company_id, from_on, as_of_on } = asked;
  const met = new Uint8Array(items.count);
  const last_month = monthOfDay(as_of_on);
  for (let month = monthOfDay(from_on); month <= last_month; month = addMonths(month, 1)) {
    context.checkCancelled();
    const rows = context.scan<readonly [number]>(
      `SELECT DISTINCT l.item_id FROM main.order_line l
       WHERE l.company_id = ? AND l.month = ? AND l.kind = 'goods' AND l.ordered_on > ? AND l.ordered_on <= ?
         AND l.item_id IS NOT NULL`,
      [company_id, month, from_on, as_of_on],
    );
    for (const [item_id] of rows) {
      const place = items.placeOf.get(item_id);
      if (place !== undefined) met[place] = 1;
    }
  }
  return met;
}
