/**
 * The control totals of an import: source = imported + quarantined + rounding, to the last digit. `source` adds up
 * quantity × price as the file says it, `imported` the stored amounts, `quarantined` the refused lines' exact amounts.
 */
import { addDecimals, type Decimal, formatDecimal, subtractDecimals } from '#domain/decimal.ts';

export interface ImportTotals {
  readonly lines: number;
  readonly imported: number;
  readonly quarantined: number;
  readonly created: number;
  readonly source_total: Decimal;
  readonly imported_total: Decimal;
  readonly quarantined_total: Decimal;
  /** Σ over imported lines of exact amount − stored amount, added up on its own. */
  readonly rounding: Decimal;
}

export const ZERO: Decimal = { units: 0n, places: 0 };

export const NO_TOTALS: ImportTotals = {
  lines: 0,
  imported: 0,
  quarantined: 0,
  created: 0,
  source_total: ZERO,
  imported_total: ZERO,
  quarantined_total: ZERO,
  rounding: ZERO,
};

export function addTotals(a: ImportTotals, b: ImportTotals): ImportTotals {
  return {
    lines: a.lines + b.lines,
    imported: a.imported + b.imported,
    quarantined: a.quarantined + b.quarantined,
    created: a.created + b.created,
    source_total: addDecimals(a.source_total, b.source_total),
    imported_total: addDecimals(a.imported_total, b.imported_total),
    quarantined_total: addDecimals(a.quarantined_total, b.quarantined_total),
    rounding: addDecimals(a.rounding, b.rounding),
  };
}

/** The report's figures; throws when they do not tie, which would be an error of ours and never of the file. */
export interface ReportedTotals {
  readonly lines: number;
  readonly imported: number;
  readonly quarantined: number;
  readonly created: number;
  readonly source_total: string;
  readonly imported_total: string;
  readonly quarantined_total: string;
  readonly rounding: string;
}

export function reportedTotals(totals: ImportTotals): ReportedTotals {
  if (totals.lines !== totals.imported + totals.quarantined) throw new Error('an import lost count of its lines');
  const explained = addDecimals(addDecimals(totals.imported_total, totals.quarantined_total), totals.rounding);
  if (subtractDecimals(totals.source_total, explained).units !== 0n)
    throw new Error('an import does not tie to its source');
  return {
    lines: totals.lines,
    imported: totals.imported,
    quarantined: totals.quarantined,
    created: totals.created,
    source_total: formatDecimal(totals.source_total),
    imported_total: formatDecimal(totals.imported_total),
    quarantined_total: formatDecimal(totals.quarantined_total),
    rounding: formatDecimal(totals.rounding),
  };
}
