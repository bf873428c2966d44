/** The two engines every server test runs on. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { openDatabase } from '#server/database.ts';
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
  /** Options of an empty database. */
  fresh(): Promise<TestDatabase>;
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

/** When the distributor came to be: before the time of any test. */
const founded = (): number => 1_780_000_000_000;
const postgres = findPostgres();
if (postgres.bin === null) console.warn(`PostgreSQL tests are not run: ${postgres.why}`);

async function found(database: TestDatabase & { readonly dataDir?: string }): Promise<Distributor> {
  const open = await openDatabase(database);
  try {
    await prepareDatabase(open, { clock: founded });
    return await createDistributor(open.db, founded);
  } finally {
    await open.close();
  }
}

const IMAGE = 'image.tar';
const DATA = 'data.json';
/** Of the database in a cluster. */
const NAME = 'name';

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

async function makeDistributor(folder: string, empty: Blob): Promise<void> {
  const work = mkdtempSync(join(tmpdir(), 'binnacle-distributor-'));
  try {
    const dataDir = join(work, 'server');
    const data = await found({ dataDir, template: empty });
    writeFileSync(join(folder, DATA), JSON.stringify(data));
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
    let first: ReturnType<TestEngine['withDistributor']> | undefined;
    const read = async () => {
      const folder = await onceARun('pglite-distributor', async (place) => await makeDistributor(place, template));
      return { database: { template: imageIn(folder) }, data: dataIn(readFileSync(join(folder, DATA), 'utf8')) };
    };
    return {
      fresh: async () => ({ template }),
      withDistributor: async () => await (first ??= read()),
      stop: async () => {},
    };
  },
};

export const POSTGRES: EngineChoice = {
  name: 'PostgreSQL',
  missing: postgres.bin === null ? postgres.why : null,
  start: async () => {
    const { bin } = postgres;
    if (bin === null) throw new Error(postgres.why);
    const folder = await onceARun('postgres-distributor', async (place) => await makeCluster(place, bin));
    const cluster = await startCluster(bin, { copyOf: folder });
    return {
      fresh: async () => ({ databaseUrl: await cluster.createDatabase() }),
      withDistributor: async () => ({
        database: { databaseUrl: await cluster.createDatabase(cluster.url(readFileSync(join(folder, NAME), 'utf8'))) },
        data: dataIn(readFileSync(join(folder, DATA), 'utf8')),
      }),
      stop: () => cluster.stop(),
    };
  },
};

async function makeCluster(folder: string, bin: string): Promise<void> {
  const cluster = await startCluster(bin);
  const databaseUrl = await cluster.createDatabase();
  writeFileSync(join(folder, DATA), JSON.stringify(await found({ databaseUrl })));
  writeFileSync(join(folder, NAME), new URL(databaseUrl).pathname.slice(1));
  await cluster.stop(folder);
}

/** As this file wrote it. */
function dataIn(text: string): Distributor {
  return JSON.parse(text) as Distributor;
}

export const ENGINES: readonly EngineChoice[] = [PGLITE, POSTGRES];
