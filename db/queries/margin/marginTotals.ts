/** How many lines make a figure of the margin and what they add up to, from columns. */
import { createCellLayout } from '#db/analysis/cells.ts';
import type { FactView } from '#db/analysis/factView.ts';
import { KNOWN, LINE_CLASS, LINE_CLASSES } from '#db/analysis/lineFacts.ts';
import type { LadderSums } from '#domain/kpi/marginLadder.ts';
import { LEFT_OUT } from '#db/analysis/kernel.ts';
import { type CodeKey, scanFacts } from '#db/analysis/scan.ts';
import type { QueryArgs } from '#contract/queries.ts';
import { type KnownFacts, keepCompanies, keepFiltered, keepMonths } from '../facts.ts';
import type { LineFilter } from '../orders/linePredicate.ts';
import { knownCombinations, ladderCodes, ladderColumns, ladderSumsAt } from './ladderCells.ts';

type Args = QueryArgs<'marginLines'>;

export interface MarginLineTotals {
  readonly total_lines: number;
  readonly total_minor: number;
}

/** Figures that are no sum of one amount of their lines. */
export type Step = Extract<Args['figure'], 'gm1' | 'gm2' | 'gm3' | 'claims'>;
export type SummedFigure = Exclude<Args['figure'], Step>;

const GOODS: readonly number[] = [LINE_CLASS.goods, LINE_CLASS.goods_below_zero];
/** Classes of line a figure is made of; the discounts are told apart by their lines, not by a class. */
const CLASSES: Readonly<Record<Exclude<SummedFigure, 'discounts'>, readonly number[]>> = {
  all: Object.values(LINE_CLASS),
  gross: GOODS,
  returns: [LINE_CLASS.return],
  net: [...GOODS, LINE_CLASS.return, LINE_CLASS.discount],
  other: [LINE_CLASS.other],
  no_cost: GOODS,
};

export function marginTotals(
  view: FactView,
  args: LineFilter & { readonly from_month: number; readonly to_month: number },
  figure: SummedFigure,
  items: KnownFacts,
  checkCancelled: () => void,
): MarginLineTotals {
  if (figure === 'discounts') throw new Error('lines with a discount are no class of lines');
  const layout = createCellLayout(view);
  keepCompanies(layout, [args.company_id]);
  keepFiltered(view, layout, args, items, 'ordered_on');
  keepMonths(layout, args.from_month, args.to_month);
  const cellOf = (line_class: number) => (CLASSES[figure].includes(line_class) ? 0 : LEFT_OUT);
  const codes: CodeKey[] = [{ column: 'class', from: 'general', cellOf, without: LEFT_OUT }];
  if (figure === 'no_cost') {
    const unknown = (bits: number) => ((bits & KNOWN.cost) === 0 ? 0 : LEFT_OUT);
    codes.push({ column: 'known', from: 'cost', cellOf: unknown, without: 0 });
  }
  const { values } = scanFacts(view, {
    cells: 1,
    keys: layout.keys(),
    codes,
    sums: [
      { column: 'gross', from: 'general' },
      { column: 'discount', from: 'general' },
    ],
    checkCancelled,
  });
  const [total_lines = 0, gross_minor = 0, discount_minor = 0] = values;
  const gross_only = figure === 'gross' || figure === 'returns';
  return { total_lines, total_minor: gross_only ? gross_minor : gross_minor - discount_minor };
}

/** The ladder's sums over all lines of the filter: the pivot's own, of one group. */
export function ladderTotals(
  view: FactView,
  args: LineFilter & { readonly from_month: number; readonly to_month: number },
  items: KnownFacts,
  checkCancelled: () => void,
): LadderSums {
  const layout = createCellLayout(view);
  keepCompanies(layout, [args.company_id]);
  keepFiltered(view, layout, args, items, 'ordered_on');
  keepMonths(layout, args.from_month, args.to_month);
  const known = knownCombinations(view, true);
  const result = scanFacts(view, {
    cells: LINE_CLASSES * known.length,
    keys: layout.keys(),
    codes: ladderCodes(known, 1),
    sums: ladderColumns(true),
    checkCancelled,
  });
  return ladderSumsAt(result, known, 0);
}
