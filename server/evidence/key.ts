/**
 * The key evidence is sealed with: made once for a database and kept in it, so that a backup and every server of the
 * database have it. With a key file it is kept sealed by that file, and whoever has the database or a backup alone reads nothing.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { BinnacleError } from '#contract/errors.ts';
import type { Database } from '#server/schema/database.ts';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const LEAST_FILE_BYTES = 32;

/** AES-256-GCM: nonce, tag, then the text; `place` says what it is, so that nothing can be put where it does not belong. */
export function seal(key: Buffer, place: string, plain: Buffer): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(place));
  const text = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), text]);
}

/** Null for anything that was not sealed with this key for this place. */
export function unseal(key: Buffer, place: string, sealed: Buffer): Buffer | null {
  if (sealed.length < NONCE_BYTES + TAG_BYTES) return null;
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES))
    .setAAD(Buffer.from(place))
    .setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
  } catch {
    return null;
  }
}

const PLACE = 'binnacle evidence key';

/** @param secret what the key file holds; undefined = the server has none. Throws when the key is sealed and this does not open it. */
export async function openEvidenceKey(db: Database, secret: Buffer | undefined): Promise<Buffer> {
  const outer = secret === undefined ? null : outerKey(secret);
  return await db.transaction().execute(async (tx) => {
    const fresh = randomBytes(32);
    await tx
      .insertInto('evidence_key')
      .values({ id: 1, sealed: outer !== null, key: outer ? seal(outer, PLACE, fresh) : fresh })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    const kept = await tx.selectFrom('evidence_key').select(['sealed', 'key']).forUpdate().executeTakeFirstOrThrow();
    const key = Buffer.from(kept.key);
    if (!kept.sealed) {
      if (outer)
        await tx
          .updateTable('evidence_key')
          .set({ sealed: true, key: seal(outer, PLACE, key) })
          .execute();
      return key;
    }
    if (!outer)
      throw new BinnacleError('bad_arguments', 'The evidence here is locked: start the server with its --key-file.');
    const opened = unseal(outer, PLACE, key);
    if (!opened)
      throw new BinnacleError(
        'bad_arguments',
        'This key file does not open the evidence here. Take the one it was locked with.',
      );
    return opened;
  });
}

function outerKey(secret: Buffer): Buffer {
  if (secret.length < LEAST_FILE_BYTES) {
    throw new BinnacleError('bad_arguments', `A key file holds at least ${LEAST_FILE_BYTES} random bytes.`);
  }
  return createHash('sha256').update(secret).digest();
}
