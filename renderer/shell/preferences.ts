/** What this person set on this machine: kept in local storage, never sent anywhere. */
import { createContext, useContext } from 'react';
import { createStore, type StoreApi, useStore } from 'zustand';
import { createJSONStorage, persist } from 'zustand/middleware';
import type { FindKind } from '#contract/queries.ts';
import type { ThemeChoice } from '#renderer/theme/theme.ts';

export type Density = 'dense' | 'roomy';
/** 'auto': narrow on screens with wide grids, wide elsewhere. */
export type RailChoice = 'auto' | 'open' | 'narrow';

/** How a person arranged one grid view. */
export interface ColumnArrangement {
  readonly order: readonly string[];
  readonly widths: Readonly<Record<string, number>>;
  /** Shown or hidden against the view's default. */
  readonly shown: Readonly<Record<string, boolean>>;
  /** Pinned to the left beside the first column. */
  readonly pinned: readonly string[];
}

export interface Preferences {
  readonly theme: ThemeChoice;
  readonly density: Density;
  readonly rail: RailChoice;
  readonly panel_width_px: number;
  /** Keys such as F or G without Ctrl (WCAG 2.1.4: can be switched off). */
  readonly single_letter_keys: boolean;
  readonly company_id: number | null;
  /** All companies together, and the currency they are shown in; null = the first company's. */
  readonly all_companies: boolean;
  readonly reporting_currency: string | null;
  /** Chosen month (yyyymm) by company id; 0 = all companies. */
  readonly months: Readonly<Record<string, number>>;
  readonly columns: Readonly<Record<string, ColumnArrangement>>;
  /** What each user opened last through Find: numbers only, because names must not rest outside the encrypted copy. */
  readonly opened: Readonly<Record<string, readonly OpenedRow[]>>;
  /** The saved view each screen shows; begun anew with the program, which then opens each screen's default. */
  readonly view_in_use: Readonly<Record<string, string>>;
}

export interface OpenedRow {
  readonly kind: FindKind;
  readonly id: number;
}

export type PreferenceStore = StoreApi<Preferences>;

export const DEFAULTS: Preferences = {
  theme: 'system',
  density: 'dense',
  rail: 'auto',
  panel_width_px: 352,
  single_letter_keys: true,
  company_id: null,
  all_companies: false,
  reporting_currency: null,
  months: {},
  columns: {},
  opened: {},
  view_in_use: {},
};

export function createPreferences(storage: Storage): PreferenceStore {
  return createStore<Preferences>()(
    persist(() => DEFAULTS, {
      name: 'binnacle.preferences',
      version: 2,
      storage: createJSONStorage(() => storage),
      partialize: ({ view_in_use: _begunAnew, ...kept }) => kept,
      // The first layout knew no pinned columns.
      migrate: (kept, version) => {
        const preferences = kept as Preferences;
        if (version >= 2) return preferences;
        const columns = Object.entries(preferences.columns ?? {});
        return {
          ...preferences,
          columns: Object.fromEntries(columns.map(([id, arrangement]) => [id, { ...arrangement, pinned: [] }])),
        };
      },
    }),
  );
}

export const PreferencesContext = createContext<PreferenceStore | null>(null);

export function usePreferenceStore(): PreferenceStore {
  const store = useContext(PreferencesContext);
  if (!store) throw new Error('no preferences above this component');
  return store;
}

export function usePreference<T>(select: (preferences: Preferences) => T): T {
  return useStore(usePreferenceStore(), select);
}
