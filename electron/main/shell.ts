/** Puts the shell together from Electron's parts. Everything it does lies in the modules beside it. */
import { join } from 'node:path';
import type * as Electron from 'electron';
import { PORT_CHANNEL } from '../portChannel.ts';
import { APP_SCHEME_PRIVILEGES, createAppProtocol } from './appProtocol.ts';
import { argument, type Connection, readConnection } from './connection.ts';
import { forkReplica } from './forkReplica.ts';
import { openingSwitch } from './hardening.ts';
import { createKeychain } from './keychain.ts';
import { createLogFile } from './logFile.ts';
import { menuTemplate } from './menu.ts';
import { lockNavigation } from './navigation.ts';
import { lockNetwork } from './networkLock.ts';
import { APP_SCHEME, HELP_URL, isAppUrl } from './origin.ts';
import { recoverPage, type RecoveryParts } from './pageRecovery.ts';
import { denyPermissions } from './permissions.ts';
import { createReplicaHost, type ReplicaHost } from './replicaHost.ts';
import { isTrustedSender } from './sender.ts';
import { createUpdater, type Updater, type UpdaterEngine } from './updater.ts';
import { openCockpit } from './window.ts';

export interface ShellParts {
  readonly electron: Pick<
    typeof Electron,
    | 'app'
    | 'BrowserWindow'
    | 'dialog'
    | 'ipcMain'
    | 'Menu'
    | 'MessageChannelMain'
    | 'nativeTheme'
    | 'protocol'
    | 'safeStorage'
    | 'screen'
    | 'session'
    | 'shell'
    | 'utilityProcess'
  >;
  readonly argv: readonly string[];
  readonly platform: NodeJS.Platform;
  /** The folder with renderer/, preload/ and replica/. */
  readonly dist: string;
  readonly icon: string | undefined;
  readonly device: string;
  readonly nonce: () => string;
  readonly now: () => number;
  readonly wallClock: () => number;
  readonly after: (delay_ms: number, run: () => void) => () => void;
  /** Loaded only where new versions are looked for. */
  readonly loadUpdater: () => Promise<UpdaterEngine>;
}

const INSTALL_WITHIN_MS = 10_000;

/** Runs until the app quits; everything before `whenReady` must happen in the first turn of the event loop. */
export function startShell(parts: ShellParts): void {
  const { app, protocol, dialog } = parts.electron;
  app.enableSandbox();
  protocol.registerSchemesAsPrivileged([APP_SCHEME_PRIVILEGES]);
  const opening = openingSwitch(app.commandLine, app.isPackaged);
  if (opening !== undefined) {
    dialog.showErrorBox(
      'Binnacle',
      `Binnacle does not start with --${opening}: it would let other programs read the window.`,
    );
    app.exit(1);
    return;
  }
  // Each data folder has its own window state, cache, logs and single-instance lock.
  const dataDir = argument(parts.argv, 'data-dir');
  if (dataDir !== undefined) {
    app.setPath('userData', join(dataDir, 'window'));
    app.setPath('logs', join(dataDir, 'logs'));
  }
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  const connection = readConnection(parts.argv, app.getPath('userData'));
  // Whatever contents come into being, they are locked before they load anything.
  app.on('web-contents-created', (_event, contents) => lockNavigation(contents));

  void app.whenReady().then(() => {
    if ('problem' in connection) {
      dialog.showErrorBox('Binnacle', connection.problem);
      app.exit(1);
      return;
    }
    run(parts, connection);
  });
}

function run(parts: ShellParts, connection: Connection): void {
  const { app, BrowserWindow, dialog, ipcMain, Menu, nativeTheme, protocol, screen, session, shell } = parts.electron;
  const { write: log } = createLogFile(app.getPath('logs'), parts.wallClock);
  const serve = createAppProtocol({ rendererFolder: join(parts.dist, 'renderer'), nonce: parts.nonce });
  protocol.handle(APP_SCHEME, (request) => serve({ url: request.url, method: request.method }));
  denyPermissions(session.defaultSession, isAppUrl);
  lockNetwork(session.defaultSession, app.isPackaged);

  const keychain = createKeychain(parts.electron.safeStorage, parts.platform, parts.after);
  const ask: RecoveryParts['ask'] = async ({ message, buttons }, signal) => {
    const question = { type: 'warning', title: 'Binnacle', message, buttons, defaultId: 0, cancelId: 0 } as const;
    const { response } = await dialog.showMessageBox({ ...question, noLink: true, ...(signal ? { signal } : {}) });
    return response;
  };
  const host = createReplicaHost({
    fork: () => forkReplica(parts.electron.utilityProcess, join(parts.dist, 'replica', 'utility.js'), log),
    channel: () => new parts.electron.MessageChannelMain(),
    now: parts.now,
    after: parts.after,
    keychain: keychain.answer,
    onTrouble: (message) => {
      void dialog.showMessageBox({ type: 'warning', title: 'Binnacle', message });
    },
    ask,
    log,
  });
  givePortsOnRequest(ipcMain, host);
  void keychain.available().then((available) => {
    log(
      available ? 'keys are locked by the keychain and the password' : 'no keychain: keys are locked by the password',
    );
    host.begin({
      serverUrl: connection.server_url,
      dataDir: connection.data_dir,
      ...(connection.ca_file === null ? {} : { caFile: connection.ca_file }),
      device: parts.device,
      keychain: available,
    });
  });

  const recovery: RecoveryParts = {
    now: parts.now,
    after: parts.after,
    ask,
    quit: () => app.quit(),
    log,
  };
  const open = (): Electron.BrowserWindow => {
    const window = openCockpit({
      open: (options) => new BrowserWindow(options),
      displays: () => screen.getAllDisplays().map((display) => display.workArea),
      onDisplays: (changed) => watchDisplays(screen, changed),
      preload: join(parts.dist, 'preload', 'preload.cjs'),
      stateFile: join(app.getPath('userData'), 'window.json'),
      icon: parts.icon,
      darkBackground: () => nativeTheme.shouldUseDarkColors,
      packaged: app.isPackaged,
    });
    recoverPage(window.webContents, recovery);
    // what holds the page back holds the new version back too
    window.webContents.on('will-prevent-unload', () => {
      installing = false;
    });
    return window;
  };
  const front = (): Electron.BrowserWindow => {
    const window = BrowserWindow.getAllWindows()[0] ?? open();
    if (window.isMinimized()) window.restore();
    window.focus();
    return window;
  };

  let updater: Updater | null = null;
  let installing = false;
  let stopped = false;
  const showMenu = (): void => {
    const template = menuTemplate({
      platform: parts.platform,
      packaged: app.isPackaged,
      update: updater?.state() ?? null,
      checkForUpdates: () => void updater?.check(),
      restartToUpdate: () => {
        installing = true;
        const windows = BrowserWindow.getAllWindows();
        // closing lets the page hand over what is being typed; the program is replaced after that
        if (windows.length === 0) install();
        for (const window of windows) window.close();
      },
      showHelp: () => void front().loadURL(HELP_URL),
      openLogs: () => void shell.openPath(app.getPath('logs')),
      print: () => front().webContents.print(),
    });
    Menu.setApplicationMenu(Menu.buildFromTemplate(template));
  };
  const install = (): void => {
    void host.stop().then(() => {
      stopped = true;
      updater?.install();
      // where the program cannot be replaced, nothing is left that would end this one
      parts.after(INSTALL_WITHIN_MS, () => app.quit());
    });
  };
  app.setAboutPanelOptions({ applicationName: 'Binnacle', applicationVersion: app.getVersion() });
  showMenu();
  open();

  const { update_url } = connection;
  if (app.isPackaged && update_url !== null) {
    void parts.loadUpdater().then((engine) => {
      updater = createUpdater({ engine, feedUrl: update_url, after: parts.after, log, onState: showMenu });
      showMenu();
    });
  }

  app.on('second-instance', () => front());
  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) open();
  });
  app.on('window-all-closed', () => {
    if (installing) install();
    else if (parts.platform !== 'darwin') app.quit();
  });
  app.on('will-quit', (event) => {
    if (stopped) return;
    event.preventDefault();
    void host.stop().finally(() => {
      stopped = true;
      app.quit();
    });
  });
}

/** The preload asks once per loaded page; a page that was reloaded gets a port of its own and the old one closes. */
function givePortsOnRequest(ipcMain: Electron.IpcMain, host: ReplicaHost): void {
  const attached = new Map<number, () => void>();
  ipcMain.on(PORT_CHANNEL, (event) => {
    if (!isTrustedSender(event)) return;
    const contents = event.sender;
    const known = attached.get(contents.id);
    if (known === undefined) contents.once('destroyed', () => detach(contents.id));
    known?.();
    attached.set(
      contents.id,
      host.attach({
        give: (port) => {
          if (contents.isDestroyed()) port.close();
          else contents.postMessage(PORT_CHANNEL, null, [port]);
        },
      }),
    );
  });
  function detach(id: number): void {
    attached.get(id)?.();
    attached.delete(id);
  }
}

function watchDisplays(screen: Electron.Screen, changed: () => void): () => void {
  screen.on('display-removed', changed);
  screen.on('display-metrics-changed', changed);
  return () => {
    screen.off('display-removed', changed);
    screen.off('display-metrics-changed', changed);
  };
}
