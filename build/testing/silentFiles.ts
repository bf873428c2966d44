/**
 * Ends the vitest file that says nothing any more, whatever hangs it: a limit on tests is held by the process that runs
 * them, which a loop without end, or a file that never finishes loading, keeps from looking at the clock. The run goes on, the file
 * counts as failed, and what it was doing is printed.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { Reporter, TestCase, TestModule } from 'vitest/node';
import { WORKER_FILE } from '../checks/workerFile.ts';
import { whereItStands } from './whereItStands.ts';

/** More than the longest patience of a test. */
const SILENCE_MS = Number(process.env['BINNACLE_TEST_SILENCE_MS'] ?? 12 * 60_000);

interface Heard {
  at_ms: number;
  last: string;
}

export default class SilentFiles implements Reporter {
  private readonly heard = new Map<string, Heard>();
  private looking = false;
  private readonly watch = setInterval(() => void this.look(), Math.min(15_000, SILENCE_MS / 4)).unref();

  onTestModuleQueued(module: TestModule): void {
    this.hear(module, 'being loaded');
  }

  onTestModuleStart(module: TestModule): void {
    this.hear(module, 'before its first test');
  }

  onTestCaseReady(test: TestCase): void {
    this.hear(test.module, test.fullName);
  }

  onTestCaseResult(test: TestCase): void {
    this.hear(test.module, `after ${test.fullName}`);
  }

  onTestModuleEnd(module: TestModule): void {
    this.heard.delete(module.moduleId);
  }

  onTestRunEnd(): void {
    clearInterval(this.watch);
  }

  private hear(module: TestModule, last: string): void {
    this.heard.set(module.moduleId, { at_ms: performance.now(), last });
  }

  private async look(): Promise<void> {
    // one after the other: Node's inspector has one port
    if (this.looking) return;
    this.looking = true;
    await this.endSilent().finally(() => {
      this.looking = false;
    });
  }

  private async endSilent(): Promise<void> {
    const now = performance.now();
    for (const [file, { at_ms, last }] of this.heard) {
      if (now - at_ms < SILENCE_MS) continue;
      this.heard.delete(file);
      const pid = workerOf(file);
      console.log(`\n${relative(process.cwd(), file)} says nothing for ${Math.round((now - at_ms) / 1000)} s: ${last}`);
      if (pid === null) {
        console.log('  its process is not known');
        continue;
      }
      for (const line of await whereItStands(pid)) console.log(`  ${line}`);
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // ended meanwhile
      }
    }
  }
}

/** The process that runs the file now, as it wrote down itself. */
function workerOf(file: string): number | null {
  for (const folder of readdirSync(tmpdir())) {
    try {
      const said: unknown = JSON.parse(readFileSync(join(tmpdir(), folder, WORKER_FILE), 'utf8'));
      if (typeof said !== 'object' || said === null || !('file' in said) || !('pid' in said)) continue;
      if (said.file === file && typeof said.pid === 'number') return said.pid;
    } catch {
      // not a folder of a file that runs
    }
  }
  return null;
}
