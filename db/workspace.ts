/** Everything that belongs to one signed-in person: their open files, readers, sync and outbox. Closed as one. */
import path from 'node:path';
import type { ActionArgs, VerifyResult } from '#contract/actions.ts';
import type { CommandArgs, CommandName } from '#contract/commands.ts';
import { BinnacleError } from '#contract/errors.ts';
import type { ConnectionState, LoadProgress, MutationState, ServiceEvents, SyncPill } from '#contract/events.ts';
import type { LoginResponse, SignedInUser } from '#contract/wire/protocol.ts';
import type { WireTableName } from '#contract/wire/tables.ts';
import { createFactKeeper } from './analysis/factKeeper.ts';
import { createFactSteps } from './analysis/factWriter.ts';
import { bucketsSince, LINE_TABLES } from './analysis/wholeMonths.ts';
import { keepLastSeal } from './audit/seenSeals.ts';
import { settleOutcomes } from './commands/outcomes.ts';
import {
  discard,
  enqueue,
  findMutation,
  forgetOld,
  mayBeThere,
  offerAgain,
  outboxCounts,
  type StoredMutation,
} from './commands/outbox.ts';
import { parsedCommand } from './commands/parsedCommand.ts';
import { predict } from './commands/predict.ts';
import { pushOutbox, type Pushed, somethingToTell } from './commands/push.ts';
import { type Connection, isDamage } from './connection.ts';
import { createEvidenceKeeper, type EvidenceKeeper } from './evidence/keeper.ts';
import { createRunningExports, type RunningExports } from './exports/running.ts';
import { createExportShelf, type ExportShelf } from './exports/shelf.ts';
import { keepForecasts } from './forecastStore.ts';
import type { CrashAt, Log, RandomSource, Timers } from './machine.ts';
import { addNotice, beganAnew } from './notices.ts';
import { createReadAhead } from './readers/readAhead.ts';
import { factThreads, type Readers } from './readers/readers.ts';
import { type OpenReplica, openReader, readAtOnce, readerFiles } from './replica.ts';
import { createNameKeeper } from './search/nameKeeper.ts';
import { keepContact, keepSession, lockedByAbsence, readWorkMeta, forgetRefreshToken } from './session/workMeta.ts';
import { createCopyWriter } from './sync/copyWriter.ts';
import { WireFailure } from './sync/failure.ts';
import { createFollower } from './sync/follower.ts';
import { createInlineLoader } from './sync/loader.ts';
import { createPuller, type Pulled } from './sync/pull.ts';
import { createServerSession } from './sync/serverSession.ts';
import { bytesOnDisk } from './status.ts';
import { createThreadLoader } from './sync/threadLoader.ts';
import { createVerifier, type Verifier } from './sync/verify/verifier.ts';
import { createWireClient, type WireClient } from './sync/wireClient.ts';

/** While nothing happens, screens are told the moving as-of this often. */
const SAY_EVERY_MS = 10_000;

export interface WorkspaceParts {
  readonly server_url: string;
  readonly device: string;
  readonly fetch: typeof fetch;
  readonly clock: () => number;
  readonly random: RandomSource;
  readonly timers: Timers;
  readonly crashAt: CrashAt;
  readonly log: Log;
  readonly emit: <K extends keyof ServiceEvents>(event: K, data: ServiceEvents[K]) => void;
  /** A first load is written in a thread of its own, or in this one. */
  readonly loader: 'thread' | 'inline';
  /** A file that cannot be read any more: the service sets it aside and opens anew. */
  readonly onDamage: () => void;
  /** Too long without the server: the service locks. */
  readonly onLocked: () => void;
}

export interface Workspace {
  readonly open: OpenReplica;
  readonly client: WireClient;
  readonly readers: Readers;
  /** Files of rows on their way to the person. */
  readonly exports: ExportShelf;
  readonly runningExports: RunningExports;
  readonly evidence: EvidenceKeeper;
  user(): SignedInUser;
  /** Takes over a fresh sign-in of the same person. */
  adopt(login: LoginResponse): void;
  startFollowing(): void;
  pill(): SyncPill;
  state(): { readonly next_try_at_ms: number | null; readonly last_error: string | null };
  verified: Verifier['status'];
  asOf(): number | null;
  /** Parsed arguments in; throws what the prediction or the outbox refuses. */
  queue<N extends CommandName>(name: N, args: CommandArgs<N>, id?: string): Promise<string>;
  retry(id: string): Promise<string>;
  edit(id: string, args: Readonly<Record<string, unknown>>): Promise<string>;
  discard(id: string): void;
  /** One pull, the outbox sent, and a pull for its outcomes. */
  syncOnce(): Promise<Pulled>;
  pushPending(): Promise<Pushed>;
  verify(how: ActionArgs<'verifyNow'>): Promise<VerifyResult>;
  /** Holds the reading behind a verification, or goes on with it. */
  pauseVerifying(paused: boolean): boolean;
  /** Everything from the server again. */
  reload(): Promise<Pulled>;
  /** Settles once the server was told; nothing of this workspace is needed for that any more. */
  signOut(): Promise<void>;
  close(): Promise<void>;
}

export function createWorkspace(
  parts: WorkspaceParts,
  open: OpenReplica,
  readers: Readers,
  login: LoginResponse | null,
): Workspace {
  const { replica, work } = open;
  const predictor: Connection = openReader(readerFiles(open), 4096);
  const writer = createCopyWriter(replica, parts.crashAt);
  const exports = createExportShelf(path.join(open.place.folder, 'exports'), parts.random);
  const runningExports = createRunningExports();
  const { client_id } = readWorkMeta(work);
  let user = login?.user ?? readWorkMeta(work).user;
  if (!user) throw new BinnacleError('offline', 'The first sign-in on this machine needs the server.', true);

  let connection: ConnectionState = login ? 'syncing' : 'offline';
  let since_ms = parts.clock();
  let as_of_ms: number | null = writer.standing().as_of_ms;
  let progress: LoadProgress | null = null;
  let next_try_at_ms: number | null = null;
  let last_error: string | null = null;
  let loading_while_live = false;
  let told_at_ms = 0;
  let closed = false;

  const pill = (): SyncPill => {
    const counts = outboxCounts(work);
    return {
      connection,
      since_ms,
      as_of_ms,
      waiting: counts.pending + counts.sent,
      needs_you: counts.conflict + counts.rejected + counts.held,
      progress,
    };
  };
  const emitStatus = () => {
    told_at_ms = parts.clock();
    if (!closed) parts.emit('status', pill());
  };
  const emitOutbox = (mutation_id: string, state: MutationState) => {
    parts.emit('outbox', { mutation_id, state });
    emitStatus();
  };

  const session = createServerSession({
    ...parts,
    onRotated: (answer) => {
      if (closed) return;
      if (answer.user.name !== user?.name) {
        throw new WireFailure('signed_out', 'The server answered for another person.', 401);
      }
      user = answer.user;
      keepSession(work, { user, refresh_token: answer.refresh_token, server_id: answer.server_id });
    },
  });
  const client = createWireClient({ ...parts, session });
  const evidence = createEvidenceKeeper(open, client, parts.random);
  if (login) session.adopt(login);
  else {
    const kept = readWorkMeta(work).refresh_token;
    if (kept !== null) session.resume(kept);
  }

  const tellChanged = (tables: readonly WireTableName[]) => {
    if (closed || tables.length === 0) return;
    parts.emit('changed', { checkpoint: writer.standing().checkpoint?.number ?? 0, tables: [...tables] });
  };

  /** Outcomes that came with the rows; safe to run at any time. */
  const settle = () => {
    for (const decision of settleOutcomes(replica, work, parts.crashAt)) emitOutbox(decision.id, decision.state);
  };

  const loader =
    parts.loader === 'inline'
      ? createInlineLoader(writer)
      : createThreadLoader({ file: open.place.replica_file, raw_hex: open.keys.replica, crashAt: parts.crashAt });

  const ahead = createReadAhead({
    ...parts,
    readers,
    asker: () => (user ? { user, now_ms: parts.clock(), as_of_ms } : null),
    keep: (made) => {
      keepForecasts(replica, made);
      // no row changed, but what is proposed goes by other forecasts
      tellChanged(['forecast_override']);
    },
  });

  const facts = createFactKeeper({
    ...parts,
    threads: factThreads(readers),
    steps: createFactSteps(replica, { elsewhere: loader.takeStep, crashAt: parts.crashAt }),
    isLoading: () => loader.busy() || bucketsSince(replica) !== null,
    // no row changed, but what was said of the months that are whole may be said of more of them
    onGrown: () => tellChanged(LINE_TABLES),
    onReady: ahead.soon,
  });

  const names = createNameKeeper(replica, parts.timers, loader.busy, (error) => {
    parts.log('error', `names could not be indexed: ${error instanceof Error ? error.message : 'unknown error'}`);
    if (isDamage(error)) parts.onDamage();
  });

  const onApplied = (tables: ReadonlySet<WireTableName>) => {
    settle();
    names.kick();
    const { as_of_ms: at } = writer.standing();
    if (at !== null) as_of_ms = Math.max(at, as_of_ms ?? 0);
    if (tables.has('close_evidence') && writer.missing().length === 0) evidence.tidy();
    if (tables.has('audit_entry')) keepLastSeal(replica, work, parts.clock());
    if (tables.size > 0) for (const each of [facts, ahead]) each.changed();
    tellChanged([...tables]);
  };

  const puller = createPuller({
    ...parts,
    client,
    writer,
    loader,
    client_id,
    onContact: (offline_days) => {
      keepContact(work, parts.clock(), offline_days);
      if (connection === 'offline' || connection === 'sign_in_needed') setConnection('syncing', null, null);
    },
    onApplied,
    onReset: () => {
      const again = offerAgain(work, parts.clock());
      addNotice(work, parts.clock(), beganAnew(again));
      as_of_ms = null;
      facts.changed();
      emitStatus();
    },
    onBegin: () => {
      const again = offerAgain(work, parts.clock());
      if (again === 0) return;
      addNotice(
        work,
        parts.clock(),
        `The data on this machine is loaded afresh, and ${again} of your accepted changes are offered again.`,
      );
      emitStatus();
    },
    onProgress: (next) => {
      if (progress === null && next === null) return;
      progress = next && { ...next, bytes: bytesOnDisk(open.place) };
      if (next === null) {
        names.kick();
        facts.changed();
      }
      if (next !== null && connection === 'live') {
        loading_while_live = true;
        setConnection('syncing', null, null);
      } else if (next === null && loading_while_live) {
        loading_while_live = false;
        setConnection('live', null, null);
      } else emitStatus();
    },
  });

  const push = (signal: AbortSignal) =>
    pushOutbox({ ...parts, client, work, client_id, onState: emitOutbox, sendBytes: evidence.sendBytes }, signal);

  const setConnection = (state: ConnectionState, next_try: number | null, error: string | null) => {
    next_try_at_ms = next_try;
    if (error !== null || state === 'live') last_error = error;
    if (state !== connection) {
      connection = state;
      since_ms = parts.clock();
    }
    if (state === 'offline' && lockedByAbsence(work, parts.clock())) parts.onLocked();
    if (state === 'live') verifier.kick();
    emitStatus();
  };

  const onBroken = (error: unknown) => {
    if (isDamage(error)) parts.onDamage();
  };
  const follower = createFollower({
    ...parts,
    client,
    client_id,
    puller,
    push,
    knows: (bucket) => writer.knows(bucket),
    checkpoint: () => writer.standing().checkpoint?.number ?? 0,
    scope_hash: () => writer.standing().scope_hash,
    hasWaiting: () => {
      const counts = outboxCounts(work);
      return counts.pending + counts.sent > 0 || somethingToTell(work);
    },
    onConnection: setConnection,
    onHead: (at_ms) => {
      // a quiet heartbeat moves the as-of without a write
      as_of_ms = Math.max(at_ms, as_of_ms ?? 0);
      if (at_ms - told_at_ms > SAY_EVERY_MS) emitStatus();
    },
    onBroken,
  });

  const verifier = createVerifier({
    ...parts,
    replica,
    client,
    client_id,
    puller,
    writer,
    readers,
    exclusively: follower.exclusively,
    onApplied,
    onChange: emitStatus,
    onBroken,
    isCalm: () => connection === 'live' && progress === null && !loader.busy(),
    notice: (text) => addNotice(work, parts.clock(), text),
  });

  const queue = async <N extends CommandName>(name: N, args: CommandArgs<N>, wantedId?: string): Promise<string> => {
    const id = wantedId ?? parts.random.uuid();
    const known = findMutation(work, id);
    const made_at_ms = parts.clock();
    const asked: Readonly<Record<string, unknown>> = { ...args };
    const person = user;
    if (!person) throw new Error('a workspace belongs to somebody');
    const told = { reader: predictor, user: person, device: parts.device, mutation_id: id, made_at_ms };
    // the same id again is the same change: its prediction is already laid over and must not refuse itself
    const prediction = known
      ? { lane: known.lane, title: '', effects: [] }
      : readAtOnce(predictor, () => predict({ ...told, hasEvidence: evidence.shelf.has }, name, args));
    if (enqueue(work, { id, command: name, args: asked, made_at_ms, prediction }, parts.crashAt) === 'queued') {
      open.record.keep(id);
      parts.crashAt('host.queue.committed');
      emitOutbox(id, 'pending');
      follower.kick();
    }
    return id;
  };

  const takeAway = (id: string) => discard(work, id, parts.clock(), open.record.withdraw);
  const decided = (id: string): StoredMutation => {
    const found = findMutation(work, id);
    if (!found) throw new BinnacleError('not_found', 'That change is not in the outbox.');
    return found;
  };

  const queueByName = async (name: string, args: Readonly<Record<string, unknown>>): Promise<string> => {
    const command = parsedCommand(name, args);
    return await queue(command.name, command.args);
  };

  forgetOld(work, parts.clock());
  settle();
  names.kick();

  return {
    open,
    client,
    readers,
    exports,
    runningExports,
    evidence,
    user: () => {
      if (!user) throw new Error('a workspace belongs to somebody');
      return user;
    },
    adopt: (answer) => {
      session.adopt(answer);
      follower.kick();
    },
    startFollowing: () => {
      follower.start();
      facts.start();
    },
    pill,
    state: () => ({ next_try_at_ms, last_error }),
    verified: verifier.status,
    asOf: () => as_of_ms,
    queue,
    retry: async (id) => {
      const found = decided(id);
      if (found.state === 'accepted') throw new BinnacleError('conflict', 'The server has accepted it already.');
      if (found.state === 'pending' || found.state === 'sent') {
        follower.kick();
        return id;
      }
      // an outcome is for ever, so another try is another mutation
      const again = await queueByName(found.command, found.args);
      takeAway(id);
      emitStatus();
      return again;
    },
    edit: async (id, args) => {
      const found = decided(id);
      if (found.state === 'accepted' || mayBeThere(found)) {
        throw new BinnacleError(
          'conflict',
          'It was sent and the answer is on its way. Wait for it, then decide.',
          true,
        );
      }
      const again = await queueByName(found.command, args);
      takeAway(id);
      emitStatus();
      return again;
    },
    discard: (id) => {
      const { state } = decided(id);
      takeAway(id);
      emitOutbox(id, state);
    },
    syncOnce: () =>
      follower.exclusively(async (signal) => {
        const first = await puller.pull(signal);
        names.finish();
        const pushed = await push(signal);
        if (pushed.answered === 0) return first;
        const second = await puller.pull(signal);
        return { checkpoint: second.checkpoint, rows: first.rows + second.rows };
      }),
    pushPending: () =>
      follower.exclusively(async (signal) => {
        const pushed = await push(signal);
        if (pushed.answered > 0) await puller.pull(signal);
        return pushed;
      }),
    verify: verifier.verify,
    pauseVerifying: verifier.pause,
    reload: () => follower.exclusively((signal) => puller.reload(signal)),
    signOut: () => {
      forgetRefreshToken(work);
      return session.logout();
    },
    close: async () => {
      if (closed) return;
      closed = true;
      // whoever works here is told before any of them is waited for: they stop side by side
      ahead.stop();
      await Promise.all([verifier.stop(), follower.stop(), facts.stop(), readers.close(), runningExports.stop()]);
      names.stop();
      exports.clear();
      predictor.close();
      open.close();
    },
  };
}
