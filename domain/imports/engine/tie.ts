/**
 * What an import must add up to: source = imported + quarantined, for the number of lines and every measure, to the last
 * digit. Nothing is rounded: a figure finer than what is stored is refused.
 */
import { addDecimals, type Decimal, formatDecimal, multiplyDecimals, subtractDecimals } from '#domain/decimal.ts';
import type { ImportKind } from './kind.ts';
import type { LinesRead } from './readLines.ts';

export interface TieLine {
  readonly label: string;
  readonly source: string;
  readonly imported: string;
  readonly quarantined: string;
  /** Quarantined lines whose figure cannot be read: they are in no sum. */
  readonly unreadable: number;
}

const ZERO: Decimal = { units: 0n, places: 0 };
const ONE: Decimal = { units: 1n, places: 0 };

/** A line's part of every measure; null where a factor is not in the file or cannot be read. */
export function lineMeasures(
  kind: Pick<ImportKind, 'measures'>,
  read: (name: string) => Decimal | null,
): (Decimal | null)[] {
  return kind.measures.map(({ factors }) =>
    factors.reduce<Decimal | null>((product, name) => {
      const factor = product === null ? null : read(name);
      return product === null || factor === null ? null : multiplyDecimals(product, factor);
    }, ONE),
  );
}

/** `source` is added up over all lines in one go, the parts on their own: a line that got lost shows. */
export function tieOut(
  kind: Pick<ImportKind, 'measures'>,
  columns: ReadonlySet<string>,
  source: readonly (readonly (Decimal | null)[])[],
  read: LinesRead,
): TieLine[] {
  if (source.length !== read.accepted.length + read.refused.length)
    throw new Error('an import lost count of its lines');
  return kind.measures.flatMap(({ label, factors }, index) => {
    if (!factors.every((name) => columns.has(name))) return [];
    const total = sum(source.map((amounts) => amounts[index] ?? null));
    const imported = sum(read.accepted.map(({ amounts }) => amounts[index] ?? null));
    const quarantined = sum(read.refused.map(({ amounts }) => amounts[index] ?? null));
    if (subtractDecimals(total, addDecimals(imported, quarantined)).units !== 0n)
      throw new Error('an import does not tie to its source');
    return [
      {
        label,
        source: formatDecimal(total),
        imported: formatDecimal(imported),
        quarantined: formatDecimal(quarantined),
        unreadable: read.refused.filter(({ amounts }) => (amounts[index] ?? null) === null).length,
      },
    ];
  });
}

function sum(values: readonly (Decimal | null)[]): Decimal {
  return values.reduce<Decimal>((total, value) => (value === null ? total : addDecimals(total, value)), ZERO);
}
