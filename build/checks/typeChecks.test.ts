/** Folders that say the same are checked at once, and each is in exactly one check: seen by a fault planted in every folder. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { runTool, toolScript } from './processes.ts';
import { sourceFolders, typeChecks } from './typeChecks.ts';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

function folderWith(configs: Readonly<Record<string, object>>): string {
  const root = mkdtempSync(join(tmpdir(), 'binnacle-types-'));
  cpSync(join(ROOT, 'tsconfig.base.json'), join(root, 'tsconfig.base.json'));
  writeFileSync(join(root, 'package.json'), '{"type":"module"}');
  for (const [folder, config] of Object.entries(configs)) {
    mkdirSync(join(root, folder));
    writeFileSync(join(root, folder, 'tsconfig.json'), JSON.stringify(config));
    writeFileSync(join(root, folder, 'planted.ts'), `export const ${folder}: number = '';\n`);
    writeFileSync(join(root, folder, 'page.ts'), 'export const page = document;\n');
  }
  return root;
}

test('every folder of source is in one check, in which it says what it says alone', () => {
  const checks = typeChecks(ROOT);
  expect(checks.flatMap(({ folders }) => folders).toSorted()).toEqual(sourceFolders(ROOT));
  expect(checks.length).toBeLessThan(sourceFolders(ROOT).length);
  for (const { folders, config } of checks) {
    const { include, ...said } = JSON.parse(readFileSync(config, 'utf8')) as { readonly include: readonly string[] };
    if (folders.length > 1) expect(include.map((each) => basename(each))).toEqual(folders);
    for (const folder of folders) {
      expect(JSON.parse(readFileSync(join(ROOT, folder, 'tsconfig.json'), 'utf8'))).toEqual({
        ...said,
        include: ['.'],
      });
    }
  }
});

test('a fault in any folder is found, and what its configuration does not know is unknown to it', async () => {
  const plain = { extends: '../tsconfig.base.json', include: ['.'] };
  const root = folderWith({ one: plain, page: { ...plain, compilerOptions: { lib: ['es2024', 'dom'] } }, two: plain });
  const checks = typeChecks(root);
  expect(checks.map(({ folders }) => folders)).toEqual([['one', 'two'], ['page']]);
  let said = '';
  for (const { config } of checks) {
    const args = ['-p', config, '--pretty', 'false'];
    const run = await runTool(toolScript(ROOT, 'typescript', 'tsc'), args, {
      cwd: root,
      env: process.env,
      capture: true,
    });
    expect(run.code).not.toBe(0);
    said += run.output;
  }
  for (const folder of ['one', 'two', 'page']) expect(said).toContain(`${folder}/planted.ts(1,`);
  expect(said).toContain("one/page.ts(1,21): error TS2584: Cannot find name 'document'");
  expect(said).toContain("two/page.ts(1,21): error TS2584: Cannot find name 'document'");
  expect(said).not.toContain('page/page.ts');
});

test('one that leaves out a part of its folder is not merged', () => {
  const partly = { extends: '../tsconfig.base.json', include: ['.'], exclude: ['planted.ts'] };
  expect(() => typeChecks(folderWith({ one: partly, two: partly }))).toThrow('does not include all of its folder');
});
