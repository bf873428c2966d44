/** Which rows have a name to be found by, and the text each is found in. */
import type { FindKind } from '#contract/queries/find.ts';
import { type WireTableName, wireTable } from '#contract/wire/tables.ts';
import { bare, fold, wordsOf } from '#domain/names/fold.ts';

/** Order numbers are found by their own index, there are far too many for this one; claims in their own rows, there are few. */
export type NamedKind = Exclude<FindKind, 'order' | 'claim'>;

/** The place of a kind in the keys; never reordered without another layout version of the replica. */
const KIND_NUMBERS: Readonly<Record<NamedKind, number>> = {
  item: 1,
  customer: 2,
  supplier: 3,
  purchase_order: 4,
  site: 5,
  channel: 6,
};
export const NAMED_KINDS: readonly NamedKind[] = ['item', 'customer', 'supplier', 'purchase_order', 'site', 'channel'];

export type NamedTableName = Extract<WireTableName, 'item' | 'party' | 'purchase_order' | 'site' | 'channel'>;

interface NamedTable {
  readonly name: NamedTableName;
  readonly code: string;
  /** SQL over the row for what it is called; '' for what has only a number. */
  readonly title: string;
  /** SQL for what else it is found by. */
  readonly also?: string;
  readonly kind: string;
  readonly active: string;
  /** Columns whose change changes one of the above. */
  readonly columns: readonly string[];
}

export const NAMED_TABLES: readonly NamedTable[] = [
  {
    name: 'item',
    code: 'code',
    title: 'name',
    also: "coalesce(barcode, '')",
    kind: "'item'",
    active: 'active',
    columns: ['company_id', 'code', 'name', 'active', 'barcode'],
  },
  {
    name: 'party',
    code: 'code',
    title: 'name',
    kind: "CASE kind WHEN 'supplier' THEN 'supplier' ELSE 'customer' END",
    active: '1',
    columns: ['company_id', 'code', 'name', 'kind'],
  },
  {
    name: 'purchase_order',
    code: 'number',
    title: "''",
    kind: "'purchase_order'",
    active: "state = 'open'",
    columns: ['company_id', 'number', 'state'],
  },
  { name: 'site', code: 'code', title: 'name', kind: "'site'", active: '1', columns: ['company_id', 'code', 'name'] },
  {
    name: 'channel',
    code: 'code',
    title: 'name',
    kind: "'channel'",
    active: '1',
    columns: ['company_id', 'code', 'name'],
  },
];

export function isNamedTable(name: WireTableName): name is NamedTableName {
  return NAMED_TABLES.some((table) => table.name === name);
}

export const tableNumber = (name: NamedTableName): number => wireTable(name).id;

/** A row as it is indexed. */
export interface NamedRow {
  readonly id: number;
  readonly company_id: number;
  readonly kind: NamedKind;
  readonly active: number;
  readonly code: string;
  readonly title: string;
  readonly also: string;
}

/** SELECT of a table's rows as NamedRow; the caller adds WHERE. */
export function namedRowsSql({ name, code, title, also, kind, active }: NamedTable): string {
  return `SELECT id, company_id, ${kind} AS kind, ${active} AS active, ${code} AS code, ${title} AS title,
    ${also ?? "''"} AS also FROM ${name}`;
}

/** What a row is found in. */
export interface NameText {
  /** The code, folded and without separators. */
  readonly code: string;
  /**
   * Folded code, bare code, name and what else there is. Two spaces stand before a word and three before the first of each, so
   * that beginnings are trigrams like any other.
   */
  readonly text: string;
}

export function nameText({ code, title, also }: Pick<NamedRow, 'code' | 'title' | 'also'>): NameText {
  const folded = wordsOf(fold(code));
  const short = bare(folded.join(''));
  const codeWords = folded.join('  ');
  const parts = [
    codeWords,
    ...(short === codeWords ? [] : [short]),
    wordsOf(fold(title)).join('  '),
    fold(also).trim(),
  ];
  return {
    code: short,
    text: parts
      .filter((part) => part !== '')
      .map((part) => `   ${part}`)
      .join(''),
  };
}

// ---------- keys ----------
const ROWS_OF_A_RANGE = 2 ** 28;
const COMPANIES = 2 ** 16;

export interface KeyRange {
  readonly first: number;
  readonly last: number;
}

/**
 * A name's key says kind, company and whether it is in use, so that the index gives rows in the order they are wanted.
 * Companies beyond 65,536 share a range, which costs order and nothing else.
 */
export function keyRange(kind: NamedKind, company_id?: number, active?: boolean): KeyRange {
  const base = KIND_NUMBERS[kind] * COMPANIES * 2 * ROWS_OF_A_RANGE;
  if (company_id === undefined) return { first: base, last: base + COMPANIES * 2 * ROWS_OF_A_RANGE - 1 };
  const company = base + (company_id % COMPANIES) * 2 * ROWS_OF_A_RANGE;
  if (active === undefined) return { first: company, last: company + 2 * ROWS_OF_A_RANGE - 1 };
  const first = company + (active ? 0 : ROWS_OF_A_RANGE);
  return { first, last: first + ROWS_OF_A_RANGE - 1 };
}
