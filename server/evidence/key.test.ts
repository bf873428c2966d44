import { afterAll, beforeAll, expect, test } from 'vitest';
import { type OpenDatabase, openDatabase } from '#server/database.ts';
import { prepareDatabase } from '#server/server.ts';
import { PGLITE } from '#server/testing/engines.ts';
import { openEvidenceKey, seal, unseal } from './key.ts';

let database: OpenDatabase;
beforeAll(async () => {
  const engine = await PGLITE.start();
  database = await openDatabase(await engine.prepared());
  await prepareDatabase(database, { clock: () => 1_780_000_000_000 });
}, 120_000);
afterAll(async () => await database?.close());

const FILE = Buffer.alloc(32, 'k');

test('the key is made once, sealed when a key file comes, and from then on opened by that file alone', async () => {
  const { db } = database;
  const [one, two] = await Promise.all([openEvidenceKey(db, undefined), openEvidenceKey(db, undefined)]);
  expect(one.equals(two)).toBe(true);
  expect((await openEvidenceKey(db, FILE)).equals(one)).toBe(true);
  const kept = await db.selectFrom('evidence_key').selectAll().executeTakeFirstOrThrow();
  expect(kept.sealed).toBe(true);
  expect(Buffer.from(kept.key).includes(one)).toBe(false);
  expect((await openEvidenceKey(db, FILE)).equals(one)).toBe(true);
  await expect(openEvidenceKey(db, undefined)).rejects.toThrow('--key-file');
  await expect(openEvidenceKey(db, Buffer.alloc(32, 'x'))).rejects.toThrow('does not open');
  await expect(openEvidenceKey(db, Buffer.from('short'))).rejects.toThrow('at least 32');
});

test('what was sealed opens where it belongs, as it was, and nowhere else', () => {
  const sealed = seal(FILE, 'here', Buffer.from('bytes'));
  expect(unseal(FILE, 'here', sealed)?.toString()).toBe('bytes');
  expect(unseal(FILE, 'there', sealed)).toBeNull();
  expect(unseal(Buffer.alloc(32), 'here', sealed)).toBeNull();
  expect(unseal(FILE, 'here', sealed.subarray(0, 20))).toBeNull();
  for (let at = 0; at < sealed.length; at += 1) {
    const changed = Buffer.from(sealed);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(unseal(FILE, 'here', changed)).toBeNull();
  }
});
