/**
 * The forecasts of a company as they were made last, for whoever reckons with all of them: proposals, exceptions. Made in
 * the background and kept until others are made, so that a figure does not change because a program was started.
 * `basis`: for whom and of what life of the copy they were made; of another they are nobody's. Goes with the first row
 * that is withdrawn from this person.
 */
export const FORECAST_DDL: readonly string[] = [
  `CREATE TABLE forecast_made (
    company_id INTEGER PRIMARY KEY,
    made_at_ms INTEGER NOT NULL,
    first_month INTEGER NOT NULL,
    history TEXT NOT NULL,
    versions TEXT NOT NULL,
    basis TEXT NOT NULL,
    positions INTEGER NOT NULL,
    widths TEXT NOT NULL,
    breaks TEXT NOT NULL,
    columns BLOB NOT NULL
  ) STRICT`,
];
