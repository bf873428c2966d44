/** The application menu: the standard roles of each system, updates, help. No developer tools in what people install. */
import type { MenuItemConstructorOptions } from 'electron';
import type { UpdateState } from './updater.ts';

export interface MenuParts {
  readonly platform: NodeJS.Platform;
  readonly packaged: boolean;
  /** null = this copy is not updated (no feed is set, or it runs from source). */
  readonly update: UpdateState | null;
  readonly checkForUpdates: () => void;
  readonly restartToUpdate: () => void;
  readonly showHelp: () => void;
  readonly openLogs: () => void;
  readonly print: () => void;
}

export function menuTemplate(parts: MenuParts): MenuItemConstructorOptions[] {
  const mac = parts.platform === 'darwin';
  const line: MenuItemConstructorOptions = { type: 'separator' };
  const about: MenuItemConstructorOptions = { role: 'about', label: 'About Binnacle' };
  return [
    ...(mac
      ? [
          {
            label: 'Binnacle',
            submenu: [
              about,
              ...updateItems(parts),
              line,
              { role: 'services' },
              line,
              { role: 'hide' },
              { role: 'hideOthers' },
              { role: 'unhide' },
              line,
              { role: 'quit' },
            ],
          } satisfies MenuItemConstructorOptions,
        ]
      : []),
    {
      label: 'File',
      submenu: [
        // The page hears the keys itself and reads more rows than are on the screen; the accelerator is only shown.
        { id: 'print', label: 'Print', accelerator: 'CmdOrCtrl+P', registerAccelerator: false, click: parts.print },
        line,
        mac ? { role: 'close' } : { role: 'quit' },
      ],
    },
    {
      label: 'Edit',
      submenu: [
        { role: 'undo' },
        { role: 'redo' },
        line,
        { role: 'cut' },
        { role: 'copy' },
        { role: 'paste' },
        { role: 'delete' },
        { role: 'selectAll' },
      ],
    },
    {
      label: 'View',
      submenu: [
        { role: 'reload' },
        ...(parts.packaged ? [] : [{ role: 'toggleDevTools' } satisfies MenuItemConstructorOptions]),
        line,
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        line,
        { role: 'togglefullscreen' },
      ],
    },
    {
      label: 'Window',
      role: 'window',
      submenu: [
        { role: 'minimize' },
        ...(mac ? [{ role: 'zoom' } satisfies MenuItemConstructorOptions, line] : []),
        ...(mac ? [{ role: 'front' } satisfies MenuItemConstructorOptions] : [{ role: 'close' } as const]),
      ],
    },
    {
      label: 'Help',
      role: 'help',
      submenu: [
        { id: 'help', label: 'How Binnacle Works', accelerator: 'F1', click: parts.showHelp },
        { id: 'logs', label: 'Open Logs Folder', click: parts.openLogs },
        ...(mac ? [] : [...updateItems(parts), line, about]),
      ],
    },
  ];
}

function updateItems(parts: MenuParts): MenuItemConstructorOptions[] {
  const { update } = parts;
  if (update === null) return [];
  const idle: MenuItemConstructorOptions = {
    id: 'update',
    label: 'Check for Updates',
    enabled: true,
    click: parts.checkForUpdates,
  };
  switch (update.kind) {
    case 'idle':
      return [idle];
    case 'checking':
      return [{ ...idle, label: 'Looking for a New Version', enabled: false }];
    case 'newest':
      return [{ ...idle, label: 'Check for Updates (This Is the Newest)' }];
    case 'downloading':
      return [{ ...idle, label: `Downloading Version ${update.version}`, enabled: false }];
    case 'failed':
      return [{ ...idle, label: 'Check for Updates Again (The Last Check Failed)' }];
    case 'ready':
      return [{ id: 'update', label: `Restart to Update to ${update.version}`, click: parts.restartToUpdate }];
  }
}
