/**
 * Lists of lines, read in blocks of one edition: the rows stay those of the moment at which the list was opened, and add
 * up to the total it says. Of a list longer than `MOST_ROWS` the first rows are kept; further down it is read as it stands
 * while nothing has changed, and afterwards in the newest.
 */
import type { WireTableName } from '#contract/wire/tables.ts';
import type { InEdition } from '#contract/queries.ts';
import type { QueryContext } from './context.ts';
import { editionOf, type Editions } from './editions.ts';
import type { ReadCache } from './readCache.ts';

/** Of each kind of list. */
export const MOST_LISTS = 2;
export const MOST_ROWS = 50_000;

export interface KeptList<Row> {
  readonly total_lines: number;
  /** The first of them, or all. */
  readonly rows: readonly Row[];
}

interface RowRange {
  readonly offset: number;
  readonly limit: number;
}

export interface AskedBlock extends RowRange {
  readonly edition?: string | undefined;
  readonly locate: readonly string[];
}

export interface ListQuestion<List extends KeptList<unknown>> {
  readonly of: unknown;
  readonly tables: readonly WireTableName[];
  readonly as_of_on: number | null;
  /** The list with these of its rows. */
  readonly read: (range: RowRange) => Promise<List>;
  readonly keyOf: (row: List['rows'][number]) => string;
}

export interface ListBlock<List extends KeptList<unknown>> {
  readonly list: List;
  readonly rows: List['rows'];
  /** As the answer says it. */
  readonly read_in: InEdition;
  readonly standing: QueryContext['replica'];
}

export async function listBlock<List extends KeptList<unknown>>(
  context: QueryContext,
  pick: (cache: ReadCache) => Editions<List>,
  { edition: wanted, locate, offset, limit }: AskedBlock,
  question: ListQuestion<List>,
): Promise<ListBlock<List>> {
  const { cache } = context;
  const { of, tables, as_of_on, read, keyOf } = question;
  // who keeps nothing reads no more than the block
  const make = () => read(cache ? { offset: 0, limit: MOST_ROWS } : { offset, limit });
  const { edition, newer } = await editionOf(
    context,
    cache ? pick(cache) : [],
    { of, tables, as_of_on, most: MOST_LISTS, make },
    wanted,
  );
  const list = edition.value;
  const isKept = offset + limit <= list.rows.length || list.rows.length >= list.total_lines;
  if (!isKept && newer) return await listBlock(context, pick, { locate, offset, limit }, question);
  const rows =
    cache === undefined
      ? list.rows
      : isKept
        ? list.rows.slice(offset, offset + limit)
        : (await read({ offset, limit })).rows;
  const located = locate.map((key) => {
    const at = list.rows.findIndex((row) => keyOf(row) === key);
    return at < 0 ? null : at;
  });
  return { list, rows, read_in: { edition: edition.id, newer, located }, standing: edition.standing };
}
