/**
 * A small fake of Electron's parts for wiring tests: it records what the shell asks for and lets a test raise events.
 * Whatever is not here is missing on purpose: using it fails the test.
 */
import { EventEmitter } from 'node:events';
import type { BrowserWindowConstructorOptions, CustomScheme } from 'electron';
import type { ShellParts } from '../main/shell.ts';

export class FakeContents extends EventEmitter {
  readonly id: number;
  openHandler: (() => { action: string }) | null = null;
  readonly posted: { channel: string; ports: readonly FakePort[] }[] = [];
  private destroyed = false;
  constructor(id: number) {
    super();
    this.id = id;
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

export class FakeWindow extends EventEmitter {
  readonly options: BrowserWindowConstructorOptions;
  readonly webContents: FakeContents;
  readonly did: string[] = [];
  minimized = false;
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
  getNormalBounds(): { x: number; y: number; width: number; height: number } {
    return { x: 10, y: 20, width: 1200, height: 800 };
  }
}

export class FakeChild extends EventEmitter {
  readonly path: string;
  readonly received: { message: { kind: string }; ports: number }[] = [];
  killed = false;
  constructor(path: string) {
    super();
    this.path = path;
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
  private makeReady: () => void = () => {};
  private readonly ready: Promise<void>;
  constructor(userData: string) {
    super();
    this.paths.set('userData', userData);
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

export interface FakeElectron {
  readonly app: FakeApp;
  readonly ipcMain: EventEmitter;
  readonly session: FakeSession;
  readonly windows: FakeWindow[];
  readonly children: FakeChild[];
  readonly schemes: CustomScheme[];
  readonly handlers: Map<string, (request: { url: string; method: string }) => Promise<Response>>;
  readonly errors: string[];
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
  class BrowserWindow extends FakeWindow {
    static getAllWindows(): FakeWindow[] {
      return windows.filter((window) => !window.webContents.isDestroyed());
    }
    constructor(options: BrowserWindowConstructorOptions) {
      const contents = new FakeContents(windows.length + 1);
      super(options, contents);
      windows.push(this);
      app.emit('web-contents-created', {}, contents);
    }
  }
  const parts: unknown = {
    app,
    BrowserWindow,
    dialog: {
      showErrorBox: (_title: string, text: string) => errors.push(text),
      showMessageBox: (options: { message: string }) => {
        errors.push(options.message);
        return Promise.resolve({ response: 0 });
      },
    },
    ipcMain,
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
    screen: { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }] },
    session: { defaultSession: session },
    utilityProcess: {
      fork: (path: string) => {
        const child = new FakeChild(path);
        children.push(child);
        return child;
      },
    },
  };
  return {
    app,
    ipcMain,
    session,
    windows,
    children,
    schemes,
    handlers,
    errors,
    parts: parts as ShellParts['electron'],
  };
}
