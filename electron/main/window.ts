/** Opens the cockpit's window: sandboxed, isolated, without Node, at the place it had last time. */
import type { BrowserWindow, BrowserWindowConstructorOptions } from 'electron';
import { lockNavigation } from './navigation.ts';
import { START_URL } from './origin.ts';
import {
  type Bounds,
  FIRST_SIZE,
  isReachable,
  MIN_HEIGHT,
  MIN_WIDTH,
  readWindowState,
  saveWindowState,
} from './windowState.ts';

export interface WindowParts {
  readonly open: (options: BrowserWindowConstructorOptions) => BrowserWindow;
  readonly displays: () => readonly Bounds[];
  /** Calls when displays come, go or change; returns the way to stop. */
  readonly onDisplays: (changed: () => void) => () => void;
  /** Absolute path of the built preload. */
  readonly preload: string;
  readonly stateFile: string;
  readonly icon: string | undefined;
  readonly darkBackground: () => boolean;
  readonly packaged: boolean;
}

export function openCockpit(parts: WindowParts): BrowserWindow {
  const state = readWindowState(parts.stateFile, parts.displays());
  const window = parts.open({
    title: 'Binnacle',
    minWidth: MIN_WIDTH,
    minHeight: MIN_HEIGHT,
    ...(state.bounds ?? FIRST_SIZE),
    ...(parts.icon === undefined ? {} : { icon: parts.icon }),
    // Shown when the page has painted; the colour avoids a flash before that.
    show: false,
    backgroundColor: parts.darkBackground() ? '#14181d' : '#ffffff',
    autoHideMenuBar: true,
    webPreferences: webPreferences(parts.preload, parts.packaged),
  });
  lockNavigation(window.webContents);
  window.once('ready-to-show', () => {
    if (state.maximized) window.maximize();
    window.show();
  });
  window.on('close', () => {
    saveWindowState(
      parts.stateFile,
      { bounds: window.getNormalBounds(), maximized: window.isMaximized() },
      parts.displays(),
    );
  });
  // a display that was unplugged takes no window with it
  const stop = parts.onDisplays(() => {
    if (isReachable(window.getBounds(), parts.displays())) return;
    window.setSize(FIRST_SIZE.width, FIRST_SIZE.height);
    window.center();
  });
  window.once('closed', stop);
  void window.loadURL(START_URL);
  return window;
}

/** Written out although most are the defaults: a test holds every one of them. */
export function webPreferences(
  preload: string,
  packaged: boolean,
): NonNullable<BrowserWindowConstructorOptions['webPreferences']> {
  return {
    preload,
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
    devTools: !packaged,
  };
}
