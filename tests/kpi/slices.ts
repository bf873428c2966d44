/** Slices of a company that figures are asked of: a channel, what is in none, a site, a category, and slices of slices. */
import type { KpiSlice } from '#domain/kpi/slice.ts';

export const SLICES: readonly KpiSlice[] = [
  { channel_id: 11 },
  { channel_id: 0 },
  { site_id: 22 },
  { category: 'Bearings' },
  { site_id: 21, category: '' },
  { channel_id: 12, site_id: 21, category: 'Fasteners' },
];
