/**
 * Signing in: the server is asked first; without it, the password must open the keys on this machine. Each person has
 * files of their own, so nobody is ever shown another's data.
 */
import { existsSync } from 'node:fs';
import { BinnacleError } from '#contract/errors.ts';
import type { LoginResponse } from '#contract/wire/protocol.ts';
import {
  freshKeys,
  type HostKeychain,
  keyFileExists,
  lockedByKeychain,
  openKeys,
  type RawKeys,
  sealKeys,
  usableKeychain,
} from '#db/keys/keyFile.ts';
import { takeLock } from '#db/keys/fileLock.ts';
import type { PasswordKeyParameters } from '#db/keys/passwordKey.ts';
import {
  checkUserName,
  makeFolder,
  rememberServer,
  type ReplicaPlace,
  replicaPlace,
  serverIdAt,
} from '#db/keys/place.ts';
import type { RandomSource, Timers } from '#db/machine.ts';
import { setFileAside } from '#db/replica.ts';
import { WireFailure } from '#db/sync/failure.ts';
import { login } from '#db/sync/serverSession.ts';

export interface SignInParts {
  readonly dataDir: string;
  readonly server_url: string;
  readonly fetch: typeof fetch;
  readonly clock: () => number;
  readonly random: RandomSource;
  readonly timers: Timers;
  readonly keychain?: HostKeychain;
  readonly key_parameters?: PasswordKeyParameters | undefined;
}

export interface SignInRequest {
  readonly user_name: string;
  readonly password: string;
  /** `offline` never asks the server, `online` needs it, `auto` asks and goes on without it. */
  readonly mode: 'auto' | 'online' | 'offline';
  /** The password this machine's keys are still sealed with, after it changed on the server. */
  readonly previous_password?: string | undefined;
  /** Give this machine's files up (they are kept under other names) and load afresh. */
  readonly set_aside?: boolean | undefined;
}

export interface Unlocked {
  readonly place: ReplicaPlace;
  readonly keys: RawKeys;
  /** null = signed in without the server. */
  readonly login: LoginResponse | null;
}

/** A sign-in the server accepted while this machine's keys still have the previous password. */
export interface PendingRewrap {
  readonly user_name: string;
  readonly password: string;
  readonly login: LoginResponse;
  readonly until_ms: number;
}

const REWRAP_WITHIN_MS = 10 * 60_000;

export class NeedsPreviousPassword extends BinnacleError {
  readonly pending: PendingRewrap;
  constructor(pending: PendingRewrap) {
    super(
      'previous_password',
      'The server knows this password, but the data on this machine is still locked with your previous one. Sign in once with the previous password, or set this data aside and load it afresh.',
    );
    this.pending = pending;
  }
}

/** Throws `wrong_password`, `locked_out`, `offline`, `not_permitted`, or NeedsPreviousPassword (`previous_password`). */
export async function unlock(
  parts: SignInParts,
  request: SignInRequest,
  pending: PendingRewrap | undefined,
): Promise<Unlocked> {
  checkUserName(request.user_name);
  const last_id = serverIdAt(parts.dataDir, parts.server_url);
  const last = last_id === undefined ? undefined : ownPlace(parts, last_id, request.user_name);

  if (last && pending?.user_name === request.user_name && parts.clock() < pending.until_ms) {
    const keys = await last.openWith(request.password).catch((error: unknown) => {
      if (error instanceof BinnacleError && error.code === 'wrong_password') return undefined;
      throw error;
    });
    if (keys) {
      await last.seal(keys, pending.password);
      return { place: last.place, keys, login: pending.login };
    }
  }

  const known = last !== undefined && keyFileExists(last.place.keys_file);
  const answer = await askServer(parts, request, known);
  if (!answer) {
    if (!last) throw new Error('a sign-in without the server needs files of that server');
    return { place: last.place, keys: await last.openWith(request.password), login: null };
  }
  if (answer.user.name !== request.user_name) throw new Error('the server signed in another person');

  rememberServer(parts.dataDir, answer.server_id, parts.server_url, parts.clock());
  const { place, seal, openWith } = ownPlace(parts, answer.server_id, request.user_name);
  if (request.set_aside === true) setPlaceAside(place, parts.clock());
  if (!keyFileExists(place.keys_file)) {
    const keys = freshKeys((count) => parts.random.bytes(count));
    // files without their key are of no use to anyone here, but they are not ours to delete
    setPlaceAside(place, parts.clock());
    await seal(keys, request.password);
    return { place, keys, login: answer };
  }
  try {
    return { place, keys: await openWith(request.password), login: answer };
  } catch (error) {
    if (!(error instanceof BinnacleError) || error.code !== 'wrong_password') throw error;
    if (request.previous_password === undefined) {
      throw new NeedsPreviousPassword({
        user_name: request.user_name,
        password: request.password,
        login: answer,
        until_ms: parts.clock() + REWRAP_WITHIN_MS,
      });
    }
    const keys = await openWith(request.previous_password);
    await seal(keys, request.password);
    return { place, keys, login: answer };
  }
}

/** A person's files of one server, with the ways to open and close their keys. */
function ownPlace(parts: SignInParts, server_id: string, user_name: string) {
  const place = replicaPlace(parts.dataDir, server_id, user_name);
  const owner = { server_id, user_name };
  const seal = async (keys: RawKeys, password: string) => {
    makeFolder(place.folder);
    await sealKeys(place.keys_file, keys, owner, password, {
      randomBytes: (count) => parts.random.bytes(count),
      keychain: parts.keychain,
      parameters: parts.key_parameters,
    });
  };
  return {
    place,
    seal,
    openWith: async (password: string) => {
      const keys = await openKeys(place.keys_file, owner, password, parts.keychain);
      if (usableKeychain(parts.keychain) && !lockedByKeychain(place.keys_file)) {
        // made before there was a keychain: from now on both are needed. One that fails now is tried at the next sign-in.
        await seal(keys, password).catch(() => undefined);
      }
      return keys;
    },
  };
}

/** null = go on without the server. */
async function askServer(parts: SignInParts, request: SignInRequest, known: boolean): Promise<LoginResponse | null> {
  if (request.mode === 'offline') {
    if (!known)
      throw new BinnacleError('offline', 'This user has no data on this machine yet. Sign in with the server first.');
    return null;
  }
  try {
    return await login(parts, request.user_name, request.password);
  } catch (error) {
    if (!(error instanceof WireFailure)) throw error;
    if (error.status === 429) throw new BinnacleError('locked_out', error.message, true);
    if (error.code === 'locked_out') throw new BinnacleError('locked_out', error.message, true);
    if (error.kind === 'signed_out') throw new BinnacleError('wrong_password', error.message);
    // such as a one-time code that has to be exchanged for a password first
    if (error.kind === 'refused') throw new BinnacleError('not_permitted', error.message);
    if (known && request.mode === 'auto') return null;
    throw new BinnacleError(
      'offline',
      known
        ? 'The server does not answer.'
        : 'The server does not answer, and this user has no data on this machine yet.',
      true,
    );
  }
}

function setPlaceAside(place: ReplicaPlace, now_ms: number): void {
  makeFolder(place.folder);
  const lock = takeLock(place.lock_file);
  if (!lock) {
    throw new BinnacleError(
      'replica_in_use',
      'Another Binnacle on this machine has this replica open. Close it first.',
      true,
    );
  }
  lock.release();
  for (const file of [place.replica_file, place.work_file, place.record_file, place.words_file, place.keys_file]) {
    if (existsSync(file)) setFileAside(file, now_ms);
  }
}

/** Does the password open these keys? For a command line that talks to the running host. */
export async function passwordOpens(
  parts: Pick<SignInParts, 'dataDir' | 'server_url' | 'keychain'>,
  user_name: string,
  password: string,
): Promise<boolean> {
  const server_id = serverIdAt(parts.dataDir, parts.server_url);
  if (server_id === undefined) return false;
  const place = replicaPlace(parts.dataDir, server_id, user_name);
  if (!keyFileExists(place.keys_file)) return false;
  try {
    await openKeys(place.keys_file, { server_id, user_name }, password, parts.keychain);
    return true;
  } catch (error) {
    if (error instanceof BinnacleError && error.code === 'wrong_password') return false;
    throw error;
  }
}
