/**
 * Frozen. Seals of the audit trail as this copy saw them: they outlive a copy that is loaded afresh, or nothing would be left to
 * compare with. And what was looked at, once a thing and day, until the server has written it down.
 */
export const migration006Trail: readonly string[] = [
  `CREATE TABLE seen_seal (
    epoch TEXT NOT NULL,
    seq INTEGER NOT NULL,
    seal TEXT NOT NULL,
    seen_at_ms INTEGER NOT NULL,
    checkpoint INTEGER NOT NULL,
    restored_at_ms INTEGER NOT NULL,
    PRIMARY KEY (epoch, seq)
  ) STRICT`,
  `CREATE TABLE viewed (
    day TEXT NOT NULL,
    thing TEXT NOT NULL,
    company_id INTEGER NOT NULL,
    period INTEGER NOT NULL,
    viewed_at_ms INTEGER NOT NULL,
    told INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (day, thing, company_id, period)
  ) STRICT`,
];
