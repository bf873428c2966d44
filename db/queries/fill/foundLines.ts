/** Due lines found in columns: their ids in the order asked for, without reading a row of the tables. */
import type { FactPart } from '#db/analysis/factMemory.ts';
import type { FactView } from '#db/analysis/factView.ts';
import { createCellLayout } from '#db/analysis/cells.ts';
import { LEFT_OUT } from '#db/analysis/kernel.ts';
import { ADJUSTED, FILL_STATE } from '#db/analysis/lineFacts.ts';
import { scanFacts } from '#db/analysis/scan.ts';
import { codeColumn, valueColumn } from '#db/analysis/segment.ts';
import { type KnownFacts, keepCompanies, keepFiltered } from '../facts.ts';
import { keepsDay } from '../pivot/periods.ts';
import type { DueRange } from './dueLines.ts';
import { type Dueness, notYetDue } from './fillCells.ts';

export type FillLineSort = 'committed_on' | 'missing' | 'value';

export interface WantedLines {
  readonly range: DueRange;
  readonly figure: 'due' | 'complete' | 'incomplete';
  readonly sort: FillLineSort;
  readonly descending: boolean;
}

/** Ids of all such lines, sorted; equal ones by id, in the direction of the sort. */
export function foundDueLines(
  view: FactView,
  { range, figure, sort, descending }: WantedLines,
  dueness: Dueness,
  items: KnownFacts,
  checkCancelled: () => void,
): Float64Array {
  const layout = createCellLayout(view);
  keepCompanies(layout, [range.company_id]);
  const { from_on: _from, to_on: _to, ...filter } = range;
  keepFiltered(view, layout, filter, items, 'committed_on');
  const inRange = keepsDay(range);
  layout.keep('committed_on', (day) => inRange(Number(day)));
  const ids: number[] = [];
  const values: number[] = [];
  scanFacts(view, {
    cells: 1,
    keys: layout.keys(),
    codes: [{ column: 'fill', from: 'general', cellOf: (state) => (wanted(state, figure) ? 0 : LEFT_OUT), without: 0 }],
    sums: [],
    checkCancelled,
    leaveOut: notYetDue(view, dueness),
    visit: (part, keys) => {
      const valueOf = sortValues(part, sort);
      const lines = valueColumn(part.general, 'line');
      for (let row = 0; row < part.general.rows; row++) {
        if ((keys[row] ?? -1) < 0) continue;
        ids.push(lines.origin + (lines.values?.[row] ?? 0));
        values.push(valueOf(row));
      }
    },
  });
  const sign = descending ? -1 : 1;
  const order = Uint32Array.from(ids, (_, index) => index).toSorted(
    (a, b) => sign * ((values[a] ?? 0) - (values[b] ?? 0) || (ids[a] ?? 0) - (ids[b] ?? 0)),
  );
  return Float64Array.from(order, (index) => ids[index] ?? 0);
}

function wanted(state: number, figure: WantedLines['figure']): boolean {
  if (state === FILL_STATE.none) return false;
  const incomplete = state === FILL_STATE.incomplete || state === FILL_STATE.incomplete + ADJUSTED;
  return figure === 'due' || incomplete === (figure === 'incomplete');
}

function sortValues(part: FactPart, sort: FillLineSort): (row: number) => number {
  const { general } = part;
  if (sort === 'committed_on') {
    const { codes, dictionary } = codeColumn(general, 'committed_on');
    return (row) => Number(dictionary[codes?.[row] ?? 0]);
  }
  const packed = new Map<number, number>();
  const name = sort === 'missing' ? 'missing' : 'adjusted';
  const rows = valueColumn(general, `${name}_row`);
  const amounts = valueColumn(general, sort === 'missing' ? 'missing_qty' : 'adjusted_value');
  for (let at = 0; at < rows.length; at++) packed.set(rows.values?.[at] ?? 0, amounts.values?.[at] ?? 0);
  if (sort === 'missing') return (row) => packed.get(row) ?? 0;
  const gross = valueColumn(general, 'gross').values;
  const discount = valueColumn(general, 'discount').values;
  return (row) => (gross?.[row] ?? 0) - (discount?.[row] ?? 0) + (packed.get(row) ?? 0);
}
