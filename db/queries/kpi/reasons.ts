/** Why a figure that was computed says nothing, in words. */
import type { KpiDefinition } from '#domain/kpi/definition.ts';
import type { KpiFigure } from '#domain/kpi/tally.ts';

/** null when there is a value. */
export function reasonOf(definition: KpiDefinition, figure: KpiFigure): string | null {
  if (figure.value !== null) return null;
  const { coverage_bp } = figure;
  if (figure.numerator === null && coverage_bp !== null) {
    if (definition.coverage !== undefined) return 'Not known for every position';
    // a free line may be what is missing: then the share is whole and the words must not say so
    if (coverage_bp >= 9900) return 'Not known for every line';
    return coverage_bp === 0 ? 'Not known for any line' : `Known for ${Math.floor(coverage_bp / 100)} %`;
  }
  // the rule names what is not known first, what there is none of last
  const conditions = definition.null_rule.split('; ').flatMap((each) => {
    const [condition = '', ...what] = each.split(': ');
    return what[0]?.startsWith('no data') ? [condition] : [];
  });
  return `No data: ${(figure.numerator === null ? conditions[0] : conditions.at(-1)) ?? definition.null_rule}`;
}
