/** What the right side of Margin shows: leakage, or the working of a row in a column (null = the span of the totals). */
import type { Working } from '#renderer/screens/figures/useFigureTable.ts';

export type ShownPanel =
  | { readonly kind: 'leakage' }
  /** Of which month; null = the last one shown. */
  | { readonly kind: 'erosion'; readonly month: number | null }
  | { readonly kind: 'ledger' }
  | ({ readonly kind: 'working' } & Working)
  | null;

export const PANEL_LABELS = {
  leakage: 'Leakage',
  erosion: 'Unusual falls',
  ledger: 'Ties to ledger',
  working: 'Working',
} as const;
