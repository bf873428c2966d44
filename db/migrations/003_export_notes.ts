/** Frozen. An export asks nobody; that it was made is told to the server when it is reached. */
export const migration003ExportNotes: readonly string[] = [
  `CREATE TABLE export_note (
    id TEXT PRIMARY KEY NOT NULL,
    made_at_ms INTEGER NOT NULL,
    query TEXT NOT NULL,
    format TEXT NOT NULL,
    rows INTEGER NOT NULL,
    bytes INTEGER NOT NULL
  ) STRICT`,
];
