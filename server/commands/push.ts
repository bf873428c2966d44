/**
 * POST /sync/push: every mutation gets exactly one durable outcome, written in the transaction of its effect. The same id
 * again answers what was recorded; the same id with another body is refused for the whole push, before anything is decided.
 */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { COMMANDS, type CommandName } from '#contract/commands.ts';
import { bodyText } from '#contract/wire/mutation.ts';
import type { OutcomeReason, OutcomeState, PushMutation, PushOutcome } from '#contract/wire/protocol.ts';
import { tellCommand } from '#server/audit/commandTrail.ts';
import { type Told, writeAudit } from '#server/audit/trail.ts';
import type { SignedIn } from '#server/auth/guard.ts';
import type { Clock } from '#server/clock.ts';
import type { CrashAt } from '#server/crashPoints.ts';
import { nameAuthor } from '#server/close/bookAuthors.ts';
import { periodLockedMessage } from '#server/close/periodLocked.ts';
import { firstIssue, HttpError } from '#server/http/errors.ts';
import type { ServerLog } from '#server/log.ts';
import type { Database, ServerTransaction } from '#server/schema/database.ts';
import { forgottenOutcomes, tellAgain } from './decided.ts';
import type { CommandContext } from './handler.ts';
import { markException } from './exceptions.ts';
import { approveOrder } from './approvals.ts';
import { answerReopening, askReopening, lockPeriod } from './close/locks.ts';
import { recordBinder } from './close/binder.ts';
import { attachEvidence, removeEvidence } from './close/evidence.ts';
import { addCloseNote } from './close/notes.ts';
import { openClose, planCloseTask } from './close/opening.ts';
import { changeJournal, decideJournal, proposeJournal } from './close/journal.ts';
import { signCloseTask, withdrawSignoff } from './close/signing.ts';
import { overrideFulfilment } from './fulfilment.ts';
import { addFollowUp } from './followUps.ts';
import { addItemNote, addOrderNote } from './notes.ts';
import { overrideForecast, withdrawOverride } from './overrides.ts';
import { approveReplenishment } from './replenishment/approve.ts';
import { approveDraftOrders } from './replenishment/approveOrders.ts';
import { decideReplenishment } from './replenishment/decide.ts';
import { cancelDraftOrder, makeDraftOrder, sendDraftOrder } from './replenishment/draftOrders.ts';
import { explainItem, reconcile } from './reconcile/reconcile.ts';
import type { OverlongChanges } from './overlong.ts';
import { Refusal } from './refusal.ts';
import { decideRuleChange, draftRuleChange, withdrawRuleChange } from './rules.ts';

import { answerTransfers } from './transfers/answer.ts';
import { endTransfer, moveTransfer } from './transfers/move.ts';
import { requestTransfers } from './transfers/request.ts';

export interface PushContext {
  readonly db: Database;
  readonly clock: Clock;
  readonly crashAt: CrashAt;
  readonly log: ServerLog;
  readonly overlong: OverlongChanges;
}
interface Pusher {
  readonly user: SignedIn;
  readonly client_id: string;
  /** Where the request came from. */
  readonly address: string;
}
interface Decision {
  readonly state: OutcomeState;
  readonly reason: OutcomeReason | null;
}

/** How often a transaction that lost a race (deadlock, serialisation) is tried. */
const ATTEMPTS = 4;
/** A device clock before this is broken. One that is ahead says nothing either: what the server has was not made later. */
const FIRST_MS = Date.UTC(1990, 0, 1);

/** Throws 409 `mutation_id_reused`, or 503 when the database cannot decide now (what was decided before stays recorded). */
export async function pushMutations(
  context: PushContext,
  pusher: Pusher,
  mutations: readonly PushMutation[],
): Promise<readonly PushOutcome[]> {
  await refuseReusedIds(context.db, pusher, mutations);
  const outcomes: PushOutcome[] = [];
  for (const mutation of mutations) outcomes.push(await decideWithRetry(context, pusher, mutation));
  return outcomes;
}

async function refuseReusedIds(db: Database, pusher: Pusher, mutations: readonly PushMutation[]): Promise<void> {
  const hashes = new Map<string, string>();
  for (const mutation of mutations) {
    if ((hashes.get(mutation.id) ?? mutation.body_hash) !== mutation.body_hash) throw reused(mutation.id);
    hashes.set(mutation.id, mutation.body_hash);
  }
  const recorded = await db
    .selectFrom('mutation_outcome')
    .select(['id', 'body_hash', 'user_id'])
    .where('id', 'in', [...hashes.keys()])
    .execute();
  for (const outcome of recorded) {
    if (outcome.body_hash !== hashes.get(outcome.id) || outcome.user_id !== pusher.user.id) throw reused(outcome.id);
  }
  for (const decided of await forgottenOutcomes(db, [...hashes.keys()])) {
    if (!decided.isBody(hashes.get(decided.id) ?? '') || decided.user_id !== pusher.user.id) throw reused(decided.id);
  }
}

function reused(id: string): HttpError {
  return new HttpError(409, 'mutation_id_reused', `Mutation ${id} was sent before with another content.`);
}

async function decideWithRetry(context: PushContext, pusher: Pusher, mutation: PushMutation): Promise<PushOutcome> {
  let overlong = false;
  for (let attempt = 1; ; attempt++) {
    try {
      const outcome = await context.db.transaction().execute(async (tx) => {
        const decided = await decide(context, tx, pusher, mutation, overlong);
        context.crashAt('server.push.before_commit');
        return decided;
      });
      context.crashAt('server.push.committed');
      context.overlong.forget(mutation.id);
      return outcome;
    } catch (error) {
      if (error instanceof HttpError) throw error;
      if (!overlong && sqlState(error) === '57014' && context.overlong.isEnough(mutation.id, context.clock())) {
        overlong = true;
        continue;
      }
      const lostRace = ['40001', '40P01', '23505'].includes(sqlState(error));
      if (lostRace && attempt < ATTEMPTS) continue;
      context.log.error({ mutation: mutation.id, command: mutation.command, error: String(error) }, 'push failed');
      throw new HttpError(
        503,
        'server_error',
        'The server could not decide now. Nothing is lost; it is sent again.',
        true,
        2,
      );
    }
  }
}

async function decide(
  context: PushContext,
  tx: ServerTransaction,
  pusher: Pusher,
  mutation: PushMutation,
  overlong: boolean,
): Promise<PushOutcome> {
  // Two sends of one id take turns, so the second finds the first one's outcome.
  await sql`select pg_advisory_xact_lock(hashtextextended(${mutation.id}, 1))`.execute(tx);
  const before = await tx
    .selectFrom('mutation_outcome')
    .select(['state', 'reason', 'body_hash', 'user_id'])
    .where('id', '=', mutation.id)
    .executeTakeFirst();
  if (before) {
    if (before.body_hash !== mutation.body_hash || before.user_id !== pusher.user.id) throw reused(mutation.id);
    return { id: mutation.id, state: before.state, reason: before.reason };
  }
  const [forgotten] = await forgottenOutcomes(tx, [mutation.id]);
  if (forgotten) {
    if (!forgotten.isBody(mutation.body_hash) || forgotten.user_id !== pusher.user.id) throw reused(mutation.id);
    await tellAgain(tx, mutation.id);
  }
  const { state, reason } = forgotten ?? (overlong ? OVERLONG : await tryEffect(context, tx, pusher, mutation));
  await tx
    .insertInto('mutation_outcome')
    .values({
      id: mutation.id,
      client_id: pusher.client_id,
      command: storable(mutation.command),
      state,
      reason: reason === null ? null : JSON.stringify({ ...reason, message: storable(reason.message) }),
      decided_at: new Date(context.clock()),
      body_hash: mutation.body_hash,
      user_id: pusher.user.id,
    })
    .execute();
  if (state !== 'accepted') {
    await writeAudit(tx, context.clock(), {
      kind: 'push_refused',
      by: { name: pusher.user.name, address: pusher.address },
      about: storable(mutation.command),
      detail: { state, code: reason?.code ?? '', mutation: mutation.id, device: mutation.device },
    });
  }
  return { id: mutation.id, state, reason };
}

/** The effect in a savepoint: what is refused leaves no trace but its outcome. */
async function tryEffect(
  context: PushContext,
  tx: ServerTransaction,
  { user, address }: Pusher,
  mutation: PushMutation,
): Promise<Decision> {
  const body_hash = createHash('sha256').update(bodyText(mutation.command, mutation.args)).digest('hex');
  if (body_hash !== mutation.body_hash) return rejected('bad_arguments', 'The change was damaged on its way.');
  const now_ms = context.clock();
  await nameAuthor(tx, user.name, new Date(now_ms));
  await sql`savepoint effect`.execute(tx);
  try {
    const told: Told[] = [];
    const command: CommandContext = {
      tx,
      user,
      mutation_id: mutation.id,
      made_at_ms: Math.min(Math.max(mutation.made_at_ms, FIRST_MS), now_ms),
      device: mutation.device,
      address,
      now_ms,
      tell: (...entries) => told.push(...entries),
    };
    await runCommand(command, mutation);
    if (isCommand(mutation.command)) await tellCommand(command, mutation.command, mutation.args, told);
    await sql`release savepoint effect`.execute(tx);
    return { state: 'accepted', reason: null };
  } catch (error) {
    if (isTransient(error)) throw error;
    if (error instanceof Refusal && error.stays) await sql`release savepoint effect`.execute(tx);
    else await sql`rollback to savepoint effect`.execute(tx);
    if (error instanceof Refusal) return { state: error.state, reason: error.reason };
    const locked = periodLockedMessage(error);
    if (locked !== null) return rejected('period_locked', locked);
    // A change that can never be decided must not block the ones behind it: it is kept, and a person looks.
    context.log.error({ mutation: mutation.id, command: mutation.command, error: String(error) }, 'mutation held');
    return {
      state: 'held',
      reason: { code: 'server_error', message: 'The server could not decide this change. Tell your administrator.' },
    };
  }
}

async function runCommand(context: CommandContext, mutation: PushMutation): Promise<void> {
  if (!isCommand(mutation.command)) {
    throw new Refusal('rejected', {
      code: 'unknown_command',
      message: RETIRED.get(mutation.command) ?? 'The server does not know this kind of change.',
    });
  }
  switch (mutation.command) {
    case 'addItemNote':
      return await addItemNote(context, parseArgs(COMMANDS.addItemNote.args.safeParse(mutation.args)));
    case 'addOrderNote':
      return await addOrderNote(context, parseArgs(COMMANDS.addOrderNote.args.safeParse(mutation.args)));
    case 'signCloseTask':
      return await signCloseTask(context, parseArgs(COMMANDS.signCloseTask.args.safeParse(mutation.args)));
    case 'withdrawSignoff':
      return await withdrawSignoff(context, parseArgs(COMMANDS.withdrawSignoff.args.safeParse(mutation.args)));
    case 'lockPeriod':
      return await lockPeriod(context, parseArgs(COMMANDS.lockPeriod.args.safeParse(mutation.args)));
    case 'askReopening':
      return await askReopening(context, parseArgs(COMMANDS.askReopening.args.safeParse(mutation.args)));
    case 'answerReopening':
      return await answerReopening(context, parseArgs(COMMANDS.answerReopening.args.safeParse(mutation.args)));
    case 'openClose':
      return await openClose(context, parseArgs(COMMANDS.openClose.args.safeParse(mutation.args)));
    case 'planCloseTask':
      return await planCloseTask(context, parseArgs(COMMANDS.planCloseTask.args.safeParse(mutation.args)));
    case 'addCloseNote':
      return await addCloseNote(context, parseArgs(COMMANDS.addCloseNote.args.safeParse(mutation.args)));
    case 'attachEvidence':
      return await attachEvidence(context, parseArgs(COMMANDS.attachEvidence.args.safeParse(mutation.args)));
    case 'removeEvidence':
      return await removeEvidence(context, parseArgs(COMMANDS.removeEvidence.args.safeParse(mutation.args)));
    case 'recordBinder':
      return await recordBinder(context, parseArgs(COMMANDS.recordBinder.args.safeParse(mutation.args)));
    case 'addFollowUp':
      return await addFollowUp(context, parseArgs(COMMANDS.addFollowUp.args.safeParse(mutation.args)));
    case 'reconcile':
      return await reconcile(context, parseArgs(COMMANDS.reconcile.args.safeParse(mutation.args)));
    case 'explainItem':
      return await explainItem(context, parseArgs(COMMANDS.explainItem.args.safeParse(mutation.args)));
    case 'proposeJournal':
      return await proposeJournal(context, parseArgs(COMMANDS.proposeJournal.args.safeParse(mutation.args)));
    case 'changeJournal':
      return await changeJournal(context, parseArgs(COMMANDS.changeJournal.args.safeParse(mutation.args)));
    case 'decideJournal':
      return await decideJournal(context, parseArgs(COMMANDS.decideJournal.args.safeParse(mutation.args)));
    case 'markException':
      return await markException(context, parseArgs(COMMANDS.markException.args.safeParse(mutation.args)));
    case 'overrideFulfilment':
      return await overrideFulfilment(context, parseArgs(COMMANDS.overrideFulfilment.args.safeParse(mutation.args)));
    case 'approveOrder':
      return await approveOrder(context, parseArgs(COMMANDS.approveOrder.args.safeParse(mutation.args)));
    case 'draftRuleChange':
      return await draftRuleChange(context, parseArgs(COMMANDS.draftRuleChange.args.safeParse(mutation.args)));
    case 'decideRuleChange':
      return await decideRuleChange(context, parseArgs(COMMANDS.decideRuleChange.args.safeParse(mutation.args)));
    case 'withdrawRuleChange':
      return await withdrawRuleChange(context, parseArgs(COMMANDS.withdrawRuleChange.args.safeParse(mutation.args)));
    case 'decideReplenishment':
      return await decideReplenishment(context, parseArgs(COMMANDS.decideReplenishment.args.safeParse(mutation.args)));
    case 'approveReplenishment':
      return await approveReplenishment(
        context,
        parseArgs(COMMANDS.approveReplenishment.args.safeParse(mutation.args)),
      );
    case 'makeDraftOrder':
      return await makeDraftOrder(context, parseArgs(COMMANDS.makeDraftOrder.args.safeParse(mutation.args)));
    case 'approveDraftOrders':
      return await approveDraftOrders(context, parseArgs(COMMANDS.approveDraftOrders.args.safeParse(mutation.args)));
    case 'sendDraftOrder':
      return await sendDraftOrder(context, parseArgs(COMMANDS.sendDraftOrder.args.safeParse(mutation.args)));
    case 'cancelDraftOrder':
      return await cancelDraftOrder(context, parseArgs(COMMANDS.cancelDraftOrder.args.safeParse(mutation.args)));
    case 'overrideForecast':
      return await overrideForecast(context, parseArgs(COMMANDS.overrideForecast.args.safeParse(mutation.args)));
    case 'withdrawOverride':
      return await withdrawOverride(context, parseArgs(COMMANDS.withdrawOverride.args.safeParse(mutation.args)));
    case 'requestTransfers':
      return await requestTransfers(context, parseArgs(COMMANDS.requestTransfers.args.safeParse(mutation.args)));
    case 'answerTransfers':
      return await answerTransfers(context, parseArgs(COMMANDS.answerTransfers.args.safeParse(mutation.args)));
    case 'moveTransfer':
      return await moveTransfer(context, parseArgs(COMMANDS.moveTransfer.args.safeParse(mutation.args)));
    case 'endTransfer':
      return await endTransfer(context, parseArgs(COMMANDS.endTransfer.args.safeParse(mutation.args)));
  }
}

/** What older programs may still have waiting, with what to do instead. */
const RETIRED: ReadonlyMap<string, string> = new Map([
  ['setFluxThreshold', 'Thresholds are rules now: finance drafts them under Rules, a controller approves.'],
]);

function isCommand(name: string): name is CommandName {
  return Object.hasOwn(COMMANDS, name);
}

type Parsed<T> =
  | { readonly success: true; readonly data: T }
  | { readonly success: false; readonly error: Parameters<typeof firstIssue>[0] };

function parseArgs<T>(parsed: Parsed<T>): T {
  if (parsed.success) return parsed.data;
  throw new Refusal('rejected', { code: 'bad_arguments', message: firstIssue(parsed.error) });
}

/** PostgreSQL stores no NUL in text, and an outcome must always be storable; a reason stays a sentence. */
function storable(text: string): string {
  return text.replaceAll('\u0000', '').slice(0, 500);
}

/** Held without another try: its statements were ended every time. */
const OVERLONG: Decision = {
  state: 'held',
  reason: {
    code: 'takes_too_long',
    message:
      'The server’s database ended this change several times because it takes too long. Tell your administrator.',
  },
};

function rejected(code: string, message: string): Decision {
  return { state: 'rejected', reason: { code, message } };
}

function sqlState(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** Lost races, connections, resources, shutdowns: another try may succeed, so nothing is decided. */
function isTransient(error: unknown): boolean {
  const state = sqlState(error);
  return ['40', '08', '53', '55', '57', '58'].includes(state.slice(0, 2)) || /^E[A-Z]+$/.test(state);
}
