/** Puts the shell together from Electron's parts. Everything it does lies in the modules beside it. */
import { join } from 'node:path';
import type * as Electron from 'electron';
import type { UtilityNews } from '#db/hosts/utility.ts';
import { PORT_CHANNEL } from '../portChannel.ts';
import { APP_SCHEME_PRIVILEGES, createAppProtocol } from './appProtocol.ts';
import { argument, readConnection } from './connection.ts';
import { lockNavigation } from './navigation.ts';
import { APP_SCHEME, isAppUrl } from './origin.ts';
import { denyPermissions } from './permissions.ts';
import { createReplicaHost, type HostProcess, type ReplicaHost, type ReplicaHostParts } from './replicaHost.ts';
import { isTrustedSender } from './sender.ts';
import { openCockpit } from './window.ts';

export interface ShellParts {
  readonly electron: Pick<
    typeof Electron,
    | 'app'
    | 'BrowserWindow'
    | 'dialog'
    | 'ipcMain'
    | 'MessageChannelMain'
    | 'nativeTheme'
    | 'protocol'
    | 'screen'
    | 'session'
    | 'utilityProcess'
  >;
  readonly argv: readonly string[];
  /** The folder with renderer/, preload/ and replica/. */
  readonly dist: string;
  readonly icon: string | undefined;
  readonly device: string;
  readonly nonce: () => string;
  readonly now: () => number;
  readonly after: (delay_ms: number, run: () => void) => () => void;
}

/** Runs until the app quits; everything before `whenReady` must happen in the first turn of the event loop. */
export function startShell(parts: ShellParts): void {
  const { app, protocol, dialog } = parts.electron;
  app.enableSandbox();
  protocol.registerSchemesAsPrivileged([APP_SCHEME_PRIVILEGES]);
  // Each data folder has its own window state, cache and single-instance lock.
  const dataDir = argument(parts.argv, 'data-dir');
  if (dataDir !== undefined) app.setPath('userData', join(dataDir, 'window'));
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
    run(parts, { serverUrl: connection.server_url, dataDir: connection.data_dir, device: parts.device });
  });
}

function run(parts: ShellParts, start: ReplicaHostParts['start']): void {
  const { app, BrowserWindow, dialog, ipcMain, nativeTheme, protocol, screen, session } = parts.electron;
  const serve = createAppProtocol({ rendererFolder: join(parts.dist, 'renderer'), nonce: parts.nonce });
  protocol.handle(APP_SCHEME, (request) => serve({ url: request.url, method: request.method }));
  denyPermissions(session.defaultSession, isAppUrl);

  const host = createReplicaHost({
    fork: () => forkReplica(parts),
    channel: () => new parts.electron.MessageChannelMain(),
    start,
    now: parts.now,
    after: parts.after,
    onTrouble: (message) => {
      void dialog.showMessageBox({ type: 'warning', title: 'Binnacle', message });
    },
  });
  givePortsOnRequest(ipcMain, host);

  const open = (): Electron.BrowserWindow =>
    openCockpit({
      open: (options) => new BrowserWindow(options),
      displays: () => screen.getAllDisplays().map((display) => display.workArea),
      preload: join(parts.dist, 'preload', 'preload.cjs'),
      stateFile: join(app.getPath('userData'), 'window.json'),
      icon: parts.icon,
      darkBackground: () => nativeTheme.shouldUseDarkColors,
    });
  open();

  app.on('second-instance', () => {
    const window = BrowserWindow.getAllWindows()[0] ?? open();
    if (window.isMinimized()) window.restore();
    window.focus();
  });
  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) open();
  });
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  let stopped = false;
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

function forkReplica(parts: ShellParts): HostProcess {
  const child = parts.electron.utilityProcess.fork(join(parts.dist, 'replica', 'utility.js'), [], {
    serviceName: 'Binnacle data service',
  });
  return {
    postMessage: (message, ports) => child.postMessage(message, ports),
    onMessage: (listener) => {
      child.on('message', (message: UtilityNews) => listener(message));
    },
    onExit: (listener) => {
      child.once('exit', listener);
    },
    kill: () => {
      child.kill();
    },
  };
}
