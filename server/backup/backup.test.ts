import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { create } from 'tar';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EVIDENCE_PART_BYTES, evidenceParts } from '#contract/wire/evidence.ts';
import { openDatabase, type OpenDatabase } from '#server/database.ts';
import { openEvidenceKey } from '#server/evidence/key.ts';
import { finishFile, keepPart, wholePart } from '#server/evidence/store.ts';
import { migrate } from '#server/migrations/migrate.ts';
import { ensureIdentity } from '#server/sync/epoch.ts';
import { installTriggers } from '#server/sync/triggers.ts';
import { PGLITE } from '#server/testing/engines.ts';
import { findPostgres, startCluster, type TestCluster } from '#server/testing/postgres.ts';
import { makeBackup } from './backup.ts';
import { checkBackup, restoreBackup } from './restore.ts';

const folder = mkdtempSync(join(tmpdir(), 'binnacle-backup-test-'));
const clock = () => Date.UTC(2026, 10, 25, 12);
const postgres = findPostgres();
let cluster: TestCluster | undefined;
beforeAll(async () => {
  if (postgres.bin !== null) cluster = await startCluster(postgres.bin);
}, 180_000);
afterAll(async () => {
  await cluster?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function newServer(options: Parameters<typeof openDatabase>[0]): Promise<OpenDatabase> {
  const database = await openDatabase(options);
  await migrate(database.db);
  await ensureIdentity(database.db, clock);
  await installTriggers(database.db, async () => '');
  await database.db
    .insertInto('app_user')
    .values({ name: 'kept', display_name: 'Kept', password_hash: 'x', created_at: new Date(clock()) })
    .execute();
  return database;
}
const BYTES = randomBytes(600_000);
const SHA256 = createHash('sha256').update(BYTES).digest('hex');
/** A file of evidence as it came, in its parts. */
async function attach({ db }: OpenDatabase, secret?: Buffer): Promise<void> {
  const key = await openEvidenceKey(db, secret);
  const { id: company_id } = await db
    .insertInto('company')
    .values({ code: 'KEP', name: 'Kept', currency: 'EUR', time_zone: 'Europe/Berlin' })
    .returning('id')
    .executeTakeFirstOrThrow();
  const { id: user_id } = await db
    .selectFrom('app_user')
    .select('id')
    .where('name', '=', 'kept')
    .executeTakeFirstOrThrow();
  const store = { db, key, clock, crashAt: () => undefined };
  const place = { company_id, sha256: SHA256 };
  for (let part = 0; part < evidenceParts(BYTES.length); part += 1) {
    const bytes = BYTES.subarray(part * EVIDENCE_PART_BYTES, (part + 1) * EVIDENCE_PART_BYTES);
    await keepPart(store, place, user_id, { size_bytes: BYTES.length, part, bytes });
  }
  await finishFile(store, place, user_id);
}
async function attached({ db }: OpenDatabase, secret?: Buffer): Promise<Buffer> {
  const store = { db, key: await openEvidenceKey(db, secret), clock, crashAt: () => undefined };
  const { id: company_id } = await db.selectFrom('company').select('id').executeTakeFirstOrThrow();
  const parts = Array.from({ length: evidenceParts(BYTES.length) }, (_, part) => part);
  const read = parts.map(async (part) => await wholePart(store, { company_id, sha256: SHA256 }, part));
  return Buffer.concat((await Promise.all(read)).map((part) => part ?? Buffer.from('no part')));
}
const users = async ({ db }: OpenDatabase) => await db.selectFrom('app_user').select('name').execute();
const epoch = async ({ db }: OpenDatabase) => await db.selectFrom('sync_epoch').select('epoch').executeTakeFirst();

test.skipIf(postgres.bin === null)(
  'PostgreSQL: dumped while it runs, restored into an empty database',
  { timeout: 120_000 },
  async () => {
    if (!cluster) throw new Error('no cluster');
    const databaseUrl = await cluster.createDatabase();
    const database = await newServer({ databaseUrl });
    const file = join(folder, 'postgres.tar.zst');
    const before = await epoch(database);
    const secret = randomBytes(32);
    await attach(database, secret);
    await makeBackup({ database, databaseUrl, file, clock });
    expect(statSync(file).mode & 0o077).toBe(0);
    expect(await checkBackup(file)).toMatchObject({ engine: 'postgres', epoch: before?.epoch });

    await expect(restoreBackup({ file, databaseUrl, clock })).rejects.toThrow('not empty');
    await expect(restoreBackup({ file, dataDir: join(folder, 'embedded'), clock })).rejects.toThrow('--database-url');
    await database.close();
    const empty = await cluster.createDatabase();
    await restoreBackup({ file, databaseUrl: empty, clock });
    const restored = await openDatabase({ databaseUrl: empty });
    expect(await users(restored)).toMatchObject([{ name: 'kept' }]);
    expect(await epoch(restored)).not.toEqual(before);
    // what the backup alone does not open: the key file is kept apart
    await expect(attached(restored)).rejects.toThrow('--key-file');
    expect((await attached(restored, secret)).equals(BYTES)).toBe(true);
    await restored.close();
  },
);

test('embedded: copied while statements go on, restored into a new folder', async () => {
  const dataDir = join(folder, 'central', 'server');
  const engine = await PGLITE.start();
  const database = await newServer({ ...(await engine.prepared()), dataDir });
  const file = join(folder, 'embedded.tar.zst');
  await attach(database);
  let busy = true;
  let written = 0;
  // two rows a transaction: half of one would be an odd number
  const writing = (async () => {
    while (busy) {
      await database.db.transaction().execute(async (tx) => {
        for (const half of ['a', 'b']) {
          const name = `n${written}${half}`;
          await tx
            .insertInto('app_user')
            .values({ name, display_name: name, password_hash: 'x', created_at: new Date(clock()) })
            .execute();
        }
      });
      written += 1;
      // the embedded database answers without ever leaving the queue of promises
      await nextTurn();
    }
  })();
  await makeBackup({ database, file, clock }).finally(() => {
    busy = false;
  });
  await writing;
  await database.close();
  const again = join(folder, 'again', 'server');
  expect(await restoreBackup({ file, dataDir: again, clock })).toMatchObject({ engine: 'pglite' });
  const restored = await openDatabase({ dataDir: again });
  expect((await attached(restored)).equals(BYTES)).toBe(true);
  const names = new Set((await users(restored)).map(({ name }) => name));
  expect(names.delete('kept')).toBe(true);
  expect(names.size % 2).toBe(0);
  for (let n = 0; n < names.size / 2; n++) expect([names.has(`n${n}a`), names.has(`n${n}b`)]).toEqual([true, true]);
  await restored.close();
  expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
}, 180_000);

test('a file that is no backup, one with a link and one with a stranger are refused', async () => {
  const text = join(folder, 'text');
  writeFileSync(text, 'hello');
  await expect(checkBackup(text)).rejects.toThrow('cannot be used');
  const dir = mkdtempSync(join(folder, 'evil-'));
  const stranger = join(folder, 'stranger.tar.zst');
  writeFileSync(join(dir, 'evil.sh'), 'x');
  await create({ file: stranger, cwd: dir, zstd: true }, ['evil.sh']);
  await expect(checkBackup(stranger)).rejects.toThrow('evil.sh does not belong');
  await expect(checkBackup(join(folder, 'none'))).rejects.toThrow('There is no file');
});
