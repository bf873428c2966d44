/** Margin sums read off a scan: what one line adds is domain/kpi/margin.ts addMarginLine's; random data holds them together. */
import { addMarginSums, emptyMarginSums, type MarginSums } from '#domain/kpi/margin.ts';
import type { CodeKey, ScanResult, SumColumn } from '#db/analysis/scan.ts';
import { KNOWN, LINE_CLASS, LINE_CLASSES } from '#db/analysis/lineFacts.ts';

/** Cells of one group: a line's class, once without and once with a known cost. Groups of one class lie together. */
export const MARGIN_CELLS = 2 * LINE_CLASSES;

/** `with_cost`: false for users without the area, whose scan never touches a cost. */
export function marginCodes(with_cost: boolean, groups: number): CodeKey[] {
  const classes: CodeKey = { column: 'class', from: 'general', cellOf: (entry) => entry * groups, without: 0 };
  const known: CodeKey = {
    column: 'known',
    from: 'cost',
    cellOf: (bits) => (bits & KNOWN.cost) * LINE_CLASSES * groups,
    without: 0,
  };
  return with_cost ? [classes, known] : [classes];
}

export function marginColumns(with_cost: boolean): SumColumn[] {
  const columns: SumColumn[] = [
    { column: 'gross', from: 'general' },
    { column: 'discount', from: 'general' },
  ];
  return with_cost ? [...columns, { column: 'cost', from: 'cost' }] : columns;
}

/** The sums of one group. */
export function marginSumsAt({ values, width }: ScanResult, group: number): MarginSums {
  const groups = values.length / width / MARGIN_CELLS;
  const place = (known: number) => (line_class: number) =>
    ((known * LINE_CLASSES + line_class) * groups + group) * width;
  const sums = marginSumsOfCells(values, place(0), false);
  addMarginSums(sums, marginSumsOfCells(values, place(1), true));
  return sums;
}

/** What the cells of one group add up to; `place` says where a class begins: its rows, gross, discount and cost. */
export function marginSumsOfCells(
  values: Float64Array,
  place: (line_class: number) => number,
  costed: boolean,
): MarginSums {
  const sums = emptyMarginSums();
  for (let line_class = 0; line_class < LINE_CLASSES; line_class++) {
    const at = place(line_class);
    const lines = values[at] ?? 0;
    if (lines === 0) continue;
    const gross_minor = values[at + 1] ?? 0;
    const discount_minor = values[at + 2] ?? 0;
    const net_minor = gross_minor - discount_minor;
    sums.lines += lines;
    if (line_class === LINE_CLASS.discount) {
      sums.discounts_minor += net_minor;
      continue;
    }
    if (line_class === LINE_CLASS.other) {
      sums.other_minor += net_minor;
      continue;
    }
    sums.discounts_minor -= discount_minor;
    if (costed) {
      sums.cost_minor += values[at + 3] ?? 0;
      sums.costed_lines += lines;
    }
    if (line_class === LINE_CLASS.return) {
      sums.returns_minor += gross_minor;
      continue;
    }
    const magnitude_minor = line_class === LINE_CLASS.goods_below_zero ? -net_minor : net_minor;
    sums.gross_minor += gross_minor;
    sums.goods_lines += lines;
    sums.goods_net_minor += magnitude_minor;
    if (costed) {
      sums.costed_goods_lines += lines;
      sums.costed_goods_net_minor += magnitude_minor;
    }
  }
  return sums;
}
