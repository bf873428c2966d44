import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FakeElectron, fakeElectron } from '../testing/fakeElectron.ts';
import { type FakeShell, startFakeShell } from '../testing/fakeShell.ts';

let folder = '';
let fake: FakeElectron;
let shell: FakeShell;
const timers = () => shell.timers.filter((timer) => !timer.cancelled);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'binnacle-shell-'));
  fake = fakeElectron(join(folder, 'profile'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function start(argv: readonly string[] = ['--server-url=http://127.0.0.1:4000', `--data-dir=${folder}`]): void {
  shell = startFakeShell(fake, argv);
}

const ownFrame = { url: 'app://binnacle/index.html', parent: null };
function askForPort(window: FakeElectron['windows'][number], senderFrame: object | null = ownFrame): void {
  fake.ipcMain.emit('binnacle:port', { sender: window.webContents, senderFrame });
}

describe('start of the shell', () => {
  test('sandbox and scheme come before the app is ready, the window after', async () => {
    start();
    expect(fake.app.did).toEqual(['enableSandbox', 'registerSchemes', 'whenReady']);
    expect(fake.windows).toHaveLength(0);
    expect(fake.schemes[0]).toMatchObject({ scheme: 'app', privileges: { standard: true, secure: true } });
    expect(fake.schemes[0]?.privileges).not.toHaveProperty('bypassCSP');
    await fake.app.becomeReady();
    expect(fake.windows).toHaveLength(1);
    expect(fake.windows[0]?.did).toEqual(['load app://binnacle/index.html']);
  });

  test('the window is sandboxed, isolated, and has no Node', async () => {
    start();
    await fake.app.becomeReady();
    expect(fake.windows[0]?.options.webPreferences).toEqual({
      preload: '/opt/binnacle/dist/preload/preload.cjs',
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      devTools: true,
    });
  });

  test('without a server it says what to write where, and exits', async () => {
    start([]);
    await fake.app.becomeReady();
    expect(fake.errors[0]).toContain('connection.json');
    expect(fake.app.did.at(-1)).toBe('exit 1');
    expect(fake.windows).toHaveLength(0);
    expect(fake.children).toHaveLength(0);
  });

  test('a second start leaves, and the first comes to the front', async () => {
    fake.app.gotLock = false;
    start();
    expect(fake.app.did).toEqual(['enableSandbox', 'registerSchemes', 'quit']);

    fake = fakeElectron(folder);
    start();
    await fake.app.becomeReady();
    const window = fake.windows[0]!;
    window.minimized = true;
    fake.app.emit('second-instance');
    expect(window.did.slice(-2)).toEqual(['restore', 'focus']);
    expect(fake.windows).toHaveLength(1);
  });

  test('place and size of the window are kept', async () => {
    start();
    await fake.app.becomeReady();
    fake.windows[0]!.emit('close');
    expect(JSON.parse(readFileSync(join(folder, 'window', 'window.json'), 'utf8'))).toEqual([
      { displays: '0 0 1920 1080', bounds: { x: 10, y: 20, width: 1200, height: 800 }, maximized: false },
    ]);
    fake = fakeElectron(folder);
    start();
    await fake.app.becomeReady();
    expect(fake.windows[0]?.options).toMatchObject({ x: 10, y: 20, width: 1200, height: 800 });
  });

  test('a place on a display that is gone, or a damaged file, is not used', async () => {
    const state = (x: number | string) =>
      JSON.stringify([{ displays: '', bounds: { x, y: 0, width: 1200, height: 800 } }]);
    for (const text of [state(5000), state('1'), state(-1150), '{"bounds":{}}', '[null, 1]', '{', '[]']) {
      writeFileSync(join(folder, 'window.json'), text);
      fake = fakeElectron(folder);
      start(['--server-url=http://127.0.0.1:4000']);
      await fake.app.becomeReady();
      expect(fake.windows[0]?.options, text).toMatchObject({ width: 1440, height: 900 });
      expect(fake.windows[0]?.options, text).not.toHaveProperty('x');
    }
  });
});

describe('the replica service', () => {
  test('is started with its place, and each window gets a port of its own', async () => {
    start();
    await fake.app.becomeReady();
    const child = fake.children[0]!;
    expect(child.path).toBe('/opt/binnacle/dist/replica/utility.js');
    expect(child.received).toEqual([
      {
        message: {
          kind: 'start',
          serverUrl: 'http://127.0.0.1:4000',
          dataDir: folder,
          device: 'bench-3',
          keychain: true,
        },
        ports: 0,
      },
    ]);
    const window = fake.windows[0]!;
    askForPort(window);
    expect(child.received.at(-1)).toEqual({ message: { kind: 'attach' }, ports: 1 });
    expect(window.webContents.posted).toHaveLength(1);
    expect(window.webContents.posted[0]).toMatchObject({ channel: 'binnacle:port' });
    expect(window.webContents.posted[0]?.ports).toHaveLength(1);
  });

  test.each([
    ['a frame inside the page', { url: 'app://binnacle/index.html', parent: {} }],
    ['another origin', { url: 'https://example.com/', parent: null }],
    ['an address that looks alike', { url: 'app://binnacle.example.com/index.html', parent: null }],
    ['a name before the host', { url: 'app://binnacle@example.com/', parent: null }],
    ['a name before our host', { url: 'app://user@binnacle/index.html', parent: null }],
    ['a password before our host', { url: 'app://:secret@binnacle/index.html', parent: null }],
    ['a frame that is gone', null],
  ])('%s gets no port', async (_who, frame) => {
    start();
    await fake.app.becomeReady();
    askForPort(fake.windows[0]!, frame);
    expect(fake.windows[0]!.webContents.posted).toHaveLength(0);
    expect(fake.children[0]!.received).toHaveLength(1);
  });

  test('is started again when it ends, after a growing pause, and the window gets a new port', async () => {
    start();
    await fake.app.becomeReady();
    const window = fake.windows[0]!;
    askForPort(window);
    const pauses: number[] = [];
    for (let crash = 1; crash <= 4; crash++) {
      fake.children.at(-1)!.emit('exit', 139);
      expect(fake.children).toHaveLength(crash);
      const timer = timers().at(-1)!;
      pauses.push(timer.delay_ms);
      timer.run();
      expect(fake.children.at(-1)!.received.map((each) => each.message.kind)).toEqual(['start', 'attach']);
      expect(window.webContents.posted).toHaveLength(crash + 1);
    }
    expect(pauses).toEqual([250, 500, 1000, 2000]);
    expect(fake.errors).toEqual(['The data service ended 4 times (code 139). It is tried again.']);
    shell.now_ms += 60_000;
    fake.children.at(-1)!.emit('exit', 1);
    expect(timers().at(-1)!.delay_ms).toBe(250);
  });

  test('a service that cannot start says why, once, and is tried again', async () => {
    start();
    await fake.app.becomeReady();
    const message = 'The folder is in use by another Binnacle.';
    for (let i = 0; i < 5; i++) {
      fake.children.at(-1)!.emit('message', { kind: 'failed', message });
      expect(fake.children.at(-1)!.killed).toBe(true);
      timers().at(-1)!.run();
    }
    expect(fake.errors).toEqual([message]);
    expect(fake.children).toHaveLength(6);
  });

  test('goes on for who was signed in, and for nobody after a sign-out or too many ends', async () => {
    start();
    await fake.app.becomeReady();
    const ticket = { server_id: 'central', user_name: 'planner', keys: { replica: 'a', work: 'b' } };
    const crash = () => {
      fake.children.at(-1)!.emit('exit', 139);
      timers().at(-1)!.run();
      return fake.children.at(-1)!.received[0]?.message;
    };
    fake.children[0]!.emit('message', { kind: 'ticket', ticket });
    expect(crash()).toMatchObject({ kind: 'start', resume: ticket });
    expect(crash()).toMatchObject({ kind: 'start', resume: ticket });
    // what belongs to this person may be what ends it
    expect(crash()).not.toHaveProperty('resume');
    shell.now_ms += 60_000;
    fake.children.at(-1)!.emit('message', { kind: 'ticket', ticket });
    fake.children.at(-1)!.emit('message', { kind: 'ticket', ticket: null });
    expect(crash()).not.toHaveProperty('resume');
  });

  test('has its keys wrapped by the keychain, with the number of its question', async () => {
    start();
    await fake.app.becomeReady();
    const child = fake.children[0]!;
    child.emit('message', { kind: 'wrap', id: 7, value: new Uint8Array([1, 2, 3]) });
    await shell.settle();
    const wrapped = child.received.at(-1)?.message;
    expect(wrapped).toMatchObject({ kind: 'keychain', id: 7 });
    child.emit('message', { kind: 'unwrap', id: 8, value: wrapped?.['value'] });
    await shell.settle();
    expect(child.received.at(-1)?.message).toEqual({ kind: 'keychain', id: 8, value: new Uint8Array([1, 2, 3]) });
    fake.keychain.broken = true;
    child.emit('message', { kind: 'unwrap', id: 9, value: new Uint8Array([1]) });
    await shell.settle();
    expect(child.received.at(-1)?.message).toEqual({ kind: 'keychain', id: 9, value: null });
  });

  test('is told when there is no keychain that keeps a secret', async () => {
    fake.keychain.backend = 'basic_text';
    start();
    await fake.app.becomeReady();
    await shell.settle();
    expect(fake.children[0]!.received[0]?.message).toMatchObject({ kind: 'start', keychain: false });
  });

  test('a window that asked before the service began gets its port then', async () => {
    let open: (available: boolean) => void = () => undefined;
    fake.keychain.isAsyncEncryptionAvailable = () => new Promise((resolve) => (open = resolve));
    start();
    await fake.app.becomeReady();
    askForPort(fake.windows[0]!);
    expect(fake.children).toHaveLength(0);
    open(true);
    await shell.settle();
    expect(fake.children[0]!.received.map(({ message }) => message.kind)).toEqual(['start', 'attach']);
    expect(fake.windows[0]!.webContents.posted).toHaveLength(1);
  });

  test('a closed window gets no port after a restart, a reloaded one exactly one', async () => {
    start();
    await fake.app.becomeReady();
    const first = fake.windows[0]!;
    askForPort(first);
    askForPort(first);
    expect(first.webContents.posted).toHaveLength(2);
    fake.children[0]!.emit('exit', 1);
    timers().at(-1)!.run();
    expect(first.webContents.posted).toHaveLength(3);
    first.webContents.destroy();
    fake.children[1]!.emit('exit', 1);
    timers().at(-1)!.run();
    expect(first.webContents.posted).toHaveLength(3);
    expect(fake.children[2]!.received).toHaveLength(1);
  });

  test('is asked to finish before the app quits, and ended when it does not', async () => {
    start();
    await fake.app.becomeReady();
    const child = fake.children[0]!;
    fake.app.quit();
    expect(child.received.at(-1)).toEqual({ message: { kind: 'stop' }, ports: 0 });
    expect(fake.app.did).not.toContain('quit');
    timers().at(-1)!.run();
    expect(child.killed).toBe(true);
    await new Promise((resolve) => setImmediate(resolve));
    expect(fake.app.did.at(-1)).toBe('quit');
    expect(fake.children).toHaveLength(1);
  });
});
