/** An unusual fall of a margin, as the screen names it and as its address says it. */
import { FALL_PARTS } from '#domain/pricing/erosion/cause.ts';
import { dimensionsOf, LEVEL_DIMENSIONS } from '#domain/pricing/erosion/tellOnce.ts';
import type { ErosionRow } from '#contract/queries.ts';
import { percent, points } from '#renderer/format/numbers.ts';
import type { TrailStep } from '#renderer/screens/figures/trail.ts';

export const EROSION_FIGURE = 'erosion';

/** '/margin/panel=unusual-202610': the month whose falls an address asks for, null = the one in view; undefined = it does not. */
export function askedFalls(location: string): number | null | undefined {
  const [found, month] = /[/&]panel=unusual(?:-(\d{6}))?$/.exec(location) ?? [];
  return found === undefined ? undefined : month === undefined ? null : Number(month);
}

/** The group's steps: its key behind the level, as the query names it. */
export function erosionSteps({ key, level, name }: Pick<ErosionRow, 'key' | 'level' | 'name'>): readonly TrailStep[] {
  const [first, second] = dimensionsOf(level, key.slice(level.length + 1));
  if (first === undefined) return [];
  const [dimension, own] = first;
  if (second === undefined) return [{ dimension, key: own, label: name }];
  const [of, category] = second;
  // the name ends in the category, which may have a comma of its own
  const label = name.slice(0, Math.max(0, name.length - category.length - 2));
  return [
    { dimension, key: own, label },
    { dimension: of, key: category, label: category },
  ];
}

/** Back from the steps of an address; null: no level is made of these. */
export function erosionKey(steps: readonly TrailStep[]): string | null {
  const found = Object.entries(LEVEL_DIMENSIONS).find(
    ([, dimensions]) => dimensions.join() === steps.map((step) => step.dimension).join(),
  );
  return found === undefined ? null : `${found[0]}:${steps.map(({ key }) => key).join('|')}`;
}

/** 'usually 21.3 %, now 8.5 %: −12.9 pp, unlike any of 12 months' */
export function rateWords({ usual_bp, now_bp, kind, months }: ErosionRow): string {
  const how =
    kind === 'sudden' ? `unlike the ${months} months before` : `a little less month after month, ${months} months`;
  return `usually ${percent(usual_bp)}, now ${percent(now_bp)}: ${points(now_bp - usual_bp)}, ${how}`;
}

/** Parts that did something, what cost most first, what helped last. */
export function shownParts({ parts }: Pick<ErosionRow, 'parts'>): ErosionRow['parts'] {
  return parts
    .filter(({ fall_minor }) => fall_minor !== 0)
    .toSorted((a, b) => b.fall_minor - a.fall_minor || FALL_PARTS.indexOf(a.part) - FALL_PARTS.indexOf(b.part));
}
