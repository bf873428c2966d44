/** Imports point one way, and the style of the house holds, in every source file. The checkers are checked as well. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { layerViolations, MAX_LINES, schemaViolations, styleViolations } from './rules.ts';
import { parseSource, readSources } from './sources.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const sources = readSources(ROOT).map(parseSource);

const layersOf = (path: string, text: string): string[] => layerViolations(parseSource({ path, text }));
const styleOf = (path: string, text: string): string[] => styleViolations(parseSource({ path, text }));

describe('the house', () => {
  test('has sources in every layer', () => {
    const tops = new Set(sources.map((source) => source.path.split('/')[0]));
    for (const layer of ['domain', 'contract', 'db', 'server', 'renderer', 'electron', 'cli', 'build', 'tests']) {
      expect(tops, layer).toContain(layer);
    }
    expect(sources.flatMap((source) => source.imports).length).toBeGreaterThan(sources.length);
  });

  test('imports point one way', () => {
    expect(sources.flatMap(layerViolations)).toEqual([]);
  });

  test('the page takes types and plain names of the contract, no schema', () => {
    expect(schemaViolations(sources)).toEqual([]);
  });

  test('keeps its style', () => {
    expect(sources.flatMap(styleViolations)).toEqual([]);
  });

  test('has a README in every top-level folder', () => {
    const folders = readdirSync(ROOT, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !/^\.|^(node_modules|dist|test-results|docs)$/.test(entry.name))
      .map((entry) => entry.name);
    expect(folders).toContain('domain');
    expect(folders.filter((folder) => !existsSync(join(ROOT, folder, 'README.md')))).toEqual([]);
  });
});

describe('the layer checker fails on', () => {
  test.each([
    ['domain/a.ts', "import { z } from 'zod';"],
    ['domain/a.ts', "import { readFileSync } from 'node:fs';"],
    ['domain/a.ts', "import type { Q } from '#contract/queries.ts';"],
    ['domain/a.ts', "export { x } from '../db/x.ts';"],
    ['contract/a.ts', "import { hash } from 'node:crypto';"],
    ['contract/a.ts', "import type { Kysely } from 'kysely';"],
    ['db/queries/a.ts', "import { startServer } from '#server/server.ts';"],
    ['db/queries/a.ts', "import { host } from '#db/hosts/node.ts';"],
    ['db/a.ts', "import fastify from 'fastify';"],
    ['server/a.ts', "export * from '#db/service.ts';"],
    ['server/a.ts', "const later = await import('../db/service.ts');"],
    ['server/a.ts', "type Later = typeof import('#db/service.ts');"],
    ['server/a.ts', "import Database from 'better-sqlite3-multiple-ciphers';"],
    ['renderer/a.tsx', "import { z } from '#db/service.ts'; export const x = <b>{z}</b>;"],
    ['renderer/a.tsx', "import { join } from 'node:path';"],
    ['renderer/a.tsx', "import { ipcRenderer } from 'electron';"],
    ['electron/main/a.ts', "import { service } from '#db/service.ts';"],
    ['electron/main/a.ts', "import type { Screen } from '#renderer/shell/screens.ts';"],
    ['db/hosts/a.ts', "import { run } from '#cli/binnacle.ts';"],
    ['db/hosts/a.ts', "import { startServer } from '#server/server.ts';"],
    ['build/a.ts', "import { money } from '#domain/money.ts';"],
    ['db/a.ts', "new Worker(new URL('../server/worker.ts', import.meta.url));"],
    ['cli/a.ts', "import { fake } from '#electron/testing/fakeElectron.ts';"],
    ['db/a.ts', "const name = 'x'; await import(`./${name}.ts`);"],
    ['helpers/a.ts', 'export const x = 1;'],
  ])('%s: %s', (path, text) => {
    expect(layersOf(path, text)).toHaveLength(1);
  });

  test('and lets through what is allowed', () => {
    const allowed: [string, string][] = [
      ['domain/a.ts', "import { b } from './kpi/b.ts'; // import 'node:fs'\nexport const text = \"import 'zod'\";"],
      ['contract/a.ts', "import { z } from 'zod'; import { r } from '#domain/access/roles.ts';"],
      ['db/hosts/a.ts', "import { s } from '#db/service.ts'; import { ws } from 'ws';"],
      ['electron/main/a.ts', "import type { U } from '#db/hosts/utility.ts'; import { app } from 'electron';"],
      ['renderer/a.tsx', "import './a.css'; import type { Q } from '#contract/queries.ts';"],
      ['cli/a.ts', "import { startServer } from '#server/server.ts'; import { s } from '#db/service.ts';"],
      ['server/a.test.ts', "import { s } from '#db/service.ts';"],
    ];
    for (const [path, text] of allowed) expect(layersOf(path, text), path).toEqual([]);
  });
});

test('the schema checker follows values through any number of files, and no types', () => {
  const parsed = [
    ['renderer/a.ts', "import { LIST, type Row } from '#contract/q.ts';"],
    ['renderer/b.ts', "import type { Row } from '#contract/q.ts'; import { type Row as R } from '../contract/q.ts';"],
    ['renderer/c.ts', "import { LIST } from '#contract/names.ts'; import './a.ts';"],
    ['contract/q.ts', "export * from './q/rows.ts';"],
    ['contract/q/rows.ts', "import { z } from 'zod'; export const LIST = [z];"],
    ['contract/names.ts', "import type { Row } from './q.ts'; export const LIST = [1];"],
  ].map(([path = '', text = '']) => parseSource({ path, text }));
  expect(schemaViolations(parsed)).toEqual(['renderer/a.ts: contract/q.ts → contract/q/rows.ts → zod']);
});

describe('the style checker fails on', () => {
  test.each([
    ['domain/a.ts', 'export const now = () => Date.now();'],
    ['domain/a.ts', 'export const now = () => new Date();'],
    ['domain/a.ts', 'export const dice = () => Math.random();'],
    ['db/a.ts', '// @ts-ignore\nexport const x = 1;'],
    ['db/a.ts', '/* eslint-disable */\nexport const x = 1;'],
    ['db/a.ts', '// TODO later\nexport const x = 1;'],
    ['db/a.ts', 'export const x = (y: any) => y;'],
    ['db/a.ts', 'export const x = JSON.parse("1") as any;'],
    ['db/a.ts', 'export const x: Array<any> = [];'],
    ['db/utils/a.ts', 'export const x = 1;'],
    ['db/a.ts', `${'\n'.repeat(MAX_LINES)}export const y = 1;`],
  ])('%s: %s', (path, text) => {
    expect(styleOf(path, text)).toHaveLength(1);
  });

  test('and lets through what only looks like it', () => {
    const text = "// any: of them; Date.now() is not called\nexport const x = (d: number) => new Date(d) + ': any)';";
    expect(styleOf('domain/a.ts', text)).toEqual([]);
  });
});
