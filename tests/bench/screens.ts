/** Every screen opened once over a copy made before, in a host of its own: first answers, and the memory they leave. */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { ensureScreens } from '#build/ensureRenderer.ts';
import { HOST_ENVIRONMENT } from '#db/hosts/hostEnvironment.ts';
import type { Report } from './harness.ts';
import type { FromScreens } from './screensHost.ts';

export interface ScreensBenchOptions {
  /** A folder as `binnacle start` keeps it, with nobody working in it. */
  readonly dataDir: string;
  readonly user: string;
  readonly passwordFile: string;
}

export async function benchScreens(report: Report, options: ScreensBenchOptions): Promise<void> {
  const kept = join(import.meta.dirname, '..', '..', 'node_modules', '.cache', 'binnacle');
  const { readerProgram } = await ensureScreens();
  const host = fork(
    new URL('./screensHost.ts', import.meta.url),
    [options.dataDir, options.user, options.passwordFile, readerProgram.href],
    { env: { ...HOST_ENVIRONMENT, NODE_COMPILE_CACHE: kept, ...process.env } },
  );
  host.on('message', (message: FromScreens) => {
    if (message.kind === 'asked') {
      report.value(message.name, message.ms, 'ms');
      report.value(`${message.name}, processor`, message.cpu_ms, 'ms');
      return;
    }
    report.value(`memory, ${message.name}`, message.rss_mb, 'MB');
    report.value(`memory, ${message.name}: of this process alone`, message.private_mb, 'MB');
    for (const [at, { used_mb, total_mb }] of message.heaps.entries()) {
      report.value(`memory, ${message.name}: heap ${at}, taken`, total_mb, 'MB');
      report.value(`memory, ${message.name}: heap ${at}, used`, used_mb, 'MB');
    }
  });
  const code = await new Promise<number | null>((resolve) => host.once('exit', resolve));
  if (code !== 0) throw new Error(`the host of the screens ended with ${code ?? 'a signal'}`);
}
