import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { endLeftovers, findLeftovers, RUN_MARKER, runTool } from './processes.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'binnacle-tools-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function script(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const gone = async (pid: number): Promise<boolean> => {
  for (let i = 0; i < 100; i++) {
    try {
      // A process that ended but was not yet collected is gone as well.
      if (process.platform === 'linux' && readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')) return true;
      process.kill(pid, 0);
    } catch {
      return true;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return false;
};

describe.skipIf(process.platform === 'win32')('a tool', () => {
  test('gives its output and code, and what it left in its group is ended', async () => {
    const path = script(
      'leaves.mjs',
      `import { spawn } from 'node:child_process';
       const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
       child.unref();
       console.log(child.pid);
       process.exit(3);`,
    );
    const run = await runTool(path, [], { cwd: folder, env: process.env, capture: true });
    expect(run.code).toBe(3);
    expect(await gone(Number(run.output.trim()))).toBe(true);
  });
});

describe.runIf(process.platform === 'linux')('a process that left its group', () => {
  test('is found by the marker of its run, and ended', async () => {
    const runId = randomUUID();
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
      detached: true,
      stdio: 'ignore',
      env: { ...process.env, [RUN_MARKER]: runId },
    });
    await new Promise((resolve) => child.once('spawn', resolve));
    expect(findLeftovers(randomUUID())).toEqual([]);
    const found = findLeftovers(runId);
    expect(found.map((each) => each.pid)).toEqual([child.pid]);
    endLeftovers(found);
    expect(await gone(child.pid ?? 0)).toBe(true);
  });
});
