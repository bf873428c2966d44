/** Seals the entries of the audit trail one after the other, and tells whether the chain is whole. */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { type ChainedEvent, FIRST_SEAL } from '#domain/audit/chain.ts';
import { sealOf, whyBroken } from '#domain/audit/check.ts';
import type { AuditChain } from '#contract/audit.ts';
import type { Database } from '#server/schema/database.ts';
import { firstOtherOfCloses } from './closeEntries.ts';

/** Entries of one transaction, and of one page of a check. */
const BLOCK_ROWS = 2_000;

interface EventRow {
  readonly id: number;
  readonly happened_at: Date;
  readonly kind: string;
  readonly user_name: string | null;
  readonly address: string | null;
  readonly about: string | null;
  readonly detail: ChainedEvent['detail'];
}

/** Seals all that waits within a transaction of the caller's. Take no other locks after it. */
export async function sealWaiting(tx: Database): Promise<void> {
  while ((await sealBlock(tx)) === BLOCK_ROWS);
}

/** Seals what waits, in blocks; answers how many entries. Two servers take turns. */
export async function sealAudit(db: Database, pause: () => Promise<void> = async () => undefined): Promise<number> {
  for (let sealed = 0; ; ) {
    const block = await db.transaction().execute(sealBlock);
    sealed += block;
    if (block < BLOCK_ROWS) return sealed;
    await pause();
  }
}

/** Until the transaction ends nobody else adds to the chain. */
export async function holdChain(tx: Database): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('audit_chain', 1))`.execute(tx);
}

async function sealBlock(tx: Database): Promise<number> {
  await holdChain(tx);
  const { rows: events } = await sql<EventRow>`
    select e.id, e.happened_at, e.kind, e.user_name, e.address, e.about, e.detail
    from audit_unsealed u join audit_event e on e.id = u.event_id order by e.id limit ${BLOCK_ROWS}`.execute(tx);
  if (events.length === 0) return 0;
  const { rows: last } = await sql<{ seq: number; seal: string }>`
    select seq, seal from audit_chain order by seq desc limit 1`.execute(tx);
  let { seq, seal } = last[0] ?? { seq: 0, seal: FIRST_SEAL };
  const links = events.map((event) => {
    seq += 1;
    seal = sealOf(sha256, seal, seq, chainedEvent(event));
    return { seq, event_id: event.id, seal };
  });
  const list = JSON.stringify(links);
  await sql`insert into audit_chain (seq, event_id, seal)
    select seq, event_id, seal from jsonb_to_recordset(${list}::text::jsonb) as n(seq bigint, event_id bigint, seal text)`.execute(
    tx,
  );
  await sql`delete from audit_unsealed u
    using jsonb_to_recordset(${list}::text::jsonb) as n(event_id bigint) where u.event_id = n.event_id`.execute(tx);
  return links.length;
}

/** The seal of that place in the chain; null when there is none. */
export async function sealAt(db: Database, seq: number): Promise<string | null> {
  const { rows } = await sql<{ seal: string }>`select seal from audit_chain where seq = ${seq}::bigint`.execute(db);
  return rows[0]?.seal ?? null;
}

/**
 * Reads the whole chain in pages of one moment and holds each entry against its seal. An entry that is neither sealed nor
 * waits was put in past the trail; one that is sealed and not there was taken out.
 */
export async function checkAuditChain(db: Database): Promise<AuditChain> {
  return await db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (tx) => {
      let seq = 0;
      let seal = FIRST_SEAL;
      let broken: AuditChain['broken'] = null;
      for (;;) {
        const { rows } = await sql<
          { seq: number; event_id: number; seal: string } & { [K in keyof EventRow]: EventRow[K] | null }
        >`
          select c.seq, c.event_id, c.seal, e.id, e.happened_at, e.kind, e.user_name, e.address, e.about, e.detail
          from audit_chain c left join audit_event e on e.id = c.event_id
          where c.seq > ${seq}::bigint order by c.seq limit ${BLOCK_ROWS}`.execute(tx);
        for (const row of rows) {
          broken ??= whyBroken(sha256, { seq, seal }, { ...row, event: eventOf(row) });
          seq = row.seq;
          seal = row.seal;
        }
        if (rows.length < BLOCK_ROWS) break;
      }
      const { rows: counts } = await sql<{ waiting: number; strangers: number }>`
        select (select count(*) from audit_unsealed)::int8 as waiting,
          (select count(*) from audit_event e where not exists (select from audit_chain c where c.event_id = e.id)
            and not exists (select from audit_unsealed u where u.event_id = e.id))::int8 as strangers`.execute(tx);
      const { waiting, strangers } = counts[0] ?? { waiting: 0, strangers: 0 };
      if (strangers > 0) {
        broken ??= { seq: seq + 1, event_id: null, why: `${strangers} entries were put in past the trail` };
      }
      const other = await firstOtherOfCloses(tx);
      if (other !== null) {
        const why = 'what is sent of it with its close is not the entry of the trail';
        broken ??= { seq: other.seq, event_id: other.event_id, why };
      }
      return { entries: seq, seal, waiting, broken };
    });
}

function eventOf({
  id,
  happened_at,
  kind,
  detail,
  ...event
}: { readonly [K in keyof EventRow]: EventRow[K] | null }): ChainedEvent | null {
  if (id === null || happened_at === null || kind === null || detail === null) return null;
  const { user_name, address, about } = event;
  return chainedEvent({ id, happened_at, kind, detail, user_name, address, about });
}

function chainedEvent({ happened_at, ...event }: EventRow): ChainedEvent {
  return { ...event, happened_at_ms: happened_at.getTime() };
}

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
