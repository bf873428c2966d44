/**
 * Margin on order lines. Signs: what lowers net sales is negative, so that a waterfall adds up:
 *   gross + discounts + returns and credits = net sales,  net sales + other = Σ net of every line − Σ credit notes.
 * A return counts in the channel its line carries (the original sale's) and in its own month; so does a credit note.
 */
import { coverageBp, ratioBp } from './ratio.ts';

/** Kinds of line that make net sales; every other kind (freight, fee, adjustment) is `other`. */
export const GOODS_KIND = 'goods';
export const RETURN_KIND = 'return';
export const DISCOUNT_KIND = 'discount';

export interface MarginLine {
  readonly kind: string;
  readonly gross_minor: number;
  readonly discount_minor: number;
  readonly net_minor: number;
  /** Landed cost of the line; null = not known. */
  readonly cost_minor: number | null;
}

/** What is added up over lines; figures are made of these sums only. Whole numbers, minor units. */
export interface MarginSums {
  lines: number;
  gross_minor: number;
  discounts_minor: number;
  returns_minor: number;
  other_minor: number;
  cost_minor: number;
  /** Goods and return lines whose cost is known. */
  costed_lines: number;
  goods_lines: number;
  costed_goods_lines: number;
  /** Σ |net| of goods lines, all and those with a cost. */
  goods_net_minor: number;
  costed_goods_net_minor: number;
}

export interface MarginFigures {
  readonly lines: number;
  readonly gross_minor: number;
  readonly discounts_minor: number;
  readonly returns_minor: number;
  readonly net_minor: number;
  readonly other_minor: number;
  readonly cost_minor: number | null;
  readonly gm1_minor: number | null;
  readonly gm1_bp: number | null;
  readonly cost_coverage_bp: number | null;
}

export const MARGIN_FORMULA =
  'Net sales = gross + discounts + returns and credits (discounts, returns and credits are negative; ' +
  'a credit note of a claim counts in claims). ' +
  'GM1 = net sales − landed cost, shown only when every goods line has a cost. ' +
  'Freight, fees and adjustments are outside net sales, in Other. Version 2.';

export function emptyMarginSums(): MarginSums {
  return {
    lines: 0,
    gross_minor: 0,
    discounts_minor: 0,
    returns_minor: 0,
    other_minor: 0,
    cost_minor: 0,
    costed_lines: 0,
    goods_lines: 0,
    costed_goods_lines: 0,
    goods_net_minor: 0,
    costed_goods_net_minor: 0,
  };
}

/** Adds one line to the sums. */
export function addMarginLine(sums: MarginSums, line: MarginLine): void {
  if (line.net_minor !== line.gross_minor - line.discount_minor) {
    throw new RangeError(`net ${line.net_minor} is not gross ${line.gross_minor} − discount ${line.discount_minor}`);
  }
  sums.lines += 1;
  if (line.kind === GOODS_KIND) sums.gross_minor += line.gross_minor;
  else if (line.kind === RETURN_KIND) sums.returns_minor += line.gross_minor;
  else if (line.kind === DISCOUNT_KIND) sums.discounts_minor += line.net_minor;
  else sums.other_minor += line.net_minor;
  if (line.kind !== GOODS_KIND && line.kind !== RETURN_KIND) return;
  sums.discounts_minor -= line.discount_minor;
  if (line.cost_minor !== null) {
    sums.cost_minor += line.cost_minor;
    sums.costed_lines += 1;
  }
  if (line.kind !== GOODS_KIND) return;
  sums.goods_lines += 1;
  sums.goods_net_minor += Math.abs(line.net_minor);
  if (line.cost_minor === null) return;
  sums.costed_goods_lines += 1;
  sums.costed_goods_net_minor += Math.abs(line.net_minor);
}

/** Adds a credit note without a claim: it lowers returns and credits, and is no line. */
export function addMarginCredit(sums: MarginSums, amount_minor: number): void {
  sums.returns_minor -= amount_minor;
}

/** Adds `part` to `sums`. */
export function addMarginSums(sums: MarginSums, part: MarginSums): void {
  sums.lines += part.lines;
  sums.gross_minor += part.gross_minor;
  sums.discounts_minor += part.discounts_minor;
  sums.returns_minor += part.returns_minor;
  sums.other_minor += part.other_minor;
  sums.cost_minor += part.cost_minor;
  sums.costed_lines += part.costed_lines;
  sums.goods_lines += part.goods_lines;
  sums.costed_goods_lines += part.costed_goods_lines;
  sums.goods_net_minor += part.goods_net_minor;
  sums.costed_goods_net_minor += part.costed_goods_net_minor;
}

/**
 * Figures of the sums. `cost_minor` is the cost that is known, null when no line has one. GM1 is null unless every
 * goods line has a cost, and where nothing was sold, returned or credited. A return without a cost was not restocked: it
 * reverses no cost.
 */
export function marginFigures(sums: MarginSums): MarginFigures {
  for (const [name, value] of Object.entries(sums)) {
    if (!Number.isSafeInteger(value)) throw new RangeError(`${name} is ${value}, beyond the exact range`);
  }
  const net_minor = sums.gross_minor + sums.discounts_minor + sums.returns_minor;
  const cost_minor = sums.costed_lines > 0 ? sums.cost_minor : null;
  const complete = sums.goods_lines === sums.costed_goods_lines;
  // without goods there is no cost to miss: what was given back is margin that is gone
  const given_back = sums.goods_lines === 0 && (sums.returns_minor !== 0 || sums.discounts_minor !== 0);
  const gm1_minor = complete && (cost_minor !== null || given_back) ? net_minor - (cost_minor ?? 0) : null;
  return {
    lines: sums.lines,
    gross_minor: sums.gross_minor,
    discounts_minor: sums.discounts_minor,
    returns_minor: sums.returns_minor,
    net_minor,
    other_minor: sums.other_minor,
    cost_minor,
    gm1_minor,
    gm1_bp: gm1_minor === null ? null : ratioBp(gm1_minor, net_minor),
    cost_coverage_bp: coverageBp(sums.costed_goods_net_minor, sums.goods_net_minor),
  };
}

export function marginOf(lines: Iterable<MarginLine>): MarginFigures {
  const sums = emptyMarginSums();
  for (const line of lines) addMarginLine(sums, line);
  return marginFigures(sums);
}

/** What is known of cost, in words: 'no cost data', 'cost for 93 % of net sales', 'complete'. */
export function costStatement(sums: MarginSums): string {
  if (sums.goods_lines === 0 && sums.costed_lines === 0) return 'no goods sold';
  if (sums.costed_lines === 0) return 'no cost data';
  const without = sums.goods_lines - sums.costed_goods_lines;
  if (without === 0) return 'complete';
  const share_bp = coverageBp(sums.costed_goods_net_minor, sums.goods_net_minor) ?? 0;
  // 99.9 % must not read as 100 %, and a free sample without a cost leaves the share at 100 %
  if (share_bp >= 9900) return `cost for all but ${without} goods ${without === 1 ? 'line' : 'lines'}`;
  return `cost for ${Math.floor(share_bp / 100)} % of net sales`;
}
