/** Opens the cockpit's window: sandboxed, isolated, without Node, at the place it had last time. */
import type { BrowserWindow, BrowserWindowConstructorOptions } from 'electron';
import { lockNavigation } from './navigation.ts';
import { START_URL } from './origin.ts';
import { type Bounds, MIN_HEIGHT, MIN_WIDTH, readWindowState, saveWindowState } from './windowState.ts';

export interface WindowParts {
  readonly open: (options: BrowserWindowConstructorOptions) => BrowserWindow;
  readonly displays: () => readonly Bounds[];
  /** Absolute path of the built preload. */
  readonly preload: string;
  readonly stateFile: string;
  readonly icon: string | undefined;
  readonly darkBackground: () => boolean;
}

export function openCockpit(parts: WindowParts): BrowserWindow {
  const state = readWindowState(parts.stateFile, parts.displays());
  const window = parts.open({
    title: 'Binnacle',
    minWidth: MIN_WIDTH,
    minHeight: MIN_HEIGHT,
    ...(state.bounds ?? { width: 1440, height: 900 }),
    ...(parts.icon === undefined ? {} : { icon: parts.icon }),
    // Shown when the page has painted; the colour avoids a flash before that.
    show: false,
    backgroundColor: parts.darkBackground() ? '#14181d' : '#ffffff',
    autoHideMenuBar: true,
    webPreferences: webPreferences(parts.preload),
  });
  lockNavigation(window.webContents);
  window.once('ready-to-show', () => {
    if (state.maximized) window.maximize();
    window.show();
  });
  window.on('close', () => {
    saveWindowState(parts.stateFile, { bounds: window.getNormalBounds(), maximized: window.isMaximized() });
  });
  void window.loadURL(START_URL);
  return window;
}

/** Written out although most are the defaults: a test holds every one of them. */
export function webPreferences(preload: string): NonNullable<BrowserWindowConstructorOptions['webPreferences']> {
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
  };
}
