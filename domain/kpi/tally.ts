/**
 * From rows to a figure, for every KPI alike. The rows a figure is computed from are the rows it opens to, so the two
 * cannot disagree; another engine may add the same rows up itself and hand over the sums.
 */
import { divideRounded, safeNumber } from '../money.ts';
import type { KpiDefinition } from './definition.ts';
import { percentile, type Spells } from './percentile.ts';
import { coverageBp } from './ratio.ts';

/** What a row behind a figure is. */
export const KPI_SOURCES = [
  'order_line',
  'order',
  'shipment',
  'credit_note',
  'claim_cost',
  'claim',
  'count_location',
  'count_line',
  'stock_value',
  'position',
  'unforecast_stock',
  'forecast',
  'po_line',
  'invoice',
  'payment',
] as const;
export type KpiSource = (typeof KPI_SOURCES)[number];

export interface KpiRow {
  readonly kpi: string;
  readonly source: KpiSource;
  /** Of the source's row; of a location, a shipment or a forecast its parts joined by ':'. */
  readonly id: number | string;
  /** yyyymm the row counts in; of a snapshot the snapshot's month. */
  readonly month: number;
  readonly channel_id: number | null;
  /** Of a duration: thousandths of a day. */
  readonly numerator: number;
  /** Of a duration: 1 = ended, 0 = still open. */
  readonly denominator: number;
  /** What the row weighs in the coverage, and how much of that is known; 0 where everything is known. */
  readonly weight: number;
  readonly known: number;
  /** A needed part is missing: the figure is unknown with it. */
  readonly unknown: boolean;
}

export type EmitRow = (row: KpiRow) => void;

export interface Tally {
  rows: number;
  numerator: number;
  denominator: number;
  /** Σ numerator², for the deviation. */
  squares: number;
  weight: number;
  known: number;
  unknown_rows: number;
  /** Of measure `whole`: id → every row so far counts. */
  readonly whole: Map<number | string, boolean>;
  /** Of measure `whole`: ids counted and not named, which lie in no other tally. */
  readonly apart: { counting: number; of: number };
  /** Of durations: value → how many. */
  readonly spells: Map<number, Spells>;
}

export function emptyTally(): Tally {
  return {
    rows: 0,
    numerator: 0,
    denominator: 0,
    squares: 0,
    weight: 0,
    known: 0,
    unknown_rows: 0,
    whole: new Map(),
    apart: { counting: 0, of: 0 },
    spells: new Map(),
  };
}

type Row = Pick<KpiRow, 'id' | 'numerator' | 'denominator' | 'weight' | 'known' | 'unknown'>;

export function addRow(tally: Tally, measure: KpiDefinition['measure'], row: Row): void {
  tally.rows += 1;
  tally.weight += row.weight;
  tally.known += row.known;
  if (row.unknown) tally.unknown_rows += 1;
  if (measure === 'whole') {
    tally.whole.set(row.id, row.numerator === row.denominator && (tally.whole.get(row.id) ?? true));
  } else if (measure === 'median' || measure === 'p90') {
    addSpells(tally.spells, row.numerator, row.denominator === 1 ? { ended: 1, open: 0 } : { ended: 0, open: 1 });
  } else {
    tally.numerator += row.numerator;
    tally.denominator += row.denominator;
    if (measure === 'deviation') tally.squares += row.numerator * row.numerator;
  }
}

export function addSpells(spells: Map<number, Spells>, value: number, more: Readonly<Spells>): void {
  const held = spells.get(value);
  if (held === undefined) spells.set(value, { ...more });
  else {
    held.ended += more.ended;
    held.open += more.open;
  }
}

/** Adds `part` to `tally`; an id that lies in both is one. */
export function addTally(tally: Tally, part: Tally): void {
  tally.rows += part.rows;
  tally.numerator += part.numerator;
  tally.denominator += part.denominator;
  tally.squares += part.squares;
  tally.weight += part.weight;
  tally.known += part.known;
  tally.unknown_rows += part.unknown_rows;
  for (const [id, counts] of part.whole) tally.whole.set(id, counts && (tally.whole.get(id) ?? true));
  tally.apart.counting += part.apart.counting;
  tally.apart.of += part.apart.of;
  for (const [value, spells] of part.spells) addSpells(tally.spells, value, spells);
}

export interface KpiFigure {
  /** null = not known. Of durations: rows that ended, of all rows. */
  readonly numerator: number | null;
  /** null of sums. */
  readonly denominator: number | null;
  /** In the unit of the KPI's format; null = no data or not known. */
  readonly value: number | null;
  /** The value is a lower bound: longer than it. */
  readonly beyond: boolean;
  /** Basis points of what is known or observed; null where there is nothing to cover. */
  readonly coverage_bp: number | null;
}

export const NO_FIGURE: KpiFigure = {
  numerator: null,
  denominator: null,
  value: null,
  beyond: false,
  coverage_bp: null,
};

const SCALE: Readonly<Record<KpiDefinition['format'], number>> = {
  rate: 10_000,
  times: 10_000,
  money: 1,
  quantity: 1,
  days: 1_000,
};

/** numerator / denominator in the unit of the format, half away from zero; null when the denominator is 0. */
export function quotient(numerator: number, denominator: number, format: KpiDefinition['format']): number | null {
  if (!Number.isSafeInteger(numerator) || !Number.isSafeInteger(denominator)) {
    throw new RangeError(`a figure needs whole numbers, not ${numerator} / ${denominator}`);
  }
  if (denominator === 0) return null;
  const sign = denominator < 0 ? -1n : 1n;
  return safeNumber(divideRounded(BigInt(numerator) * BigInt(SCALE[format]) * sign, BigInt(denominator) * sign));
}

export function ratioFigure(
  numerator: number,
  denominator: number,
  format: KpiDefinition['format'],
  coverage_bp: number | null = null,
): KpiFigure {
  return { numerator, denominator, value: quotient(numerator, denominator, format), beyond: false, coverage_bp };
}

export function sumFigure(numerator: number, coverage_bp: number | null = null): KpiFigure {
  if (!Number.isSafeInteger(numerator)) throw new RangeError(`a sum of ${numerator} is beyond the exact range`);
  return { numerator, denominator: null, value: numerator, beyond: false, coverage_bp };
}

/** The figure of the rows added up: a part that is not known makes it unknown, and the coverage says how much is. */
export function figureOf(definition: Pick<KpiDefinition, 'measure' | 'format'>, tally: Tally): KpiFigure {
  const coverage_bp = coverageBp(tally.known, tally.weight);
  if (tally.unknown_rows > 0) return { ...NO_FIGURE, coverage_bp };
  const { measure, format } = definition;
  switch (measure) {
    case 'ratio':
      return ratioFigure(tally.numerator, tally.denominator, format, coverage_bp);
    case 'sum':
      return sumFigure(tally.numerator, coverage_bp);
    case 'whole': {
      let { counting } = tally.apart;
      for (const counts of tally.whole.values()) if (counts) counting += 1;
      return ratioFigure(counting, tally.whole.size + tally.apart.of, format, coverage_bp);
    }
    case 'median':
      return durationFigure(tally, 5000, coverage_bp);
    case 'p90':
      return durationFigure(tally, 9000, coverage_bp);
    case 'deviation':
      return deviationFigure(tally, coverage_bp);
  }
}

function durationFigure(tally: Tally, share_bp: number, coverage_bp: number | null): KpiFigure {
  let ended = 0;
  let all = 0;
  for (const spells of tally.spells.values()) {
    ended += spells.ended;
    all += spells.ended + spells.open;
  }
  const found = percentile(tally.spells, share_bp);
  return {
    numerator: ended,
    denominator: all,
    value: found?.value ?? null,
    beyond: found?.beyond ?? false,
    coverage_bp,
  };
}

/** The sample's standard deviation (n − 1) of whole days, in thousandths of a day; null below two rows. */
function deviationFigure({ rows, numerator, squares }: Tally, coverage_bp: number | null): KpiFigure {
  // n · Σd² − (Σd)² is whole, so only the root is rounded
  const spread = BigInt(rows) * BigInt(squares) - BigInt(numerator) * BigInt(numerator);
  const value = rows < 2 ? null : Math.round(1000 * Math.sqrt(Number(spread) / (rows * (rows - 1))));
  return { numerator, denominator: rows, value, beyond: false, coverage_bp };
}
