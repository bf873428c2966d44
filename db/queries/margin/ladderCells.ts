/** The margin ladder's sums read off a scan: what a line adds is domain/kpi/marginLadder.ts addLadderLine's. */
import { emptyLadderSums, type LadderPart, type LadderSums } from '#domain/kpi/marginLadder.ts';
import { addMarginSums } from '#domain/kpi/margin.ts';
import type { FactView } from '#db/analysis/factView.ts';
import { KNOWN, LINE_CLASS, LINE_CLASSES } from '#db/analysis/lineFacts.ts';
import type { CodeKey, ScanResult, SumColumn } from '#db/analysis/scan.ts';
import { codeColumn } from '#db/analysis/segment.ts';
import { marginSumsOfCells } from './marginCells.ts';

/** What is known of a line's costs, as it occurs in the view: few of the sixteen combinations do. */
export function knownCombinations(view: FactView, with_cost: boolean): readonly number[] {
  const found = new Set([0]);
  for (const { cost } of with_cost ? view.parts : []) {
    if (cost) for (const bits of codeColumn(cost, 'known').dictionary) found.add(Number(bits));
  }
  return [...found].toSorted((a, b) => a - b);
}

export function ladderCodes(combinations: readonly number[], groups: number): CodeKey[] {
  const classes: CodeKey = { column: 'class', from: 'general', cellOf: (entry) => entry * groups, without: 0 };
  const stride = LINE_CLASSES * groups;
  const cellOf = (bits: number) => combinations.indexOf(bits) * stride;
  return combinations.length === 1 ? [classes] : [classes, { column: 'known', from: 'cost', cellOf, without: 0 }];
}

export function ladderColumns(with_cost: boolean): SumColumn[] {
  const general = ['gross', 'discount'].map((column): SumColumn => ({ column, from: 'general' }));
  const costs = ['cost', 'freight', 'rebate', 'fee'].map((column): SumColumn => ({ column, from: 'cost' }));
  return with_cost ? [...general, ...costs] : general;
}

const PARTS = [
  ['freight', KNOWN.freight, 4],
  ['rebates', KNOWN.rebate, 5],
  ['fees', KNOWN.fee, 6],
] as const;
const SENT = KNOWN.cost | KNOWN.freight;
const WHOLE = SENT | KNOWN.rebate | KNOWN.fee;

/** The sums of one group, credits and claims apart. */
export function ladderSumsAt(result: ScanResult, combinations: readonly number[], group: number): LadderSums {
  const { values, width } = result;
  const groups = values.length / width / LINE_CLASSES / combinations.length;
  const sums = emptyLadderSums();
  for (const [index, bits] of combinations.entries()) {
    const place = (line_class: number) => ((index * LINE_CLASSES + line_class) * groups + group) * width;
    addMarginSums(sums.margin, marginSumsOfCells(values, place, (bits & KNOWN.cost) !== 0));
    for (const line_class of [LINE_CLASS.goods, LINE_CLASS.goods_below_zero, LINE_CLASS.return]) {
      const at = place(line_class);
      const lines = values[at] ?? 0;
      if (lines === 0) continue;
      const net_minor = line_class === LINE_CLASS.return ? 0 : Math.abs((values[at + 1] ?? 0) - (values[at + 2] ?? 0));
      const goods_lines = line_class === LINE_CLASS.return ? 0 : lines;
      for (const [name, bit, column] of PARTS) {
        if ((bits & bit) !== 0) addPart(sums[name], values[at + column] ?? 0, lines, goods_lines, net_minor);
      }
      if ((bits & SENT) === SENT) sums.sent_goods_net_minor += net_minor;
      if (bits !== WHOLE) continue;
      sums.whole_goods_lines += goods_lines;
      sums.whole_goods_net_minor += net_minor;
    }
  }
  return sums;
}

function addPart(part: LadderPart, sum_minor: number, lines: number, goods_lines: number, net_minor: number): void {
  part.sum_minor += sum_minor;
  part.known_lines += lines;
  part.known_goods_lines += goods_lines;
  part.known_goods_net_minor += net_minor;
}
