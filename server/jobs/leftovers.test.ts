import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDatabase } from '#server/database.ts';
import { makeBackup } from '#server/backup/backup.ts';
import { createDistributor } from '#server/testing/distributor.ts';
import { PGLITE } from '#server/testing/engines.ts';
import { prepareDatabase } from '#server/server.ts';
import { DAY_MS } from './job.ts';
import { KEEP_BACKUPS } from './leftovers.ts';

const now_ms = 1_780_000_000_000;
const clock = (): number => now_ms;

test('what a killed backup left is cleared when it is a day old, and never while one is made', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'binnacle-leftovers-'));
  const engine = await PGLITE.start();
  const database = await openDatabase({ ...(await engine.prepared()), dataDir: join(folder, 'server') });
  try {
    await prepareDatabase(database, { clock });
    await createDistributor(database.db, clock);
    const backups = join(folder, 'backups');
    mkdirSync(backups);
    // under the very name it has while it is made
    let under_way: readonly string[] = [];
    const file = join(backups, 'binnacle-2026-11-26T04-00-00-000Z.tar.zst');
    await makeBackup({ database, file, clock, crashAt: () => (under_way = readdirSync(backups)) });
    expect(under_way).toHaveLength(1);
    const place = join(backups, under_way[0] ?? '');
    const run = async (age_ms: number): Promise<readonly string[]> => {
      mkdirSync(place, { recursive: true });
      utimesSync(place, (now_ms - age_ms) / 1000, (now_ms - age_ms) / 1000);
      await KEEP_BACKUPS.run({ database, clock, crashAt: () => {}, kick: () => {}, backups }, async () => {});
      return readdirSync(backups);
    };
    expect(await run(DAY_MS / 2)).toEqual([under_way[0], 'binnacle-2026-11-26T04-00-00-000Z.tar.zst']);
    expect(await run(2 * DAY_MS)).toEqual(['binnacle-2026-11-26T04-00-00-000Z.tar.zst']);
  } finally {
    await database.close();
    await engine.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
