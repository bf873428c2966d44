/** Codes a file names → ids of the company's rows; missing ones are made where the import was told to. */
import { sql } from 'kysely';
import { textArray } from '#server/imports/arrayText.ts';
import { idsOfWords } from '#server/imports/byName.ts';
import { type RowWriter, syncRows, type WantedRow } from './syncRows.ts';

export type Referred = 'item' | 'site' | 'channel' | 'customer' | 'supplier' | 'gl_account';

export interface Lookups {
  /** Reads the ids of these codes; null and undefined are skipped. */
  find(what: Referred, codes: Iterable<string | null | undefined>): Promise<void>;
  /** Makes what is still missing of these codes. */
  make(what: Referred, rows: ReadonlyMap<string, WantedRow['set']>): Promise<void>;
  /** null = there is none of that code; throws when it was never looked for. */
  id(what: Referred, code: string): number | null;
  readonly made: ReadonlyMap<Referred, readonly string[]>;
}

const TABLES = {
  item: 'item',
  site: 'site',
  channel: 'channel',
  customer: 'party',
  supplier: 'party',
  gl_account: 'gl_account',
} as const;

export function createLookups(writer: RowWriter): Lookups {
  const known = new Map<Referred, Map<string, number | null>>();
  const made = new Map<Referred, string[]>();
  const idsOf = (what: Referred): Map<string, number | null> => {
    const ids = known.get(what) ?? new Map<string, number | null>();
    known.set(what, ids);
    return ids;
  };
  const kindOf = (what: Referred): string | null => (TABLES[what] === 'party' ? what : null);

  const find: Lookups['find'] = async (what, codes) => {
    const ids = idsOf(what);
    const wanted = new Set<string>();
    for (const code of codes) if (code != null && !ids.has(code)) wanted.add(code);
    if (wanted.size === 0) return;
    for (const code of wanted) ids.set(code, null);
    if (what === 'site' || what === 'channel') {
      for (const [word, id] of await idsOfWords(writer.tx, writer.company_id, what, wanted)) ids.set(word, id);
      return;
    }
    const kind = kindOf(what);
    const { rows } = await sql<{ id: number; code: string }>`
      select id, code from ${sql.table(TABLES[what])}
      where company_id = ${writer.company_id}::bigint and code = any(${textArray(wanted)}::text::text[])
        ${kind === null ? sql`` : sql`and kind = ${kind}`}`.execute(writer.tx);
    for (const { id, code } of rows) ids.set(code, id);
  };

  return {
    find,
    make: async (what, rows) => {
      await find(what, rows.keys());
      const ids = idsOf(what);
      const missing = [...rows].filter(([code]) => ids.get(code) === null);
      const kind = kindOf(what);
      const written = await syncRows(
        writer,
        TABLES[what],
        missing.map(([code, set]) => ({ key: { code, ...(kind === null ? {} : { kind }) }, set })),
      );
      for (const [index, [code]] of missing.entries()) ids.set(code, written[index]?.id ?? null);
      if (missing.length > 0) made.set(what, [...(made.get(what) ?? []), ...missing.map(([code]) => code)]);
    },
    id: (what, code) => {
      const id = known.get(what)?.get(code);
      if (id === undefined) throw new Error(`${what} ${code} was never looked for`);
      return id;
    },
    made,
  };
}

const REFERENCE_TABLES: Readonly<Record<string, 'item' | 'site' | 'channel' | 'party' | 'gl_account' | 'company'>> = {
  item_id: 'item',
  site_id: 'site',
  channel_id: 'channel',
  party_id: 'party',
  supplier_id: 'party',
  account_id: 'gl_account',
  partner_company_id: 'company',
};

export function isReferenceColumn(column: string): boolean {
  return Object.hasOwn(REFERENCE_TABLES, column);
}

/** Codes of the ids that stand in reference columns, by column and id: people and fingerprints know codes. */
export async function codesOfIds(
  writer: RowWriter,
  ids: ReadonlyMap<string, ReadonlySet<number>>,
): Promise<ReadonlyMap<string, ReadonlyMap<number, string>>> {
  const codes = new Map<string, ReadonlyMap<number, string>>();
  for (const [column, wanted] of ids) {
    const table = REFERENCE_TABLES[column];
    if (!table) throw new Error(`the column ${column} names rows of no known table`);
    const { rows } = await sql<{ id: number; code: string }>`
      select t.id, t.code from ${sql.table(table)} t
      where t.id in (select value::bigint from jsonb_array_elements_text(${JSON.stringify([...wanted])}::text::jsonb))`.execute(
      writer.tx,
    );
    codes.set(column, new Map(rows.map(({ id, code }) => [id, code])));
  }
  return codes;
}
