/** Names that match, best first: proposed by the index, decided by `matches`. */
import { sql } from 'kysely';
import { alikeGrams, anywhere, atBeginnings } from '#db/search/grams.ts';
import {
  type KeyRange,
  keyRange,
  NAMED_TABLES,
  type NamedKind,
  type NamedRow,
  namedRowsSql,
  type NameText,
  nameText,
  tableNumber,
} from '#db/search/names.ts';
import { codesNear } from '#db/search/vocabulary.ts';
import { matches, matchesAlike, type Rank, rankOf, type Wanted } from '#db/search/wanted.ts';
import type { QueryContext } from '../context.ts';

export interface FoundName {
  readonly kind: NamedKind;
  readonly id: number;
  readonly rank: Rank;
  readonly own: boolean;
  readonly active: boolean;
  readonly code: string;
  /** Its code is one error away from what was typed. */
  readonly near_code: boolean;
}

interface IndexedName extends NameText {
  readonly id: number;
  readonly company_id: number;
  readonly active: number;
}

/** Proposals looked at of each kind, company and way of asking: more than are ever shown, few enough for a keystroke. */
const LOOKED_AT = 200;
/** Names noted and not yet put in that are read one by one. */
const NOTED_AT_ONCE = 5000;
/** Kinds of which there may be more than are looked at, so that one's own company is asked first. */
const LARGE: ReadonlySet<NamedKind> = new Set(['item', 'customer']);

export interface NameQuestion {
  readonly sought: Wanted;
  readonly company_id: number | undefined;
  readonly kinds: readonly NamedKind[];
}

export type Collected = Map<NamedKind, { names: Map<number, FoundName>; more: boolean }>;

export async function findNames(context: QueryContext, question: NameQuestion): Promise<Collected> {
  const { sought, company_id } = question;
  const found: Collected = new Map();
  for (const kind of question.kinds) {
    context.checkCancelled();
    const collected = { names: new Map<number, FoundName>(), more: false };
    found.set(kind, collected);
    const take = (rows: readonly IndexedName[]) => {
      for (const row of rows) {
        if (matches(row, sought)) collected.names.set(row.id, foundName(row, kind, rankOf(row, sought), company_id));
      }
    };
    const ranges = [
      ...(company_id !== undefined && LARGE.has(kind) ? [keyRange(kind, company_id)] : []),
      keyRange(kind),
    ];
    for (const range of ranges) {
      // one's own company has more than can be shown: of the others only what is better than that
      const rows = collected.more ? [] : await proposed(context, anywhere(sought), range);
      take(rows);
      collected.more ||= rows.length === LOOKED_AT;
      if (collected.more) take(await proposed(context, atBeginnings(sought), range));
    }
    if (collected.more) take(await byCode(context, sought.code, keyRange(kind)));
  }
  for (const { kind, row } of await notedNames(context, question.kinds)) {
    if (matches(row, sought)) {
      found.get(kind)?.names.set(row.id, foundName(row, kind, rankOf(row, sought), company_id));
    }
  }
  return found;
}

/** What was typed with errors in it: words of the names, and codes. Adds to what was found, never replaces it. */
export async function addAlike(
  context: QueryContext,
  question: NameQuestion,
  alike: ReadonlyMap<string, readonly string[]>,
  found: Collected,
): Promise<void> {
  for (const kind of question.kinds) {
    context.checkCancelled();
    const collected = found.get(kind);
    if (!collected) continue;
    const add = (row: IndexedName, near_code: boolean) => {
      if (collected.names.has(row.id)) return;
      collected.names.set(row.id, { ...foundName(row, kind, 4, question.company_id), near_code });
    };
    for (const row of await nearCodes(context, question.sought.code, keyRange(kind))) add(row, true);
    if (alike.size === 0) continue;
    for (const row of await proposed(context, alikeGrams(question.sought, alike), keyRange(kind))) {
      if (matchesAlike(row, question.sought, alike)) add(row, false);
    }
  }
}

function foundName(row: IndexedName, kind: NamedKind, rank: Rank, company_id: number | undefined): FoundName {
  const { id, code } = row;
  return { kind, id, rank, own: row.company_id === company_id, active: row.active !== 0, code, near_code: false };
}

export function byRank(a: FoundName, b: FoundName): number {
  return (
    a.rank - b.rank ||
    Number(b.own) - Number(a.own) ||
    Number(b.active) - Number(a.active) ||
    compareText(a.code, b.code) ||
    a.id - b.id
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Bounds are written out: the driver binds every number as a real, which FTS5 takes for no bound at all. */
async function proposed(context: QueryContext, expression: string, range: KeyRange): Promise<IndexedName[]> {
  const { rows } = await sql<IndexedName>`
    SELECT n.id, n.company_id, n.active, n.code, n.text
    FROM search_gram CROSS JOIN search_name n ON n.key = search_gram.rowid
    WHERE search_gram MATCH ${expression} AND search_gram.rowid BETWEEN ${sql.lit(range.first)} AND ${sql.lit(range.last)}
    ORDER BY search_gram.rowid LIMIT ${LOOKED_AT}`.execute(context.db);
  return rows;
}

/** Codes that begin so, in order: the code itself is the first. (`+key` keeps SQLite from reading a whole kind.) */
async function byCode(context: QueryContext, code: string, range: KeyRange): Promise<IndexedName[]> {
  if (code === '') return [];
  const { rows } = await sql<IndexedName>`
    SELECT id, company_id, active, code, text FROM search_name
    WHERE code >= ${code} AND code < ${`${code}\u{10ffff}`} AND +key BETWEEN ${range.first} AND ${range.last}
    ORDER BY code LIMIT ${LOOKED_AT}`.execute(context.db);
  return rows;
}

/** Codes one error away: there are a few hundred, and each is looked up. */
async function nearCodes(context: QueryContext, code: string, range: KeyRange): Promise<IndexedName[]> {
  const near = codesNear(code);
  if (near.length === 0) return [];
  const { rows } = await sql<IndexedName>`
    SELECT id, company_id, active, code, text FROM search_name
    WHERE code IN (SELECT value FROM json_each(${JSON.stringify(near)}))
      AND +key BETWEEN ${range.first} AND ${range.last}
    LIMIT ${LOOKED_AT}`.execute(context.db);
  return rows;
}

/** Rows that came or changed a moment ago and are not in the index yet. */
async function notedNames(
  context: QueryContext,
  kinds: readonly NamedKind[],
): Promise<{ readonly kind: NamedKind; readonly row: IndexedName }[]> {
  const { rows: noted } = await sql<{ tbl: number; id: number }>`
    SELECT tbl, id FROM search_pending LIMIT ${NOTED_AT_ONCE}`.execute(context.db);
  if (noted.length === 0) return [];
  const found: { kind: NamedKind; row: IndexedName }[] = [];
  for (const table of NAMED_TABLES) {
    const tbl = tableNumber(table.name);
    const ids = noted.filter((each) => each.tbl === tbl).map((each) => each.id);
    if (ids.length === 0) continue;
    context.checkCancelled();
    const { rows } = await sql<NamedRow>`${sql.raw(namedRowsSql(table))}
      WHERE id IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`.execute(context.db);
    for (const row of rows) {
      const { id, company_id, active, kind } = row;
      if (kinds.includes(kind)) found.push({ kind, row: { id, company_id, active, ...nameText(row) } });
    }
  }
  return found;
}

/** True while more is noted than a question reads one by one. */
export async function manyNoted(context: QueryContext): Promise<boolean> {
  const { rows } = await sql`SELECT 1 FROM search_pending LIMIT 1 OFFSET ${NOTED_AT_ONCE}`.execute(context.db);
  return rows.length > 0;
}
