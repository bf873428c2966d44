/** A replica as another process finds it on the disk, held against the scripted server. */
import { expect } from 'vitest';
import { openConnection } from '#db/connection.ts';
import { openReader, readAtOnce } from '#db/replica.ts';
import { ownKeys } from '#db/session/ownFiles.ts';
import type { ScriptedServer } from './scriptedServer.ts';

async function filesOf(dataDir: string, server: ScriptedServer) {
  const [replica, work] = await ownKeys({
    dataDir,
    server_url: server.url,
    user_name: 'planner',
    password: server.password,
  });
  if (!replica || !work) throw new Error('no files');
  return { replica, work };
}

/** Changes the copy of the person `planner` behind the back of its service, as a failing disk or a stranger would. */
export async function damageCopy(dataDir: string, server: ScriptedServer, ...statements: string[]): Promise<void> {
  const { replica } = await filesOf(dataDir, server);
  const connection = openConnection({ ...replica, synchronous: 'NORMAL', cache_kib: 1024 });
  try {
    for (const statement of statements) {
      const { changes } = connection.prepare(statement).run();
      expect(changes, statement).toBeGreaterThan(0);
    }
  } finally {
    connection.close();
  }
}

/** Reads the files of the person `planner` with their key. */
export async function lookAtCopy<T>(
  dataDir: string,
  server: ScriptedServer,
  read: (all: (sql: string) => unknown[]) => T,
): Promise<T> {
  const { replica, work } = await filesOf(dataDir, server);
  const reader = openReader({
    replica_file: replica.file,
    work_file: work.file,
    keys: { replica: replica.raw_hex, work: work.raw_hex },
  });
  try {
    return readAtOnce(reader, () => read((sql) => reader.prepare(sql).all()));
  } finally {
    reader.close();
  }
}

/** The complete buckets equal the server's rows, bucket by bucket. */
export async function expectEqualCopy(
  dataDir: string,
  server: ScriptedServer,
  buckets: readonly number[],
): Promise<void> {
  await lookAtCopy(dataDir, server, (all) => {
    for (const bucket of buckets) {
      const state = all(`SELECT state, rows FROM bucket WHERE id = ${bucket}`);
      const theirs = server.rows(bucket);
      expect(state, `bucket ${bucket}`).toEqual([{ state: 'complete', rows: theirs.length }]);
      const table = bucket >= 100 ? 'order_line' : bucket === 20 ? 'item' : bucket === 50 ? 'item_note' : 'company';
      expect(all(`SELECT id, ver FROM ${table} WHERE bucket = ${bucket} ORDER BY id`), `bucket ${bucket}`).toEqual(
        theirs.map(({ id, ver }) => ({ id, ver })).toSorted((a, b) => (a.id < b.id ? -1 : 1)),
      );
    }
  });
}
