import Database from 'better-sqlite3-multiple-ciphers';
import { expect, test } from 'vitest';
import { OWN_TABLES } from './damage.ts';
import { migrateWork } from './migrations/migrate.ts';

test('whatever a person has of their own is taken over from a damaged file', () => {
  const work = new Database(':memory:');
  migrateWork(work);
  const tables = work
    .prepare<[], string>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
    )
    .pluck()
    .all();
  expect(Object.keys(OWN_TABLES).toSorted()).toEqual(tables);
  for (const [table, key] of Object.entries(OWN_TABLES)) work.prepare(`SELECT * FROM ${table} ORDER BY ${key}`).all();
  work.close();
});
