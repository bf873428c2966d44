/** The package that electron-builder makes from electron-builder.yml, on a stub of Electron that carries the fuse wire. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runTool, toolScript } from './checks/processes.ts';
import { ensureDesktop } from './ensureRenderer.ts';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const CONFIG = join(ROOT, 'electron-builder.yml');
/** What electron-builder itself reads and checks its configuration with. */
const builderRequire = createRequire(createRequire(import.meta.url).resolve('app-builder-lib/package.json'));

interface YamlParser {
  readonly load: (text: string) => unknown;
}
interface SchemaValidator {
  (value: unknown): boolean;
  readonly errors?: readonly { readonly instancePath: string; readonly message?: string }[] | null;
}

function readConfig(): Record<string, unknown> {
  const yaml = builderRequire('js-yaml') as YamlParser;
  const value = yaml.load(readFileSync(CONFIG, 'utf8'));
  if (typeof value !== 'object' || value === null) throw new Error('electron-builder.yml holds no settings');
  return { ...value };
}

function schemaErrors(value: unknown): string[] {
  const Ajv = (
    builderRequire('ajv') as {
      readonly default: new (options: object) => { compile: (schema: unknown) => SchemaValidator };
    }
  ).default;
  const schema: unknown = JSON.parse(readFileSync(builderRequire.resolve('app-builder-lib/scheme.json'), 'utf8'));
  const validate = new Ajv({ strict: false, allErrors: true }).compile(schema);
  return validate(value) ? [] : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message ?? ''}`);
}

describe('electron-builder.yml', () => {
  test('fits the schema of the installed electron-builder', () => {
    expect(schemaErrors(readConfig())).toEqual([]);
  });
  test('would be refused with a wrong word', () => {
    expect(schemaErrors({ ...readConfig(), electronFuse: {} })).not.toEqual([]);
    expect(schemaErrors({ ...readConfig(), electronFuses: { runAsNode: 'no' } })).not.toEqual([]);
  });
  test('names the Electron that is installed', () => {
    const manifest: unknown = JSON.parse(readFileSync(join(ROOT, 'node_modules/electron/package.json'), 'utf8'));
    expect(manifest).toMatchObject({ version: readConfig()['electronVersion'] });
  });
});

describe.runIf(process.platform === 'linux')('the package', () => {
  let folder = '';
  let listing: string[] = [];
  let app = '';
  const tool = (name: string, command: string, ...args: string[]) =>
    runTool(toolScript(ROOT, name, command), args, { cwd: ROOT, env: process.env, capture: true });

  beforeAll(async () => {
    await ensureDesktop();
    folder = mkdtempSync(join(tmpdir(), 'binnacle-package-'));
    const stub = electronStub(join(folder, 'electron'));
    const output = join(folder, 'out');
    const run = await tool(
      'electron-builder',
      'electron-builder',
      '--config',
      CONFIG,
      ...'--dir --linux --x64 --publish never'.split(' '),
      `-c.electronDist=${stub}`,
      `-c.directories.output=${output}`,
    );
    expect(run.code, run.output).toBe(0);
    app = join(output, 'linux-unpacked');
    const list = await tool('@electron/asar', 'asar', 'list', join(app, 'resources', 'app.asar'));
    listing = list.output.trim().split('\n');
  }, 180_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('holds the four bundles, one native driver, and argon2', () => {
    for (const file of [
      '/package.json',
      '/dist/main/main.js',
      '/dist/preload/preload.cjs',
      '/dist/renderer/index.html',
      '/dist/replica/utility.js',
      '/dist/replica/worker.js',
      '/dist/replica/loaderThread.js',
      '/node_modules/@node-rs/argon2/index.js',
    ]) {
      expect(listing).toContain(file);
    }
    const native = listing.filter((path) => path.endsWith('.node') && path.includes('better-sqlite3'));
    expect(native).toEqual(['/node_modules/better-sqlite3-multiple-ciphers/prebuilds/linux-x64.node']);
  });

  test('holds no source, no test, no map, and nothing of the server', () => {
    const ours = listing.filter((path) => !path.startsWith('/node_modules/'));
    expect(ours.filter((path) => /\.tsx?$|\.map$|\.inputs$|\.env|\.db$/.test(path))).toEqual([]);
    expect(ours.filter((path) => /^\/(server|cli|tests|db|domain|contract|renderer|\.ci)(\/|$)/.test(path))).toEqual(
      [],
    );
    expect(listing.filter((path) => /better-sqlite3-multiple-ciphers\/(src|deps)/.test(path))).toEqual([]);
    const packages = listing.filter((path) => /^\/node_modules\/(pg|fastify|react|vite|@electric-sql)$/.test(path));
    expect(packages).toEqual([]);
  });

  test('has its native parts outside the archive', () => {
    const unpacked = join(app, 'resources', 'app.asar.unpacked', 'node_modules');
    const driver = join(unpacked, 'better-sqlite3-multiple-ciphers', 'prebuilds', 'linux-x64.node');
    expect(readFileSync(driver).subarray(0, 4).toString('latin1')).toBe('\x7fELF');
  });

  test('carries the fuses', async () => {
    const run = await tool('@electron/fuses', 'electron-fuses', 'read', '--app', join(app, 'binnacle'));
    expect(run.output).toContain('RunAsNode is Disabled');
    expect(run.output).toContain('EnableNodeOptionsEnvironmentVariable is Disabled');
    expect(run.output).toContain('EnableNodeCliInspectArguments is Disabled');
    expect(run.output).toContain('GrantFileProtocolExtraPrivileges is Disabled');
    expect(run.output).toContain('EnableCookieEncryption is Enabled');
    expect(run.output).toContain('EnableEmbeddedAsarIntegrityValidation is Enabled');
    expect(run.output).toContain('OnlyLoadAppFromAsar is Enabled');
  });
});

/** A folder that electron-builder takes for an unpacked Electron; every fuse in it stands the other way round. */
function electronStub(folder: string): string {
  mkdirSync(join(folder, 'resources'), { recursive: true });
  const wire = Buffer.concat([
    Buffer.from('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'),
    Buffer.from([1, 8]),
    Buffer.from('10110011', 'latin1'),
  ]);
  writeFileSync(join(folder, 'electron'), Buffer.concat([Buffer.alloc(64), wire, Buffer.alloc(64)]), { mode: 0o755 });
  writeFileSync(join(folder, 'chrome-sandbox'), '');
  writeFileSync(join(folder, 'version'), '45.4.1\n');
  for (const name of ['LICENSE', 'LICENSES.chromium.html']) writeFileSync(join(folder, name), '');
  return folder;
}
