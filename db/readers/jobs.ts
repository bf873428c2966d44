/** What a reading connection may be asked to do, wherever it runs. Jobs and answers are plain data. */
import { forgetUnasked } from '#db/queries/forgetUnasked.ts';
import { Kysely, SqliteDialect } from 'kysely';
import { BinnacleError } from '#contract/errors.ts';
import type { InEdition, QueryArgs } from '#contract/queries.ts';
import type { SignedInUser } from '#contract/wire/protocol.ts';
import { WIRE_TABLES, type WireTableName, wireTableById } from '#contract/wire/tables.ts';
import { createFactMemory, type SharedBlock } from '#db/analysis/factMemory.ts';
import {
  buildBlocks,
  type BuiltFacts,
  type FactPlan,
  type LoadingPlan,
  planBlocks,
  planWhileLoading,
  type Urgency,
} from '#db/analysis/factPlan.ts';
import { createFactReader, loadBlocks, type LoadedBlocks } from '#db/analysis/factView.ts';
import type { OrderRange } from '#db/analysis/lineFacts.ts';
import { type Connection, scanner } from '#db/connection.ts';
import type { BinderJob, MadeBinder } from '#db/binder/makeBinder.ts';
import { type ExportedFile, type ExportJob, writeExport } from '#db/exports/writeExport.ts';
import type { QueryContext } from '#db/queries/context.ts';
import { type ForecastRowMade, makeForecasts } from '#db/queries/forecast/makeForecasts.ts';
import { QUERY_HANDLERS, type ReaderQueryName } from '#db/queries/handlers.ts';
import { isListQuery, type ListQueryName, readAhead } from '#db/queries/openLists.ts';
import { createReadCache } from '#db/queries/readCache.ts';
import { stockAhead } from '#db/queries/stock/stockAhead.ts';
import { delaysAhead } from '#db/queries/risk/delaysAhead.ts';
import { todayAhead } from '#db/queries/today/todayAhead.ts';
import { inReadTransaction, openReader, type ReaderFiles } from '#db/replica.ts';
import type { ReadSchema } from '#db/schema/tables.ts';
import {
  type CopyHashes,
  copyHashes,
  type CopyRows,
  copyRows,
  findStrays,
  type Strays,
} from '#db/sync/verify/readings.ts';

export interface Asker {
  readonly user: SignedInUser;
  readonly now_ms: number;
  /** When the copy last equalled the server's head, if that is later than what the file says. */
  readonly as_of_ms: number | null;
}

export type ReaderJob =
  | { readonly kind: 'query'; readonly name: ReaderQueryName; readonly args: unknown; readonly asker: Asker }
  /** Further rows of the list that was answered last, before anybody scrolls to them. */
  | { readonly kind: 'listAhead'; readonly asker: Asker }
  /** Stock, and what Today finds, read before anybody looks at it. */
  | { readonly kind: 'stockAhead'; readonly asker: Asker }
  | { readonly kind: 'todayAhead'; readonly asker: Asker }
  /** Forecasts of all positions, to be kept. */
  | { readonly kind: 'makeForecasts'; readonly asker: Asker }
  | { readonly kind: 'delaysAhead'; readonly asker: Asker }
  | { readonly kind: 'export'; readonly order: ExportJob; readonly asker: Asker }
  | { readonly kind: 'binder'; readonly order: BinderJob; readonly asker: Asker }
  | { readonly kind: 'hashes'; readonly buckets: readonly number[] }
  | { readonly kind: 'bucketRows'; readonly bucket: number; readonly table: number }
  | { readonly kind: 'strays' }
  /** Blocks of the column cache that are in the file and not in `known`. */
  | { readonly kind: 'factsLoad'; readonly known: readonly number[] }
  | { readonly kind: 'factsPlan'; readonly urgency: Urgency }
  | { readonly kind: 'factsPlanWhileLoading'; readonly settled_month: number | null }
  | { readonly kind: 'factsBuild'; readonly range: OrderRange; readonly generation: number };

export interface JobResults {
  query: unknown;
  /** Whether there are more. */
  listAhead: boolean;
  stockAhead: number;
  todayAhead: number;
  makeForecasts: readonly ForecastRowMade[];
  delaysAhead: number;
  export: ExportedFile;
  binder: MadeBinder;
  hashes: CopyHashes;
  bucketRows: CopyRows;
  strays: Strays;
  factsLoad: LoadedBlocks;
  factsPlan: FactPlan | null;
  factsPlanWhileLoading: LoadingPlan;
  factsBuild: BuiltFacts;
}

export interface JobRunner {
  run(job: ReaderJob, isCancelled: () => boolean): Promise<unknown>;
  /** Takes columns every thread shares, and forgets all but those of `keep`. */
  share(blocks: readonly SharedBlock[], keep: ReadonlySet<number>): void;
  /** Nothing was asked for so long: gives back what the file can give again. */
  rest(after_ms: number): void;
  close(): void;
}

export function isReaderQuery(name: string): name is ReaderQueryName {
  return Object.hasOwn(QUERY_HANDLERS, name);
}

export interface JobRunnerOptions {
  /** Loads columns itself when a question needs them; for a process whose columns nobody shares with it. */
  readonly loadsColumns?: boolean;
}

/** Opens one read-only connection. Jobs run one after another; the caller sees to that. */
export function openJobRunner(
  files: ReaderFiles,
  elapsed: () => number,
  { loadsColumns = false }: JobRunnerOptions = {},
): JobRunner {
  const reader = openReader(files);
  const db = new Kysely<ReadSchema>({ dialect: new SqliteDialect({ database: reader }) });
  const cache = createReadCache();
  const memory = createFactMemory();
  const facts = createFactReader(reader, memory, loadsColumns);
  /** By the clock of who asks. */
  let asked_at_ms: number | null = null;
  let list: { readonly name: ListQueryName; readonly args: unknown; readonly edition: string } | null = null;

  const contextFor = (asker: Asker, checkCancelled: () => void): QueryContext => {
    const started_ms = elapsed();
    return {
      db,
      scan: scanner(reader),
      user: asker.user,
      replica: standing(reader, asker.as_of_ms),
      now_ms: asker.now_ms,
      checkCancelled,
      cache,
      facts: (patient) => facts.view(checkCancelled, patient),
      elapsedMs: () => elapsed() - started_ms,
    };
  };

  return {
    run: async (job, isCancelled) => {
      const checkCancelled = () => {
        if (isCancelled()) throw new BinnacleError('cancelled', 'Cancelled.');
      };
      checkCancelled();
      return await inReadTransaction(reader, async (): Promise<unknown> => {
        if (job.kind === 'hashes') return copyHashes(reader, job.buckets, checkCancelled);
        if (job.kind === 'bucketRows') return copyRows(reader, job.bucket, job.table);
        if (job.kind === 'strays') return findStrays(reader, checkCancelled);
        if (job.kind === 'factsLoad') return loadBlocks(reader, new Set(job.known), checkCancelled);
        if (job.kind === 'factsPlan') return planBlocks(reader, job.urgency);
        if (job.kind === 'factsPlanWhileLoading') return planWhileLoading(reader, job.settled_month);
        if (job.kind === 'factsBuild') return buildBlocks(reader, job.range, job.generation);
        const context = contextFor(job.asker, checkCancelled);
        asked_at_ms = context.now_ms;
        if (job.kind === 'stockAhead') return await stockAhead(context);
        if (job.kind === 'todayAhead') return await todayAhead(context);
        if (job.kind === 'makeForecasts') return await makeForecasts(context);
        if (job.kind === 'delaysAhead') return await delaysAhead(context);
        if (job.kind === 'listAhead')
          return list !== null && (await readAhead(context, list.name, list.args, list.edition));
        if (job.kind === 'export') return await writeExport(context, reader, job.order);
        if (job.kind === 'binder') {
          // what draws PDFs takes 30 MB, and no other reader needs it
          const { makeBinder } = await import('#db/binder/makeBinder.ts');
          return await makeBinder(context, job.order, files.keys.work);
        }
        const value = await answer(job.name, context, job.args);
        if (isListQuery(job.name)) list = { name: job.name, args: job.args, edition: (value as InEdition).edition };
        return value;
      });
    },
    share: (blocks, keep) => {
      memory.take(blocks);
      memory.keepOnly(keep);
      facts.changed();
    },
    rest: (after_ms) => {
      reader.pragma('shrink_memory');
      if (asked_at_ms !== null) forgetUnasked(cache, asked_at_ms + after_ms);
    },
    close: () => {
      if (reader.open) reader.close();
    },
  };
}

/** The arguments were parsed by the dispatcher with this name's schema. */
async function answer<N extends ReaderQueryName>(name: N, context: QueryContext, args: unknown): Promise<unknown> {
  return await QUERY_HANDLERS[name](context, args as QueryArgs<N>);
}

function standing(reader: Connection, as_of_ms: number | null): QueryContext['replica'] {
  const row = reader
    .prepare<unknown[], { checkpoint_number: number | null; as_of_ms: number | null }>(
      'SELECT checkpoint_number, as_of_ms FROM main.replica_meta',
    )
    .get();
  if (!row) throw new Error('replica.db has no standing');
  const known = [row.as_of_ms, as_of_ms].filter((each): each is number => each !== null);
  return {
    checkpoint: row.checkpoint_number ?? 0,
    as_of_ms: row.as_of_ms === null ? null : Math.max(...known),
    loading_tables: loadingTables(reader),
  };
}

/** Before the first scope arrived, everything is still loading. */
function loadingTables(reader: Connection): ReadonlySet<WireTableName> {
  const known = reader.prepare('SELECT 1 FROM main.bucket LIMIT 1').get();
  if (!known) return new Set(WIRE_TABLES.map((table) => table.name));
  const missing = reader
    .prepare<unknown[], number>("SELECT DISTINCT tbl FROM main.bucket WHERE state = 'missing'")
    .pluck()
    .all();
  return new Set(missing.flatMap((id) => wireTableById(id)?.name ?? []));
}
