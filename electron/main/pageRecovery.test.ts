import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type AskedBox, type FakeContents, type FakeElectron, fakeElectron } from '../testing/fakeElectron.ts';
import { type FakeShell, startFakeShell } from '../testing/fakeShell.ts';

let folder = '';
let fake: FakeElectron;
let shell: FakeShell;
let contents: FakeContents;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'binnacle-recovery-'));
  fake = fakeElectron(folder);
  shell = startFakeShell(fake, ['--server-url=http://127.0.0.1:4000', `--data-dir=${folder}`]);
  await fake.app.becomeReady();
  contents = fake.windows[0]!.webContents;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const gone = (reason: string) => contents.emit('render-process-gone', {}, { reason, exitCode: 139 });
const runReload = () => shell.timers.findLast((timer) => timer.delay_ms === 50)?.run();

test('a page that crashed is loaded again where it was, without a word', () => {
  gone('crashed');
  expect(contents.reloads).toBe(0);
  runReload();
  expect(contents.reloads).toBe(1);
  expect(fake.windows[0]!.did.filter((what) => what.startsWith('load'))).toHaveLength(1);
  expect(fake.questions).toEqual([]);
  expect(readFileSync(join(folder, 'logs', 'binnacle.log'), 'utf8')).toContain('the page ended: crashed (139)');
});

test('a page that was closed is not', () => {
  gone('clean-exit');
  expect(shell.timers.some((timer) => timer.delay_ms === 50)).toBe(false);
});

test('nor one whose window is gone meanwhile', () => {
  gone('crashed');
  contents.destroy();
  runReload();
  expect(contents.reloads).toBe(0);
});

test('one that keeps ending asks, and quits if told so', async () => {
  fake.answer = () => Promise.resolve(1);
  for (let n = 0; n < 3; n++) gone('oom');
  expect(fake.questions).toEqual([]);
  gone('oom');
  await shell.settle();
  expect(fake.questions.map((question) => question.message)).toEqual([
    'The window ended 4 times within a minute (oom). What you typed is kept.',
  ]);
  expect(fake.children[0]!.received.at(-1)?.message.kind).toBe('stop');
});

test('ends that lie far apart do not add up', () => {
  for (let n = 0; n < 8; n++) {
    gone('crashed');
    runReload();
    shell.now_ms += 30_000;
  }
  expect(fake.questions).toEqual([]);
  expect(contents.reloads).toBe(8);
});

test('a page that hangs is ended only if the person says so, and then comes back', async () => {
  fake.answer = () => Promise.resolve(0);
  contents.emit('unresponsive');
  await shell.settle();
  expect(contents.crashed).toBe(0);
  fake.answer = () => Promise.resolve(1);
  contents.emit('unresponsive');
  await shell.settle();
  expect(contents.crashed).toBe(1);
  gone('killed');
  runReload();
  expect(contents.reloads).toBe(1);
});

test('one that answers again takes the question back; it asks once at a time', async () => {
  let asked: AskedBox | undefined;
  fake.answer = (question) => {
    asked = question;
    return new Promise((resolve) => question.signal?.addEventListener('abort', () => resolve(1)));
  };
  contents.emit('unresponsive');
  contents.emit('unresponsive');
  expect(fake.questions).toHaveLength(1);
  contents.emit('responsive');
  await shell.settle();
  expect(asked?.signal?.aborted).toBe(true);
  expect(contents.crashed).toBe(0);
});
