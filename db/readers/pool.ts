/** Worker threads, each with its own read-only connection, so that a scan never holds up a click. */
import { Worker } from 'node:worker_threads';
import { BinnacleError } from '#contract/errors.ts';
import type { SharedBlock } from '#db/analysis/factMemory.ts';
import { DistantSqliteError } from '#db/connection.ts';
import type { Log, TimerHandle, Timers } from '#db/machine.ts';
import { REST_MS } from '#db/queries/editions.ts';
import { UNASKED_MS } from '#db/queries/forgetUnasked.ts';
import type { ReaderQueryName } from '#db/queries/handlers.ts';
import { isListQuery } from '#db/queries/openLists.ts';
import type { ReaderFiles } from '#db/replica.ts';
import { collectHeap, createAtRest } from './atRest.ts';
import type { Asker, JobResults, ReaderJob } from './jobs.ts';
import type { Readers } from './readers.ts';
import type { FromWorker, ShareWithWorker, ToWorker } from './worker.ts';

const MAX_QUEUED = 256;
/** Every reader has a nursery of its own; rows that become an answer need no more. */
const YOUNG_MB = 16;

/** Jobs of one kind wait for each other and for no others. */
type LaneName = 'general' | 'stock' | 'scenarios' | 'lists' | 'forecasts' | 'exports';

/**
 * Editions are kept by the one reader that made them, in memory: `stock` answers all blocks of the stock grid and of what is
 * proposed of its positions, so that none waits behind a scan and their columns are there once; `lists` those of lists of
 * lines. A comparison reckons all of it twice, which a grid would wait for: `scenarios` has the columns a second time while
 * one is looked at. `exports` has a reader only while a file is made and `forecasts` only while all of a company are, `lists`
 * as long as one is looked at: with it go the rows it kept. The second `general` one leaves when nobody asked it for as long,
 * and comes back when the first is busy.
 */
const MOST_READERS: Readonly<Record<LaneName, number>> = {
  general: 2,
  stock: 1,
  scenarios: 1,
  lists: 1,
  forecasts: 1,
  exports: 1,
};
/** The first of `general` and `stock` stay: they hold what the first screens are made of. */
const LEAVES_AFTER_MS: Readonly<Record<LaneName, number | null>> = {
  general: UNASKED_MS,
  stock: null,
  scenarios: REST_MS,
  lists: UNASKED_MS,
  forecasts: 0,
  exports: 0,
};

/** They share the columns of positions; what is proposed of them is reckoned once a change, in less time than a scan. */
const OF_POSITIONS: ReadonlySet<string> = new Set<ReaderQueryName>([
  'stockPositions',
  'replenishment',
  'replenishmentRefusals',
  'replenishmentWorking',
]);

function laneOf(job: ReaderJob): LaneName {
  if (job.kind === 'export') return 'exports';
  if (job.kind === 'makeForecasts') return 'forecasts';
  if (job.kind === 'stockAhead') return 'stock';
  if (job.kind === 'listAhead') return 'lists';
  if (job.kind !== 'query') return 'general';
  if (OF_POSITIONS.has(job.name)) return 'stock';
  if (job.name === 'scenarioCompare') return 'scenarios';
  return isListQuery(job.name) || OF_FORECASTS.has(job.name) ? 'lists' : 'general';
}

/** Made of the same histories, which are in memory once; and what is classed by the year behind, kept with them. */
const OF_FORECASTS: ReadonlySet<string> = new Set<ReaderQueryName>([
  'forecasts',
  'forecastOverrides',
  'itemForecast',
  'itemClasses',
]);

/**
 * What a reader remembers of a question makes the next one like it quick, and is in memory once: the findings of Today, the
 * largest, with one reader, all else with the other. A reader that is busy with something else is not waited for.
 */
const TODAY_QUERIES: ReadonlySet<string> = new Set<ReaderQueryName>(['today', 'exceptionDetail', 'exceptions']);
const isOfToday = (job: ReaderJob): boolean =>
  job.kind === 'todayAhead' || (job.kind === 'query' && TODAY_QUERIES.has(job.name));
const usualReader = (job: ReaderJob): number => (isOfToday(job) ? 0 : 1);

/** Answered from the columns in a fraction of the time the tables take: asked before these are here, they wait for them. */
const FROM_COLUMNS: ReadonlySet<string> = new Set<ReaderQueryName>([
  'today',
  'exceptionDetail',
  'exceptions',
  'kpiValues',
  'kpiRows',
  'marginByChannel',
  'marginPivot',
  'marginBridge',
  'marginLines',
  'marginBridgeLines',
  'marginErosion',
  'marginErosionLines',
  'marginLeakage',
  'marginLeakageLines',
  'fillRate',
  'fillPivot',
  'fillRateLines',
  'stockPositions',
  'replenishment',
  'replenishmentRefusals',
  'replenishmentWorking',
  'stockByCompany',
  'delayRisk',
  'delayRiskWorking',
  'delayRiskModel',
  'fulfilment',
  'fulfilmentLine',
  'forecasts',
  'forecastOverrides',
  'itemForecast',
  'itemClasses',
  'scenarioCompare',
]);
const looksAtColumns = (job: ReaderJob): boolean => job.kind === 'query' && FROM_COLUMNS.has(job.name);

interface Waiting {
  readonly id: number;
  readonly job: ReaderJob;
  /** One number shared with the worker: 1 = the caller gave up. */
  readonly flag: SharedArrayBuffer;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

interface Member {
  readonly worker: Worker;
  current: Waiting | undefined;
  /** It was told to close: its end is no accident, and it takes no more jobs. */
  leaving: boolean;
  /** Until when it waits for another job. */
  rest: TimerHandle | undefined;
}

interface Lane {
  readonly name: LaneName;
  readonly queue: Waiting[];
  readonly members: Member[];
}

/** `program`: a built one keeps half as much in every thread as one that is read module by module. */
export function createReaderPool(
  files: ReaderFiles,
  log: Log,
  timers: Timers,
  program = new URL('./worker.ts', import.meta.url),
): Readers {
  let nextId = 1;
  let closed = false;
  const lane = (name: LaneName): Lane => ({ name, queue: [], members: [] });
  const lanes: Readonly<Record<LaneName, Lane>> = {
    general: lane('general'),
    stock: lane('stock'),
    scenarios: lane('scenarios'),
    lists: lane('lists'),
    forecasts: lane('forecasts'),
    exports: lane('exports'),
  };
  const everyLane: readonly Lane[] = Object.values(lanes);
  /** Of the thread that asks: answers pass through it, and columns nobody holds any more go when it lets go of them. */
  const rest = createAtRest(timers, collectHeap);
  /** Those of the file, which are read first; 'unknown' = nobody reads them. */
  let columns: 'unknown' | 'coming' | 'here' = 'unknown';
  /** What a reader started later has to be given. */
  const shared = new Map<number, SharedBlock>();

  const give = (worker: Worker, blocks: readonly SharedBlock[]) => {
    const message: ShareWithWorker = { kind: 'share', blocks, keep: [...shared.keys()] };
    worker.postMessage(message);
  };

  /** Nothing is left to do: a lane that keeps no reader for ever lets it go. */
  const restOf = (lane: Lane, member: Member) => {
    const after_ms = LEAVES_AFTER_MS[lane.name];
    const stays = () => lane.name === 'general' && lane.members[0] === member;
    if (after_ms === null || member.rest !== undefined || stays()) return;
    const leave = () => {
      member.rest = undefined;
      if (member.current !== undefined || stays()) return;
      member.leaving = true;
      member.worker.postMessage('close');
    };
    if (after_ms === 0) leave();
    else member.rest = timers.after(after_ms, leave);
  };

  /** Nobody waits: the list that was answered is read on, until somebody does. */
  const ahead = (lane: Lane, { asker }: { readonly asker: Asker }) => {
    const nobody = () => undefined;
    const flag = new SharedArrayBuffer(4);
    lane.queue.push({ id: nextId++, job: { kind: 'listAhead', asker }, flag, resolve: nobody, reject: nobody });
    next(lane);
  };

  const start = (lane: Lane): Member => {
    const worker = new Worker(program, {
      workerData: files,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    });
    const member: Member = { worker, current: undefined, leaving: false, rest: undefined };
    lane.members.push(member);
    worker.on('message', (message: FromWorker) => {
      const { current } = member;
      if (current?.id !== message.id) return;
      member.current = undefined;
      if (message.kind === 'value') current.resolve(message.value);
      else {
        if (message.detail !== undefined) log('error', `a reader failed: ${message.detail}`);
        current.reject(
          message.sqlite_code === undefined
            ? new BinnacleError(message.error.code, message.error.message, message.error.retryable)
            : new DistantSqliteError(message.sqlite_code, `a reader failed with ${message.sqlite_code}`),
        );
      }
      next(lane);
      if (member.current !== undefined) return;
      const { job } = current;
      const isMore = job.kind === 'query' || (message.kind === 'value' && message.value === true);
      if (lane.name === 'lists' && 'asker' in job && isMore) ahead(lane, job);
      else restOf(lane, member);
    });
    const ended = () => {
      const at = lane.members.indexOf(member);
      if (at < 0) return;
      lane.members.splice(at, 1);
      member.rest?.cancel();
      member.current?.reject(new BinnacleError('internal', 'The reader stopped. Try again.', true));
      member.current = undefined;
      if (closed) return;
      if (!member.leaving) log('error', 'a reader thread ended and is started anew');
      if (lane.name === 'general' && lane.members.length === 0) start(lane);
      next(lane);
    };
    worker.on('error', (error) => {
      log('error', `a reader thread failed: ${error instanceof Error ? error.message : 'unknown'}`);
    });
    worker.on('exit', ended);
    worker.unref();
    if (shared.size > 0) give(worker, [...shared.values()]);
    return member;
  };

  /** Who answers it now; undefined = it waits on. */
  const readerOf = ({ members }: Lane, { job }: Waiting): Member | undefined => {
    if (columns === 'coming' && looksAtColumns(job)) return undefined;
    const free = members.filter((member) => member.current === undefined && !member.leaving);
    const usual = members[usualReader(job) % members.length];
    if (usual === undefined || free.includes(usual)) return usual;
    // what it is finding is what is asked for
    if (isOfToday(job) && usual.current !== undefined && isOfToday(usual.current.job)) return undefined;
    return free[0];
  };

  const next = (lane: Lane) => {
    const { queue, members } = lane;
    const isFree = members.some((member) => member.current === undefined && !member.leaving);
    if (queue.length > 0 && !isFree && members.length < MOST_READERS[lane.name]) start(lane);
    for (let at = 0; at < queue.length; ) {
      const waiting = queue[at];
      if (waiting === undefined) return;
      const member = readerOf(lane, waiting);
      if (member === undefined) {
        at += 1;
        continue;
      }
      queue.splice(at, 1);
      // what nobody asked for keeps no second reader
      if (lane.name !== 'general' || waiting.job.kind === 'query') {
        member.rest?.cancel();
        member.rest = undefined;
      }
      member.current = waiting;
      const message: ToWorker = { kind: 'job', id: waiting.id, job: waiting.job, flag: waiting.flag };
      member.worker.postMessage(message);
    }
  };

  const columnsAreHere = () => {
    if (columns === 'here') return;
    columns = 'here';
    for (const each of everyLane) next(each);
  };

  while (lanes.general.members.length < MOST_READERS.general) restOf(lanes.general, start(lanes.general));

  return {
    run: async <K extends ReaderJob['kind']>(
      job: Extract<ReaderJob, { kind: K }>,
      signal: AbortSignal | undefined,
    ): Promise<JobResults[K]> => {
      if (closed) throw new BinnacleError('not_signed_in', 'Sign in first.');
      rest.again();
      const lane = lanes[laneOf(job)];
      const { queue } = lane;
      if (queue.length >= MAX_QUEUED) throw new BinnacleError('too_large', 'Too many questions at once.', true);
      if (signal?.aborted === true) throw new BinnacleError('cancelled', 'Cancelled.');
      const flag = new SharedArrayBuffer(4);
      if (job.kind === 'factsLoad' && columns === 'unknown') columns = 'coming';
      const answer = new Promise<unknown>((resolve, reject) => {
        const waiting: Waiting = { id: nextId++, job, flag, resolve, reject };
        queue.push(waiting);
        for (const { current } of lane.members) {
          if (current?.job.kind === 'listAhead') Atomics.store(new Int32Array(current.flag), 0, 1);
        }
        signal?.addEventListener(
          'abort',
          () => {
            Atomics.store(new Int32Array(flag), 0, 1);
            const at = queue.indexOf(waiting);
            if (at < 0) return;
            queue.splice(at, 1);
            reject(new BinnacleError('cancelled', 'Cancelled.'));
          },
          { once: true },
        );
        next(lane);
      });
      // without them the tables answer; with them, whoever asked gives them to all before the next question
      if (job.kind === 'factsLoad') answer.catch(columnsAreHere);
      return (await answer) as JobResults[K];
    },
    share: (blocks, keep) => {
      rest.again();
      for (const block of blocks) shared.set(block.id, block);
      for (const id of shared.keys()) if (!keep.has(id)) shared.delete(id);
      for (const { members } of everyLane) for (const { worker } of members) give(worker, blocks);
      columnsAreHere();
    },
    close: async () => {
      closed = true;
      rest.stop();
      const left = () => new BinnacleError('cancelled', 'Cancelled.');
      for (const { queue } of everyLane) for (const waiting of queue.splice(0)) waiting.reject(left());
      // what a reader still finds is nobody's any more: it is not waited for, its thread ends where it is
      await Promise.all(
        everyLane
          .flatMap(({ members }) => members)
          .map(async (member) => {
            member.rest?.cancel();
            member.current?.reject(left());
            member.current = undefined;
            await member.worker.terminate();
          }),
      );
    },
  };
}
