/** Frozen. How long this copy has been without the server, and the moment up to which that was counted. */
export const migration004Absence: readonly string[] = [
  'ALTER TABLE work_meta ADD COLUMN away_ms INTEGER NOT NULL DEFAULT 0',
  'ALTER TABLE work_meta ADD COLUMN seen_at_ms INTEGER',
  'UPDATE work_meta SET seen_at_ms = last_contact_ms',
];
