import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type FakeElectron, fakeElectron } from '../testing/fakeElectron.ts';
import { startFakeShell } from '../testing/fakeShell.ts';
import { isReachable, readWindowState, saveWindowState } from './windowState.ts';

const laptop = { x: 0, y: 0, width: 1920, height: 1080 };
const desk = { x: 1920, y: -200, width: 2560, height: 1440 };
const at = (x: number, y: number) => ({ x, y, width: 1200, height: 800 });

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'binnacle-state-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('every arrangement of displays has its own place', () => {
  const file = join(folder, 'profile', 'window.json');
  saveWindowState(file, { bounds: at(2000, 0), maximized: true }, [laptop, desk]);
  saveWindowState(file, { bounds: at(50, 60), maximized: false }, [laptop]);
  expect(readWindowState(file, [laptop])).toEqual({ bounds: at(50, 60), maximized: false });
  expect(readWindowState(file, [desk, laptop])).toEqual({ bounds: at(2000, 0), maximized: true });
  // a new arrangement begins with the newest place that it can show
  const projector = { x: 0, y: 0, width: 1280, height: 720 };
  expect(readWindowState(file, [projector])).toEqual({ bounds: at(50, 60), maximized: false });
  saveWindowState(file, { bounds: at(3000, 100), maximized: false }, [laptop, desk]);
  expect(readWindowState(file, [laptop, desk]).bounds).toEqual(at(3000, 100));
});

test('the file stays small however many projectors were met', () => {
  const file = join(folder, 'window.json');
  for (let n = 0; n < 20; n++) saveWindowState(file, { bounds: at(n, 0), maximized: false }, [{ ...laptop, x: n }]);
  expect(readWindowState(file, [{ ...laptop, x: 19 }]).bounds).toEqual(at(19, 0));
  expect(readWindowState(file, [{ ...laptop, x: 0 }]).bounds).toEqual(at(19, 0));
});

test.each([
  [at(0, 0), true],
  [at(1839, 0), true],
  [at(1841, 0), false],
  [at(-1121, 0), false],
  [at(0, -1), false],
  [at(0, 1000), true],
  [at(0, 1001), false],
])('a window at %j can be dragged: %s', (bounds, reachable) => {
  expect(isReachable(bounds, [laptop])).toBe(reachable);
});

test('a window on a display that is unplugged comes back, another stays', async () => {
  const fake: FakeElectron = fakeElectron(folder);
  fake.screen.areas = [laptop, desk];
  startFakeShell(fake, ['--server-url=http://127.0.0.1:4000', `--data-dir=${folder}`]);
  await fake.app.becomeReady();
  const window = fake.windows[0]!;
  window.place = at(2000, 0);
  fake.screen.emit('display-metrics-changed');
  expect(window.did).not.toContain('center');
  fake.screen.areas = [laptop];
  fake.screen.emit('display-removed');
  expect(window.did.slice(-2)).toEqual(['size 1440 900', 'center']);
  window.close();
  expect(fake.screen.listenerCount('display-removed')).toBe(0);
});
