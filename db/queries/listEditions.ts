/**
 * Lists of lines, read in blocks of one edition: the rows stay those of the moment at which the list was opened, and add
 * up to the total it says. Its first rows are kept at once, those below as they are read, ahead of whoever scrolls
 * (`listAhead`). Further down than is kept it is read as it stands while nothing has changed, and afterwards in the newest.
 */
import type { WireTableName } from '#contract/wire/tables.ts';
import type { InEdition } from '#contract/queries.ts';
import type { QueryContext } from './context.ts';
import { editionOf, type Editions } from './editions.ts';
import type { ReadCache } from './readCache.ts';

/** Of each kind of list. */
export const MOST_LISTS = 2;
/** Kept when a list is opened: the first screens, at no cost one would notice. */
export const FIRST_ROWS = 500;
const AHEAD_ROWS = 5000;
export const MOST_ROWS = 20_000;

export interface KeptList<Row> {
  readonly total_lines: number;
  /** The first of them, or all. */
  readonly rows: Row[];
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

/** One of the lists, as its query asks for it: everything of an answer but the names. */
export interface ListReader<List extends KeptList<unknown>> {
  readonly pick: (cache: ReadCache) => Editions<List>;
  readonly question: ListQuestion<List>;
}

export async function listBlock<List extends KeptList<unknown>>(
  context: QueryContext,
  { edition: wanted, locate, offset, limit }: AskedBlock,
  { pick, question }: ListReader<List>,
): Promise<ListBlock<List>> {
  const { cache } = context;
  const { read, keyOf } = question;
  // who keeps nothing reads no more than the block
  const first = cache ? { offset: 0, limit: FIRST_ROWS } : { offset, limit };
  const { edition, newer } = await editionOf(
    context,
    cache ? pick(cache) : [],
    { ...question, most: MOST_LISTS, make: () => read(first) },
    wanted,
  );
  const list = edition.value;
  const { rows } = list;
  const end = Math.min(offset + limit, list.total_lines);
  if (cache && newer && end > rows.length) {
    return await listBlock(context, { locate, offset, limit }, { pick, question });
  }
  if (cache && offset <= rows.length && end > rows.length && end <= MOST_ROWS) {
    rows.push(...(await read({ offset: rows.length, limit: end - rows.length })).rows);
  }
  const shown =
    cache === undefined ? rows : end <= rows.length ? rows.slice(offset, end) : (await read({ offset, limit })).rows;
  const located = locate.map((key) => {
    const at = rows.findIndex((row) => keyOf(row) === key);
    return at < 0 ? null : at;
  });
  return { list, rows: shown, read_in: { edition: edition.id, newer, located }, standing: edition.standing };
}

/** Keeps further rows of a list that is looked at; whether there are more to keep. */
export async function listAhead<List extends KeptList<unknown>>(
  context: QueryContext,
  edition: string,
  { pick, question }: ListReader<List>,
): Promise<boolean> {
  const kept = context.cache && pick(context.cache).find((each) => each.id === edition)?.value;
  if (!kept) return false;
  const most = Math.min(kept.total_lines, MOST_ROWS);
  const limit = Math.min(AHEAD_ROWS, most - kept.rows.length);
  if (limit <= 0) return false;
  const { newer } = (await listBlock(context, { edition, locate: [], offset: 0, limit: 1 }, { pick, question }))
    .read_in;
  if (newer) return false;
  await listBlock(context, { edition, locate: [], offset: kept.rows.length, limit }, { pick, question });
  return kept.rows.length < most;
}
