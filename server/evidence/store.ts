/** The bytes of evidence: sealed parts of files that become whole once their hash is what they are named by. */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { MOST_EVIDENCE_BYTES } from '#domain/close/evidence.ts';
import { evidencePartBytes, evidenceParts, type EvidenceStanding } from '#contract/wire/evidence.ts';
import type { CrashAt } from '#server/crashPoints.ts';
import { HttpError } from '#server/http/errors.ts';
import type { Database } from '#server/schema/database.ts';
import { seal, unseal } from './key.ts';

/** Of one person, that no row names yet: more waits until what was sent is attached, or forgotten. */
const MOST_UNNAMED_BYTES = 10 * MOST_EVIDENCE_BYTES;

/** A file of a company, as its hash. */
export interface EvidencePlace {
  readonly company_id: number;
  readonly sha256: string;
}

export interface EvidenceStore {
  readonly db: Database;
  readonly key: Buffer;
  readonly clock: () => number;
  readonly crashAt: CrashAt;
}

export async function standingOf(db: Database, place: EvidencePlace, user_id: number): Promise<EvidenceStanding> {
  const whole = await wholeFile(db, place);
  if (whole) return { whole: true, parts: [], size_bytes: whole.size_bytes };
  const parts = await db
    .selectFrom('evidence_part as p')
    .innerJoin('evidence_file as f', 'f.id', 'p.file_id')
    .select('p.part')
    .where('f.company_id', '=', place.company_id)
    .where('f.sha256', '=', place.sha256)
    .where('f.uploaded_by', '=', user_id)
    .where('f.whole_at', 'is', null)
    .orderBy('p.part')
    .execute();
  return { whole: false, parts: parts.map(({ part }) => part), size_bytes: null };
}

async function wholeFile(db: Database, { company_id, sha256 }: EvidencePlace) {
  return await db
    .selectFrom('evidence_file')
    .select(['id', 'size_bytes'])
    .where('company_id', '=', company_id)
    .where('sha256', '=', sha256)
    .where('whole_at', 'is not', null)
    .executeTakeFirst();
}

export interface PartSent {
  readonly size_bytes: number;
  readonly part: number;
  readonly bytes: Buffer;
}

/** Throws 400 for a part of another length, 409 `size_changed`, 413 `too_much_unnamed`. Of a whole file it keeps nothing. */
export async function keepPart(
  store: EvidenceStore,
  place: EvidencePlace,
  user_id: number,
  sent: PartSent,
): Promise<void> {
  const { size_bytes, part, bytes } = sent;
  if (part >= evidenceParts(size_bytes) || bytes.length !== evidencePartBytes(size_bytes, part)) {
    throw new HttpError(400, 'bad_arguments', 'This part of the file does not have its length. Send it again.');
  }
  const { db, key, clock } = store;
  await db.transaction().execute(async (tx) => {
    // what one person begins at the same time is counted by turns
    await sql`select pg_advisory_xact_lock(hashtextextended(${`evidence ${user_id}`}, 2))`.execute(tx);
    if (await wholeFile(tx, place)) return;
    const known = await tx
      .selectFrom('evidence_file')
      .select(['id', 'size_bytes'])
      .where('company_id', '=', place.company_id)
      .where('sha256', '=', place.sha256)
      .where('uploaded_by', '=', user_id)
      .where('whole_at', 'is', null)
      .forUpdate()
      .executeTakeFirst();
    if (known && known.size_bytes !== size_bytes) {
      throw new HttpError(409, 'size_changed', 'This file was begun with another size. Attach it again.');
    }
    const file_id = known?.id ?? (await begin(tx, place, user_id, size_bytes, clock()));
    await tx
      .insertInto('evidence_part')
      .values({ file_id, part, sealed: seal(key, partPlace(place, part), bytes) })
      .onConflict((conflict) =>
        conflict.columns(['file_id', 'part']).doUpdateSet({ sealed: seal(key, partPlace(place, part), bytes) }),
      )
      .execute();
  });
}

async function begin(
  tx: Database,
  place: EvidencePlace,
  user_id: number,
  size_bytes: number,
  now_ms: number,
): Promise<number> {
  const { rows } = await sql<{ bytes: number }>`select coalesce(sum(size_bytes), 0)::bigint as bytes from evidence_file
    where uploaded_by = ${user_id} and named_at is null`.execute(tx);
  if ((rows[0]?.bytes ?? 0) + size_bytes > MOST_UNNAMED_BYTES) {
    throw new HttpError(
      413,
      'too_much_unnamed',
      'Too many files were sent that are attached to nothing. Try again in a few days.',
    );
  }
  const file = await tx
    .insertInto('evidence_file')
    .values({ ...place, size_bytes, uploaded_by: user_id, begun_at: new Date(now_ms), whole_at: null, named_at: null })
    .returning('id')
    .executeTakeFirstOrThrow();
  return file.id;
}

/** Throws 409 `parts_missing`, or 422 `wrong_hash` once its parts are removed. */
export async function finishFile(store: EvidenceStore, place: EvidencePlace, user_id: number): Promise<void> {
  const { db, key, clock, crashAt } = store;
  const verdict = await db.transaction().execute(async (tx) => {
    // two who finish the same file take turns: it becomes whole once
    await sql`select pg_advisory_xact_lock(hashtextextended(${`${place.company_id} ${place.sha256}`}, 3))`.execute(tx);
    const own = await tx
      .selectFrom('evidence_file')
      .select(['id', 'size_bytes'])
      .where('company_id', '=', place.company_id)
      .where('sha256', '=', place.sha256)
      .where('uploaded_by', '=', user_id)
      .where('whole_at', 'is', null)
      .forUpdate()
      .executeTakeFirst();
    const remove = async (): Promise<void> => {
      if (own) await tx.deleteFrom('evidence_file').where('id', '=', own.id).execute();
    };
    if (await wholeFile(tx, place)) {
      await remove();
      return 'whole';
    }
    if (!own) return 'parts_missing';
    const hash = createHash('sha256');
    for (let part = 0; part < evidenceParts(own.size_bytes); part += 1) {
      const bytes = await readPart(tx, key, place, own.id, part);
      if (bytes === null) return 'parts_missing';
      hash.update(bytes);
    }
    if (hash.digest('hex') !== place.sha256) {
      await remove();
      return 'wrong_hash';
    }
    await tx
      .updateTable('evidence_file')
      .set({ whole_at: new Date(clock()) })
      .where('id', '=', own.id)
      .execute();
    crashAt('server.evidence.before_commit');
    return 'whole';
  });
  if (verdict === 'parts_missing') {
    throw new HttpError(409, 'parts_missing', 'Parts of the file have not arrived. Send those that are missing.', true);
  }
  if (verdict === 'wrong_hash') {
    throw new HttpError(422, 'wrong_hash', 'What arrived is not the file it was named as. Attach it again.');
  }
}

/** It is what was kept of a binder. */
export async function isOfBinder(db: Database, { company_id, sha256 }: EvidencePlace): Promise<boolean> {
  const found = await db
    .selectFrom('binder')
    .select('id')
    .where('company_id', '=', company_id)
    .where('archive_sha256', '=', sha256)
    .executeTakeFirst();
  return found !== undefined;
}

/** The part of a whole file; null when there is none. */
export async function wholePart(
  { db, key }: EvidenceStore,
  place: EvidencePlace,
  part: number,
): Promise<Buffer | null> {
  const file = await wholeFile(db, place);
  return file ? await readPart(db, key, place, file.id, part) : null;
}

async function readPart(
  db: Database,
  key: Buffer,
  place: EvidencePlace,
  file_id: number,
  part: number,
): Promise<Buffer | null> {
  const row = await db
    .selectFrom('evidence_part')
    .select('sealed')
    .where('file_id', '=', file_id)
    .where('part', '=', part)
    .executeTakeFirst();
  if (!row) return null;
  const bytes = unseal(key, partPlace(place, part), Buffer.from(row.sealed));
  if (bytes === null)
    throw new Error(`part ${part} of evidence ${place.sha256} does not open with the key of this database`);
  return bytes;
}

function partPlace({ company_id, sha256 }: EvidencePlace, part: number): string {
  return `evidence ${company_id} ${sha256} ${part}`;
}
