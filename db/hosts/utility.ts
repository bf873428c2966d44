/**
 * The replica service in Electron's utility process. The main process posts `start` once, then `attach` with a
 * MessagePort for every window; it relays no data. Under Electron no child may be forked from here, so exports run on
 * the reader threads.
 */
import { hostname } from 'node:os';
import { z } from 'zod';
import { trustAuthorities } from '#db/authorities.ts';
import { machineRandom, machineTimers } from '#db/machine.ts';
import { createReplicaService, type ReplicaService } from '#db/service.ts';
import { ResumeTicket } from '#db/session/resume.ts';
import { type ElectronPort, electronMessagePort } from '#db/transports/messagePort.ts';
import { type CommandHost, startCommandHost } from './commandHost.ts';
import { type HostClaim, claimDataDir } from './discovery.ts';
import { type KeychainQuestion, type ParentKeychain, parentKeychain } from './parentKeychain.ts';

const Order = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('start'),
    dataDir: z.string().min(1),
    serverUrl: z.url(),
    /** Authorities of the site's own, PEM. */
    caFile: z.string().min(1).optional(),
    device: z.string().optional(),
    /** Whether the parent has a keychain; absent where no keychain is expected. */
    keychain: z.boolean().optional(),
    /** Who was signed in when the last service died. */
    resume: ResumeTicket.optional(),
  }),
  z.object({ kind: z.literal('attach') }),
  z.object({ kind: z.literal('keychain'), id: z.int(), value: z.instanceof(Uint8Array).nullable() }),
  z.object({ kind: z.literal('ping') }),
  z.object({ kind: z.literal('stop') }),
]);
export type UtilityOrder = z.infer<typeof Order>;
/** What the main process is told. */
export type UtilityNews =
  | { readonly kind: 'started' }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'stopped' }
  /** To a ping: this thread is not held up. */
  | { readonly kind: 'pong' }
  | KeychainQuestion
  /** Kept in the parent's memory alone, for the next start; null = nobody is signed in. */
  | { readonly kind: 'ticket'; readonly ticket: ResumeTicket | null };

/** The part of Electron's process.parentPort that is used. */
interface ParentPort {
  on(
    event: 'message',
    listener: (event: { readonly data: unknown; readonly ports: readonly ElectronPort[] }) => void,
  ): unknown;
  postMessage(message: UtilityNews): void;
}

function parentPortOf(host: object): ParentPort | undefined {
  if (!('parentPort' in host)) return undefined;
  // Electron adds it to `process`; its own types are not in this folder's reach
  return host.parentPort as ParentPort;
}

export function serveParentPort(parent: ParentPort, exit: (code: number) => void): void {
  let service: ReplicaService | undefined;
  let claim: HostClaim | undefined;
  let keychain: ParentKeychain | undefined;
  let stopping = false;
  let commands: Promise<CommandHost | null> = Promise.resolve(null);
  const stop = async () => {
    stopping = true;
    await (await commands)?.close();
    await service?.close();
    claim?.release();
    parent.postMessage({ kind: 'stopped' });
    exit(0);
  };
  parent.on('message', ({ data, ports }) => {
    const order = Order.safeParse(data);
    if (!order.success) return;
    if (order.data.kind === 'ping') {
      parent.postMessage({ kind: 'pong' });
      return;
    }
    if (order.data.kind === 'stop') {
      void stop();
      return;
    }
    if (order.data.kind === 'attach') {
      for (const port of ports) {
        if (service) service.attach(electronMessagePort(port));
        else port.close();
      }
      return;
    }
    if (order.data.kind === 'keychain') {
      keychain?.answer(order.data.id, order.data.value);
      return;
    }
    if (service) return;
    try {
      if (order.data.keychain === true) keychain = parentKeychain((question) => parent.postMessage(question));
      if (order.data.caFile !== undefined) trustAuthorities(order.data.caFile);
      claim = claimDataDir(order.data.dataDir);
      service = createReplicaService({
        dataDir: order.data.dataDir,
        serverUrl: order.data.serverUrl,
        device: order.data.device ?? hostname(),
        fetch,
        clock: () => Date.now(),
        random: machineRandom(),
        timers: machineTimers(),
        readers: 'workers',
        exports: 'reader',
        ...(order.data.keychain === undefined ? {} : { keychain: keychain ?? ('unavailable' as const) }),
        onTicket: (ticket) => {
          // a service that is closed in order forgets whom it served by the end of its parent
          if (!stopping) parent.postMessage({ kind: 'ticket', ticket });
        },
        log: (level, message) => process.stderr.write(`${level}: ${message}\n`),
      });
      const log = (reason: string) => process.stderr.write(`warn: no address for the command line: ${reason}\n`);
      commands = startCommandHost({
        service,
        claim,
        serverUrl: order.data.serverUrl,
        clock: () => Date.now(),
        random: machineRandom(),
        pid: process.pid,
      }).catch((error: unknown) => {
        // the window does without
        log(error instanceof Error ? error.message : 'unknown error');
        return null;
      });
      parent.postMessage({ kind: 'started' });
      // before any window is attached, so that none sees a moment without a person
      if (order.data.resume && !service.resume(order.data.resume)) parent.postMessage({ kind: 'ticket', ticket: null });
    } catch (error) {
      claim?.release();
      parent.postMessage({ kind: 'failed', message: error instanceof Error ? error.message : 'unknown error' });
    }
  });
}

const parent = parentPortOf(process);
if (parent) serveParentPort(parent, (code) => process.exit(code));
