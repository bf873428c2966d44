/**
 * Entry of the `binnacle` command. Compiled modules are kept between runs: a short command starts in half the time. The
 * threads and processes it starts are told by the environment: else each would hold a compiler of its own in memory.
 */
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { beginAsHost } from './beginAsHost.ts';

beginAsHost(process);
const kept = join(import.meta.dirname, '..', 'node_modules', '.cache', 'binnacle');
enableCompileCache(kept);
process.env['NODE_COMPILE_CACHE'] ??= kept;
const { runBinnacle } = await import('./program.ts');
// whoever reads along has seen enough (`| head`): that is no failure
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});
await runBinnacle();
