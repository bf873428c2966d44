/** Entry of the `binnacle` command. Compiled modules are kept between runs: a short command starts in half the time. */
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

enableCompileCache(join(import.meta.dirname, '..', 'node_modules', '.cache', 'binnacle'));
const { runBinnacle } = await import('./program.ts');
// whoever reads along has seen enough (`| head`): that is no failure
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});
await runBinnacle();
