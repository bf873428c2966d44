import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Part } from './bundle.ts';
import { ensureDesktop, ensureScreens } from './ensureRenderer.ts';

let root = '';
let builds: string[][] = [];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'binnacle-build-'));
  builds = [];
  for (const folder of ['renderer', 'electron', 'db', 'contract', 'domain', 'build']) {
    mkdirSync(join(root, folder));
    writeFileSync(join(root, folder, 'a.ts'), `export const a = '${folder}';`);
  }
  writeFileSync(join(root, 'build', 'vite.config.ts'), '');
  writeFileSync(join(root, 'package-lock.json'), '{}');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Copies the source into the bundle, slowly enough that two starts meet. */
const build = async (parts: readonly Part[], outDir: string): Promise<void> => {
  builds.push([...parts]);
  const text = readFileSync(join(root, 'renderer', 'a.ts'), 'utf8');
  await new Promise((resolve) => setTimeout(resolve, 50));
  for (const part of parts) {
    mkdirSync(join(outDir, part), { recursive: true });
    writeFileSync(join(outDir, part, 'out.js'), text);
  }
};
const ensure = () => ensureScreens({ root, build });
const built = () => readFileSync(join(root, 'dist', 'renderer', 'out.js'), 'utf8');

test('builds once, and again only when a source changed', async () => {
  const { rendererDir, readerProgram } = await ensure();
  expect(rendererDir).toBe(join(root, 'dist', 'renderer'));
  expect(fileURLToPath(readerProgram)).toBe(join(root, 'dist', 'replica', 'worker.js'));
  await ensure();
  expect(builds).toEqual([['renderer', 'replica']]);
  // touched but equal, and a test file: nothing to build
  utimesSync(join(root, 'renderer', 'a.ts'), new Date(), new Date());
  writeFileSync(join(root, 'renderer', 'a.test.ts'), 'test');
  writeFileSync(join(root, 'electron', 'a.ts'), 'export const other = 1;');
  await ensure();
  expect(builds).toHaveLength(1);
  for (const [path, text] of [
    ['renderer/a.ts', 'export const a = 2;'],
    ['domain/new.ts', 'export const b = 1;'],
    ['package-lock.json', '{"changed":true}'],
  ] as const) {
    writeFileSync(join(root, path), text);
    await ensure();
    await ensure();
  }
  expect(builds).toHaveLength(4);
  expect(built()).toBe('export const a = 2;');
  rmSync(join(root, 'renderer', 'a.test.ts'));
  rmSync(join(root, 'domain', 'new.ts'));
  await ensure();
  expect(builds).toHaveLength(5);
});

test('two starts at once build once', async () => {
  await Promise.all([ensure(), ensure(), ensure()]);
  expect(builds).toEqual([['renderer', 'replica']]);
  expect(existsSync(join(root, 'dist', '.build-lock'))).toBe(false);
});

test('the lock of a process that died is taken over', async () => {
  mkdirSync(join(root, 'dist', '.build-lock'), { recursive: true });
  // Above the largest process id of Linux: surely no one's.
  writeFileSync(join(root, 'dist', '.build-lock', 'pid'), '4194305');
  await ensure();
  expect(builds).toHaveLength(1);
});

test('a failed build leaves the old one in place, and is tried again', async () => {
  await ensure();
  writeFileSync(join(root, 'renderer', 'a.ts'), 'broken');
  const fail = () => Promise.reject(new Error('does not compile'));
  await expect(ensureScreens({ root, build: fail })).rejects.toThrow('does not compile');
  expect(built()).toBe("export const a = 'renderer';");
  expect(existsSync(join(root, 'dist', '.build-lock'))).toBe(false);
  await ensure();
  expect(built()).toBe('broken');
});

test('the desktop builds only the parts that are stale', async () => {
  await ensure();
  await ensureDesktop({ root, build });
  writeFileSync(join(root, 'db', 'a.ts'), 'export const other = 1;');
  await ensureDesktop({ root, build });
  expect(builds).toEqual([['renderer', 'replica'], ['main', 'preload'], ['replica']]);
});
