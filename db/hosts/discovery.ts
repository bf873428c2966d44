/**
 * One host per data folder, and how others find it: `host.json` says where, a lock that dies with its process says
 * whether it still runs.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { BinnacleError } from '#contract/errors.ts';
import { type FileLock, takeLock } from '#db/keys/fileLock.ts';
import { makeFolder } from '#db/keys/place.ts';

const HostFile = z.object({
  pid: z.int().min(1),
  url: z.url(),
  token: z.string().min(20),
  server_url: z.url(),
  shows: z.enum(['browser', 'window']).default('browser'),
});

export interface RunningHost {
  readonly pid: number;
  readonly url: string;
  /** For `POST /rpc` and `POST /code`. */
  readonly token: string;
  readonly server_url: string;
  /** Where its screens are: a browser host gives addresses for them, a window has them itself. */
  readonly shows: 'browser' | 'window';
}

const hostFile = (dataDir: string) => path.join(dataDir, 'host.json');
const lockFile = (dataDir: string) => path.join(dataDir, 'host.lock');

/** null when no host runs on this data folder; the files of one that died are ignored. */
export function findRunningHost(dataDir: string): RunningHost | null {
  let text: string;
  try {
    text = readFileSync(hostFile(dataDir), 'utf8');
  } catch {
    return null;
  }
  const lock = takeLock(lockFile(dataDir));
  if (lock) {
    lock.release();
    return null;
  }
  try {
    return HostFile.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

export interface HostClaim {
  publish(host: RunningHost): void;
  release(): void;
}

/** Throws `replica_in_use` when another host has this data folder. */
export function claimDataDir(dataDir: string): HostClaim {
  makeFolder(dataDir);
  const lock: FileLock | null = takeLock(lockFile(dataDir));
  if (!lock) {
    const other = findRunningHost(dataDir);
    throw new BinnacleError(
      'replica_in_use',
      other
        ? `Binnacle already runs on this data folder: ${other.url}`
        : 'Another Binnacle is starting on this data folder.',
      true,
    );
  }
  return {
    publish: (host) => {
      writeFileSync(hostFile(dataDir), `${JSON.stringify(host)}\n`, { mode: 0o600 });
    },
    release: () => {
      rmSync(hostFile(dataDir), { force: true });
      lock.release();
    },
  };
}

/**
 * Asks the running host in the name of one person: `args` by the contract. Throws BinnacleError; `not_signed_in` means
 * that the host does not have this person's replica open, so the caller may open it itself.
 */
export async function callRunningHost(
  host: RunningHost,
  fetchIt: typeof fetch,
  call: {
    readonly user: string;
    readonly password: string;
    readonly name: string;
    readonly args: unknown;
    readonly mutation_id?: string;
  },
): Promise<unknown> {
  let response: Response;
  try {
    response = await fetchIt(new URL('/rpc', host.url), {
      method: 'POST',
      headers: { authorization: `Bearer ${host.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(call),
    });
  } catch {
    throw new BinnacleError('offline', 'The running Binnacle does not answer.', true);
  }
  const body = RpcAnswer.safeParse(await response.json().catch(() => undefined));
  if (!body.success) throw new BinnacleError('internal', 'The running Binnacle gave no proper answer.', true);
  if ('error' in body.data) {
    const { code, message, retryable } = body.data.error;
    throw new BinnacleError(code, message, retryable);
  }
  return body.data.value;
}

const RpcAnswer = z.union([
  z.object({
    error: z.object({
      code: z.enum([
        'unknown_operation',
        'bad_arguments',
        'too_large',
        'not_permitted',
        'not_found',
        'not_signed_in',
        'wrong_password',
        'locked_out',
        'offline',
        'cancelled',
        'conflict',
        'replica_in_use',
        'disk_full',
        'server_error',
        'internal',
      ]),
      message: z.string(),
      retryable: z.boolean(),
    }),
  }),
  z.object({ value: z.unknown() }),
]);
