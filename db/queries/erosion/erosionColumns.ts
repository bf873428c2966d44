/** Passes over the columns for what domain/pricing/erosion asks: the lines of a group, without those of what was told before. */
import { addMonths, monthRange } from '#domain/calendar.ts';
import { dimensionsOf, type ErosionLevel } from '#domain/pricing/erosion/tellOnce.ts';
import { HISTORY_MONTHS } from '#domain/pricing/erosion/unusual.ts';
import type { LineDimension } from '#contract/queries.ts';
import { type CellLayout, createCellLayout, type Grouping } from '#db/analysis/cells.ts';
import type { FactPart } from '#db/analysis/factMemory.ts';
import type { FactView } from '#db/analysis/factView.ts';
import { fillKeys, LEFT_OUT } from '#db/analysis/kernel.ts';
import { KNOWN, LINE_CLASS, LINE_CLASSES } from '#db/analysis/lineFacts.ts';
import { scanFacts, type ScanResult, type SumColumn } from '#db/analysis/scan.ts';
import { codeColumn } from '#db/analysis/segment.ts';
import type { QueryContext } from '../context.ts';
import { groupingOf, keepCompanies, type KnownFacts } from '../facts.ts';
import { classes, isGoods } from '../margin/bridgeScan.ts';
import { creditKey, type CreditRow } from '../margin/credits.ts';

export interface ErosionGround {
  readonly context: QueryContext;
  readonly view: FactView;
  readonly items: KnownFacts;
  readonly company_id: number;
  /** yyyymm, oldest first, the looked-at one last; those before `since_month` are not here. */
  readonly months: readonly number[];
  readonly since_month: number;
  /** Credit notes and what claims cost in these months. */
  readonly credits: readonly CreditRow[];
}

export const MONTHS = HISTORY_MONTHS + 1;

/** The looked-at month and those before it. */
export function erosionMonths(month: number): readonly number[] {
  return monthRange(addMonths(month, -HISTORY_MONTHS), month);
}

/** A group of lines, without those of what was told before it. */
export interface Group {
  readonly level: ErosionLevel;
  readonly key: string;
}

export function creditIn(row: CreditRow, group: Group, { items }: Pick<ErosionGround, 'items'>): boolean {
  return dimensionsOf(group.level, group.key).every(([dimension, key]) => creditKey(row, dimension, items) === key);
}

/** The credits of a group that none of `taken` holds. */
export function creditsOf(ground: ErosionGround, group: Group | null, taken: readonly Group[]): readonly CreditRow[] {
  return ground.credits.filter(
    (row) => (group === null || creditIn(row, group, ground)) && !taken.some((other) => creditIn(row, other, ground)),
  );
}

export interface GroupScan {
  /** Columns laid into the cell before side or month. */
  readonly arrange?: (layout: CellLayout) => void;
  /** Slot of a month, by its place in `ground.months`; negative = left out. */
  readonly slotOfMonth: (nth: number) => number;
  readonly slots: number;
  readonly sums?: readonly SumColumn[];
  /** Keys: what was arranged, then the month's slot, then the class of the line. `cells`: how many make a class. */
  readonly visit?: (part: FactPart, keys: Int32Array, cells: number) => void;
}

/** Looks at the lines of a group (null = all) that none of `taken` holds: what is billed besides goods, and goods of which a part is not known, apart. */
export function scanGroup(
  { context, view, items, company_id, months, since_month }: ErosionGround,
  group: Group | null,
  taken: readonly Group[],
  { arrange, slotOfMonth, slots, sums = [], visit }: GroupScan,
): ScanResult {
  const layout = createCellLayout(view);
  arrange?.(layout);
  const slotOf = new Map(months.map((month, nth) => [month, month < since_month ? -1 : slotOfMonth(nth)]));
  const bySlot = Int32Array.from(view.numbering('month').values, (month) => slotOf.get(Number(month)) ?? -1);
  layout.group({ column: 'month', slots: bySlot }, slots);
  keepCompanies(layout, [company_id]);
  const grouping = (dimension: LineDimension): Grouping => groupingOf(view, dimension, items, 'ordered_on');
  for (const [dimension, key] of group === null ? [] : dimensionsOf(group.level, group.key)) {
    const { column, keys, slots: slotsOf } = grouping(dimension);
    layout.keepNumbers(column, (number) => keys[slotsOf[number] ?? -1] === key);
  }
  const pairs: (readonly [PairSide, PairSide])[] = [];
  for (const other of taken) {
    const [first, second] = dimensionsOf(other.level, other.key).map(([dimension, key]): PairSide => {
      const { column, keys, slots: slotsOf } = grouping(dimension);
      return { column, holds: Uint8Array.from(slotsOf, (slot) => Number(keys[slot] === key)) };
    });
    if (first === undefined) continue;
    if (second === undefined) layout.keepNumbers(first.column, (number) => first.holds[number] !== 1);
    else pairs.push([first, second]);
  }
  const cells = layout.cells();
  const unknown = cells * LINE_CLASSES;
  return scanFacts(view, {
    cells: unknown * 2,
    keys: layout.keys(),
    codes: [
      classes(cells, (line_class) => line_class !== LINE_CLASS.other),
      { column: 'known', from: 'cost', cellOf: (bits) => (bits === WHOLE ? 0 : unknown), without: unknown },
    ],
    sums,
    checkCancelled: context.checkCancelled,
    leaveOut: (part, keys) => {
      const { rows } = part.general;
      const width = sums.length + 1;
      for (let i = 0; i < rows; i++) {
        const key = (keys[i] as number) - unknown * width;
        if (key < 0) continue;
        keys[i] = isGoods(Math.floor(key / (cells * width))) ? LEFT_OUT : key;
      }
      for (const pair of pairs) leaveOutPair(part, keys, pair);
      return true;
    },
    ...(visit === undefined ? {} : { visit: (part: FactPart, keys: Int32Array) => visit(part, keys, cells) }),
  });
}

const WHOLE = KNOWN.cost | KNOWN.freight | KNOWN.rebate | KNOWN.fee;

interface PairSide {
  readonly column: string;
  /** 1 = the value is the group's, by its number. */
  readonly holds: Uint8Array;
}

function leaveOutPair(part: FactPart, keys: Int32Array, [first, second]: readonly [PairSide, PairSide]): void {
  const a = numbersOf(part, first.column);
  const b = numbersOf(part, second.column);
  for (let i = 0; i < part.general.rows; i++) {
    if (first.holds[a[i] as number] === 1 && second.holds[b[i] as number] === 1) keys[i] = LEFT_OUT;
  }
}

/** Every row's value of a column, by its number in the view; in memory that the next part's numbers take. */
export function numbersOf({ general, numbering }: FactPart, column: string): Int32Array {
  const held = numbers.get(column);
  const out = held !== undefined && held.length >= general.rows ? held : new Int32Array(general.rows);
  numbers.set(column, out);
  const { codes } = codeColumn(general, column);
  const table = Int32Array.from(numbering(column));
  if (codes === null) out.fill(table[0] ?? 0, 0, general.rows);
  else fillKeys(out, [{ codes, table }], general.rows, 0);
  return out;
}
const numbers = new Map<string, Int32Array>();
