import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openDatabase } from './database.ts';

describe('the cached image of an empty database', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'binnacle-template-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const open = async (name: string): Promise<number> => {
    const database = await openDatabase({ dataDir: join(dir, name), templateCacheDir: join(dir, 'cache') });
    await sql`create table if not exists kept (n int)`.execute(database.db);
    await sql`insert into kept values (1)`.execute(database.db);
    const { rows } = await sql<{ count: number }>`select count(*) as count from kept`.execute(database.db);
    await database.close();
    return rows[0]?.count ?? 0;
  };

  test('serves every new directory, leaves existing ones alone, and is replaced when damaged', async () => {
    expect(await open('one')).toBe(1);
    expect(await open('one')).toBe(2);
    const [name] = readdirSync(join(dir, 'cache'));
    const file = join(dir, 'cache', name ?? '');
    const whole = readFileSync(file);
    expect(await open('two')).toBe(1);
    expect(readFileSync(file).equals(whole)).toBe(true);
    writeFileSync(file, whole.subarray(0, whole.length / 2));
    expect(await open('three')).toBe(1);
    expect(readFileSync(file).length).toBeGreaterThan(whole.length / 2 + 1);
  });
});
