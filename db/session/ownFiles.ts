/** One's own files, opened for audit or repair: the raw keys, and every row of the replica. */
import { BinnacleError } from '#contract/errors.ts';
import type { ImageValue } from '#contract/wire/image.ts';
import { WIRE_TABLES } from '#contract/wire/tables.ts';
import { type HostKeychain, lockedByKeychain, openKeys, type RawKeys, usableKeychain } from '#db/keys/keyFile.ts';
import { replicaPlace, serverIdAt } from '#db/keys/place.ts';
import { openReader, readAtOnce } from '#db/replica.ts';

export interface OwnFile {
  readonly cipher: 'chacha20';
  readonly file: string;
  /** 64 hex digits. */
  readonly raw_hex: string;
}

interface Who {
  readonly dataDir: string;
  readonly server_url: string;
  readonly user_name: string;
  readonly password: string;
  readonly keychain?: HostKeychain;
}

async function keysOf(
  who: Who,
): Promise<{ readonly keys: RawKeys; readonly replica_file: string; readonly work_file: string }> {
  const server_id = serverIdAt(who.dataDir, who.server_url);
  if (server_id === undefined) {
    throw new BinnacleError('not_found', `There is no replica of ${who.server_url} in ${who.dataDir}.`);
  }
  const { replica_file, work_file, keys_file } = replicaPlace(who.dataDir, server_id, who.user_name);
  const owner = { server_id, user_name: who.user_name };
  if (lockedByKeychain(keys_file) && !usableKeychain(who.keychain)) {
    throw new BinnacleError(
      'not_permitted',
      'The data of this user is also locked by the keychain of this computer: its raw keys cannot be had and its files cannot be read outside the Binnacle window.',
    );
  }
  return { keys: await openKeys(keys_file, owner, who.password, who.keychain), replica_file, work_file };
}

/** Throws `wrong_password` or `not_permitted` as openKeys does. */
export async function ownKeys(who: Who): Promise<OwnFile[]> {
  const { keys, replica_file, work_file } = await keysOf(who);
  return [
    { cipher: 'chacha20', file: replica_file, raw_hex: keys.replica },
    { cipher: 'chacha20', file: work_file, raw_hex: keys.work },
  ];
}

export interface DumpedRow {
  readonly table: string;
  readonly row: Readonly<Record<string, ImageValue>>;
}

/** Every synchronised row as it rests here, table by table in id order, in one read transaction. */
export async function dumpReplica(who: Who, onRow: (row: DumpedRow) => void): Promise<number> {
  const files = await keysOf(who);
  const reader = openReader(files);
  try {
    return readAtOnce(reader, () => {
      let rows = 0;
      for (const table of WIRE_TABLES) {
        const all = reader.prepare<unknown[], Record<string, ImageValue>>(
          `SELECT * FROM main.${table.name} ORDER BY id`,
        );
        for (const row of all.iterate()) {
          onRow({ table: table.name, row });
          rows += 1;
        }
      }
      return rows;
    });
  } finally {
    reader.close();
  }
}
