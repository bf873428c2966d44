/**
 * Where the column cache rests: in the replica itself, under its key and in its transactions. Triggers note every order
 * whose facts changed, whoever writes, so that what a block says is believed exactly as far as nothing was noted.
 *
 * Blocks hold whole orders, (from_order, to_order]. Only orders of a block, or of one that is being made, are noted: a
 * first load pays one comparison for a row below every block, and what lies in no block is read from the tables anyway. A
 * note carries the generation it was made in; a block built in generation g from a later snapshot clears the notes
 * before g.
 *
 * `tracked_after` and `tracked_lines_after` are below every order that may be noted and below its lines: a block is made
 * only after both were lowered to what it holds. A line that comes later is noted itself, and that note stays until a
 * block with it is made.
 */

/** Of an order in no block: nothing. */
function note(select: string): string {
  return `INSERT INTO fact_dirty (order_id, generation)
    SELECT o.order_id, m.generation FROM (${select}) o, fact_meta m
    WHERE (o.order_id > m.building_after AND o.order_id <= m.building_to) OR o.order_id <=
      (SELECT s.to_order FROM fact_segment s WHERE s.from_order < o.order_id ORDER BY s.from_order DESC LIMIT 1)
    ON CONFLICT (order_id) DO UPDATE SET generation = excluded.generation;`;
}

const orderAbove = (id: string): string => `WHEN ${id} > (SELECT tracked_after FROM fact_meta)`;
const lineAbove = (id: string): string => `WHEN ${id} > (SELECT tracked_lines_after FROM fact_meta)`;

/** Tables a line's facts come from, what is compared first, and how to find the order of a row. */
const ORDER_OF: readonly (readonly [
  table: string,
  key: string,
  above: (id: string) => string,
  select: (row: 'NEW' | 'OLD') => string,
])[] = [
  ['order_line', 'order_id', orderAbove, (row) => `SELECT ${row}.order_id AS order_id`],
  ['order_line_cost', 'id', lineAbove, (row) => `SELECT order_id FROM order_line WHERE id = ${row}.id`],
  [
    'shipment_line',
    'order_line_id',
    lineAbove,
    (row) => `SELECT order_id FROM order_line WHERE id = ${row}.order_line_id`,
  ],
];

function triggers(): string[] {
  return [...ofOrders(), ...ofLines()];
}

/** What a closed order never shipped is not owed any more: only whether it is open counts. */
function ofOrders(): string[] {
  return [
    `CREATE TRIGGER fact_sales_order_insert AFTER INSERT ON sales_order ${orderAbove('NEW.id')} BEGIN
      ${note('SELECT NEW.id AS order_id')} END`,
    `CREATE TRIGGER fact_sales_order_update AFTER UPDATE OF state ON sales_order ${orderAbove('NEW.id')}
      AND OLD.state <> NEW.state BEGIN ${note('SELECT NEW.id AS order_id')} END`,
    `CREATE TRIGGER fact_sales_order_delete AFTER DELETE ON sales_order ${orderAbove('OLD.id')} BEGIN
      ${note('SELECT OLD.id AS order_id')} END`,
  ];
}

function ofLines(): string[] {
  return ORDER_OF.flatMap(([table, key, above, select]) => [
    `CREATE TRIGGER fact_${table}_insert AFTER INSERT ON ${table} ${above(`NEW.${key}`)} BEGIN
      ${note(select('NEW'))} END`,
    `CREATE TRIGGER fact_${table}_update AFTER UPDATE ON ${table} ${above(`max(OLD.${key}, NEW.${key})`)} BEGIN
      ${note(select('OLD'))} ${note(select('NEW'))} END`,
    `CREATE TRIGGER fact_${table}_delete AFTER DELETE ON ${table} ${above(`OLD.${key}`)} BEGIN
      ${note(select('OLD'))} END`,
  ]);
}

const ABOVE_ALL = Number.MAX_SAFE_INTEGER;
/** Values of tracked_after, tracked_lines_after, building_after and building_to while there is no block. */
export const NOTHING_TRACKED = `${ABOVE_ALL}, ${ABOVE_ALL}, ${ABOVE_ALL}, ${ABOVE_ALL}`;

/** Costs rest in a table of their own: whoever may not see them has no row in it. */
export const FACT_TABLES: readonly string[] = [
  `CREATE TABLE fact_meta (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    tracked_after INTEGER NOT NULL,
    tracked_lines_after INTEGER NOT NULL,
    building_after INTEGER NOT NULL,
    building_to INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    basis TEXT NOT NULL
  ) STRICT`,
  `INSERT INTO fact_meta VALUES (1, ${NOTHING_TRACKED}, 1, '')`,
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
