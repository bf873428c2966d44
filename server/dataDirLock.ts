/**
 * One process per embedded database: PGlite does not lock its directory, and two processes in one destroy it. The lock
 * is a listening socket, so it dies with its process however that ends.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** The shortest limit of a socket's path on the systems we run on. */
const MAX_SOCKET_PATH = 100;

export class DataDirInUse extends Error {
  constructor(dataDir: string) {
    super(`Another Binnacle server uses ${dataDir}. Stop it, or choose another folder with --data-dir.`);
    this.name = 'DataDirInUse';
  }
}

/** Throws DataDirInUse while another process holds the directory; resolves to the release. */
export async function lockDataDir(dataDir: string): Promise<() => Promise<void>> {
  const path = socketPath(resolve(dataDir));
  for (const place of [dataDir, ...(process.platform === 'win32' ? [] : [path])]) {
    mkdirSync(dirname(resolve(place)), { recursive: true });
  }
  for (let attempt = 0; attempt < 3; attempt++) {
    const server = await listen(path);
    if (server) {
      return async () => {
        await new Promise<void>((done) => server.close(() => done()));
      };
    }
    if (await answers(path)) throw new DataDirInUse(dataDir);
    // left behind by a process that was killed
    rmSync(path, { force: true });
  }
  throw new DataDirInUse(dataDir);
}

function socketPath(dataDir: string): string {
  const name = `binnacle-${createHash('sha256').update(dataDir).digest('hex').slice(0, 24)}`;
  if (process.platform === 'win32') return `\\\\.\\pipe\\${name}`;
  // beside the directory, not in it: a new database starts from an empty one
  const beside = `${dataDir}.in-use`;
  return beside.length <= MAX_SOCKET_PATH ? beside : join(tmpdir(), name);
}

/** undefined when the path is taken, by a living process or a dead one. */
function listen(path: string): Promise<Server | undefined> {
  return new Promise((done, fail) => {
    const server = createServer((socket) => socket.destroy());
    server.unref();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') done(undefined);
      else fail(error);
    });
    server.listen(path, () => done(server));
  });
}

function answers(path: string): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      done(true);
    });
    socket.once('error', () => done(false));
  });
}
