/**
 * Where the column cache rests: in the replica itself, under its key and in its transactions. Triggers note every order
 * whose facts changed, whoever writes, so that what a block says is believed exactly as far as nothing was noted.
 *
 * Blocks hold whole orders, (from_order, to_order]. Only orders up to `tracked_to` are noted: a first load, before any
 * block exists, pays one comparison a row, and newer orders are read beside the blocks anyway. A note carries the
 * generation it was made in; a block built in generation g from a later snapshot clears the notes before g.
 */

/** Tables a line's facts come from, and how to find the order of a row. */
const ORDER_OF: readonly (readonly [table: string, select: (row: 'NEW' | 'OLD') => string])[] = [
  ['order_line', (row) => `SELECT ${row}.order_id AS order_id`],
  ['order_line_cost', (row) => `SELECT order_id FROM order_line WHERE id = ${row}.id`],
  ['shipment_line', (row) => `SELECT order_id FROM order_line WHERE id = ${row}.order_line_id`],
];

function note(select: string): string {
  return `INSERT INTO fact_dirty (order_id, generation)
    SELECT o.order_id, m.generation FROM (${select}) o, fact_meta m WHERE o.order_id <= m.tracked_to
    ON CONFLICT (order_id) DO UPDATE SET generation = excluded.generation;`;
}

function triggers(): string[] {
  const active = 'WHEN (SELECT tracked_to FROM fact_meta) > 0';
  return [...ofOrders(active), ...ofLines(active)];
}

/** What a closed order never shipped is not owed any more: only whether it is open counts. */
function ofOrders(active: string): string[] {
  return [
    `CREATE TRIGGER fact_sales_order_insert AFTER INSERT ON sales_order ${active} BEGIN
      ${note('SELECT NEW.id AS order_id')} END`,
    `CREATE TRIGGER fact_sales_order_update AFTER UPDATE OF state ON sales_order ${active} AND OLD.state <> NEW.state BEGIN
      ${note('SELECT NEW.id AS order_id')} END`,
    `CREATE TRIGGER fact_sales_order_delete AFTER DELETE ON sales_order ${active} BEGIN
      ${note('SELECT OLD.id AS order_id')} END`,
  ];
}

function ofLines(active: string): string[] {
  return ORDER_OF.flatMap(([table, select]) => [
    `CREATE TRIGGER fact_${table}_insert AFTER INSERT ON ${table} ${active} BEGIN ${note(select('NEW'))} END`,
    `CREATE TRIGGER fact_${table}_update AFTER UPDATE ON ${table} ${active} BEGIN
      ${note(select('OLD'))} ${note(select('NEW'))} END`,
    `CREATE TRIGGER fact_${table}_delete AFTER DELETE ON ${table} ${active} BEGIN ${note(select('OLD'))} END`,
  ]);
}

/** Costs rest in a table of their own: whoever may not see them has no row in it. */
export const FACT_TABLES: readonly string[] = [
  `CREATE TABLE fact_meta (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    tracked_to INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    basis TEXT NOT NULL
  ) STRICT`,
  "INSERT INTO fact_meta VALUES (1, 0, 1, '')",
  // an id is never used twice: columns in memory are known by it
  `CREATE TABLE fact_segment (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    from_order INTEGER NOT NULL,
    to_order INTEGER NOT NULL,
    lines INTEGER NOT NULL,
    columns BLOB NOT NULL
  ) STRICT`,
  'CREATE INDEX fact_segment_range ON fact_segment (from_order, to_order, lines)',
  'CREATE TABLE fact_segment_cost (id INTEGER PRIMARY KEY, columns BLOB NOT NULL) STRICT',
  'CREATE TABLE fact_dirty (order_id INTEGER PRIMARY KEY, generation INTEGER NOT NULL) STRICT',
];

/** Every statement that gives a replica with its tables a column cache. */
export function factDdl(): string[] {
  return [...FACT_TABLES, ...triggers()];
}
