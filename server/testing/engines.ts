/** The two engines every server test runs on. */
import { PGlite } from '@electric-sql/pglite';
import { findPostgres, startCluster } from './postgres.ts';

export interface TestEngine {
  /** Options of an empty database. */
  fresh(): Promise<{ readonly databaseUrl?: string; readonly template?: Blob }>;
  readonly stop: () => Promise<void>;
}
export interface EngineChoice {
  readonly name: string;
  /** Why this engine cannot run here; null = it can. */
  readonly missing: string | null;
  start(): Promise<TestEngine>;
}

const postgres = findPostgres();
if (postgres.bin === null) console.warn(`PostgreSQL tests are not run: ${postgres.why}`);

export const PGLITE: EngineChoice = {
  name: 'PGlite',
  missing: null,
  start: async () => {
    const pglite = await PGlite.create();
    const template = await pglite.dumpDataDir('none');
    await pglite.close();
    return { fresh: async () => ({ template }), stop: async () => {} };
  },
};

export const POSTGRES: EngineChoice = {
  name: 'PostgreSQL',
  missing: postgres.bin === null ? postgres.why : null,
  start: async () => {
    if (postgres.bin === null) throw new Error(postgres.why);
    const cluster = await startCluster(postgres.bin);
    return { fresh: async () => ({ databaseUrl: await cluster.createDatabase() }), stop: cluster.stop };
  },
};

export const ENGINES: readonly EngineChoice[] = [PGLITE, POSTGRES];
