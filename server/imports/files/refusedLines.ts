/** Lines that could not be taken in: the same content is the same line, and it stays until it is corrected or dismissed. */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { dayOfRow, type ReadLine, type RefusedLine, type SourceLine } from '#domain/imports/engine/readLines.ts';
import { importKind, type KindName } from '#domain/imports/kinds/kinds.ts';
import type { DismissedEntry, RefusedEntry, RefusedPage } from '#contract/wire/fileImports.ts';
import { sha256 } from '#server/audit/chain.ts';
import { integerArray, textArray } from '#server/imports/arrayText.ts';
import type { Importer } from '#server/imports/importer.ts';
import { tellImport } from '#server/imports/importTrail.ts';
import type { ImportDatabase, ImportTransaction } from '#server/imports/schema.ts';

interface Place {
  readonly company_id: number;
  readonly kind: KindName;
}
interface Standing {
  readonly id: number;
  readonly content_hash: string;
  readonly ordinal: number;
  readonly label: string;
  readonly state: 'open' | 'corrected' | 'dismissed';
  readonly import_id: number;
  readonly day: string | null;
}

/** NUL cannot be stored as text: it is kept as the sign for it, ␀. */
export function storable(text: string): string {
  return text.replaceAll('\u0000', '\u2400').toWellFormed();
}

function contentHash({ fields, raw }: SourceLine): string {
  const content = JSON.stringify(raw === undefined ? fields.map(storable) : storable(raw));
  return createHash('sha256').update(content).digest('hex').slice(0, 32);
}

/** Counts equal lines, so that each has an identity. */
function identified<L extends { readonly line: SourceLine }>(
  lines: readonly L[],
): (L & Pick<Standing, 'content_hash' | 'ordinal'>)[] {
  const counts = new Map<string, number>();
  return lines.map((each) => {
    const content_hash = contentHash(each.line);
    const ordinal = (counts.get(content_hash) ?? 0) + 1;
    counts.set(content_hash, ordinal);
    return { ...each, content_hash, ordinal };
  });
}

/**
 * Keeps what a file's lines were refused for, and settles earlier refusals that its accepted lines put right. Returns how
 * many refused lines were corrected or dismissed before and come again unchanged.
 */
export async function keepRefusedLines(
  tx: ImportTransaction,
  place: Place,
  import_id: number,
  read: { readonly accepted: readonly ReadLine[]; readonly refused: readonly RefusedLine[] },
  now: Date,
): Promise<number> {
  const refused = identified(read.refused);
  const again = new Set(refused.map(({ content_hash, ordinal }) => `${content_hash}|${ordinal}`));
  const { rows: open } = await sql<Standing>`
    select id, content_hash, ordinal, label, state, import_id, day::text as day from import_refused
    where company_id = ${place.company_id}::bigint and kind = ${place.kind} and state = 'open'`.execute(tx);
  const putRight = rightNow(place.kind, open, read.accepted);
  const hashes = open.length === 0 ? new Set<string>() : new Set(read.accepted.map(({ line }) => contentHash(line)));
  const right = open.filter(
    (each) =>
      !again.has(`${each.content_hash}|${each.ordinal}`) && (putRight.has(each.id) || hashes.has(each.content_hash)),
  );
  await settleRefused(
    tx,
    right.map(({ id }) => id),
    'corrected',
    now,
  );
  const texts = (value: (line: (typeof refused)[number]) => string | null) => textArray(refused.map(value));
  await sql`
    insert into import_refused (company_id, kind, import_id, state, written_at, content_hash, ordinal, line_number, label, fields, raw, reason, of_whole, day)
    select ${place.company_id}::bigint, ${place.kind}, ${import_id}::bigint, 'open', ${now}::timestamptz, content_hash, ordinal,
      line_number, label, fields::jsonb, raw, reason, of_whole = 1, day::date
    from unnest(${texts(({ content_hash }) => content_hash)}::text::text[],
      ${integerArray(refused.map(({ ordinal }) => ordinal))}::text::int[],
      ${integerArray(refused.map(({ line }) => line.line_number))}::text::int[],
      ${texts(({ label }) => storable(label))}::text::text[],
      ${texts(({ line }) => JSON.stringify(line.fields.map(storable)))}::text::text[],
      ${texts(({ line }) => (line.raw === undefined ? null : storable(line.raw)))}::text::text[],
      ${texts(({ reason }) => storable(reason))}::text::text[],
      ${integerArray(refused.map(({ line }) => (line.whole === true ? 1 : 0)))}::text::int[],
      ${texts(({ day }) => day ?? null)}::text::text[])
      as n(content_hash, ordinal, line_number, label, fields, raw, reason, of_whole, day)
    on conflict (company_id, kind, content_hash, ordinal) do update
      set reason = excluded.reason, line_number = excluded.line_number, import_id = excluded.import_id,
        label = excluded.label, fields = excluded.fields, of_whole = excluded.of_whole, day = excluded.day, written_at = excluded.written_at
      where import_refused.state = 'open' and (import_refused.reason, import_refused.line_number)
        is distinct from (excluded.reason, excluded.line_number)`.execute(tx);
  const { rows: settled } = await sql<{ lines: number }>`
    select count(*)::int as lines
    from unnest(${texts(({ content_hash }) => content_hash)}::text::text[],
      ${integerArray(refused.map(({ ordinal }) => ordinal))}::text::int[]) as n(content_hash, ordinal)
    join import_refused r on r.company_id = ${place.company_id}::bigint and r.kind = ${place.kind}
      and r.content_hash = n.content_hash and r.ordinal = n.ordinal
    where r.state <> 'open'`.execute(tx);
  return settled[0]?.lines ?? 0;
}

/**
 * Which waiting lines the accepted ones are, by name. Where names come again the days say which: those of a name with a number
 * meet the accepted ones' days, one without is told whole by them.
 */
function rightNow(kind_name: KindName, open: readonly Standing[], accepted: readonly ReadLine[]): ReadonlySet<number> {
  const kind = importKind(kind_name);
  const spans = new Map<string, { from: string; to: string; numbered: boolean }>();
  for (const { label, row } of accepted) {
    const day = dayOfRow(kind, row) ?? '';
    const span = spans.get(label);
    const numbered = kind.day === undefined || kind.key.every((name) => row[name] != null);
    if (!span) spans.set(label, { from: day, to: day, numbered });
    else if (day < span.from) span.from = day;
    else if (day > span.to) span.to = day;
  }
  const right = new Set<number>();
  const groups = Map.groupBy(open, ({ label, import_id }) =>
    kind.day === undefined ? label : `${import_id}|${label}`,
  );
  for (const own of groups.values()) {
    const span = spans.get(own[0]?.label ?? '');
    if (!span || own[0]?.label === '') continue;
    const days = own.flatMap(({ day }) => day ?? []);
    const within = days.filter((day) => day >= span.from && day <= span.to);
    if (
      kind.day === undefined ||
      days.length === 0 ||
      within.length === days.length ||
      (span.numbered && within.length > 0)
    )
      for (const { id } of own) right.add(id);
  }
  return right;
}

export async function settleRefused(
  tx: ImportDatabase,
  ids: readonly number[],
  state: 'corrected' | 'dismissed',
  now: Date,
): Promise<void> {
  if (ids.length === 0) return;
  await sql`update import_refused set state = ${state}, written_at = ${now}::timestamptz
    where id = any(${integerArray(ids)}::text::bigint[]) and state = 'open'`.execute(tx);
}

/** Drops lines that are no data, for good: they stay settled when the same file comes again. Who did it, and why, is kept. */
export async function dismissRefused(
  db: ImportDatabase,
  importer: Importer,
  place: Place,
  { ids, reason }: { readonly ids: readonly number[]; readonly reason: string },
  now: Date,
): Promise<number> {
  const why = storable(reason);
  return await db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ id: number }>`
    update import_refused set state = 'dismissed', written_at = ${now}::timestamptz,
      settled_by = ${importer.user_name}, settled_why = ${why}
    where company_id = ${place.company_id}::bigint and kind = ${place.kind} and state = 'open'
      and id = any(${integerArray(ids)}::text::bigint[]) returning id`.execute(tx);
    const { company_id, kind: what } = place;
    if (rows.length > 0)
      await tellImport(tx, importer, now, {
        kind: 'lines_dismissed',
        company_id,
        what,
        detail: { lines: rows.length, reason_sha256: sha256(why) },
      });
    return rows.length;
  });
}

/** Open lines in the order they came in, with the header of the file they came from. */
export async function refusedPage(
  db: ImportDatabase,
  place: Place,
  after: number,
  limit: number,
): Promise<RefusedPage> {
  const open = db
    .selectFrom('import_refused as r')
    .where('r.company_id', '=', place.company_id)
    .where('r.kind', '=', place.kind)
    .where('r.state', '=', 'open');
  const counted = await open.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
  const lines: readonly RefusedEntry[] = await open
    .innerJoin('import_file as f', 'f.id', 'r.import_id')
    .select([
      'r.id',
      'r.line_number',
      'r.label',
      'r.reason',
      'f.file_name',
      'r.raw',
      'f.header',
      'r.fields',
      'r.of_whole',
    ])
    .where('r.id', '>', after)
    .orderBy('r.id')
    .limit(limit)
    .execute();
  return { lines, total: counted.total, dismissed: after === 0 ? await lastDismissed(db, place) : [] };
}

/** So many are told; all of them stay in the database. */
const DISMISSED_SHOWN = 200;

async function lastDismissed(db: ImportDatabase, place: Place): Promise<readonly DismissedEntry[]> {
  const { rows } = await sql<DismissedEntry>`
    select r.id, r.line_number, r.label, r.reason, f.file_name, r.settled_by as by, r.settled_why as why,
      (extract(epoch from r.written_at) * 1000)::double precision as dismissed_at_ms
    from import_refused r join import_file f on f.id = r.import_id
    where r.company_id = ${place.company_id}::bigint and r.kind = ${place.kind} and r.state = 'dismissed'
    order by r.written_at desc, r.id limit ${DISMISSED_SHOWN}`.execute(db);
  return rows.map((row) => ({ ...row, dismissed_at_ms: Math.round(row.dismissed_at_ms) }));
}
