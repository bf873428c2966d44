/** The real electron-updater against a feed on this machine: its AppImage form, in plain Node, without Electron. */
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AppUpdater } from 'electron-updater';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FakeElectron, fakeElectron } from '../testing/fakeElectron.ts';
import { startFakeShell } from '../testing/fakeShell.ts';
import { createUpdater, isFeedUrl, type Updater, type UpdateState, type UpdaterEngine } from './updater.ts';

const require = createRequire(import.meta.url);
const { AppImageUpdater } = require('electron-updater/out/AppImageUpdater.js') as {
  AppImageUpdater: new (options: null, app: object) => AppUpdater & { httpExecutor: object };
};
const { ElectronHttpExecutor } = require('electron-updater/out/electronHttpExecutor.js') as {
  ElectronHttpExecutor: { prototype: { download: unknown } };
};
const { NodeHttpExecutor } = createRequire(require.resolve('electron-builder/package.json'))('builder-util') as {
  NodeHttpExecutor: new () => object;
};

/** What an AppImage is to the updater: a program that it puts in the old one's place and starts. */
const NEW_PROGRAM = '#!/bin/sh\necho "$0" > "$(dirname "$0")/started"\n';

let folder = '';
let server: Server;
let feed: { program: string; sha512: string; version: string; stagingPercentage?: number };
let asked: string[] = [];
let quitHandlers: ((code: number) => void)[] = [];
let appImage: string | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'binnacle-updater-'));
  asked = [];
  quitHandlers = [];
  feed = { program: NEW_PROGRAM, sha512: sha512(NEW_PROGRAM), version: '1.1.0' };
  server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://feed').pathname;
    asked.push(path);
    if (path === '/releases/latest-linux.yml') response.end(latest());
    else if (path === '/releases/Binnacle-1.1.0.AppImage') response.end(feed.program);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  writeFileSync(join(folder, 'Binnacle.AppImage'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  writeFileSync(join(folder, 'app-update.yml'), 'provider: generic\nurl: http://127.0.0.1:9\nupdaterCacheDirName: b\n');
  appImage = process.env['APPIMAGE'];
  process.env['APPIMAGE'] = join(folder, 'Binnacle.AppImage');
});
afterEach(async () => {
  if (appImage === undefined) delete process.env['APPIMAGE'];
  else process.env['APPIMAGE'] = appImage;
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

const sha512 = (text: string) => createHash('sha512').update(text).digest('base64');
const feedUrl = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/releases/`;
const latest = () =>
  JSON.stringify({
    version: feed.version,
    files: [{ url: 'Binnacle-1.1.0.AppImage', sha512: feed.sha512, size: feed.program.length }],
    releaseDate: '2026-11-01T00:00:00.000Z',
    ...(feed.stagingPercentage === undefined ? {} : { stagingPercentage: feed.stagingPercentage }),
  });

function realUpdater(version = '1.0.0'): { updater: Updater; states: UpdateState[]; timers: number[] } {
  const engine = new AppImageUpdater(null, {
    version,
    name: 'binnacle',
    isPackaged: true,
    appUpdateConfigPath: join(folder, 'app-update.yml'),
    userDataPath: folder,
    baseCachePath: folder,
    whenReady: () => Promise.resolve(),
    relaunch: () => undefined,
    quit: () => undefined,
    onQuit: (handler: (code: number) => void) => quitHandlers.push(handler),
  });
  const executor = new NodeHttpExecutor();
  Object.assign(executor, { download: ElectronHttpExecutor.prototype.download });
  engine.httpExecutor = executor;
  engine.disableDifferentialDownload = true;
  const states: UpdateState[] = [];
  const timers: number[] = [];
  const updater = createUpdater({
    engine,
    feedUrl: feedUrl(),
    after: (delay_ms) => {
      timers.push(delay_ms);
      return () => undefined;
    },
    log: () => undefined,
    onState: (state) => states.push(state),
  });
  return { updater, states, timers };
}
const settled = async (states: UpdateState[], kind: UpdateState['kind']) => {
  await expect.poll(() => states.at(-1)?.kind, { timeout: 10_000 }).toBe(kind);
};

describe.runIf(process.platform === 'linux')('new versions', () => {
  test('are found, downloaded, checked, and put in place when the program ends', async () => {
    const { updater, states, timers } = realUpdater();
    // nothing is asked for while the first screen is drawn
    expect(timers).toEqual([60_000]);
    expect(asked).toEqual([]);
    await updater.check();
    await settled(states, 'ready');
    expect(states).toEqual([
      { kind: 'checking' },
      { kind: 'downloading', version: '1.1.0' },
      { kind: 'ready', version: '1.1.0' },
    ]);
    const program = join(folder, 'Binnacle.AppImage');
    expect(readFileSync(program, 'utf8')).not.toBe(NEW_PROGRAM);
    const before = asked.length;
    await updater.check();
    expect(asked).toHaveLength(before);
    for (const handler of quitHandlers) handler(0);
    expect(readFileSync(program, 'utf8')).toBe(NEW_PROGRAM);
    expect(readFileSync(join(folder, 'started'), 'utf8').trim()).toBe(program);
  });

  test('that were tampered with are refused', async () => {
    feed = { ...feed, program: `${NEW_PROGRAM}curl evil\n` };
    const { updater, states } = realUpdater();
    await updater.check();
    await settled(states, 'failed');
    expect(states.at(-1)).toEqual({ kind: 'failed', reason: 'ERR_CHECKSUM_MISMATCH' });
    expect(() => updater.install()).toThrow('nothing is there to install');
    for (const handler of quitHandlers) handler(0);
    expect(readFileSync(join(folder, 'Binnacle.AppImage'), 'utf8')).toBe('#!/bin/sh\nexit 1\n');
    expect(existsSync(join(folder, 'started'))).toBe(false);
  });

  test('that are the same or older are not taken', async () => {
    for (const version of ['1.1.0', '1.2.0']) {
      const { updater, states } = realUpdater(version);
      await updater.check();
      expect(states.at(-1), version).toEqual({ kind: 'newest' });
    }
    expect(asked.filter((path) => path.endsWith('.AppImage'))).toEqual([]);
  });

  test('roll out in stages by an id of this copy', async () => {
    // the id's last four bytes are its place in the rollout: 0x40000000 is a quarter of the way
    writeFileSync(join(folder, '.updaterId'), '7c9e6679-7425-50de-944b-e07f40000000');
    for (const [stagingPercentage, kind] of [
      [20, 'newest'],
      [30, 'ready'],
    ] as const) {
      feed = { ...feed, stagingPercentage };
      const { updater, states } = realUpdater();
      await updater.check();
      await settled(states, kind);
    }
  });

  test('a feed that is not there is a failed check, no more', async () => {
    const { updater, states } = realUpdater();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await updater.check();
    expect(states.at(-1)).toEqual({ kind: 'failed', reason: 'ECONNREFUSED' });
    server = createServer().listen(0, '127.0.0.1');
  });
});

test.each([
  ['https://releases.example.com/binnacle/', true],
  ['http://127.0.0.1:8080/', true],
  ['http://localhost/', true],
  ['http://releases.example.com/', false],
  ['https://user:secret@releases.example.com/', false],
  ['file:///tmp/releases', false],
  ['ftp://releases.example.com/', false],
  ['releases', false],
])('%s may be the address of the releases: %s', (url, may) => {
  expect(isFeedUrl(url)).toBe(may);
});

describe('in the shell', () => {
  const engine = () => {
    const listeners = new Map<string, (event: object) => void>();
    const did: string[] = [];
    const fake: unknown = {
      on: (name: string, listener: (event: object) => void) => listeners.set(name, listener),
      setFeedURL: ({ url }: { url: string }) => did.push(`feed ${url}`),
      checkForUpdates: () => Promise.resolve({}),
      quitAndInstall: () => did.push('install'),
    };
    return { did, say: (name: string, event: object) => listeners.get(name)?.(event), engine: fake as UpdaterEngine };
  };
  const updateItem = (fake: FakeElectron) =>
    fake.menu.flatMap(({ submenu }) => (Array.isArray(submenu) ? submenu : [])).find((item) => item.id === 'update') as
      | { label: string; click: () => void }
      | undefined;

  async function start(settings: object, packaged = true) {
    writeFileSync(join(folder, 'connection.json'), JSON.stringify(settings));
    const fake = fakeElectron(folder);
    fake.app.isPackaged = packaged;
    const made = engine();
    const shell = startFakeShell(fake, [], { loadUpdater: () => Promise.resolve(made.engine) });
    await fake.app.becomeReady();
    await shell.settle();
    return { fake, shell, ...made };
  }
  const settings = { server_url: 'https://b.example.com', update_url: 'https://releases.example.com/' };

  test('looks only where the site says so, and not from source', async () => {
    expect((await start({ server_url: settings.server_url })).did).toEqual([]);
    expect((await start(settings, false)).did).toEqual([]);
    const { did, fake } = await start(settings);
    expect(did).toEqual(['feed https://releases.example.com/']);
    expect(updateItem(fake)?.label).toBe('Check for Updates');
  });

  test('an address that anyone on the way could change is refused at the start', async () => {
    const { fake, did } = await start({ ...settings, update_url: 'http://releases.example.com/' });
    expect(fake.errors[0]).toContain('is not an https address');
    expect(fake.app.did.at(-1)).toBe('exit 1');
    expect(did).toEqual([]);
  });

  test('the restart closes the windows, then the data service, then replaces the program', async () => {
    const { fake, shell, did, say } = await start(settings);
    say('update-downloaded', { version: '2.0.0' });
    expect(did).not.toContain('install');
    expect(updateItem(fake)?.label).toBe('Restart to Update to 2.0.0');
    updateItem(fake)?.click();
    expect(fake.windows[0]!.did.at(-1)).toBe('closed');
    expect(fake.children[0]!.received.at(-1)?.message.kind).toBe('stop');
    expect(did).not.toContain('install');
    fake.children[0]!.emit('exit', 0);
    await shell.settle();
    expect(did.at(-1)).toBe('install');
  });

  test('a page that holds back its closing holds the new version back', async () => {
    const { fake, shell, did, say } = await start(settings);
    say('update-downloaded', { version: '2.0.0' });
    fake.windows[0]!.holdsBack = true;
    updateItem(fake)?.click();
    await shell.settle();
    expect(fake.children[0]!.received.some(({ message }) => message.kind === 'stop')).toBe(false);
    fake.windows[0]!.holdsBack = false;
    fake.windows[0]!.close();
    expect(did).not.toContain('install');
  });

  test('a program that could not be replaced ends all the same', async () => {
    const { fake, shell, say } = await start(settings);
    say('update-downloaded', { version: '2.0.0' });
    updateItem(fake)?.click();
    fake.children[0]!.emit('exit', 0);
    await shell.settle();
    shell.timers.findLast((timer) => timer.delay_ms === 10_000)?.run();
    expect(fake.app.did.at(-1)).toBe('quit');
  });
});
