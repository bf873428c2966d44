/** `npm start`: an embedded server, the demo on the first run, and the cockpit in a window or a browser. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import { BinnacleError } from '#contract/errors.ts';
import { type BuiltScreens, ensureDesktop, ensureScreens } from '#build/ensureRenderer.ts';
import { findElectron } from '#build/findElectron.ts';
import { findRunningHost, type RunningHost } from '#db/hosts/discovery.ts';
import { machineRandom } from '#db/machine.ts';
import type { DemoSizeName } from '#server/demo/size.ts';
import type { CommandLine } from '#cli/commandLine.ts';
import { errorSentence, type Output } from '#cli/output.ts';
import { dataDirOf } from '#cli/paths.ts';
import { demoSizeOption, portNumber, seedNumber } from '#cli/server/serverCommand.ts';
import { makeReplicaService } from '#cli/session/replicaService.ts';
import { untilStopped } from '#cli/session/untilStopped.ts';
import { openInBrowser, writeOpenPage } from './openBrowser.ts';
import { openWindow } from './openWindow.ts';
import { startServerProcess } from './serverProcess.ts';

interface StartOptions {
  readonly dataDir?: string;
  readonly port: number;
  readonly open: boolean;
  readonly size: DemoSizeName;
  readonly seed: number;
}

/** Whose replica is made ready on the first start, so that the first sign-in shows data at once. */
const FIRST_USER = { user_name: 'planner', password: 'demo' };
/** A bigger copy loads while the person already works: the newest months come first. */
const MADE_BEFORE_OPENING: ReadonlySet<DemoSizeName> = new Set(['small', 'demo', '100k']);

export function registerStartCommand(program: Command, line: CommandLine): void {
  program
    .command('start')
    .description('start everything on this machine: server, demo data on the first run, cockpit')
    .option('--data-dir <dir>', 'folder of everything Binnacle keeps')
    .option('--port <port>', 'TCP port of the browser host, 0 = any free one', portNumber, 0)
    .option('--no-open', 'print the address, open nothing')
    .addOption(demoSizeOption('size of the demo on the first run'))
    .option('--seed <number>', 'seed of the demo', seedNumber, 1)
    .action((options: StartOptions) =>
      line.run(async (output) => {
        const dataDir = dataDirOf(options.dataDir);
        mkdirSync(join(dataDir, 'server'), { recursive: true, mode: 0o700 });
        const running = findRunningHost(dataDir);
        if (running?.shows === 'window') return await showWindow(output, dataDir, running, options.open);
        if (running) return await showRunning(line, output, dataDir, running, options.open);

        const electron = options.open ? findElectron() : null;
        const window = electron?.path ?? null;
        const { port: _, ...demo } = options;
        const building =
          window === null
            ? { window, made: ensureScreens({ say: output.say }) }
            : { window, made: ensureDesktop({ say: output.say }) };
        const [server] = await Promise.all([
          startServerProcess({ ...demo, dataDir: join(dataDir, 'server'), port: 0 }, output),
          // awaited again below, where the server is closed when it fails
          building.made.catch(() => undefined),
        ]);
        try {
          await building.made;
          if (server.seeded && MADE_BEFORE_OPENING.has(options.size)) {
            await makeFirstReplica(line, output, dataDir, server.url);
          }
          if (building.window !== null) {
            output.event(
              { event: 'listening', url: server.url },
              `The server listens on ${server.url}; the cockpit opens in its window.`,
            );
            const { window: found, made } = building;
            await openWindow({ electron: found, dist: await made, dataDir, serverUrl: server.url });
          } else {
            if (electron && electron.path === null) output.say(`The cockpit opens in the browser: ${electron.reason}`);
            await serveBrowser(line, output, {
              ...(await building.made),
              dataDir,
              serverUrl: server.url,
              serverPid: server.pid,
              port: options.port,
              open: options.open,
            });
          }
        } finally {
          await server.close();
        }
      }),
    );
}

/**
 * The first replica is filled before anyone asks for it; signing out leaves the copy and no open session. What could not
 * be loaded in time comes when the planner signs in.
 */
async function makeFirstReplica(line: CommandLine, output: Output, dataDir: string, serverUrl: string): Promise<void> {
  output.progress('Making the planner’s copy of the data');
  const service = await makeReplicaService(line, { dataDir, serverUrl, use: 'once' });
  try {
    await service.signIn(FIRST_USER);
    const { rows } = await service.syncOnce();
    output.say(`Made the planner’s copy: ${rows.toLocaleString('en')} rows.`);
    await service.call('signOut', {});
  } catch (error) {
    output.say(`The planner’s copy is loaded at the first sign-in: ${errorSentence(error)}`);
  } finally {
    await service.close();
  }
}

async function serveBrowser(
  line: CommandLine,
  output: Output,
  options: BuiltScreens & { dataDir: string; serverUrl: string; serverPid: number; port: number; open: boolean },
): Promise<void> {
  const service = await makeReplicaService(line, {
    dataDir: options.dataDir,
    serverUrl: options.serverUrl,
    use: 'screens',
    readerProgram: options.readerProgram,
  });
  try {
    const { startBrowserHost } = await import('#db/hosts/node.ts');
    const host = await startBrowserHost({
      ...options,
      service,
      clock: line.clock,
      random: machineRandom(),
      pid: process.pid,
    });
    // who hears that it listens may stop it in the same moment
    const stopped = untilStopped(process);
    const open = host.openAddress();
    output.event(
      { event: 'listening', url: host.url, server: options.serverUrl, server_pid: options.serverPid, open },
      `Binnacle runs on ${host.url} (server ${options.serverUrl}).`,
    );
    await show(output, options.dataDir, open, options.open);
    output.say('Ctrl+C stops everything.');
    await stopped;
    await host.close();
  } finally {
    await service.close();
  }
}

async function show(output: Output, dataDir: string, address: string, open: boolean): Promise<void> {
  const page = writeOpenPage(dataDir, address);
  if (open && (await openInBrowser(page, process.platform))) return;
  output.say(`Open this page within a minute: ${page}`);
}

/** The window's own single-instance lock brings the first one to the front. */
async function showWindow(output: Output, dataDir: string, host: RunningHost, open: boolean): Promise<void> {
  output.say('Binnacle already runs in its window.');
  const electron = open ? findElectron().path : null;
  if (electron === null) return;
  await openWindow({ electron, dist: await ensureDesktop({ say: output.say }), dataDir, serverUrl: host.server_url });
}

const CodeAnswer = z.object({ open: z.url() });

/** A second start shows the first: a fresh single-use address of the host that runs. */
async function showRunning(
  line: CommandLine,
  output: Output,
  dataDir: string,
  host: RunningHost,
  open: boolean,
): Promise<void> {
  const response = await line.fetch(new URL('/code', host.url), {
    method: 'POST',
    headers: { authorization: `Bearer ${host.token}` },
  });
  const answer = CodeAnswer.safeParse(await response.json());
  if (!response.ok || !answer.success) {
    throw new BinnacleError(
      'internal',
      `Binnacle runs on ${host.url} but does not answer. Stop process ${host.pid} and start again.`,
    );
  }
  output.event(
    { event: 'listening', url: host.url, server: host.server_url, open: answer.data.open, already_running: true },
    `Binnacle already runs on ${host.url}.`,
  );
  await show(output, dataDir, answer.data.open, open);
}
