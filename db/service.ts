/**
 * The replica service: one signed-in person, their copy and outbox, and every screen and script that asks. Runs in any
 * Node host; what it needs of the machine is given to it.
 */
import {
  type ActionArgs,
  type ActionInput,
  type ActionName,
  type ActionResults,
  ACTIONS,
  type SignInState,
  type VerifyResult,
} from '#contract/actions.ts';
import type { CommandArgs, CommandName } from '#contract/commands.ts';
import { BinnacleError } from '#contract/errors.ts';
import type { ServiceEvents, SyncPill } from '#contract/events.ts';
import type { OperationInput, OperationName, OperationResult } from '#contract/operations.ts';
import type { QueryArgs, QueryResults, Session, SyncStatus } from '#contract/queries.ts';
import { serverAddressProblem } from '#contract/serverAddress.ts';
import type { EventMessage, ServicePort } from '#contract/transport.ts';
import { administrationActions } from './administration.ts';
import { carrierCharges } from './carrierCharges.ts';
import { exportJournal } from './journalExport.ts';
import { auditActions } from './audit/auditActions.ts';
import { noteViewed } from './audit/viewed.ts';
import { outboxPage } from './commands/outbox.ts';
import type { Pushed } from './commands/push.ts';
import { isDamage } from './connection.ts';
import { workIsDamaged } from './damage.ts';
import { type CallOptions, createDispatch, type Dispatch, type ParsedOperation } from './dispatch.ts';
import { draftActions } from './drafts.ts';
import { evidenceActions, filesOfBinderHere, whatIsHere } from './evidence/evidenceActions.ts';
import { exportActions } from './exports/exportActions.ts';
import { importActions } from './importActions.ts';
import type { HostKeychain } from './keys/keyFile.ts';
import type { PasswordKeyParameters } from './keys/passwordKey.ts';
import { knownUsers, serverIdAt } from './keys/place.ts';
import type { CrashAt, Log, RandomSource, Timers } from './machine.ts';
import { addNotice, addNoticeOnce } from './notices.ts';
import type { ReaderQueryName } from './queries/handlers.ts';
import { isReaderQuery } from './readers/jobs.ts';
import { createReaderPool } from './readers/pool.ts';
import { createInlineReaders, type Readers } from './readers/readers.ts';
import { openReader, openReplica, readerFiles, setCopyAside } from './replica.ts';
import { scenarioActions } from './scenarios/scenarioActions.ts';
import { sessionView } from './session/grants.ts';
import { type ResumeTicket, ticketOf, unlockedBy } from './session/resume.ts';
import {
  NeedsPreviousPassword,
  passwordOpens,
  type PendingRewrap,
  type SignInRequest,
  type Unlocked,
  unlock,
} from './session/signIn.ts';
import { lockedByAbsence, readWorkMeta } from './session/workMeta.ts';
import { syncStatus } from './status.ts';
import { HealthAnswer } from './sync/answers.ts';
import { bodyJson } from './sync/body.ts';
import { inWords, rethrowInWords } from './sync/inWords.ts';
import type { Pulled } from './sync/pull.ts';
import { type Served, servePort } from './transports/serve.ts';
import { savedViewsOf } from './views/savedViews.ts';
import { viewActions } from './views/viewActions.ts';
import { createWorkspace, type Workspace } from './workspace.ts';

export { HOST_CRASH_POINTS } from './machine.ts';

export interface ReplicaServiceOptions {
  readonly dataDir: string;
  readonly serverUrl: string;
  /** The machine's name as others see it beside a sign-off; at most 100 characters. */
  readonly device: string;
  readonly fetch: typeof fetch;
  readonly clock: () => number;
  readonly random: RandomSource;
  readonly timers: Timers;
  readonly crashAt?: CrashAt;
  /** `workers` for hosts with screens, `inline` for a command line that asks once. */
  readonly readers: 'workers' | 'inline';
  /** The built program of a reader thread; without it threads run from source. */
  readonly readerProgram?: URL;
  /** Exports run in a child process; `reader` where none may be forked (Electron's fuses forbid it). */
  readonly exports?: 'child' | 'reader';
  /** False for one-shot use: nothing is pulled or pushed unless asked. */
  readonly background?: boolean;
  readonly log: Log;
  readonly keychain?: HostKeychain;
  readonly keyParameters?: PasswordKeyParameters;
  /** Told who unlocked their files, and null when they left: what `resume` takes after this process died. */
  readonly onTicket?: (ticket: ResumeTicket | null) => void;
}

export interface ReplicaService {
  /** Serves a screen's port until it closes. */
  attach(port: ServicePort): void;
  /** Any operation of the contract by name; throws BinnacleError. */
  call<N extends OperationName>(name: N, args: OperationInput<N>, options?: CallOptions): Promise<OperationResult<N>>;
  /** The same for names that come from outside. */
  dispatch: Dispatch;
  signIn(request: Omit<SignInRequest, 'mode'> & { readonly mode?: SignInRequest['mode'] }): Promise<Session>;
  /** Opens the files of who was signed in when the last service process died; false when that is not possible. */
  resume(ticket: ResumeTicket): boolean;
  signedIn(): Session | null;
  syncOnce(): Promise<Pulled>;
  pushPending(): Promise<Pushed>;
  verify(how?: ActionInput<'verifyNow'>): Promise<VerifyResult>;
  status(): SyncStatus;
  pill(): SyncPill;
  /** Does the password open this person's keys on this machine? */
  passwordOpens(user_name: string, password: string): Promise<boolean>;
  onEvent(listener: (event: EventMessage) => void): () => void;
  close(): Promise<void>;
}

const PASSWORD_ALONE =
  'This computer has no keychain that Binnacle can use. Your password alone protects the data on it, so choose a long one.';
const HEALTH_WITHIN_MS = 2000;

export function createReplicaService(options: ReplicaServiceOptions): ReplicaService {
  const { clock, log } = options;
  const problem = serverAddressProblem(options.serverUrl);
  if (problem !== null) throw new BinnacleError('bad_arguments', problem);
  const server_url = new URL(options.serverUrl).origin;
  const device = options.device.slice(0, 100);
  const listeners = new Set<(event: EventMessage) => void>();
  const served = new Set<Served>();
  let workspace: Workspace | undefined;
  let pending: PendingRewrap | undefined;
  /** Signing in and out one after another. */
  let turn: Promise<unknown> = Promise.resolve();
  /** What is asked while damaged files are set aside waits for the new ones: nobody is shown the door. */
  let reopening: Promise<unknown> = Promise.resolve();

  const tell = (event: EventMessage) => {
    for (const screen of served) screen.send(event);
    for (const listener of listeners) listener(event);
  };
  const emit = <K extends keyof ServiceEvents>(event: K, data: ServiceEvents[K]) => {
    // K and its data belong together by the signature above
    tell({ kind: 'event', event, data } as EventMessage);
  };
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work);
    turn = mine.catch(() => undefined);
    return mine;
  };

  const unexpected = (error: unknown) => {
    log('error', `unexpected: ${error instanceof Error ? `${error.name}: ${error.message}` : 'unknown error'}`);
  };

  const current = (): Workspace => {
    if (!workspace) throw new BinnacleError('not_signed_in', 'Sign in first.');
    return workspace;
  };

  const signInParts = { ...options, server_url, key_parameters: options.keyParameters };

  const leave = async () => {
    const left = workspace;
    workspace = undefined;
    if (!left) return;
    options.onTicket?.(null);
    await left.close();
    emit('session', { signed_in: false });
  };

  const enter = (unlocked: Unlocked): Workspace => {
    const open = openReplica(unlocked.place, unlocked.keys, {
      clock,
      newUuid: () => options.random.uuid(),
      crashAt: options.crashAt,
      randomBytes: options.random.bytes,
    });
    let readers: Readers | undefined;
    try {
      if (!unlocked.login && lockedByAbsence(open.work, clock())) {
        throw new BinnacleError(
          'locked_out',
          `This machine has been without the server for more than ${readWorkMeta(open.work).offline_days} days. Connect to it and sign in; your waiting changes are kept.`,
        );
      }
      const files = readerFiles(open);
      readers =
        options.readers === 'workers'
          ? createReaderPool(files, log, options.timers, options.readerProgram)
          : createInlineReaders(files, () => performance.now());
      const made = createWorkspace(
        {
          ...options,
          crashAt: options.crashAt ?? (() => undefined),
          loader: options.readers === 'workers' ? 'thread' : 'inline',
          server_url,
          device,
          emit,
          onDamage: () => reopenAfterDamage(made),
          onLocked: () => {
            log('warn', 'the copy is locked: too long without the server');
            inTurn(async () => {
              if (workspace === made) await leave();
            }).catch((error: unknown) => unexpected(error));
          },
        },
        open,
        readers,
        unlocked.login,
      );
      if (options.keychain === 'unavailable') addNoticeOnce(open.work, clock(), PASSWORD_ALONE);
      if (options.background !== false) made.startFollowing();
      options.onTicket?.(ticketOf(unlocked));
      return made;
    } catch (error) {
      void readers?.close();
      open.close();
      throw error;
    }
  };

  /** A file of the workspace cannot be read: it is set aside; a copy is loaded again, the outbox goes on as far as it can. */
  const reopenAfterDamage = (damaged: Workspace): void => {
    reopening = inTurn(async () => {
      if (workspace !== damaged) return;
      workspace = undefined;
      const { place, keys } = damaged.open;
      await damaged.close();
      // one that is damaged itself is set aside, and told of, where it is opened
      const is_work = workIsDamaged(place, keys.work);
      log('error', `${is_work ? 'work.db' : 'replica.db'} cannot be read: it is set aside`);
      const aside = is_work ? null : setCopyAside(place.replica_file, clock());
      workspace = enter({ place, keys, login: null });
      if (aside !== null) {
        addNotice(
          workspace.open.work,
          clock(),
          `The data on this machine could not be read any more. The file is kept as ${aside} and the data is loaded afresh; your waiting changes are safe.`,
        );
      }
      emit('session', { signed_in: true });
    }).catch((error: unknown) => {
      unexpected(error);
      emit('session', { signed_in: false });
    });
  };

  const signIn: ReplicaService['signIn'] = (request) =>
    inTurn(async () => {
      // files in use cannot be set aside under the feet of their reader
      if (request.set_aside === true && workspace?.user().name === request.user_name) await leave();
      const already = workspace;
      let unlocked: Unlocked;
      try {
        unlocked = await unlock(signInParts, { ...request, mode: request.mode ?? 'auto' }, pending);
        pending = undefined;
      } catch (error) {
        if (error instanceof NeedsPreviousPassword) pending = error.pending;
        throw error;
      }
      if (already && already.user().name === request.user_name) {
        if (unlocked.login) already.adopt(unlocked.login);
        return sessionView(already.user(), server_url, device);
      }
      // whoever was here before leaves first: their files close, their screens start afresh
      await leave();
      workspace = enter(unlocked);
      emit('session', { signed_in: true });
      emit('status', workspace.pill());
      return sessionView(workspace.user(), server_url, device);
    });

  const resume: ReplicaService['resume'] = (ticket) => {
    if (workspace) return false;
    try {
      const unlocked = unlockedBy(options.dataDir, ticket);
      // proven by reading: opening to write would set a file aside that other keys belong to
      openReader({ ...unlocked.place, keys: unlocked.keys }).close();
      workspace = enter(unlocked);
      emit('session', { signed_in: true });
      return true;
    } catch (error) {
      unexpected(error);
      return false;
    }
  };

  const execute = async (operation: ParsedOperation, call: CallOptions): Promise<unknown> => {
    await reopening;
    try {
      if (operation.kind === 'command') {
        const name = operation.name as CommandName;
        const id = await current().queue(name, operation.args as CommandArgs<CommandName>, call.mutation_id);
        return { id, state: 'pending' };
      }
      const asked_of = workspace;
      const answer =
        operation.kind === 'query'
          ? await answerQuery(operation, call)
          : await act(operation.name as ActionName, operation.args, call);
      if (asked_of !== undefined && asked_of === workspace) noteLook(asked_of, operation);
      return answer;
    } catch (error) {
      if (isDamage(error) && workspace) reopenAfterDamage(workspace);
      throw inWords(error);
    }
  };

  /** Whoever asked has their answer, whatever becomes of the note. */
  const noteLook = (here: Workspace, operation: ParsedOperation): void => {
    try {
      if (!noteViewed(here.open, operation, clock()) || options.background === false) return;
      here.pushPending().catch(() => undefined);
    } catch (error) {
      unexpected(error);
    }
  };

  const answerQuery = async (operation: ParsedOperation, call: CallOptions): Promise<unknown> => {
    const here = current();
    const { name, args } = operation;
    if (name === 'session') return sessionView(here.user(), server_url, device);
    if (name === 'syncStatus') return syncStatus(here, server_url);
    if (name === 'outbox') {
      const page = args as QueryArgs<'outbox'>;
      return outboxPage(here.open.work, page.offset, page.limit);
    }
    if (name === 'savedViews') return savedViewsOf(here.open.work, (args as QueryArgs<'savedViews'>).screen);
    if (!isReaderQuery(name)) throw new BinnacleError('unknown_operation', `There is no operation ${name}.`);
    const answer = await askReaders(here, name, args as QueryArgs<typeof name>, call.signal);
    const { shelf } = here.evidence;
    if (name === 'closeBinders') return filesOfBinderHere(answer as QueryResults['closeBinders'], shelf);
    return name === 'closeEvidence' ? whatIsHere(answer as QueryResults['closeEvidence'], shelf) : answer;
  };

  const askReaders = async <N extends ReaderQueryName>(
    here: Workspace,
    name: N,
    args: QueryArgs<N>,
    signal?: AbortSignal,
  ): Promise<QueryResults[N]> =>
    // the readers answer a query by its name
    (await here.readers.run({ kind: 'query', name, args, asker: asker(here) }, signal)) as QueryResults[N];

  const asker = (here: Workspace) => ({ user: here.user(), now_ms: clock(), as_of_ms: here.asOf() });

  const own = { open: () => current().open, now_ms: clock, newId: () => options.random.uuid(), emit };
  const actions: { [N in ActionName]: (args: ActionArgs<N>, call: CallOptions) => Promise<ActionResults[N]> } = {
    signIn: (args) => signIn(args),
    signOut: async () => {
      // the files close meanwhile: a server that does not answer holds up neither that nor the next person
      const { told } = await inTurn(async () => ({ told: workspace?.signOut(), left: await leave() }));
      await told;
      return { signed_in: false };
    },
    signInState: () => signInState(),
    syncNow: () => current().syncOnce(),
    verifyNow: (args) => current().verify(args),
    verifyRest: async ({ paused }) => await Promise.resolve({ paused: current().pauseVerifying(paused) }),
    reloadData: () => current().reload(),
    retryMutation: async ({ id }) => ({ id: await current().retry(id) }),
    discardMutation: async ({ id }) => {
      current().discard(id);
      return { id };
    },
    editMutation: async ({ id, args }) => ({ id: await current().edit(id, args) }),
    ...exportActions({
      here: current,
      asker: () => asker(current()),
      in_child: options.exports !== 'reader',
      told_at_once: options.background !== false,
      now_ms: clock,
      queue: (name, args) => current().queue(name, args),
    }),
    ...evidenceActions(current),
    ...draftActions({ open: own.open, now_ms: clock, user_name: () => current().user().name }),
    ...viewActions(own),
    ...scenarioActions({
      ...own,
      ask: (name, args) => askReaders(current(), name, args),
      queue: (name, args, id) => current().queue(name, args, id),
    }),
    ...administrationActions(() => current().client),
    exportJournal: (args) => exportJournal(current().client, args),
    carrierCharges: (args) => carrierCharges(current().client, args),
    ...auditActions({ client: () => current().client, replica: () => current().open.replica, now_ms: clock }),
    ...importActions(() => current().client),
  };

  const act = async <N extends ActionName>(name: N, args: unknown, call: CallOptions): Promise<ActionResults[N]> =>
    await actions[name](args as ActionArgs<N>, call);

  const signInState = async (): Promise<SignInState> => {
    const stop = new AbortController();
    const timer = options.timers.after(HEALTH_WITHIN_MS, () => stop.abort());
    let server_reachable = false;
    let demo_accounts: readonly string[] = [];
    let server_id = serverIdAt(options.dataDir, server_url);
    try {
      const response = await options.fetch(new URL('/health', server_url), { signal: stop.signal, redirect: 'error' });
      const parsed = HealthAnswer.safeParse(await bodyJson(response, 64 * 1024));
      server_reachable = response.ok && parsed.success;
      if (parsed.success) {
        demo_accounts = parsed.data.demo_accounts;
        server_id = parsed.data.server_id ?? server_id;
      }
    } catch {
      // no answer is an answer here
    } finally {
      timer.cancel();
    }
    return {
      signed_in: workspace !== undefined,
      server_url,
      server_reachable,
      known_users: knownUsers(options.dataDir, server_id),
      demo_accounts,
    };
  };

  const dispatch = createDispatch(execute, unexpected);

  return {
    attach: (port) => {
      const screen = servePort(port, dispatch, (gone) => served.delete(gone));
      served.add(screen);
    },
    call: async <N extends OperationName>(name: N, args: OperationInput<N>, call?: CallOptions) =>
      (await dispatch(name, args, call)) as OperationResult<N>,
    dispatch,
    signIn,
    resume,
    signedIn: () => (workspace ? sessionView(workspace.user(), server_url, device) : null),
    syncOnce: () => current().syncOnce().catch(rethrowInWords),
    pushPending: () => current().pushPending().catch(rethrowInWords),
    verify: (how = {}) => current().verify(ACTIONS.verifyNow.args.parse(how)).catch(rethrowInWords),
    status: () => syncStatus(current(), server_url),
    pill: () => current().pill(),
    passwordOpens: (user_name, password) => passwordOpens(signInParts, user_name, password),
    onEvent: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () =>
      inTurn(async () => {
        for (const screen of served) screen.port.close();
        await leave();
      }),
  };
}
