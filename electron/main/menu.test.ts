import type { MenuItemConstructorOptions } from 'electron';
import { describe, expect, test } from 'vitest';
import { type MenuParts, menuTemplate } from './menu.ts';

const parts: MenuParts = {
  platform: 'linux',
  packaged: true,
  update: null,
  checkForUpdates: () => undefined,
  restartToUpdate: () => undefined,
  showHelp: () => undefined,
  openLogs: () => undefined,
  print: () => undefined,
};
/** 'Edit > copy' for every item, by its role or its label. */
function items(more: Partial<MenuParts> = {}): string[] {
  return menuTemplate({ ...parts, ...more }).flatMap(({ label, submenu }) =>
    Array.isArray(submenu)
      ? submenu.filter(({ type }) => type !== 'separator').map((item) => `${label} > ${item.role ?? item.label}`)
      : [],
  );
}
function updateItem(update: MenuParts['update']): MenuItemConstructorOptions | undefined {
  return menuTemplate({ ...parts, update })
    .flatMap(({ submenu }) => (Array.isArray(submenu) ? submenu : []))
    .find(({ id }) => id === 'update');
}

describe('the application menu', () => {
  test('has the standard roles of each system, and each once', () => {
    const edit = ['undo', 'redo', 'cut', 'copy', 'paste', 'delete', 'selectAll'].map((role) => `Edit > ${role}`);
    for (const platform of ['linux', 'win32', 'darwin'] as const) {
      const all = items({ platform });
      expect(all).toEqual(expect.arrayContaining(edit));
      expect(new Set(all).size, platform).toBe(all.length);
      expect(
        all.filter((item) => item.endsWith('quit')),
        platform,
      ).toHaveLength(1);
      expect(
        all.filter((item) => item.endsWith('about')),
        platform,
      ).toHaveLength(1);
    }
    expect(items({ platform: 'darwin' }).slice(0, 6)).toEqual([
      'Binnacle > about',
      'Binnacle > services',
      'Binnacle > hide',
      'Binnacle > hideOthers',
      'Binnacle > unhide',
      'Binnacle > quit',
    ]);
    expect(items()).toContain('Help > Open Logs Folder');
    expect(items()).toContain('File > Print');
  });

  test('prints by the menu, and leaves the keys to the page, which prints all rows', () => {
    let printed = 0;
    const [file] = menuTemplate({ ...parts, print: () => printed++ });
    const submenu = Array.isArray(file?.submenu) ? file.submenu : [];
    const print = submenu.find(({ id }) => id === 'print');
    expect(print).toMatchObject({ accelerator: 'CmdOrCtrl+P', registerAccelerator: false });
    (print?.click as (() => void) | undefined)?.();
    expect(printed).toBe(1);
  });

  test('has developer tools only where it runs from source', () => {
    for (const platform of ['linux', 'win32', 'darwin'] as const) {
      const hidden = items({ platform }).filter((item) => /dev|inspect|force/i.test(item));
      expect(hidden).toEqual([]);
      expect(items({ platform, packaged: false })).toContain('View > toggleDevTools');
    }
  });

  test('offers the restart once the new version is here, and not before', () => {
    expect(updateItem(null)).toBeUndefined();
    for (const update of [
      { kind: 'idle' },
      { kind: 'checking' },
      { kind: 'newest' },
      { kind: 'downloading', version: '2.0.0' },
      { kind: 'failed', reason: 'x' },
    ] as const) {
      expect(updateItem(update)?.click).not.toBe(parts.restartToUpdate);
    }
    expect(updateItem({ kind: 'downloading', version: '2.0.0' })?.enabled).toBe(false);
    expect(updateItem({ kind: 'ready', version: '2.0.0' })).toMatchObject({
      label: 'Restart to Update to 2.0.0',
      click: parts.restartToUpdate,
    });
  });
});
