/** Why a figure that was computed says nothing, in words. */
import type { KpiDefinition } from '#domain/kpi/definition.ts';
import type { KpiFigure } from '#domain/kpi/tally.ts';

/** null when there is a value. */
export function reasonOf(definition: KpiDefinition, figure: KpiFigure): string | null {
  if (figure.value !== null) return null;
  const { coverage_bp } = figure;
  if (figure.numerator === null && coverage_bp !== null) {
    // a free line may be what is missing: then the share is whole and the words must not say so
    if (coverage_bp >= 9900) return 'Not known for every line';
    return coverage_bp === 0 ? 'Not known for any line' : `Known for ${Math.floor(coverage_bp / 100)} %`;
  }
  return `No data: ${definition.null_rule}`;
}
