/** Where a person's files lie: <dataDir>/replicas/<server>/<user>/{replica.db,work.db,keys.json}. */
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { BinnacleError } from '#contract/errors.ts';
import { keyOwner } from './keyFile.ts';

export interface ReplicaPlace {
  readonly folder: string;
  readonly replica_file: string;
  readonly work_file: string;
  readonly keys_file: string;
  readonly lock_file: string;
}

/** 'http://127.0.0.1:8700' → '127.0.0.1_8700': a folder name on every operating system. */
export function serverSlug(server_url: string): string {
  const url = new URL(server_url);
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return `${url.hostname.replaceAll(/[^a-z0-9.-]/gi, '-').toLowerCase()}_${port}`;
}

const USER_NAME = /^[a-z][a-z0-9._-]{0,39}$/;

/** Throws `bad_arguments` for a name that is no user name: it becomes a folder. */
export function replicaPlace(dataDir: string, server_url: string, user_name: string): ReplicaPlace {
  if (!USER_NAME.test(user_name)) {
    throw new BinnacleError('bad_arguments', 'A user name is small letters, digits, dot, dash and underscore.');
  }
  const folder = path.join(dataDir, 'replicas', serverSlug(server_url), user_name);
  return {
    folder,
    replica_file: path.join(folder, 'replica.db'),
    work_file: path.join(folder, 'work.db'),
    keys_file: path.join(folder, 'keys.json'),
    lock_file: path.join(folder, 'in-use.lock'),
  };
}

export function makeFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
}

/** Users with a replica of that server on this machine, sorted. */
export function knownUsers(dataDir: string, server_url: string): string[] {
  const folder = path.join(dataDir, 'replicas', serverSlug(server_url));
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
  const root = path.join(dataDir, 'replicas');
  if (!existsSync(root)) return [];
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.name === 'keys.json')
    .flatMap((entry) => {
      const owner = keyOwner(path.join(entry.parentPath, entry.name));
      if (!owner || (user_name !== undefined && owner.user_name !== user_name)) return [];
      return [{ ...owner, place: replicaPlace(dataDir, owner.server_url, owner.user_name) }];
    })
    .toSorted((a, b) => (a.place.folder < b.place.folder ? -1 : 1));
}
