/**
 * Items, customers, channels and sites that imported lines name: found by code, made when missing. What was found is
 * remembered for the rest of the import; a block that fails to commit forgets everything (`forget`).
 */
import { sql } from 'kysely';
import { channelKindOf, UNMAPPED_CHANNEL } from '#domain/imports/orders/channelKind.ts';
import { namesItem, type ParsedOrderLine } from '#domain/imports/orders/orderLine.ts';
import { integerArray, textArray } from './arrayText.ts';
import { idsOfWords } from './byName.ts';
import type { ImportTransaction } from './schema.ts';

export interface ImportPlace {
  readonly company_id: number;
  readonly source: string;
}

interface KnownItem {
  readonly id: number;
  /** False while the item's name is only its code. */
  named: boolean;
}

export interface References {
  /** Makes everything the lines name. `lines` in file order: the first description names an item. */
  resolve(tx: ImportTransaction, lines: readonly ParsedOrderLine[], now: Date): Promise<void>;
  itemId(line: ParsedOrderLine): number | null;
  partyId(line: ParsedOrderLine): number | null;
  channelId(line: ParsedOrderLine): number;
  siteId(line: ParsedOrderLine): number | null;
  forget(): void;
}

export function createReferences(place: ImportPlace): References {
  const items = new Map<string, KnownItem>();
  const parties = new Map<string, number>();
  const channels = new Map<string, number>();
  const sites = new Map<string, number>();

  const resolveItems = async (tx: ImportTransaction, lines: readonly ParsedOrderLine[], now: Date) => {
    const names = new Map<string, string>();
    const wanted = new Set<string>();
    for (const line of lines) {
      if (line.item_code === null) continue;
      const known = items.get(line.item_code);
      if (!known) wanted.add(line.item_code);
      if (!known?.named && namesItem(line) && !names.has(line.item_code))
        names.set(line.item_code, line.description ?? '');
    }
    if (wanted.size > 0) {
      const codes = [...wanted];
      const { rows } = await sql<{ id: number; code: string; named: boolean }>`
        with made as (
          insert into item (company_id, code, name, uom, active, source, written_at)
          select ${place.company_id}::bigint, code, name, 'pcs', true, ${place.source}::text, ${now}::timestamptz
          from unnest(${textArray(codes)}::text::text[], ${textArray(codes.map((code) => names.get(code) ?? code))}::text::text[]) as n(code, name)
          on conflict (company_id, code) do nothing returning id, code, name)
        select id, code, name <> code as named from made
        union all
        select id, code, name <> code from item
        where company_id = ${place.company_id}::bigint and code = any(${textArray(codes)}::text::text[])`.execute(tx);
      for (const row of rows) items.set(row.code, { id: row.id, named: row.named });
    }
    const renamed = [...names].filter(([code, name]) => items.get(code)?.named === false && name !== code);
    if (renamed.length === 0) return;
    await sql`
      update item set name = n.name, written_at = ${now}::timestamptz
      from unnest(${integerArray(renamed.map(([code]) => items.get(code)?.id ?? null))}::text::bigint[], ${textArray(renamed.map(([, name]) => name))}::text::text[]) as n(id, name)
      where item.id = n.id`.execute(tx);
    for (const [code] of renamed) {
      const known = items.get(code);
      if (known) known.named = true;
    }
  };

  const resolveParties = async (tx: ImportTransaction, lines: readonly ParsedOrderLine[], now: Date) => {
    const wanted = new Map<string, ParsedOrderLine>();
    for (const line of lines) {
      const code = partyCode(line);
      if (code !== null && !parties.has(code) && !wanted.has(code)) wanted.set(code, line);
    }
    if (wanted.size === 0) return;
    const codes = [...wanted.keys()];
    const first = [...wanted.values()];
    const { rows } = await sql<{ id: number; code: string }>`
      with made as (
        insert into party (company_id, code, name, kind, country, source, written_at)
        select ${place.company_id}::bigint, code, name, 'customer', country, ${place.source}::text, ${now}::timestamptz
        from unnest(${textArray(codes)}::text::text[], ${textArray(first.map((line) => line.customer_name ?? `Customer ${line.customer_code ?? ''}`))}::text::text[],
          ${textArray(first.map((line) => line.country))}::text::text[]) as n(code, name, country)
        on conflict (company_id, kind, code) do nothing returning id, code)
      select id, code from made
      union all
      select id, code from party
      where company_id = ${place.company_id}::bigint and kind = 'customer' and code = any(${textArray(codes)}::text::text[])`.execute(
      tx,
    );
    for (const row of rows) parties.set(row.code, row.id);
  };

  const resolveChannels = async (tx: ImportTransaction, lines: readonly ParsedOrderLine[], now: Date) => {
    const wanted = new Set<string>();
    for (const line of lines) if (!channels.has(channelCode(line))) wanted.add(channelCode(line));
    const named = [...wanted].filter((code) => code !== UNMAPPED_CHANNEL.code);
    for (const [word, id] of await idsOfWords(tx, place.company_id, 'channel', named)) channels.set(word, id);
    for (const code of wanted) {
      if (channels.has(code)) continue;
      // a company that has a channel for unmapped orders keeps its one
      const unmapped = code === UNMAPPED_CHANNEL.code;
      const existing = unmapped
        ? await tx
            .selectFrom('channel')
            .select('id')
            .where('company_id', '=', place.company_id)
            .where('kind', '=', UNMAPPED_CHANNEL.code)
            .orderBy('id')
            .executeTakeFirst()
        : undefined;
      const id =
        existing?.id ??
        (
          await tx
            .insertInto('channel')
            .values({
              company_id: place.company_id,
              code,
              name: unmapped ? UNMAPPED_CHANNEL.name : code,
              kind: unmapped ? 'unmapped' : channelKindOf(code),
              grace_days: 0,
              source: place.source,
              written_at: now,
              model: null,
              external_id: null,
              row_hash: null,
              deleted_at: null,
            })
            .returning('id')
            .executeTakeFirstOrThrow()
        ).id;
      // other spellings of a new one are the same
      for (const word of wanted) if (word.toLowerCase() === code.toLowerCase()) channels.set(word, id);
    }
  };

  const resolveSites = async (tx: ImportTransaction, lines: readonly ParsedOrderLine[], now: Date) => {
    const wanted = new Set<string>();
    for (const line of lines) if (line.site !== null && !sites.has(line.site)) wanted.add(line.site);
    if (wanted.size === 0) return;
    for (const [word, id] of await idsOfWords(tx, place.company_id, 'site', wanted)) sites.set(word, id);
    const open = [...wanted].filter((word) => !sites.has(word));
    if (open.length === 0) return;
    // of several spellings of a new one the first of the file is its code
    const codes = [...Map.groupBy(open, (word) => word.toLowerCase()).values()].flatMap(([first]) => first ?? []);
    await sql`
      insert into site (company_id, code, name, kind, source, written_at)
      select ${place.company_id}::bigint, code, code, 'dc', ${place.source}::text, ${now}::timestamptz
      from unnest(${textArray(codes)}::text::text[]) as n(code) on conflict (company_id, code) do nothing`.execute(tx);
    for (const [word, id] of await idsOfWords(tx, place.company_id, 'site', open)) sites.set(word, id);
  };

  return {
    resolve: async (tx, lines, now) => {
      await resolveSites(tx, lines, now);
      await resolveChannels(tx, lines, now);
      await resolveParties(tx, lines, now);
      await resolveItems(tx, lines, now);
    },
    itemId: (line) => (line.item_code === null ? null : found(items.get(line.item_code)?.id, line.item_code)),
    partyId: (line) => {
      const code = partyCode(line);
      return code === null ? null : found(parties.get(code), code);
    },
    channelId: (line) => found(channels.get(channelCode(line)), channelCode(line)),
    siteId: (line) => (line.site === null ? null : found(sites.get(line.site), line.site)),
    forget: () => {
      for (const known of [items, parties, channels, sites]) known.clear();
    },
  };
}

/** A customer known by name only is kept under the name. */
export function partyCode(line: ParsedOrderLine): string | null {
  return line.customer_code ?? line.customer_name?.slice(0, 200) ?? null;
}

function channelCode(line: ParsedOrderLine): string {
  return line.channel ?? UNMAPPED_CHANNEL.code;
}

function found(id: number | undefined, code: string): number {
  if (id === undefined) throw new Error(`nothing was made for the code ${code}`);
  return id;
}
