/** The package that electron-builder makes from electron-builder.yml, on a stub of Electron that carries the fuse wire. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runTool, toolScript } from './checks/processes.ts';
import { ensureDesktop } from './ensureRenderer.ts';
import refuseWithoutNativeParts, { nativeParts } from './nativeParts.ts';

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
  test('makes what each system installs, with the updater’s form among it', () => {
    const targets = (system: string) => {
      const { target } = readConfig()[system] as { target: { target: string; arch: string[] }[] };
      return target.map((each) => `${each.target} ${each.arch.join('+')}`);
    };
    expect(targets('linux')).toEqual(['AppImage x64+arm64', 'deb x64+arm64']);
    expect(targets('win')).toEqual(['nsis x64+arm64']);
    expect(targets('mac')).toEqual(['dmg x64+arm64', 'zip x64+arm64']);
  });
  test('takes one prebuild of the driver for each target, and each exists', () => {
    const driver = join(ROOT, 'node_modules/better-sqlite3-multiple-ciphers/prebuilds');
    for (const [system, platform] of [
      ['linux', 'linux'],
      ['win', 'win32'],
      ['mac', 'darwin'],
    ] as const) {
      const { files } = readConfig()[system] as { files: string[] };
      expect(files).toEqual([
        'package.json',
        `!**/better-sqlite3-multiple-ciphers/prebuilds/!(${platform}-\${arch}).node`,
      ]);
      for (const arch of ['x64', 'arm64']) expect(readdirSync(driver)).toContain(`${platform}-${arch}.node`);
    }
  });
  test('signs for a Mac with the hardened runtime and one entitlement', () => {
    const mac = readConfig()['mac'] as Record<string, unknown>;
    expect(mac).toMatchObject({ hardenedRuntime: true, entitlements: mac['entitlementsInherit'] });
    const entitlements = readFileSync(join(ROOT, String(mac['entitlements'])), 'utf8');
    expect(entitlements.match(/<key>[^<]*<\/key>\s*<(true|false)\/>/g)).toEqual([
      expect.stringContaining('com.apple.security.cs.allow-jit'),
    ]);
  });
  test('leaves a person’s unsent work where it is when the program is taken away', () => {
    expect(readConfig()['nsis']).toMatchObject({ deleteAppDataOnUninstall: false, perMachine: false });
  });
  test('publishes to no address that anyone could own', () => {
    const { url, provider } = readConfig()['publish'] as { url: string; provider: string };
    expect(provider).toBe('generic');
    expect(new URL(url).protocol).toBe('https:');
    expect(new URL(url).hostname.split('.').at(-1)).toBe('invalid');
  });
  test('packages for no system whose native parts are missing here', async () => {
    const [here, there] = process.arch === 'x64' ? [1, 3] : [3, 1];
    expect(nativeParts({ electronPlatformName: 'win32', arch: 3 })).toEqual([
      'better-sqlite3-multiple-ciphers/prebuilds/win32-arm64.node',
      '@node-rs/argon2-win32-arm64-msvc/argon2.win32-arm64-msvc.node',
    ]);
    await refuseWithoutNativeParts({ electronPlatformName: process.platform, arch: here });
    await expect(refuseWithoutNativeParts({ electronPlatformName: process.platform, arch: there })).rejects.toThrow(
      'is not installed here',
    );
    expect(() => nativeParts({ electronPlatformName: 'freebsd', arch: 1 })).toThrow('no native parts are known');
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

  test('holds exactly the bundles, the resources and the packages that run', () => {
    const ours = listing.filter(
      (path) => !path.startsWith('/node_modules') && !path.startsWith('/dist/renderer/assets/'),
    );
    // what several bundles share lies in files of its own, whose names say nothing
    const shared = /^\/dist\/replica\/\w+-[\w-]{8}\.js$/;
    expect(ours.filter((path) => !shared.test(path)).toSorted()).toEqual([
      '/dist',
      '/dist/main',
      '/dist/main/main.js',
      '/dist/preload',
      '/dist/preload/preload.cjs',
      '/dist/renderer',
      '/dist/renderer/assets',
      '/dist/renderer/index.html',
      '/dist/replica',
      '/dist/replica/child.js',
      '/dist/replica/loaderThread.js',
      '/dist/replica/utility.js',
      '/dist/replica/worker.js',
      '/package.json',
      '/resources',
      '/resources/fonts',
      '/resources/fonts/IBMPlexSans-Regular.ttf',
      '/resources/fonts/IBMPlexSans-SemiBold.ttf',
      '/resources/fonts/OFL.txt',
      '/resources/icon.png',
      '/resources/icon.svg',
      '/resources/templates',
      '/resources/templates/accounts.csv',
      '/resources/templates/charges.csv',
      '/resources/templates/claimcosts.csv',
      '/resources/templates/claims.csv',
      '/resources/templates/counts.csv',
      '/resources/templates/credits.csv',
      '/resources/templates/customers.csv',
      '/resources/templates/fees.csv',
      '/resources/templates/freight.csv',
      '/resources/templates/gl.csv',
      '/resources/templates/invoices.csv',
      '/resources/templates/items.csv',
      '/resources/templates/journals.csv',
      '/resources/templates/methods.csv',
      '/resources/templates/odoo-sale-order-lines.map.json',
      '/resources/templates/orders.csv',
      '/resources/templates/payments.csv',
      '/resources/templates/plan.csv',
      '/resources/templates/prices.csv',
      '/resources/templates/purchases.csv',
      '/resources/templates/rates.csv',
      '/resources/templates/rebates.csv',
      '/resources/templates/shipments.csv',
      '/resources/templates/statements.csv',
      '/resources/templates/stock.csv',
      '/resources/templates/suppliers.csv',
      '/resources/templates/tasks.csv',
      '/resources/templates/valuation.csv',
    ]);
    const packages = listing.flatMap((path) => /^\/node_modules\/((?:@[^/]+\/)?[^/@]+)$/.exec(path)?.[1] ?? []);
    expect(packages.toSorted()).toEqual([
      '@node-rs/argon2',
      '@node-rs/argon2-linux-x64-gnu',
      'argparse',
      'better-sqlite3-multiple-ciphers',
      'builder-util-runtime',
      'debug',
      'electron-updater',
      'fs-extra',
      'graceful-fs',
      'js-yaml',
      'jsonfile',
      'lazy-val',
      'lodash.escaperegexp',
      'lodash.isequal',
      'ms',
      'sax',
      'semver',
      'tiny-typed-emitter',
      'universalify',
    ]);
  });

  test('holds nothing else: no source, map, test, data or header', () => {
    const screens = listing.filter((path) => path.startsWith('/dist/renderer/assets/'));
    expect(screens.filter((path) => !/\/[\w.-]+-[\w-]{8}\.(js|css|svg|woff2)$/.test(path))).toEqual([]);
    const strays = listing.filter((path) => /\.(tsx?|map|inputs|env|db|h|c|cc|cpp|gyp|md)$/i.test(path));
    expect(strays.filter((path) => !/license\.md$/i.test(path))).toEqual([]);
    expect(listing.filter((path) => path.endsWith('.node'))).toEqual([
      '/node_modules/@node-rs/argon2-linux-x64-gnu/argon2.linux-x64-gnu.node',
      '/node_modules/better-sqlite3-multiple-ciphers/prebuilds/linux-x64.node',
    ]);
  });

  test('names the feed that its updater needs a cache for', () => {
    expect(readFileSync(join(app, 'resources', 'app-update.yml'), 'utf8')).toContain(
      'updaterCacheDirName: binnacle-updater',
    );
  });

  test('has its native parts outside the archive', () => {
    const unpacked = join(app, 'resources', 'app.asar.unpacked', 'node_modules');
    const driver = join(unpacked, 'better-sqlite3-multiple-ciphers', 'prebuilds', 'linux-x64.node');
    expect(readFileSync(driver).subarray(0, 4).toString('latin1')).toBe('\x7fELF');
  });

  test('is not made for a system whose native parts are missing', async () => {
    const other = process.arch === 'x64' ? '--arm64' : '--x64';
    const run = await tool(
      'electron-builder',
      'electron-builder',
      '--config',
      CONFIG,
      ...'--dir --linux --publish never'.split(' '),
      other,
      `-c.electronDist=${join(folder, 'electron')}`,
      `-c.directories.output=${join(folder, 'other')}`,
    );
    expect(run.code).not.toBe(0);
    expect(run.output).toContain('Package on a machine of that system');
  }, 60_000);

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
