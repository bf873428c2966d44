/**
 * A small fake of Electron's parts for wiring tests: it records what the shell asks for and lets a test raise events.
 * Whatever is not here is missing on purpose: using it fails the test.
 */
import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import type { BrowserWindowConstructorOptions, CustomScheme, MenuItemConstructorOptions } from 'electron';
import type { ShellParts } from '../main/shell.ts';

export class FakeContents extends EventEmitter {
  readonly id: number;
  openHandler: (() => { action: string }) | null = null;
  readonly posted: { channel: string; ports: readonly FakePort[] }[] = [];
  reloads = 0;
  crashed = 0;
  private destroyed = false;
  constructor(id: number) {
    super();
    this.id = id;
  }
  reload(): void {
    this.reloads++;
  }
  forcefullyCrashRenderer(): void {
    this.crashed++;
  }
  setWindowOpenHandler(handler: () => { action: string }): void {
    this.openHandler = handler;
  }
  postMessage(channel: string, _message: unknown, ports: readonly FakePort[]): void {
    this.posted.push({ channel, ports });
  }
  isDestroyed(): boolean {
    return this.destroyed;
  }
  destroy(): void {
    this.destroyed = true;
    this.emit('destroyed');
  }
}

export class FakePort {
  closed = false;
  close(): void {
    this.closed = true;
  }
}

type Place = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

export class FakeWindow extends EventEmitter {
  readonly options: BrowserWindowConstructorOptions;
  readonly webContents: FakeContents;
  readonly did: string[] = [];
  minimized = false;
  place: Place = { x: 10, y: 20, width: 1200, height: 800 };
  holdsBack = false;
  onGone: (() => void) | null = null;
  constructor(options: BrowserWindowConstructorOptions, contents: FakeContents) {
    super();
    this.options = options;
    this.webContents = contents;
  }
  loadURL(url: string): Promise<void> {
    this.did.push(`load ${url}`);
    return Promise.resolve();
  }
  show(): void {
    this.did.push('show');
  }
  focus(): void {
    this.did.push('focus');
  }
  restore(): void {
    this.minimized = false;
    this.did.push('restore');
  }
  maximize(): void {
    this.did.push('maximize');
  }
  isMinimized(): boolean {
    return this.minimized;
  }
  isMaximized(): boolean {
    return false;
  }
  getNormalBounds(): Place {
    return { x: 10, y: 20, width: 1200, height: 800 };
  }
  getBounds(): Place {
    return this.place;
  }
  setSize(width: number, height: number): void {
    this.did.push(`size ${width} ${height}`);
  }
  center(): void {
    this.did.push('center');
  }
  /** As Electron does: the page may hold it back, else the window is gone. */
  close(): void {
    if (this.holdsBack) {
      this.webContents.emit('will-prevent-unload', {});
      return;
    }
    this.emit('close');
    this.did.push('closed');
    this.webContents.destroy();
    this.emit('closed');
    this.onGone?.();
  }
}

export class FakeChild extends EventEmitter {
  readonly path: string;
  readonly args: readonly string[];
  readonly received: { message: { kind: string } & Record<string, unknown>; ports: number }[] = [];
  readonly stdout = new PassThrough();
  readonly stderr = new PassThrough();
  killed = false;
  constructor(path: string, args: readonly string[]) {
    super();
    this.path = path;
    this.args = args;
  }
  postMessage(message: { kind: string }, ports: readonly FakePort[] = []): void {
    this.received.push({ message, ports: ports.length });
  }
  kill(): boolean {
    this.killed = true;
    this.emit('exit', 0);
    return true;
  }
}

type PermissionRequest = (c: unknown, permission: string, callback: (ok: boolean) => void, details: object) => void;
type PermissionCheck = (contents: unknown, permission: string, origin: string) => boolean;

export class FakeSession extends EventEmitter {
  request: PermissionRequest | null = null;
  check: PermissionCheck | null = null;
  device: (() => boolean) | null = null;
  private beforeRequest: ((details: { url: string }, answer: (given: { cancel: boolean }) => void) => void) | null =
    null;
  readonly webRequest = {
    onBeforeRequest: (listener: NonNullable<typeof this.beforeRequest>) => {
      this.beforeRequest = listener;
    },
  };
  /** Whether a request of a page to that address is let through. */
  lets(url: string): boolean {
    let cancelled = false;
    this.beforeRequest?.({ url }, (given) => (cancelled = given.cancel));
    return !cancelled;
  }
  setPermissionRequestHandler(handler: PermissionRequest): void {
    this.request = handler;
  }
  setPermissionCheckHandler(handler: PermissionCheck): void {
    this.check = handler;
  }
  setDevicePermissionHandler(handler: () => boolean): void {
    this.device = handler;
  }
}

export class FakeApp extends EventEmitter {
  readonly did: string[] = [];
  readonly paths = new Map<string, string>();
  gotLock = true;
  isPackaged = false;
  switches: readonly string[] = [];
  readonly commandLine = { hasSwitch: (name: string) => this.switches.includes(name) };
  private makeReady: () => void = () => {};
  private readonly ready: Promise<void>;
  constructor(userData: string) {
    super();
    this.paths.set('userData', userData);
    this.paths.set('logs', `${userData}/logs`);
    this.ready = new Promise((resolve) => {
      this.makeReady = resolve;
    });
  }
  enableSandbox(): void {
    this.did.push('enableSandbox');
  }
  setPath(name: string, path: string): void {
    this.paths.set(name, path);
  }
  getPath(name: string): string {
    return this.paths.get(name) ?? '';
  }
  requestSingleInstanceLock(): boolean {
    return this.gotLock;
  }
  getVersion(): string {
    return '1.2.3';
  }
  setAboutPanelOptions(options: { applicationVersion: string }): void {
    this.did.push(`about ${options.applicationVersion}`);
  }
  whenReady(): Promise<void> {
    this.did.push('whenReady');
    return this.ready;
  }
  /** Raises will-quit as Electron does; quits unless a listener prevented it. */
  quit(): void {
    let prevented = false;
    this.emit('will-quit', {
      preventDefault: () => {
        prevented = true;
      },
    });
    if (!prevented) this.did.push('quit');
  }
  exit(code: number): void {
    this.did.push(`exit ${code}`);
  }
  async becomeReady(): Promise<void> {
    this.did.push('ready');
    this.makeReady();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

export interface AskedBox {
  readonly message: string;
  readonly buttons?: readonly string[];
  readonly signal?: AbortSignal;
}

/** Turns text around: enough to see that both ways go through it. */
export class FakeKeychain {
  available = true;
  backend = 'gnome_libsecret';
  broken = false;
  isAsyncEncryptionAvailable(): Promise<boolean> {
    return Promise.resolve(this.available);
  }
  getSelectedStorageBackend(): string {
    return this.backend;
  }
  encryptStringAsync(text: string): Promise<Buffer> {
    if (this.broken) return Promise.reject(new Error(`cannot encrypt ${text}`));
    return Promise.resolve(Buffer.from([...Buffer.from(text)].toReversed()));
  }
  decryptStringAsync(wrapped: Buffer): Promise<{ result: string; shouldReEncrypt: boolean }> {
    if (this.broken) return Promise.reject(new Error('cannot decrypt'));
    return Promise.resolve({ result: Buffer.from([...wrapped].toReversed()).toString(), shouldReEncrypt: false });
  }
}

export interface FakeElectron {
  readonly app: FakeApp;
  readonly ipcMain: EventEmitter;
  readonly session: FakeSession;
  readonly windows: FakeWindow[];
  readonly children: FakeChild[];
  readonly schemes: CustomScheme[];
  readonly handlers: Map<string, (request: { url: string; method: string }) => Promise<Response>>;
  readonly errors: string[];
  /** The answer to the next question of a message box; what was asked is in `questions`. */
  answer: (question: AskedBox) => Promise<number>;
  readonly questions: AskedBox[];
  /** The application menu as last set. */
  menu: MenuItemConstructorOptions[];
  readonly opened: string[];
  readonly keychain: FakeKeychain;
  readonly screen: EventEmitter & { areas: Place[] };
  /** What shell.ts is given. */
  readonly parts: ShellParts['electron'];
}

export function fakeElectron(userData: string): FakeElectron {
  const app = new FakeApp(userData);
  const ipcMain = new EventEmitter();
  const session = new FakeSession();
  const windows: FakeWindow[] = [];
  const children: FakeChild[] = [];
  const schemes: CustomScheme[] = [];
  const handlers: FakeElectron['handlers'] = new Map();
  const errors: string[] = [];
  const screen = Object.assign(new EventEmitter(), { areas: [{ x: 0, y: 0, width: 1920, height: 1080 }] });
  const keychain = new FakeKeychain();
  const fake: Omit<FakeElectron, 'parts'> = {
    app,
    ipcMain,
    session,
    windows,
    children,
    schemes,
    handlers,
    errors,
    answer: () => Promise.resolve(0),
    questions: [],
    menu: [],
    opened: [],
    keychain,
    screen,
  };
  class BrowserWindow extends FakeWindow {
    static getAllWindows(): FakeWindow[] {
      return windows.filter((window) => !window.webContents.isDestroyed());
    }
    constructor(options: BrowserWindowConstructorOptions) {
      const contents = new FakeContents(windows.length + 1);
      super(options, contents);
      windows.push(this);
      this.onGone = () => {
        if (BrowserWindow.getAllWindows().length === 0) app.emit('window-all-closed');
      };
      app.emit('web-contents-created', {}, contents);
    }
  }
  const parts: unknown = {
    app,
    BrowserWindow,
    dialog: {
      showErrorBox: (_title: string, text: string) => errors.push(text),
      showMessageBox: async (options: AskedBox) => {
        if (options.buttons === undefined) errors.push(options.message);
        else fake.questions.push(options);
        return { response: await fake.answer(options) };
      },
    },
    ipcMain,
    Menu: {
      buildFromTemplate: (template: MenuItemConstructorOptions[]) => template,
      setApplicationMenu: (menu: MenuItemConstructorOptions[]) => {
        fake.menu = menu;
      },
    },
    safeStorage: keychain,
    shell: {
      openPath: (path: string) => {
        fake.opened.push(path);
        return Promise.resolve('');
      },
    },
    MessageChannelMain: class {
      readonly port1 = new FakePort();
      readonly port2 = new FakePort();
    },
    nativeTheme: { shouldUseDarkColors: false },
    protocol: {
      registerSchemesAsPrivileged: (added: CustomScheme[]) => {
        app.did.push('registerSchemes');
        schemes.push(...added);
      },
      handle: (scheme: string, handler: (request: { url: string; method: string }) => Promise<Response>) =>
        handlers.set(scheme, handler),
    },
    screen: Object.assign(screen, { getAllDisplays: () => screen.areas.map((workArea) => ({ workArea })) }),
    session: { defaultSession: session },
    utilityProcess: {
      fork: (path: string, args: readonly string[]) => {
        const child = new FakeChild(path, args);
        children.push(child);
        return child;
      },
    },
  };
  return Object.assign(fake, { parts: parts as ShellParts['electron'] });
}
