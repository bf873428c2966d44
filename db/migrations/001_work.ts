/** Frozen. work.db as it is first made: what the person did on this machine. */
export const migration001Work: readonly string[] = [
  `CREATE TABLE work_meta (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    client_id TEXT NOT NULL,
    user_json TEXT,
    refresh_token TEXT,
    server_id TEXT,
    last_contact_ms INTEGER,
    offline_days INTEGER NOT NULL
  ) STRICT`,
  `CREATE TABLE outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    command TEXT NOT NULL,
    args_json TEXT NOT NULL,
    body_hash TEXT NOT NULL CHECK (length(body_hash) = 64),
    lane TEXT NOT NULL,
    title TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'sent', 'accepted', 'conflict', 'rejected', 'held')),
    reason_json TEXT,
    effects_json TEXT NOT NULL,
    made_at_ms INTEGER NOT NULL,
    decided_at_ms INTEGER,
    discarded_at_ms INTEGER,
    attempts INTEGER NOT NULL DEFAULT 0
  ) STRICT`,
  'CREATE INDEX outbox_state ON outbox (state)',
  `CREATE TABLE overlay (
    mutation_id TEXT NOT NULL,
    tbl TEXT NOT NULL,
    pk TEXT NOT NULL,
    image TEXT NOT NULL,
    PRIMARY KEY (mutation_id, tbl, pk)
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE notice (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms INTEGER NOT NULL,
    text TEXT NOT NULL
  ) STRICT`,
  `CREATE TABLE saved_view (
    id TEXT PRIMARY KEY NOT NULL,
    screen TEXT NOT NULL,
    name TEXT NOT NULL,
    view_json TEXT NOT NULL,
    saved_at_ms INTEGER NOT NULL
  ) STRICT`,
  `CREATE TABLE draft (
    id TEXT PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL,
    body_json TEXT NOT NULL,
    saved_at_ms INTEGER NOT NULL
  ) STRICT`,
];
