/** Exploit tests of the shell: what a hostile page in the window could try, against the real modules. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startShell } from '#electron/main/shell.ts';
import { type FakeContents, type FakeElectron, fakeElectron } from '#electron/testing/fakeElectron.ts';

let folder = '';
let fake: FakeElectron;
let contents: FakeContents;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'binnacle-shell-'));
  fake = fakeElectron(folder);
  startShell({
    electron: fake.parts,
    argv: ['--server-url=http://127.0.0.1:4000', `--data-dir=${folder}`],
    dist: join(folder, 'dist'),
    icon: undefined,
    device: 'test',
    nonce: () => 'abc',
    now: () => 0,
    after: () => () => {},
  });
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
