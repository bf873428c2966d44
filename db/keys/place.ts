/**
 * Where a person's files lie: <dataDir>/replicas/<server id>/<user>/{replica.db,work.db,decisions,words,keys.json}. The server's own id
 * names the folder, not its address: a server that comes back on another port keeps its replicas and their outboxes,
 * and another server on the same port never gets them. `server.json` remembers the address last used.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { BinnacleError } from '#contract/errors.ts';
import { keyOwner } from './keyFile.ts';

export interface ReplicaPlace {
  readonly server_id: string;
  readonly user_name: string;
  readonly folder: string;
  readonly replica_file: string;
  readonly work_file: string;
  /** The second record of what is in work.db's outbox. */
  readonly record_file: string;
  /** The second record of its drafts and saved views. */
  readonly words_file: string;
  readonly keys_file: string;
  readonly lock_file: string;
}

/** Both become folder names, so both are checked. */
const USER_NAME = /^[a-z][a-z0-9._-]{0,39}$/;
const SERVER_ID = /^[a-z0-9-]{1,64}$/;

/** Throws `bad_arguments` for a name that is no user name: it becomes a folder. */
export function checkUserName(user_name: string): void {
  if (!USER_NAME.test(user_name)) {
    throw new BinnacleError('bad_arguments', 'A user name is small letters, digits, dot, dash and underscore.');
  }
}

export function replicaPlace(dataDir: string, server_id: string, user_name: string): ReplicaPlace {
  checkUserName(user_name);
  if (!SERVER_ID.test(server_id)) throw new BinnacleError('server_error', 'The server has no proper id.');
  const folder = path.join(dataDir, 'replicas', server_id, user_name);
  return {
    server_id,
    user_name,
    folder,
    replica_file: path.join(folder, 'replica.db'),
    work_file: path.join(folder, 'work.db'),
    record_file: path.join(folder, 'decisions'),
    words_file: path.join(folder, 'words'),
    keys_file: path.join(folder, 'keys.json'),
    lock_file: path.join(folder, 'in-use.lock'),
  };
}

export function makeFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
}

const ServerFile = z.object({ server_url: z.url(), at_ms: z.number() });
type KnownServer = { readonly server_id: string } & z.infer<typeof ServerFile>;

/** Keeps the address a server was reached at, so that it is found again without asking it. */
export function rememberServer(dataDir: string, server_id: string, server_url: string, at_ms: number): void {
  if (!SERVER_ID.test(server_id)) throw new BinnacleError('server_error', 'The server has no proper id.');
  const folder = path.join(dataDir, 'replicas', server_id);
  makeFolder(folder);
  const file = path.join(folder, 'server.json');
  writeFileSync(`${file}.new`, `${JSON.stringify({ server_url: new URL(server_url).origin, at_ms })}\n`, {
    mode: 0o600,
  });
  renameSync(`${file}.new`, file);
}

function knownServers(dataDir: string): KnownServer[] {
  const root = path.join(dataDir, 'replicas');
  if (!existsSync(root)) return [];
  return readdirSync(root, { withFileTypes: true }).flatMap((entry) => {
    try {
      const text = readFileSync(path.join(root, entry.name, 'server.json'), 'utf8');
      return [{ server_id: entry.name, ...ServerFile.parse(JSON.parse(text)) }];
    } catch {
      // a folder without a readable server.json is found again at the next sign-in with the server
      return [];
    }
  });
}

/** The server last reached at that address; undefined when none was. */
export function serverIdAt(dataDir: string, server_url: string): string | undefined {
  const { origin } = new URL(server_url);
  return knownServers(dataDir)
    .filter((known) => known.server_url === origin)
    .toSorted((a, b) => b.at_ms - a.at_ms)[0]?.server_id;
}

/** Users with a replica of that server on this machine, sorted. */
export function knownUsers(dataDir: string, server_id: string | undefined): string[] {
  if (server_id === undefined || !SERVER_ID.test(server_id)) return [];
  const folder = path.join(dataDir, 'replicas', server_id);
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(path.join(folder, entry.name, 'keys.json')))
    .map((entry) => entry.name)
    .toSorted();
}

export interface KnownReplica {
  readonly server_url: string;
  readonly user_name: string;
  readonly place: ReplicaPlace;
}

/** Every replica below `dataDir`, for a command line that was not told the server; narrowed to one user if given. */
export function knownReplicas(dataDir: string, user_name?: string): KnownReplica[] {
  return knownServers(dataDir)
    .flatMap(({ server_id, server_url }) =>
      knownUsers(dataDir, server_id)
        .filter((name) => user_name === undefined || name === user_name)
        .filter((name) => keyOwner(replicaPlace(dataDir, server_id, name).keys_file) !== undefined)
        .map((name) => ({ server_url, user_name: name, place: replicaPlace(dataDir, server_id, name) })),
    )
    .toSorted((a, b) => (a.place.folder < b.place.folder ? -1 : 1));
}
