/** Targets: which one counts, and whether a figure meets it. */
import type { KpiDefinition } from './definition.ts';
import type { KpiSlice } from './slice.ts';

export interface TargetRow {
  readonly kpi: string;
  /** null = all channels */
  readonly channel_id: number | null;
  /** yyyymm the target is valid from. */
  readonly from_month: number;
  /** In the unit of the KPI's format. */
  readonly target: number;
}

/** The newest target not later than the month: the channel's own, else that of all channels. null = none. */
export function targetOf(
  targets: readonly TargetRow[],
  kpi: string,
  month: number,
  channel_id: number | null = null,
): number | null {
  const newest = (wanted: number | null): TargetRow | undefined =>
    targets
      .filter((each) => each.kpi === kpi && each.channel_id === wanted && each.from_month <= month)
      .toSorted((a, b) => b.from_month - a.from_month)[0];
  const found = (channel_id === null ? undefined : newest(channel_id)) ?? newest(null);
  return found?.target ?? null;
}

/** Of a slice of the company: a channel's own or that of all channels; none is set for a site or a category. */
export function targetOfSlice(
  targets: readonly TargetRow[],
  kpi: string,
  month: number,
  { channel_id = 0, site_id, category }: KpiSlice,
): number | null {
  if (site_id !== undefined || category !== undefined) return null;
  return targetOf(targets, kpi, month, channel_id === 0 ? null : channel_id);
}

export type TargetStanding = 'met' | 'missed' | null;

/** null: no figure, no target, or a KPI that is neither better high nor low. "Longer than" misses a lower target. */
export function standing(
  better: KpiDefinition['better'],
  figure: { readonly value: number | null; readonly beyond: boolean },
  target: number | null,
): TargetStanding {
  if (better === null || figure.value === null || target === null) return null;
  if (better === 'higher') return figure.value >= target ? 'met' : 'missed';
  if (figure.beyond) return figure.value >= target ? 'missed' : null;
  return figure.value <= target ? 'met' : 'missed';
}
