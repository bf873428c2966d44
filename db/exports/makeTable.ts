/** How the answer of a query becomes rows of a file: whole, or block by block. */
import type { ExportQueryName } from '#contract/actions.ts';
import type { Provenance } from '#contract/queries.ts';
import type { Connection } from '#db/connection.ts';
import type { QueryContext } from '#db/queries/context.ts';
import { cellsOf, chosenColumns, type Column, type Table } from './table.ts';

export const BLOCK_ROWS = 5000;

export interface TableQuestion {
  readonly query: ExportQueryName;
  readonly args: unknown;
  /** The grid's columns in their order; absent = all. */
  readonly columns?: readonly string[] | undefined;
  /** Of figures by month: which of them the months show. */
  readonly measure?: string | undefined;
  /** Of figures by period: the period the totals are of; absent = all of them. */
  readonly totals_of?: string | undefined;
  /** Of a list the screen narrows itself: its rows in their order; absent = all. */
  readonly keys?: readonly string[] | undefined;
}

/** Rows of one query without what is said about them. */
export type RowsOfQuery = Omit<Table, 'about'> & {
  /** Formula, coverage and the like, as the answer states them. */
  readonly statements: readonly (readonly [string, string])[];
};

export type MakeTable = (context: QueryContext, question: TableQuestion, reader: Connection) => Promise<RowsOfQuery>;

interface Block<Row> {
  readonly rows: readonly Row[];
  readonly total: number;
}

export function rowsIn<Row>({
  rows,
  total_rows: total,
}: {
  readonly rows: readonly Row[];
  readonly total_rows: number;
}) {
  return { rows, total };
}

export function linesIn<Row>({
  lines,
  total_lines: total,
}: {
  readonly lines: readonly Row[];
  readonly total_lines: number;
}) {
  return { rows: lines, total };
}

interface Sheet<Row> {
  readonly name: string;
  readonly columns: readonly Column<Row>[];
  /** Besides coverage, which every answer states. */
  readonly statements?: RowsOfQuery['statements'];
  /** The column that stands for one of the grid's. */
  readonly columnOf?: (id: string) => string;
}

/** Of a query that answers in blocks; what its sheet is, the answer of one row tells. */
export function inBlocks<
  Args extends { readonly offset: number; readonly limit: number },
  Answer extends { readonly provenance: Provenance },
  Row,
>(
  schema: { parse(args: unknown): Args },
  ask: (context: QueryContext, args: Args) => Promise<Answer>,
  sheetOf: (answer: Answer, args: Args, context: QueryContext) => Sheet<Row> | Promise<Sheet<Row>>,
  blockOf: (answer: Answer) => Block<Row>,
): MakeTable {
  return async (context, question) => {
    const args = schema.parse(question.args);
    const first = await ask(context, { ...args, offset: 0, limit: 1 });
    const { name, columns, statements = [], columnOf = (id) => id } = await sheetOf(first, args, context);
    const shown = { ...question, columns: question.columns?.map(columnOf) };
    const said = [...statements, ['Coverage', first.provenance.coverage] as const];
    return paged(name, columns, shown, context, said, async (offset) =>
      blockOf(await ask(context, { ...args, offset, limit: BLOCK_ROWS })),
    );
  };
}

export function paged<Row>(
  name: string,
  columns: readonly Column<Row>[],
  { columns: shown }: TableQuestion,
  context: QueryContext,
  statements: RowsOfQuery['statements'],
  read: (offset: number) => Promise<Block<Row>>,
): RowsOfQuery {
  const chosen = chosenColumns(columns, shown);
  async function* blocks() {
    for (let offset = 0; ; ) {
      context.checkCancelled();
      const { rows, total } = await read(offset);
      if (rows.length > 0) yield cellsOf(rows, chosen);
      offset += rows.length;
      if (rows.length === 0 || offset >= total) return;
    }
  }
  return { name, columns: chosen, blocks: blocks(), statements };
}

/** The rows a screen shows, in its order, of a list that it has whole and narrows itself. */
export function shownRows<Row>(
  rows: readonly Row[],
  keys: readonly string[] | undefined,
  keyOf: (row: Row) => string,
): readonly Row[] {
  if (keys === undefined) return rows;
  const byKey = new Map(rows.map((row) => [keyOf(row), row]));
  return keys.flatMap((key) => byKey.get(key) ?? []);
}

export function whole<Row>(
  name: string,
  columns: readonly Column<Row>[],
  { columns: shown }: TableQuestion,
  rows: readonly Row[],
  statements: RowsOfQuery['statements'],
): RowsOfQuery {
  const chosen = chosenColumns(columns, shown);
  async function* blocks() {
    yield cellsOf(rows, chosen);
  }
  return { name, columns: chosen, blocks: blocks(), statements };
}
