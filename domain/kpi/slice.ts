/** A slice of a company that a figure may be asked of, and which figures have such slices. */
import type { KpiDefinition, KpiDimension } from './definition.ts';

/** 0 and '' = has none; what is not given is not filtered. */
export interface KpiSlice {
  readonly channel_id?: number | undefined;
  readonly site_id?: number | undefined;
  readonly category?: string | undefined;
}

export function filteredBy({ channel_id, site_id, category }: KpiSlice): KpiDimension[] {
  const given: readonly (readonly [KpiDimension, unknown])[] = [
    ['channel', channel_id],
    ['site', site_id],
    ['category', category],
  ];
  return given.flatMap(([dimension, value]) => (value === undefined ? [] : [dimension]));
}

/** Why the KPI has no figure of such a slice, in words; null when it has one. A filter is never ignored. */
export function refusalOf(
  { dimensions, grain }: Pick<KpiDefinition, 'dimensions' | 'grain'>,
  filter: KpiSlice,
): string | null {
  const lacking = filteredBy(filter).filter((dimension) => !dimensions.includes(dimension));
  return lacking.length === 0 ? null : `Not by ${lacking.join(' or ')}: counted by ${grain}`;
}

/** Does a row of these keys belong to the slice? */
export function keepsRow(
  filter: KpiSlice,
  row: { readonly channel_id?: number | null; readonly site_id?: number | null; readonly category?: string | null },
): boolean {
  return (
    (filter.channel_id === undefined || (row.channel_id ?? 0) === filter.channel_id) &&
    (filter.site_id === undefined || (row.site_id ?? 0) === filter.site_id) &&
    (filter.category === undefined || (row.category ?? '') === filter.category)
  );
}
