/** Rows of one table on their side: as a snapshot sends them, and as they are written, whole columns at a time. */
import { hash } from 'node:crypto';
import type { ImageValue } from '#contract/wire/image.ts';
import type { SnapshotBlock, SnapshotRow } from '#contract/wire/protocol.ts';
import type { WireTable } from '#contract/wire/tables.ts';
import { brokenAnswer } from './failure.ts';

export interface ColumnBlock {
  readonly table: WireTable;
  /** [bucket, rows], in the order of the rows. */
  readonly runs: readonly (readonly [bucket: number, rows: number])[];
  readonly ids: readonly (string | number)[];
  readonly vers: readonly number[];
  /** In the registry's order, each as long as `ids`. */
  readonly columns: readonly (readonly ImageValue[])[];
}

export type BlockFacts = SnapshotBlock['block'];

/** One piece of a snapshot as it came: plain data, so that another thread may read it. */
export type SnapshotPiece =
  | { readonly kind: 'columns'; readonly text: string; readonly facts: BlockFacts }
  | { readonly kind: 'rows'; readonly rows: readonly SnapshotRow[] };

/** `tableOf` is undefined for a bucket that is not in the scope any more; such rows are dropped. */
export function blocksOf(
  piece: SnapshotPiece,
  tableOf: (bucket: number) => WireTable | undefined,
): readonly ColumnBlock[] {
  if (piece.kind === 'rows') return turnRows(piece.rows, tableOf);
  const { text, facts } = piece;
  if (hash('sha256', text) !== facts.hash) throw brokenAnswer('a block does not have its hash');
  const table = facts.runs.map(([bucket]) => tableOf(bucket)).find((each) => each !== undefined);
  if (!table) return [];
  const block = checkedBlock(table, facts, text);
  for (const [bucket] of facts.runs) {
    const own = tableOf(bucket);
    if (own !== undefined && own !== table) throw brokenAnswer('a block holds buckets of two tables');
  }
  return [block];
}

function checkedBlock(table: WireTable, facts: BlockFacts, text: string): ColumnBlock {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw brokenAnswer('a block is no JSON');
  }
  if (!Array.isArray(value) || value.length !== table.columns.length + 2) {
    throw brokenAnswer(`a block of ${table.name} does not have ${table.columns.length + 2} columns`);
  }
  const [ids = [], vers = [], ...columns] = value.map((column) => checkedColumn(table, column, facts.rows));
  const isId: (value: ImageValue) => value is string | number = table.idType === 'integer' ? isNumber : isText;
  if (!ids.every(isId)) throw brokenAnswer(`a row of ${table.name} has an id of the wrong type`);
  if (!vers.every(isNumber)) throw brokenAnswer('a row has no version');
  if (ids.at(-1) !== facts.last_id) throw brokenAnswer('a block ends with another row than it says');
  if (facts.runs.reduce((sum, [, rows]) => sum + rows, 0) !== facts.rows) {
    throw brokenAnswer('a block has another number of rows than its buckets');
  }
  return { table, runs: facts.runs, ids, vers, columns };
}

function checkedColumn(table: WireTable, column: unknown, rows: number): readonly ImageValue[] {
  if (!Array.isArray(column) || column.length !== rows) throw brokenAnswer(`a column of ${table.name} is not whole`);
  if (!column.every(isImageValue)) throw brokenAnswer(`a value of ${table.name} is neither text nor a whole number`);
  return column;
}

const isNumber = (value: ImageValue): value is number => typeof value === 'number';
const isText = (value: ImageValue): value is string => typeof value === 'string';

function isImageValue(value: unknown): value is ImageValue {
  return value === null || typeof value === 'string' || Number.isSafeInteger(value);
}

/** Rows that came as rows, one block per bucket. */
function turnRows(
  rows: readonly SnapshotRow[],
  tableOf: (bucket: number) => WireTable | undefined,
): readonly ColumnBlock[] {
  return [...Map.groupBy(rows, ([bucket]) => bucket)].flatMap(([bucket, own]) => {
    const table = tableOf(bucket);
    if (!table) return [];
    for (const [, id, , image] of own) checkRow(table, id, image);
    return [
      {
        table,
        runs: [[bucket, own.length] as const],
        ids: own.map(([, id]) => id),
        vers: own.map(([, , ver]) => ver),
        columns: table.columns.map((_, at) => own.map(([, , , image]) => image[at] ?? null)),
      },
    ];
  });
}

/** Asserted before writing: the row fits its table. */
export function checkRow(table: WireTable, id: string | number, image: readonly unknown[]): void {
  if (image.length !== table.columns.length) {
    throw brokenAnswer(`a row of ${table.name} has ${image.length} values, not ${table.columns.length}`);
  }
  if (table.idType === 'integer' ? typeof id !== 'number' : typeof id !== 'string') {
    throw brokenAnswer(`a row of ${table.name} has an id of the wrong type`);
  }
}
