/**
 * The search index inside replica.db: `search_name` holds what each row is found in, `search_gram` its trigrams (FTS5
 * over that text, which it does not repeat). Triggers take a name out in the very transaction in which its row changes
 * or goes, and note what is to be read anew; putting names in is another, later step (nameIndex.ts), so that loading
 * never waits for it.
 */
import { NAMED_TABLES, tableNumber } from './names.ts';

const TABLES = [
  // `seq` rises with every name put in: a reader that keeps words in memory reads on from where it was
  `CREATE TABLE search_name (
    key INTEGER PRIMARY KEY,
    seq INTEGER NOT NULL,
    tbl INTEGER NOT NULL,
    id INTEGER NOT NULL,
    company_id INTEGER NOT NULL,
    active INTEGER NOT NULL,
    code TEXT NOT NULL,
    text TEXT NOT NULL
  ) STRICT`,
  'CREATE UNIQUE INDEX search_name_row ON search_name (tbl, id)',
  'CREATE INDEX search_name_seq ON search_name (seq)',
  'CREATE INDEX search_name_code ON search_name (code)',
  `CREATE VIRTUAL TABLE search_gram USING fts5(
    text, content = 'search_name', content_rowid = 'key', detail = none, columnsize = 0,
    tokenize = 'trigram case_sensitive 1'
  )`,
  // without it the trigrams of a removed name stay in the file until some later merge
  "INSERT INTO search_gram (search_gram, rank) VALUES ('secure-delete', 1)",
  'CREATE TABLE search_pending (tbl INTEGER NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (tbl, id)) STRICT, WITHOUT ROWID',
  // `life` changes when names were lost by the thousand: whatever was kept of them in memory is forgotten
  `CREATE TABLE search_state (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    last_seq INTEGER NOT NULL,
    life INTEGER NOT NULL
  ) STRICT`,
  'INSERT INTO search_state (only_row, last_seq, life) VALUES (1, 0, 1)',
];

function takeOut(tbl: number): string {
  const which = `tbl = ${tbl} AND id = old.id`;
  return `INSERT INTO search_gram (search_gram, rowid, text) SELECT 'delete', key, text FROM search_name WHERE ${which};
    DELETE FROM search_name WHERE ${which};`;
}

export function searchDdl(): string[] {
  return [
    ...TABLES,
    ...NAMED_TABLES.flatMap(({ name, columns }) => {
      const tbl = tableNumber(name);
      const note = `INSERT INTO search_pending (tbl, id) VALUES (${tbl}, new.id) ON CONFLICT DO NOTHING;`;
      const changed = columns.map((column) => `old.${column} IS NOT new.${column}`).join(' OR ');
      return [
        `CREATE TRIGGER ${name}_search_new AFTER INSERT ON ${name} BEGIN ${note} END`,
        `CREATE TRIGGER ${name}_search_changed AFTER UPDATE ON ${name} WHEN ${changed} BEGIN ${takeOut(tbl)} ${note} END`,
        `CREATE TRIGGER ${name}_search_gone AFTER DELETE ON ${name} BEGIN
          DELETE FROM search_pending WHERE tbl = ${tbl} AND id = old.id;
          ${takeOut(tbl)}
        END`,
      ];
    }),
  ];
}
