/** The two engines every server test runs on. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { type OpenDatabase, openDatabase } from '#server/database.ts';
import { prepareDatabase } from '#server/server.ts';
import { createDistributor, type Distributor } from './distributor.ts';
import { onceARun } from './onceARun.ts';
import { findPostgres, startCluster } from './postgres.ts';

/** Options of a database for openDatabase and startServer. */
export interface TestDatabase {
  readonly databaseUrl?: string;
  readonly template?: Blob;
}
export interface TestEngine {
  /** Options of an empty database: for what is asked of the first start itself. */
  fresh(): Promise<TestDatabase>;
  /** Options of a database that a server has just prepared and that nobody is in yet; preparing it again changes nothing. */
  prepared(): Promise<TestDatabase>;
  /** Options of a database that holds the small distributor already, as if a server had just been prepared with it. */
  withDistributor(): Promise<{ readonly database: TestDatabase; readonly data: Distributor }>;
  readonly stop: () => Promise<void>;
}
export interface EngineChoice {
  readonly name: string;
  /** Why this engine cannot run here; null = it can. */
  readonly missing: string | null;
  start(): Promise<TestEngine>;
}

/** When a database was prepared and its distributor came to be: before the time of any test. */
const founded = (): number => 1_780_000_000_000;
const postgres = findPostgres();
if (postgres.bin === null) console.warn(`PostgreSQL tests are not run: ${postgres.why}`);

async function opened<T>(
  database: TestDatabase & { readonly dataDir?: string },
  use: (open: OpenDatabase) => Promise<T>,
) {
  const open = await openDatabase(database);
  try {
    return await use(open);
  } finally {
    await open.close();
  }
}
const prepare = async (open: OpenDatabase): Promise<unknown> => await prepareDatabase(open, { clock: founded });
const populate = async ({ db }: OpenDatabase): Promise<Distributor> => await createDistributor(db, founded);

const IMAGE = 'image.tar';
const DATA = 'data.json';
/** The databases of a cluster that others are copies of. */
const PREPARED = 'prepared';
const POPULATED = 'populated';

/**
 * What every test that begins with it unpacks and fills is kept small, half of each start otherwise: no database that
 * others would be made from, no 16 MB of the log before anything is written, and memory for the pages of a few rows.
 */
async function emptyPglite(): Promise<PGlite> {
  const pglite = await PGlite.create({ initDbStartParams: ['--wal-segsize=1'] });
  await pglite.exec(`update pg_database set datistemplate = false where datname like 'template%'`);
  for (const name of ['template0', 'template1']) await pglite.exec(`drop database ${name}`);
  for (const setting of [`shared_buffers = '16MB'`, 'wal_recycle = off', 'wal_init_zero = off']) {
    await pglite.exec(`alter system set ${setting}`);
  }
  return pglite;
}

async function dump(pglite: PGlite, folder: string): Promise<void> {
  // what the log held is in the files now, and its own files go
  await pglite.exec('checkpoint');
  const image = await pglite.dumpDataDir('none');
  await pglite.close();
  writeFileSync(join(folder, IMAGE), Buffer.from(await image.arrayBuffer()));
}
/** Node reads a Blob piece by piece and joins the pieces, a tenth of each start: this one is given out whole, to be copied from. */
function imageIn(folder: string): Blob {
  const bytes = new Uint8Array(readFileSync(join(folder, IMAGE)));
  return Object.assign(new Blob([bytes]), { arrayBuffer: async () => bytes.buffer });
}

/** What became of that database. */
async function dumpAfter(folder: string, template: Blob, use: (open: OpenDatabase) => Promise<unknown>): Promise<void> {
  const work = mkdtempSync(join(tmpdir(), 'binnacle-image-'));
  try {
    const dataDir = join(work, 'server');
    await opened({ dataDir, template }, use);
    await dump(await PGlite.create({ dataDir }), folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

export const PGLITE: EngineChoice = {
  name: 'PGlite',
  missing: null,
  start: async () => {
    const template = imageIn(await onceARun('pglite-empty', async (folder) => await dump(await emptyPglite(), folder)));
    const prepared = onceAFile(async () =>
      imageIn(await onceARun('pglite-prepared', async (folder) => await dumpAfter(folder, template, prepare))),
    );
    const populated = onceAFile(async () => {
      const from = await prepared();
      const folder = await onceARun('pglite-distributor', async (place) => {
        const write = async (open: OpenDatabase): Promise<void> =>
          writeFileSync(join(place, DATA), JSON.stringify(await populate(open)));
        await dumpAfter(place, from, write);
      });
      return { database: { template: imageIn(folder) }, data: dataIn(folder) };
    });
    return {
      fresh: async () => ({ template }),
      prepared: async () => ({ template: await prepared() }),
      withDistributor: populated,
      stop: async () => {},
    };
  },
};

function onceAFile<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return async () => await (made ??= make());
}

export const POSTGRES: EngineChoice = {
  name: 'PostgreSQL',
  missing: postgres.bin === null ? postgres.why : null,
  start: async () => {
    const { bin } = postgres;
    if (bin === null) throw new Error(postgres.why);
    const folder = await onceARun('postgres-distributor', async (place) => await makeCluster(place, bin));
    const cluster = await startCluster(bin, { copyOf: folder });
    const copyOf = async (name: string): Promise<TestDatabase> => ({
      databaseUrl: await cluster.createDatabase({ copyOf: name }),
    });
    return {
      fresh: async () => ({ databaseUrl: await cluster.createDatabase() }),
      prepared: async () => await copyOf(PREPARED),
      withDistributor: async () => ({ database: await copyOf(POPULATED), data: dataIn(folder) }),
      stop: () => cluster.stop(),
    };
  },
};

async function makeCluster(folder: string, bin: string): Promise<void> {
  const cluster = await startCluster(bin);
  await opened({ databaseUrl: await cluster.createDatabase({ name: PREPARED }) }, prepare);
  const databaseUrl = await cluster.createDatabase({ name: POPULATED, copyOf: PREPARED });
  writeFileSync(join(folder, DATA), JSON.stringify(await opened({ databaseUrl }, populate)));
  await cluster.stop(folder);
}

/** As this file wrote it. */
function dataIn(folder: string): Distributor {
  return JSON.parse(readFileSync(join(folder, DATA), 'utf8')) as Distributor;
}

export const ENGINES: readonly EngineChoice[] = [PGLITE, POSTGRES];
