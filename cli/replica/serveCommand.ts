/** `binnacle serve`: the browser host on one person's replica, signed in already. */
import type { Command } from 'commander';
import { BinnacleError } from '#contract/errors.ts';
import { machineRandom } from '#db/machine.ts';
import { ensureScreens } from '#build/ensureRenderer.ts';
import type { CommandLine } from '#cli/commandLine.ts';
import { dataDirOf } from '#cli/paths.ts';
import { portNumber } from '#cli/server/serverCommand.ts';
import { readPasswordFile } from '#cli/session/password.ts';
import { makeReplicaService } from '#cli/session/replicaService.ts';
import { untilStopped } from '#cli/session/untilStopped.ts';
import { writeOpenPage } from '#cli/start/openBrowser.ts';

interface ServeOptions {
  readonly server: string;
  readonly user: string;
  readonly passwordFile: string;
  readonly dataDir?: string;
  readonly port: number;
}

export function registerServeCommand(program: Command, line: CommandLine): void {
  program
    .command('serve')
    .description('run the browser host on one’s replica, for a wall display or a machine without Electron')
    .requiredOption('--server <url>', 'address of the central server')
    .requiredOption('--user <name>', 'who is signed in')
    .requiredOption('--password-file <file>', 'file holding that user’s password')
    .option('--data-dir <dir>', 'folder of the replicas')
    .option('--port <port>', 'TCP port on 127.0.0.1, 0 = any free one', portNumber, 0)
    .action((options: ServeOptions) =>
      line.run(async (output) => {
        const dataDir = dataDirOf(options.dataDir);
        const { rendererDir, readerProgram } = await ensureScreens({ say: output.say });
        const serverUrl = options.server;
        const service = await makeReplicaService(line, { dataDir, serverUrl, use: 'screens', readerProgram });
        try {
          await service.signIn({ user_name: options.user, password: readPasswordFile(options.passwordFile) });
          try {
            const { checkpoint } = await service.syncOnce();
            output.event({ event: 'synced', checkpoint }, `At checkpoint ${checkpoint}.`);
          } catch (error) {
            if (!(error instanceof BinnacleError) || !error.retryable) throw error;
            output.say('The server does not answer; the cockpit opens on the data of this machine.');
          }
          const { startBrowserHost } = await import('#db/hosts/node.ts');
          const host = await startBrowserHost({
            service,
            dataDir,
            serverUrl,
            rendererDir,
            port: options.port,
            clock: line.clock,
            random: machineRandom(),
            pid: process.pid,
          });
          const open = host.openAddress();
          // who hears that it listens may stop it in the same moment
          const stopped = untilStopped(process);
          output.event(
            { event: 'listening', url: host.url, open },
            `The cockpit listens on ${host.url}.\nOpen this page within a minute: ${writeOpenPage(dataDir, open)}\nCtrl+C stops it.`,
          );
          await stopped;
          await host.close();
        } finally {
          await service.close();
        }
      }),
    );
}
