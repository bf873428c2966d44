/** Exploit tests of the shell: what a hostile page in the window could try, against the real modules. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FakeContents, type FakeElectron, fakeElectron } from '#electron/testing/fakeElectron.ts';
import { startFakeShell } from '#electron/testing/fakeShell.ts';

let folder = '';
let fake: FakeElectron;
let contents: FakeContents;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'binnacle-shell-'));
  fake = fakeElectron(folder);
  startFakeShell(fake, ['--server-url=http://127.0.0.1:4000', `--data-dir=${folder}`]);
  await fake.app.becomeReady();
  contents = fake.windows[0]!.webContents;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Whether the event's default, the navigation, was prevented. */
function raise(name: string, event: object): boolean {
  let prevented = false;
  contents.emit(name, {
    ...event,
    preventDefault: () => {
      prevented = true;
    },
  });
  return prevented;
}

const ELSEWHERE = [
  'https://example.com/',
  'http://127.0.0.1:4000/',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'data:text/html,<script>1</script>',
  'app://elsewhere/index.html',
  'app://binnacle@elsewhere/',
  'app:binnacle',
  'about:blank',
  'not an address',
];

describe('navigation', () => {
  test.each(ELSEWHERE)('to %s is prevented in every form', (url) => {
    expect(raise('will-navigate', { url })).toBe(true);
    expect(raise('will-redirect', { url })).toBe(true);
    expect(raise('will-frame-navigate', { url, isMainFrame: true })).toBe(true);
  });
  test('inside the app is possible, in the main frame only', () => {
    expect(raise('will-navigate', { url: 'app://binnacle/index.html#/stock' })).toBe(false);
    expect(raise('will-frame-navigate', { url: 'app://binnacle/index.html', isMainFrame: true })).toBe(false);
    expect(raise('will-frame-navigate', { url: 'app://binnacle/index.html', isMainFrame: false })).toBe(true);
  });
  test('no new window, no webview', () => {
    expect(contents.openHandler?.()).toEqual({ action: 'deny' });
    expect(raise('will-attach-webview', {})).toBe(true);
  });
  test('contents that the shell did not open are locked too', () => {
    const stray = new (Object.getPrototypeOf(contents).constructor as new (id: number) => FakeContents)(99);
    fake.app.emit('web-contents-created', {}, stray);
    expect(stray.openHandler?.()).toEqual({ action: 'deny' });
    expect(stray.listenerCount('will-navigate')).toBe(1);
  });
});

describe('permissions', () => {
  const ask = (permission: string, requestingUrl: string): boolean | null => {
    let answer: boolean | null = null;
    fake.session.request?.(null, permission, (ok) => (answer = ok), { requestingUrl });
    return answer;
  };
  test.each(['media', 'geolocation', 'notifications', 'openExternal', 'hid', 'serial', 'usb', 'clipboard-read'])(
    '%s is denied',
    (permission) => {
      expect(ask(permission, 'app://binnacle/index.html')).toBe(false);
      expect(fake.session.check?.(null, permission, 'app://binnacle/')).toBe(false);
    },
  );
  test('copying is allowed to the app alone', () => {
    expect(ask('clipboard-sanitized-write', 'app://binnacle/index.html')).toBe(true);
    expect(ask('clipboard-sanitized-write', 'https://example.com/')).toBe(false);
    expect(fake.session.check?.(null, 'clipboard-sanitized-write', 'https://example.com')).toBe(false);
    expect(fake.session.device?.()).toBe(false);
  });
  test('only the app’s own exports are downloads', () => {
    const download = (url: string): boolean => {
      let prevented = false;
      fake.session.emit('will-download', { preventDefault: () => (prevented = true) }, { getURL: () => url });
      return prevented;
    };
    expect(download('blob:app://binnacle/0b2c')).toBe(false);
    expect(download('https://example.com/a.exe')).toBe(true);
    expect(download('blob:app://binnacle.example.com/0b2c')).toBe(true);
  });
});

describe('the network', () => {
  test.each([...ELSEWHERE, 'ws://127.0.0.1:4000/', 'blob:https://example.com/1', 'data:text/html,x', 'devtools://x/'])(
    'a page of what people install loads nothing from %s',
    async (url) => {
      fake = fakeElectron(folder);
      fake.app.isPackaged = true;
      startFakeShell(fake, ['--server-url=http://127.0.0.1:4000', `--data-dir=${folder}`]);
      await fake.app.becomeReady();
      expect(fake.session.lets(url)).toBe(false);
    },
  );
  test('its own files, pictures and exports are loaded', () => {
    for (const url of ['app://binnacle/assets/x.js', 'blob:app://binnacle/1', 'data:image/png;base64,AA']) {
      expect(fake.session.lets(url)).toBe(true);
    }
  });
});

describe('what people install', () => {
  const start = async (switches: readonly string[], packaged: boolean) => {
    fake = fakeElectron(folder);
    fake.app.isPackaged = packaged;
    fake.app.switches = switches;
    startFakeShell(fake, ['--server-url=http://127.0.0.1:4000', `--data-dir=${folder}`]);
    await fake.app.becomeReady();
  };
  test.each(['remote-debugging-port', 'remote-debugging-pipe', 'disable-web-security', 'load-extension', 'js-flags'])(
    'does not start with --%s',
    async (name) => {
      await start([name], true);
      expect(fake.windows).toEqual([]);
      expect(fake.children).toEqual([]);
      expect(fake.app.did).toContain('exit 1');
      expect(fake.app.did).not.toContain('whenReady');
      expect(fake.errors[0]).toContain(`--${name}`);
      await start([name], false);
      expect(fake.windows).toHaveLength(1);
    },
  );
  test('has no developer tools', async () => {
    await start([], true);
    expect(fake.windows[0]?.options.webPreferences?.devTools).toBe(false);
    expect(JSON.stringify(fake.menu)).not.toContain('toggleDevTools');
  });
});

describe('keys', () => {
  const key = 'c0ffee'.repeat(11).slice(0, 64);
  const ticket = { server_id: 'central', user_name: 'planner', keys: { replica: key, work: key } };

  test('are on no command line, in no file and no log, whatever becomes of the service', async () => {
    const service = fake.children[0]!;
    service.emit('message', { kind: 'ticket', ticket });
    service.emit('message', { kind: 'wrap', id: 1, value: new Uint8Array(Buffer.from(key)) });
    fake.keychain.broken = true;
    service.emit('message', { kind: 'wrap', id: 2, value: new Uint8Array(Buffer.from(key)) });
    service.stderr.write(`error: unexpected: raw:${key}\n`);
    service.emit('exit', 139);
    const logged = () => readFileSync(join(folder, 'logs', 'binnacle.log'), 'utf8');
    await expect.poll(logged).toContain('unexpected: raw:[left out]');
    expect(fake.children.flatMap((child) => child.args)).toEqual([]);
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(files.map((file) => file.name)).toContain('binnacle.log');
    for (const file of files) {
      const text = readFileSync(join(file.parentPath, file.name), 'utf8');
      expect(text, file.name).not.toContain('c0ffee');
      expect(text, file.name).not.toContain(Buffer.from(key).toString('base64'));
    }
    expect(fake.errors.join()).not.toContain('c0ffee');
  });

  test('no page can ask for one: the port channel is the only one main listens on', () => {
    expect(fake.ipcMain.eventNames()).toEqual(['binnacle:port']);
    const posted = contents.posted.length;
    for (const message of [{ kind: 'unwrap', id: 1 }, { kind: 'ticket' }, 'ticket']) {
      fake.ipcMain.emit(
        'binnacle:port',
        { sender: contents, senderFrame: { url: 'https://x/', parent: null } },
        message,
      );
    }
    expect(contents.posted).toHaveLength(posted);
  });

  test.each([
    ['no message', null],
    ['a text', 'unwrap'],
    ['no bytes', { kind: 'unwrap', id: 1, value: 'text' }],
    ['no number', { kind: 'unwrap', id: '1', value: new Uint8Array(1) }],
    ['another kind', { kind: 'decryptEverything', id: 1, value: new Uint8Array(1) }],
    ['a ticket that is none', { kind: 'ticket', ticket: 'planner' }],
  ])('a broken service that says %s is not heard', async (_what, message) => {
    const service = fake.children[0]!;
    const before = service.received.length;
    service.emit('message', message);
    await new Promise((resolve) => setImmediate(resolve));
    expect(service.received).toHaveLength(before);
    expect(service.killed).toBe(false);
  });

  test('too much for a key is not wrapped', async () => {
    const service = fake.children[0]!;
    service.emit('message', { kind: 'wrap', id: 1, value: new Uint8Array(1_000_000) });
    await new Promise((resolve) => setImmediate(resolve));
    expect(service.received.at(-1)?.message).toEqual({ kind: 'keychain', id: 1, value: null });
  });
});
