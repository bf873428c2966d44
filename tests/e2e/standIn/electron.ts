/**
 * A stand-in of Electron for smoke tests where no Electron binary is: windows are pages of a Chromium, utility
 * processes are forked Node processes, ports are carried between them. It shows that the built main, preload, replica
 * and renderer fit together; it shows nothing about Electron itself. Whatever it does not have throws.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from '@playwright/test';
import { type Carried, StandInPort } from './ports.ts';

const APP = 'app://binnacle';
/** Chromium speaks no app:, so the pages are at this name; no request ever leaves the browser. */
const WEB = 'http://binnacle.localhost';
const toApp = (url: string): string => url.replace(WEB, APP);
const toWeb = (url: string): string => url.replace(APP, WEB);

function needed(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`the stand-in needs ${name}`);
  return value;
}

/** Throws for every member the stand-in lacks, so that a test cannot pass on something that does nothing. */
function strict<T extends object>(name: string, target: T): T {
  return new Proxy(target, {
    get(object, key) {
      if (typeof key === 'string' && !(key in object)) throw new Error(`the stand-in has no ${name}.${key}`);
      const value: unknown = Reflect.get(object, key, object);
      const bound: unknown = typeof value === 'function' && !(key in Function.prototype) ? value.bind(object) : value;
      return bound;
    },
  });
}

let browser: BrowserContext | null = null;

class App extends EventEmitter {
  private readonly paths = new Map([
    ['userData', needed('STAND_IN_PROFILE')],
    ['logs', join(needed('STAND_IN_PROFILE'), 'logs')],
  ]);
  readonly isPackaged = false;
  readonly commandLine = { hasSwitch: (name: string) => process.argv.some((each) => each.startsWith(`--${name}`)) };
  private sandboxed = false;
  enableSandbox(): void {
    this.sandboxed = true;
  }
  setPath(name: string, path: string): void {
    this.paths.set(name, path);
  }
  getPath(name: string): string {
    const path = this.paths.get(name);
    if (path === undefined) throw new Error(`the stand-in has no path ${name}`);
    return path;
  }
  requestSingleInstanceLock(): boolean {
    return true;
  }
  getVersion(): string {
    return '0.0.0';
  }
  setAboutPanelOptions(): void {}
  async whenReady(): Promise<void> {
    if (!this.sandboxed) throw new Error('the sandbox was not enabled before the app was ready');
    browser = await chromium.launchPersistentContext(join(needed('STAND_IN_PROFILE'), 'chromium'), {
      executablePath: needed('BINNACLE_BROWSER'),
      viewport: { width: 1440, height: 900 },
      args: [
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--no-first-run',
        '--disable-dev-shm-usage',
        `--remote-debugging-port=${needed('STAND_IN_PORT')}`,
      ],
    });
  }
  quit(): void {
    let prevented = false;
    const event = {
      preventDefault: () => {
        prevented = true;
      },
    };
    this.emit('will-quit', event);
    if (!prevented) void browser?.close().finally(() => process.exit(0));
  }
  exit(code: number): void {
    process.exit(code);
  }
}
const theApp = new App();
export const app = strict('app', theApp);
process.on('SIGTERM', () => theApp.quit());

type AppHandler = (request: { url: string; method: string }) => Promise<Response>;
let serve: AppHandler | null = null;
export const protocol = strict('protocol', {
  registerSchemesAsPrivileged: (schemes: readonly { scheme: string }[]) => {
    if (schemes.map(({ scheme }) => scheme).join() !== 'app') throw new Error('only app: is known');
  },
  handle: (scheme: string, handler: AppHandler) => {
    if (scheme !== 'app') throw new Error('only app: is known');
    serve = handler;
  },
});

const mainChannels = new EventEmitter();
export const ipcMain = strict('ipcMain', mainChannels);

type BeforeRequest = (details: { url: string }, answer: (given: { cancel: boolean }) => void) => void;
let beforeRequest: BeforeRequest | null = null;

class Contents extends EventEmitter {
  readonly id: number;
  private page: Page | null = null;
  private preload = '';
  private crashed = false;
  private readonly ports = new Map<number, StandInPort>();
  private nextPort = 1;
  constructor(id: number) {
    super();
    this.id = id;
  }
  setWindowOpenHandler(handler: () => { action: string }): void {
    if (handler().action !== 'deny') throw new Error('a window may be opened');
  }
  isDestroyed(): boolean {
    return !this.crashed && (this.page?.isClosed() ?? false);
  }
  postMessage(channel: string, _data: unknown, handed: readonly StandInPort[]): void {
    const ids = handed.map((port) => {
      const id = this.nextPort++;
      this.ports.set(id, port);
      port.deliverTo((data) => this.tell({ kind: 'port', id, data }));
      return id;
    });
    this.tell({ kind: 'ipc', channel, ports: ids });
  }
  async load(page: Page, preload: string, url: string): Promise<void> {
    this.page = page;
    this.preload = preload;
    this.crashed = false;
    page.once('close', () => {
      // a crashed page is closed after another took its place
      if (this.page !== page) return;
      this.closePorts();
      this.emit('destroyed');
    });
    page.once('crash', () => {
      this.crashed = true;
      this.closePorts();
      this.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 139 });
    });
    await page.exposeBinding(
      'standInSend',
      ({ frame }, sent: { kind: string; channel: string; id: number; data: unknown }) => {
        if (sent.kind === 'port') this.ports.get(sent.id)?.postMessage(sent.data);
        else {
          const senderFrame = { url: toApp(frame.url()), parent: frame.parentFrame() };
          mainChannels.emit(sent.channel, { sender: strict('WebContents', this), senderFrame });
        }
      },
    );
    await page.addInitScript(preloadScript(readFileSync(preload, 'utf8')));
    await page.route('**/*', async (route) => {
      const request = route.request();
      let cancelled = false;
      beforeRequest?.({ url: toApp(request.url()) }, ({ cancel }) => (cancelled = cancel));
      if (cancelled || serve === null || !request.url().startsWith(`${WEB}/`)) return await route.abort();
      const response = await serve({ url: toApp(request.url()), method: request.method() });
      const headers = Object.fromEntries(response.headers);
      return await route.fulfill({ status: response.status, headers, body: await pageBody(request.url(), response) });
    });
    await page.goto(toWeb(url));
  }
  /** Chromium's page is dead after a crash; a new one at the same address takes its place, as Electron's reload does. */
  reload(): void {
    const dead = this.page;
    if (dead === null || browser === null || !this.crashed) throw new Error('only a crashed page is loaded again');
    const address = toApp(dead.url());
    void browser.newPage().then(async (page) => {
      await this.load(page, this.preload, address);
      await dead.close();
    });
  }
  private closePorts(): void {
    for (const port of this.ports.values()) port.close();
    this.ports.clear();
  }
  private tell(message: object): void {
    if (this.page === null || this.page.isClosed()) return;
    const text = `standInReceive(${JSON.stringify(message)})`;
    // A message to a page that is going away is lost, as it is in Electron.
    this.page.evaluate(text).catch(() => undefined);
  }
}

/** The one thing a page asks of its address is whether it is a browser's; here the answer must be Electron's. */
async function pageBody(url: string, response: Response): Promise<Buffer> {
  const body = Buffer.from(await response.arrayBuffer());
  if (!/\/assets\/index-[^/]*\.js$/.test(url)) return body;
  const text = body.toString('utf8');
  const question = /(?:\bwindow\.)?\blocation\.protocol\.startsWith\(([`'"])http\1\)/g;
  if ([...text.matchAll(question)].length !== 1) throw new Error('the page asks for its host in another way now');
  return Buffer.from(text.replace(question, 'false'));
}

/** Runs the built preload in the page with what it requires of Electron. */
function preloadScript(preload: string): string {
  return `(() => {
    if (window !== window.top) return;
    const listeners = new Map();
    const ports = new Map();
    Object.defineProperty(window, 'standInReceive', { value: (message) => {
      if (message.kind === 'port') return ports.get(message.id)?.postMessage(message.data);
      const handed = message.ports.map((id) => {
        const { port1, port2 } = new MessageChannel();
        ports.set(id, port1);
        port1.onmessage = (event) => standInSend({ kind: 'port', id, data: event.data });
        return port2;
      });
      for (const listener of listeners.get(message.channel) ?? []) listener({ ports: handed });
    } });
    const ipcRenderer = {
      on: (channel, listener) => listeners.set(channel, [...(listeners.get(channel) ?? []), listener]),
      send: (channel) => standInSend({ kind: 'ipc', channel }),
    };
    const require = (name) => {
      if (name !== 'electron') throw new Error('a sandboxed preload has no ' + name);
      return { ipcRenderer };
    };
    ${preload}
  })();`;
}

interface WindowOptions {
  readonly webPreferences: { readonly preload: string; readonly sandbox: boolean; readonly contextIsolation: boolean };
}
const windows: Window[] = [];
class Window extends EventEmitter {
  static getAllWindows(): readonly Window[] {
    return windows;
  }
  private readonly contents: Contents;
  private readonly options: WindowOptions;
  readonly webContents: Contents;
  constructor(options: WindowOptions) {
    super();
    const { sandbox, contextIsolation } = options.webPreferences;
    if (!sandbox || !contextIsolation) throw new Error('a window must be sandboxed and isolated');
    this.options = options;
    this.contents = new Contents(windows.length + 1);
    this.webContents = strict('WebContents', this.contents);
    windows.push(this);
    theApp.emit('web-contents-created', {}, this.webContents);
  }
  async loadURL(url: string): Promise<void> {
    if (browser === null) throw new Error('a window was opened before the app was ready');
    const page = browser.pages()[0] ?? (await browser.newPage());
    await this.contents.load(page, this.options.webPreferences.preload, url);
    this.emit('ready-to-show');
  }
  show(): void {}
}
export const BrowserWindow = strict('BrowserWindow', Window);

class UtilityProcess extends EventEmitter {
  private readonly child: ChildProcess;
  readonly stdout: ChildProcess['stdout'];
  readonly stderr: ChildProcess['stderr'];
  private readonly ports = new Map<number, StandInPort>();
  private nextPort = 1;
  constructor(path: string, args: readonly string[]) {
    super();
    this.child = fork(path, args, {
      execArgv: ['--import', join(import.meta.dirname, 'parentPort.ts')],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      serialization: 'advanced',
    });
    this.stdout = this.child.stdout;
    this.stderr = this.child.stderr;
    this.child.stderr?.pipe(process.stderr, { end: false });
    this.child.on('message', (message: Carried) => {
      if (message.kind === 'message') this.emit('message', message.data);
      else if (message.kind === 'port') this.ports.get(message.id)?.postMessage(message.data);
      else this.ports.get(message.id)?.close();
    });
    this.child.once('exit', (code) => this.emit('exit', code ?? 1));
  }
  postMessage(data: unknown, handed: readonly StandInPort[] = []): void {
    const ids = handed.map((port) => {
      const id = this.nextPort++;
      this.ports.set(id, port);
      port.deliverTo((each) => this.carry({ kind: 'port', id, data: each }));
      port.once('close', () => this.carry({ kind: 'close', id }));
      return id;
    });
    this.carry({ kind: 'message', data, ports: ids });
  }
  kill(): boolean {
    return this.child.kill('SIGKILL');
  }
  private carry(message: Carried): void {
    if (this.child.connected) this.child.send(message);
  }
}
export const utilityProcess = strict('utilityProcess', {
  fork: (path: string, args: readonly string[]) => strict('UtilityProcess', new UtilityProcess(path, args)),
});

export class MessageChannelMain {
  readonly port1: StandInPort;
  readonly port2: StandInPort;
  constructor() {
    [this.port1, this.port2] = StandInPort.pair();
  }
}

const denied = new EventEmitter();
export const session = strict('session', {
  defaultSession: strict('Session', {
    setPermissionRequestHandler: () => {},
    setPermissionCheckHandler: () => {},
    setDevicePermissionHandler: () => {},
    on: (name: string, listener: () => void) => denied.on(name, listener),
    webRequest: strict('WebRequest', {
      onBeforeRequest: (listener: BeforeRequest) => {
        beforeRequest = listener;
      },
    }),
  }),
});
export const screen = strict('screen', {
  getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }],
  on: () => undefined,
  off: () => undefined,
});
export const Menu = strict('Menu', {
  buildFromTemplate: (template: readonly { label?: string }[]) => {
    if (template.some(({ label }) => label === undefined)) throw new Error('a menu has no name');
    return template;
  },
  setApplicationMenu: () => undefined,
});
export const shell = strict('shell', {});

/** A keychain as an account of an operating system has one: its secret lies in the profile, outside the data folder. */
function keychainSecret(): Buffer {
  const file = join(needed('STAND_IN_PROFILE'), 'keychain');
  if (!existsSync(file)) {
    mkdirSync(needed('STAND_IN_PROFILE'), { recursive: true });
    writeFileSync(file, randomBytes(32), { mode: 0o600 });
  }
  return readFileSync(file);
}
export const safeStorage = strict('safeStorage', {
  isAsyncEncryptionAvailable: () => Promise.resolve(true),
  getSelectedStorageBackend: () => process.env['STAND_IN_KEYCHAIN'] ?? 'gnome_libsecret',
  encryptStringAsync: async (text: string) => {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', keychainSecret(), nonce);
    return await Promise.resolve(Buffer.concat([nonce, cipher.update(text), cipher.final(), cipher.getAuthTag()]));
  },
  decryptStringAsync: async (wrapped: Buffer) => {
    const decipher = createDecipheriv('aes-256-gcm', keychainSecret(), wrapped.subarray(0, 12), { authTagLength: 16 });
    decipher.setAuthTag(wrapped.subarray(-16));
    const result = Buffer.concat([decipher.update(wrapped.subarray(12, -16)), decipher.final()]).toString();
    return await Promise.resolve({ result, shouldReEncrypt: false });
  },
});
export const nativeTheme = strict('nativeTheme', { shouldUseDarkColors: false });
export const dialog = strict('dialog', {
  showErrorBox: (title: string, text: string) => console.error(`${title}: ${text}`),
  showMessageBox: (options: { message: string; buttons?: readonly string[] }) => {
    console.error(options.message);
    // The button a test presses, where the box has it; else the first.
    const pressed = options.buttons?.indexOf(process.env['STAND_IN_PRESS'] ?? '') ?? 0;
    return Promise.resolve({ response: Math.max(0, pressed) });
  },
});
