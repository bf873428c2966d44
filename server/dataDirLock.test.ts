import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockDataDir } from './dataDirLock.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'binnacle-lock-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('a directory has one holder, and is free again afterwards', async () => {
  const release = await lockDataDir(dir);
  await expect(lockDataDir(dir)).rejects.toThrow('Another Binnacle server');
  await release();
  await (await lockDataDir(dir))();
});

test('a killed holder leaves nothing that stops the next one', async () => {
  const script = `const { lockDataDir } = await import(${JSON.stringify(join(import.meta.dirname, 'dataDirLock.ts'))});
    await lockDataDir(${JSON.stringify(dir)}); console.log('held'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((done) => child.stdout.once('data', done));
  await expect(lockDataDir(dir)).rejects.toThrow('Another Binnacle server');
  const ended = new Promise((done) => child.once('exit', done));
  child.kill('SIGKILL');
  await ended;
  await (await lockDataDir(dir))();
});
