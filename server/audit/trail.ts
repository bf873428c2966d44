/** Writing into the audit trail and reading it. An entry belongs into the transaction of what it tells. */
import { type SqlBool, sql } from 'kysely';
import type { AuditPage, AuditRequest } from '#contract/audit.ts';
import type { AuditKind } from '#contract/auditWords.ts';
import type { Database } from '#server/schema/database.ts';
import type { AuditDetail } from '#server/schema/operations.ts';
import { sealWaiting } from './chain.ts';
import { type CloseOf, noteOfClose, sendCloseEntries } from './closeEntries.ts';

/** Who acts, and from where; nulls for whoever runs the server. */
export interface Actor {
  readonly name: string | null;
  readonly address: string | null;
}
export const THE_OPERATOR: Actor = { name: null, address: null };

export interface AuditEntry {
  readonly kind: AuditKind;
  readonly by: Actor;
  readonly about?: string | null;
  readonly detail?: AuditDetail;
  /** The same entry told twice is written once. */
  readonly once_id?: string;
  /** It concerns that close: sealed at once, it goes with the close to whoever sees it. */
  readonly close?: CloseOf | null;
}

/** An entry but for who: that is whoever sent the command. */
export type Told = Omit<AuditEntry, 'by' | 'once_id'>;

const PAGE_ROWS = 200;
/** A typed name or a client's text is quoted in part only. */
const LONGEST_TEXT = 500;

/** Entries of a close hold the chain until the transaction ends: write them last. */
export async function writeAudit(db: Database, now_ms: number, ...entries: readonly AuditEntry[]): Promise<void> {
  const plain = entries.filter(({ close }) => !close);
  if (plain.length > 0) await insert(db, now_ms, plain);
  const of_closes: (CloseOf & { readonly event_id: number })[] = [];
  for (const entry of entries) {
    if (!entry.close) continue;
    // one that was told before is not written again, and has no row here
    for (const { id } of await insert(db, now_ms, [entry])) of_closes.push({ event_id: id, ...entry.close });
  }
  if (of_closes.length === 0) return;
  await noteOfClose(db, of_closes);
  await sealWaiting(db);
  await sendCloseEntries(db);
}

async function insert(
  db: Database,
  now_ms: number,
  entries: readonly AuditEntry[],
): Promise<readonly { readonly id: number }[]> {
  return await db
    .insertInto('audit_event')
    .values(
      entries.map(({ kind, by, about, detail, once_id }) => ({
        happened_at: new Date(now_ms),
        kind,
        user_name: by.name === null ? null : storable(by.name),
        address: by.address,
        about: about === undefined || about === null ? null : storable(about),
        detail: JSON.stringify(storableDetail(detail ?? {})),
        once_id: once_id ?? null,
      })),
    )
    .onConflict((conflict) => conflict.column('once_id').doNothing())
    .returning('id')
    .execute();
}

export async function readAudit(
  db: Database,
  { text, kind, who, about, from_ms, until_ms, before }: AuditRequest,
): Promise<AuditPage> {
  let query = db
    .selectFrom('audit_event')
    .select(['id', 'happened_at', 'kind', 'user_name', 'address', 'about', 'detail'])
    .orderBy('id', 'desc')
    .limit(PAGE_ROWS + 1);
  if (kind !== null) query = query.where('kind', '=', kind);
  if (before !== null) query = query.where('id', '<', before);
  if (from_ms !== null) query = query.where('happened_at', '>=', new Date(from_ms));
  if (until_ms !== null) query = query.where('happened_at', '<', new Date(until_ms));
  if (who !== '') query = query.where('user_name', 'ilike', containing(who));
  if (about !== '') query = query.where('about', 'ilike', containing(about));
  for (const word of text.split(/\s+/).filter((each) => each !== '')) {
    query = query.where(
      sql<SqlBool>`concat_ws(' ', replace(kind, '_', ' '), user_name, address, about, detail::text) ilike ${containing(word)}`,
    );
  }
  const rows = await query.execute();
  return {
    rows: rows
      .slice(0, PAGE_ROWS)
      .map(({ happened_at, ...row }) => ({ ...row, happened_at_ms: happened_at.getTime() })),
    more: rows.length > PAGE_ROWS,
  };
}

/** Typed text is text: its signs mean nothing to a pattern. */
function containing(typed: string): string {
  return `%${storable(typed).replaceAll(/[\\%_]/g, '\\$&')}%`;
}

/** PostgreSQL stores neither NUL nor half of a surrogate pair. */
function storable(text: string): string {
  return text.replaceAll('\u0000', '').toWellFormed().slice(0, LONGEST_TEXT).toWellFormed();
}

function storableDetail(detail: AuditDetail): AuditDetail {
  return Object.fromEntries(
    Object.entries(detail).map(([name, value]) => [name, typeof value === 'string' ? storable(value) : value]),
  );
}
