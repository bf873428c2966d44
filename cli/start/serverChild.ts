/**
 * The embedded server of `npm start`, in a process of its own: its database works in bursts, and a click never waits for
 * one. Started by serverProcess.ts with its options as the one argument; ends when the starter says so or is gone.
 */
import { setTimeout } from 'node:timers/promises';
import { failureTests } from '#cli/failureTests.ts';
import { errorSentence, type Output } from '#cli/output.ts';
import { runServer } from '#cli/server/runServer.ts';
import { prepareContents } from '#cli/server/contents.ts';
import { DataDirInUse } from '#server/dataDirLock.ts';
import type { RunningServer } from '#server/server.ts';
import { EmbeddedServerOptions, type ServerMessage } from './serverMessages.ts';

const PREDECESSOR_MS = 5000;

function tell(message: ServerMessage): void {
  if (process.connected) process.send?.(message);
}

const output: Output = {
  json: false,
  event: (_event, sentence) => {
    if (sentence !== null) tell({ kind: 'say', sentence });
  },
  say: (sentence) => tell({ kind: 'say', sentence }),
  data: (line) => tell({ kind: 'say', sentence: line }),
  progress: (sentence) => tell({ kind: 'progress', sentence }),
};

function untilDismissed(): Promise<void> {
  return new Promise((resolve) => {
    process.once('disconnect', resolve);
    process.once('SIGTERM', resolve);
    // Ctrl+C reaches everybody at the terminal; whoever started this one closes it when its own work is done.
    process.on('SIGINT', () => {});
    process.on('SIGHUP', () => {});
  });
}

/** After Binnacle was killed, its server still closes its database for a moment. */
async function whenFree(start: () => Promise<RunningServer>): Promise<RunningServer> {
  for (const deadline = performance.now() + PREDECESSOR_MS; ; ) {
    try {
      return await start();
    } catch (error) {
      if (!(error instanceof DataDirInUse) || performance.now() > deadline) throw error;
      await setTimeout(250);
    }
  }
}

async function main(): Promise<void> {
  const dismissed = untilDismissed();
  const options = EmbeddedServerOptions.parse(JSON.parse(process.argv[2] ?? 'null'));
  const tests = failureTests(process.env);
  let seeded = false;
  const server = await whenFree(() =>
    runServer({ dataDir: options.dataDir, port: options.port, ...tests }, async (database) => {
      const contents = { ...options, empty: false, adminPassword: undefined, host: '127.0.0.1', ...tests };
      seeded = await prepareContents(database, contents, output);
    }),
  );
  tell({ kind: 'listening', url: server.url, port: server.port, seeded });
  await dismissed;
  await server.close();
}

try {
  await main();
} catch (error) {
  tell({ kind: 'failed', sentence: errorSentence(error) });
  process.exitCode = 1;
}
if (process.connected) process.disconnect();
