/** Runs the desktop window as a process of its own until the person closes it or Ctrl+C stops us. */
import { spawn } from 'node:child_process';
import { BinnacleError } from '#contract/errors.ts';
import { electronEnvironment } from '#build/findElectron.ts';

export interface WindowOptions {
  readonly electron: string;
  /** The folder with the built main process, preload script and screens. */
  readonly dist: string;
  readonly dataDir: string;
  readonly serverUrl: string;
}

export async function openWindow(options: WindowOptions): Promise<void> {
  const child = spawn(
    options.electron,
    [`${options.dist}/main/main.js`, `--server-url=${options.serverUrl}`, `--data-dir=${options.dataDir}`],
    { stdio: ['ignore', 'inherit', 'inherit'], env: electronEnvironment(process.env) },
  );
  const stop = () => child.kill('SIGTERM');
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  if (code !== 0 && code !== null) throw new BinnacleError('internal', `The window ended with code ${code}.`);
}
