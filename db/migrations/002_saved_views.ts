/** Frozen. A name names one view of a screen, and a screen opens with at most one of them. */
export const migration002SavedViews: readonly string[] = [
  'ALTER TABLE saved_view ADD COLUMN is_default INTEGER NOT NULL DEFAULT 0 CHECK (is_default IN (0, 1))',
  'CREATE UNIQUE INDEX saved_view_name ON saved_view (screen, name COLLATE NOCASE)',
  'CREATE UNIQUE INDEX saved_view_default ON saved_view (screen) WHERE is_default = 1',
];
