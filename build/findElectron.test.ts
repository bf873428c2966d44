import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { electronEnvironment, findElectron } from './findElectron.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'binnacle-electron-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function binary(path: string, mode = 0o755): string {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, '');
  chmodSync(path, mode);
  return path;
}
const find = (env: Record<string, string>, platform: NodeJS.Platform = 'linux') =>
  findElectron({ platform, env, packageFolder: folder });

describe('Electron', () => {
  test('is found beside its package when there is a display', () => {
    const path = binary(join(folder, 'dist', 'electron'));
    expect(find({ DISPLAY: ':0' })).toEqual({ path });
    expect(find({ WAYLAND_DISPLAY: 'wayland-0' })).toEqual({ path });
  });
  test('is not used without a display, without a binary, or without the package', () => {
    expect(find({ DISPLAY: ':0' })).toMatchObject({
      path: null,
      reason: expect.stringContaining('No Electron binary'),
    });
    binary(join(folder, 'dist', 'electron'));
    expect(find({})).toMatchObject({ path: null, reason: expect.stringContaining('display') });
    const without = findElectron({ platform: 'linux', env: { DISPLAY: ':0' }, packageFolder: null });
    expect(without).toMatchObject({ path: null, reason: 'The electron package is not installed.' });
  });
  test('follows path.txt and ELECTRON_OVERRIDE_DIST_PATH', () => {
    writeFileSync(join(folder, 'path.txt'), 'Electron.app/Contents/MacOS/Electron');
    const own = binary(join(folder, 'dist', 'Electron.app/Contents/MacOS/Electron'));
    expect(find({}, 'darwin')).toEqual({ path: own });
    const other = binary(join(folder, 'elsewhere', 'Electron.app/Contents/MacOS/Electron'));
    expect(find({ ELECTRON_OVERRIDE_DIST_PATH: join(folder, 'elsewhere') }, 'darwin')).toEqual({ path: other });
  });
  test('must be executable', () => {
    binary(join(folder, 'dist', 'electron'), 0o644);
    expect(find({ DISPLAY: ':0' })).toMatchObject({ path: null });
  });
});

test('the variable that turns Electron into Node is removed', () => {
  expect(electronEnvironment({ ELECTRON_RUN_AS_NODE: '1', PATH: '/bin' })).toEqual({ PATH: '/bin' });
});
