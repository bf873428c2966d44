/** Figures of several companies put together: Σ numerator / Σ denominator, never a mean of rates. */
import type { KpiDefinition } from './definition.ts';
import { type KpiFigure, NO_FIGURE, ratioFigure, sumFigure } from './tally.ts';

/** Of ratios and sums; null values make the whole unknown, except a ratio that merely has no denominator. */
export function combineFigures(
  definition: Pick<KpiDefinition, 'measure' | 'format'>,
  figures: readonly KpiFigure[],
): KpiFigure {
  let numerator = 0;
  let denominator = 0;
  for (const figure of figures) {
    if (figure.numerator === null) return NO_FIGURE;
    numerator += figure.numerator;
    denominator += figure.denominator ?? 0;
  }
  if (definition.measure === 'sum') return sumFigure(numerator);
  if (definition.measure === 'ratio' || definition.measure === 'whole')
    return ratioFigure(numerator, denominator, definition.format);
  return NO_FIGURE;
}
