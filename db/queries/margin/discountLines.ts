/** The lines that are a discount of their own: one in a thousand, which the tables have no index for and columns tell at once. */
import { createCellLayout } from '#db/analysis/cells.ts';
import { LEFT_OUT } from '#db/analysis/kernel.ts';
import { LINE_CLASS } from '#db/analysis/lineFacts.ts';
import { scanFacts } from '#db/analysis/scan.ts';
import { valueColumn } from '#db/analysis/segment.ts';
import type { QueryContext } from '../context.ts';
import { keepCompanies } from '../facts.ts';
import { columnsSince } from '../wholeSince.ts';

/** Ids of a company's lines ordered up to the month (yyyymm). */
export function discountLines(context: QueryContext, company_id: number, month: number): readonly number[] {
  const view = columnsSince(context, [company_id]);
  if (view === null) {
    return context
      .scan<readonly [number]>(
        "SELECT id FROM main.order_line WHERE company_id = ? AND month <= ? AND kind = 'discount'",
        [company_id, month],
      )
      .map(([id]) => id);
  }
  const layout = createCellLayout(view);
  keepCompanies(layout, [company_id]);
  layout.keep('month', (value) => Number(value) <= month);
  const ids: number[] = [];
  scanFacts(view, {
    cells: 1,
    keys: layout.keys(),
    codes: [
      {
        column: 'class',
        from: 'general',
        cellOf: (entry) => (entry === LINE_CLASS.discount ? 0 : LEFT_OUT),
        without: LEFT_OUT,
      },
    ],
    sums: [],
    checkCancelled: context.checkCancelled,
    visit: ({ general }, keys) => {
      const { origin, values } = valueColumn(general, 'line');
      for (let row = 0; row < general.rows; row++) {
        if ((keys[row] as number) >= 0) ids.push(origin + (values?.[row] ?? 0));
      }
    },
  });
  return ids;
}
