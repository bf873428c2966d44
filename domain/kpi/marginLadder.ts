/**
 * The steps below GM1 and what stands beside the order lines: GM2 = GM1 − outbound freight, GM3 = GM2 − rebates −
 * channel fees − claims. A credit note lowers net sales, unless it belongs to a claim: then it counts once, in claims.
 * A step is unknown while a goods line's part in it is; the coverage says how much of the sales is known.
 */
import {
  addMarginLine,
  addMarginSums,
  DISCOUNT_KIND,
  emptyMarginSums,
  GOODS_KIND,
  type MarginLine,
  type MarginSums,
  marginFigures,
  RETURN_KIND,
} from './margin.ts';
import { coverageBp } from './ratio.ts';
import { type EmitRow, type KpiFigure, type KpiRow, NO_FIGURE, ratioFigure, sumFigure } from './tally.ts';

export const LADDER_FORMULA =
  'Net sales = gross + discounts + returns (discounts and returns are negative) − credit notes without a claim. ' +
  'GM1 = net sales − landed cost. GM2 = GM1 − outbound freight. GM3 = GM2 − rebates − channel fees − claims. ' +
  'A step is shown only when its parts are known of every goods line. ' +
  'Freight, fees and adjustments billed on order lines are outside net sales. Version 1.';

export interface LadderLine extends MarginLine {
  /** null = not known, each by itself. */
  readonly freight_minor: number | null;
  readonly rebate_minor: number | null;
  readonly fee_minor: number | null;
}

export interface CreditFact {
  readonly amount_minor: number;
  readonly claim_id: number | null;
}

/** A part of the ladder added up over goods and return lines, and how much of the goods it is known of. */
export interface LadderPart {
  sum_minor: number;
  known_lines: number;
  known_goods_lines: number;
  known_goods_net_minor: number;
}

export interface LadderSums {
  readonly margin: MarginSums;
  readonly freight: LadderPart;
  readonly rebates: LadderPart;
  readonly fees: LadderPart;
  /** Σ |net| of goods lines of which cost and freight are known. */
  sent_goods_net_minor: number;
  /** Goods lines of which cost, freight, rebate and fee are all known. */
  whole_goods_lines: number;
  whole_goods_net_minor: number;
  /** Credit notes without a claim, positive. */
  credits_minor: number;
  /** Claim costs and credit notes of claims, positive. */
  claims_minor: number;
}

const emptyPart = (): LadderPart => ({
  sum_minor: 0,
  known_lines: 0,
  known_goods_lines: 0,
  known_goods_net_minor: 0,
});

export function emptyLadderSums(): LadderSums {
  return {
    margin: emptyMarginSums(),
    freight: emptyPart(),
    rebates: emptyPart(),
    fees: emptyPart(),
    sent_goods_net_minor: 0,
    whole_goods_lines: 0,
    whole_goods_net_minor: 0,
    credits_minor: 0,
    claims_minor: 0,
  };
}

const PARTS = [
  ['freight', 'freight_minor'],
  ['rebates', 'rebate_minor'],
  ['fees', 'fee_minor'],
] as const;

const sells = (kind: string): boolean => kind === GOODS_KIND || kind === RETURN_KIND;
const isWhole = (line: LadderLine): boolean =>
  line.cost_minor !== null && PARTS.every(([, column]) => line[column] !== null);

export function addLadderLine(sums: LadderSums, line: LadderLine): void {
  addMarginLine(sums.margin, line);
  if (!sells(line.kind)) return;
  for (const [name, column] of PARTS) {
    const amount_minor = line[column];
    if (amount_minor === null) continue;
    const part = sums[name];
    part.sum_minor += amount_minor;
    part.known_lines += 1;
    if (line.kind !== GOODS_KIND) continue;
    part.known_goods_lines += 1;
    part.known_goods_net_minor += Math.abs(line.net_minor);
  }
  if (line.kind !== GOODS_KIND) return;
  if (line.cost_minor !== null && line.freight_minor !== null) sums.sent_goods_net_minor += Math.abs(line.net_minor);
  if (!isWhole(line)) return;
  sums.whole_goods_lines += 1;
  sums.whole_goods_net_minor += Math.abs(line.net_minor);
}

/**
 * What a line adds to each step, so that lines add up to it: null while a goods line's part is not known, and outside
 * net sales. A return without a part reverses none of it.
 */
export function ladderSteps(line: LadderLine): { readonly [step in 'gm1' | 'gm2' | 'gm3']: number | null } {
  const { kind, net_minor, cost_minor, freight_minor, rebate_minor, fee_minor } = line;
  if (kind === DISCOUNT_KIND) return { gm1: net_minor, gm2: net_minor, gm3: net_minor };
  if (!sells(kind)) return { gm1: null, gm2: null, gm3: null };
  const less = (before_minor: number | null, ...parts: readonly (number | null)[]): number | null =>
    before_minor === null || (kind === GOODS_KIND && parts.includes(null))
      ? null
      : parts.reduce<number>((sum, part) => sum - (part ?? 0), before_minor);
  const gm1 = less(net_minor, cost_minor);
  const gm2 = less(gm1, freight_minor);
  return { gm1, gm2, gm3: less(gm2, rebate_minor, fee_minor) };
}

export function addCredit(sums: LadderSums, credit: CreditFact): void {
  if (credit.claim_id === null) sums.credits_minor += credit.amount_minor;
  else sums.claims_minor += credit.amount_minor;
}

export function addClaimCost(sums: LadderSums, amount_minor: number): void {
  sums.claims_minor += amount_minor;
}

/** Adds `more` to `sums`. */
export function addLadderSums(sums: LadderSums, more: LadderSums): void {
  addMarginSums(sums.margin, more.margin);
  for (const [name] of PARTS) {
    sums[name].sum_minor += more[name].sum_minor;
    sums[name].known_lines += more[name].known_lines;
    sums[name].known_goods_lines += more[name].known_goods_lines;
    sums[name].known_goods_net_minor += more[name].known_goods_net_minor;
  }
  sums.sent_goods_net_minor += more.sent_goods_net_minor;
  sums.whole_goods_lines += more.whole_goods_lines;
  sums.whole_goods_net_minor += more.whole_goods_net_minor;
  sums.credits_minor += more.credits_minor;
  sums.claims_minor += more.claims_minor;
}

/** Every figure of the ladder by KPI; `with_cost` false leaves out what is made of costs. */
export function ladderFigures(sums: LadderSums, with_cost: boolean): Map<string, KpiFigure> {
  const { margin } = sums;
  const lines = marginFigures(margin);
  const net_minor = lines.net_minor - sums.credits_minor;
  const figures = new Map<string, KpiFigure>([
    ['gross_sales', sumFigure(lines.gross_minor)],
    ['discounts', sumFigure(lines.discounts_minor)],
    ['returns', sumFigure(lines.returns_minor - sums.credits_minor)],
    ['net_sales', sumFigure(net_minor)],
    ['other_billed', sumFigure(lines.other_minor)],
  ]);
  if (!with_cost) return figures;
  const only_credited = margin.goods_lines === 0 && (sums.credits_minor !== 0 || sums.claims_minor !== 0);
  const before_credits = lines.gm1_minor ?? (only_credited ? lines.net_minor : null);
  const gm1 = before_credits === null ? null : before_credits - sums.credits_minor;
  const gm2 = gm1 === null || !known(sums.freight, margin) ? null : gm1 - sums.freight.sum_minor;
  const whole = margin.goods_lines === sums.whole_goods_lines;
  const gm3 = gm2 === null || !whole ? null : gm2 - sums.rebates.sum_minor - sums.fees.sum_minor - sums.claims_minor;
  const whole_bp = coverageBp(sums.whole_goods_net_minor, margin.goods_net_minor);
  const sent_bp = coverageBp(sums.sent_goods_net_minor, margin.goods_net_minor);
  const step = (name: string, amount_minor: number | null, coverage_bp: number | null): void => {
    const unknown = { ...NO_FIGURE, coverage_bp };
    figures.set(name, amount_minor === null ? unknown : sumFigure(amount_minor, coverage_bp));
    const rate = amount_minor === null ? unknown : ratioFigure(amount_minor, net_minor, 'rate', coverage_bp);
    figures.set(`${name}_rate`, rate);
  };
  figures.set('landed_cost', orUnknown(lines.cost_minor, lines.cost_coverage_bp));
  figures.set('cost_coverage', ratioFigure(margin.costed_goods_net_minor, margin.goods_net_minor, 'rate'));
  step('gm1', gm1, lines.cost_coverage_bp);
  step('gm2', gm2, sent_bp);
  step('gm3', gm3, whole_bp);
  for (const [name, kpi] of PART_KPIS) {
    const part = sums[name];
    const coverage_bp = coverageBp(part.known_goods_net_minor, margin.goods_net_minor);
    figures.set(kpi, orUnknown(known(part, margin) && part.known_lines > 0 ? part.sum_minor : null, coverage_bp));
  }
  figures.set('claims', sumFigure(sums.claims_minor));
  return figures;
}

const PART_KPIS = [
  ['freight', 'outbound_freight'],
  ['rebates', 'rebates'],
  ['fees', 'channel_fees'],
] as const;

function known(part: LadderPart, margin: MarginSums): boolean {
  return part.known_goods_lines === margin.goods_lines;
}

function orUnknown(amount_minor: number | null, coverage_bp: number | null): KpiFigure {
  return amount_minor === null ? { ...NO_FIGURE, coverage_bp } : sumFigure(amount_minor, coverage_bp);
}

type RowHead = Pick<KpiRow, 'id' | 'month' | 'channel_id'>;

/** The caller's row may hold more than the head. */
const only = ({ id, month, channel_id }: RowHead): RowHead => ({ id, month, channel_id });

/** What one order line adds to each figure. */
export function ladderLineRows(head: RowHead, line: LadderLine, with_cost: boolean, emit: EmitRow): void {
  const goods = line.kind === GOODS_KIND;
  const net = goods || line.kind === RETURN_KIND || line.kind === DISCOUNT_KIND;
  const base = { ...only(head), source: 'order_line', denominator: 1, weight: 0, known: 0, unknown: false } as const;
  const amount = (kpi: string, numerator: number): void => {
    if (numerator !== 0) emit({ ...base, kpi, numerator });
  };
  if (goods) amount('gross_sales', line.gross_minor);
  if (line.kind === RETURN_KIND) amount('returns', line.gross_minor);
  amount('discounts', sells(line.kind) ? -line.discount_minor : line.kind === DISCOUNT_KIND ? line.net_minor : 0);
  amount(net ? 'net_sales' : 'other_billed', line.net_minor);
  if (!with_cost || !net) return;

  const weight = goods ? Math.abs(line.net_minor) : 0;
  const step = (name: string, numerator: number, is_known: boolean): void => {
    const row = { ...base, numerator, weight, known: is_known ? weight : 0, unknown: goods && !is_known };
    emit({ ...row, kpi: name });
    emit({ ...row, kpi: `${name}_rate`, denominator: line.net_minor });
  };
  const cost_known = line.cost_minor !== null;
  if (sells(line.kind) && cost_known) amount('landed_cost', line.cost_minor);
  if (goods) emit({ ...base, kpi: 'cost_coverage', numerator: cost_known ? weight : 0, denominator: weight });
  const part = (amount_minor: number | null): number => (sells(line.kind) ? (amount_minor ?? 0) : 0);
  const gm1 = line.net_minor - part(line.cost_minor);
  const gm2 = gm1 - part(line.freight_minor);
  step('gm1', gm1, cost_known);
  step('gm2', gm2, cost_known && line.freight_minor !== null);
  step('gm3', gm2 - part(line.rebate_minor) - part(line.fee_minor), isWhole(line));
  if (!sells(line.kind)) return;
  for (const [kpi, column] of PART_ROWS) {
    const is_known = line[column] !== null;
    if (!goods && !is_known) continue;
    emit({ ...base, kpi, numerator: line[column] ?? 0, weight, known: is_known ? weight : 0, unknown: !is_known });
  }
}

const PART_ROWS = [
  ['outbound_freight', 'freight_minor'],
  ['rebates', 'rebate_minor'],
  ['channel_fees', 'fee_minor'],
] as const;

/** What a credit note adds. */
export function creditRows(head: RowHead, credit: CreditFact, with_cost: boolean, emit: EmitRow): void {
  if (credit.claim_id !== null) {
    if (with_cost) claimRows('credit_note', head, credit.amount_minor, emit);
    return;
  }
  const row = {
    ...only(head),
    source: 'credit_note',
    numerator: -credit.amount_minor,
    denominator: -credit.amount_minor,
    weight: 0,
    known: 0,
    unknown: false,
  } as const;
  for (const kpi of ['returns', 'net_sales']) emit({ ...row, kpi });
  if (!with_cost) return;
  for (const step of ['gm1', 'gm2', 'gm3']) for (const kpi of [step, `${step}_rate`]) emit({ ...row, kpi });
}

/** What a claim costs: a claim cost, or a credit note of a claim. */
export function claimRows(
  source: 'claim_cost' | 'credit_note',
  head: RowHead,
  amount_minor: number,
  emit: EmitRow,
): void {
  const row = { ...only(head), source, denominator: 0, weight: 0, known: 0, unknown: false } as const;
  emit({ ...row, kpi: 'claims', numerator: amount_minor });
  for (const kpi of ['gm3', 'gm3_rate']) emit({ ...row, kpi, numerator: -amount_minor });
}
