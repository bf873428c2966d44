/** Frozen. What a person takes to be otherwise than today. `body_json`: assumptions, and what became of those sent. */
export const migration005Scenarios: readonly string[] = [
  `CREATE TABLE scenario (
    id TEXT PRIMARY KEY NOT NULL,
    company_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    body_json TEXT NOT NULL,
    saved_at_ms INTEGER NOT NULL,
    submitted_at_ms INTEGER,
    deleted_at_ms INTEGER
  ) STRICT`,
  'CREATE UNIQUE INDEX scenario_name ON scenario (company_id, name COLLATE NOCASE) WHERE deleted_at_ms IS NULL',
];
