/**
 * Sending the outbox: in the order made, a lane never overtaking itself. What the server answers is durable there; the
 * outcome's row then arrives with the other rows and settles the mutation.
 */
import { MOST_EVIDENCE_BYTES } from '#domain/close/evidence.ts';
import type { PushMutation } from '#contract/wire/protocol.ts';
import type { Connection } from '#db/connection.ts';
import type { CrashAt, Log } from '#db/machine.ts';
import { tellViewed, viewedToTell } from '#db/audit/viewed.ts';
import { exportsToTell, tellExports } from '#db/exports/exportNotes.ts';
import { WireFailure } from '#db/sync/failure.ts';
import type { WireClient } from '#db/sync/wireClient.ts';
import { countAttempt, decide, markSent, type StoredMutation, undecided } from './outbox.ts';

const MAX_BATCH = 100;
/** Bytes of files that go before one batch: what is on the server and named by nothing stays little. */
const MAX_BATCH_FILES_BYTES = 2 * MOST_EVIDENCE_BYTES;
/** Kept well below the server's body limit. */
const MAX_BATCH_BYTES = 200_000;
const MAX_CONSIDERED = 2000;

export interface PushParts {
  readonly client: WireClient;
  readonly work: Connection;
  readonly client_id: string;
  readonly device: string;
  readonly clock: () => number;
  readonly crashAt: CrashAt;
  readonly log: Log;
  readonly onState: (id: string, state: 'sent' | 'rejected') => void;
  /** Sends the bytes a mutation names, before it; null when it may go, else why it never can. Throws WireFailure. */
  readonly sendBytes: (mutation: StoredMutation, signal: AbortSignal) => Promise<string | null>;
}

export interface Pushed {
  /** Mutations the server has answered: pull to receive their outcomes. */
  readonly answered: number;
  /** Mutations that stay because the server stumbled over them; their lanes wait, the others went on. */
  readonly stuck: number;
}

/** Beside the outbox: what left as a file, and what was looked at. */
export function somethingToTell(work: Connection): boolean {
  return exportsToTell(work) || viewedToTell(work);
}

/** Sends everything undecided once. Throws WireFailure when the server cannot be reached or the session ended. */
export async function pushOutbox(parts: PushParts, signal: AbortSignal): Promise<Pushed> {
  await tellExports(parts.work, parts.client, parts.client_id);
  await tellViewed(parts.work, parts.client, parts.client_id);
  const waiting = undecided(parts.work, MAX_CONSIDERED);
  const blocked = new Set<string>();
  let answered = 0;
  let stuck = 0;
  for (const batch of batches(waiting)) {
    const ready: StoredMutation[] = [];
    for (const mutation of batch) {
      if (blocked.has(mutation.lane)) stuck += 1;
      else {
        const bytes = await bytesThere(parts, mutation, signal);
        if (bytes === 'there') ready.push(mutation);
        else if (bytes === 'refused') answered += 1;
        else {
          blocked.add(mutation.lane);
          stuck += 1;
        }
      }
    }
    if (ready.length === 0) continue;
    const failure = await send(parts, ready, signal);
    if (!failure) {
      answered += ready.length;
      continue;
    }
    if (ready.length === 1 && ready[0]) {
      if (settleRefusal(parts, ready[0], failure)) answered += 1;
      else {
        blocked.add(ready[0].lane);
        stuck += 1;
      }
      continue;
    }
    // one of them is the reason: each goes alone, so that the others do not wait for it
    for (const mutation of ready) {
      if (blocked.has(mutation.lane)) {
        stuck += 1;
        continue;
      }
      const single = await send(parts, [mutation], signal);
      if (!single || settleRefusal(parts, mutation, single)) answered += 1;
      else {
        blocked.add(mutation.lane);
        stuck += 1;
      }
    }
  }
  return { answered, stuck };
}

/** Of the file it names, which goes before it. */
function bytesNamed({ command, args }: StoredMutation): number {
  if (command === 'attachEvidence') return Number(args['size_bytes']);
  const archive = command === 'recordBinder' ? args['archive'] : null;
  return archive !== null && typeof archive === 'object' && 'size_bytes' in archive ? Number(archive.size_bytes) : 0;
}

function* batches(mutations: readonly StoredMutation[]): Generator<StoredMutation[]> {
  let batch: StoredMutation[] = [];
  let size = 0;
  let files_size = 0;
  for (const mutation of mutations) {
    const bytes = JSON.stringify(mutation.args).length + 300;
    const file_bytes = bytesNamed(mutation);
    const full = batch.length >= MAX_BATCH || size + bytes > MAX_BATCH_BYTES;
    if (batch.length > 0 && (full || files_size + file_bytes > MAX_BATCH_FILES_BYTES)) {
      yield batch;
      batch = [];
      size = 0;
      files_size = 0;
    }
    batch.push(mutation);
    size += bytes;
    files_size += file_bytes;
  }
  if (batch.length > 0) yield batch;
}

/** 'waits': the server stumbled over the bytes, so trying again can help. Whatever it refuses for good, it says again of the mutation. */
async function bytesThere(
  parts: PushParts,
  mutation: StoredMutation,
  signal: AbortSignal,
): Promise<'there' | 'refused' | 'waits'> {
  try {
    const never = await parts.sendBytes(mutation, signal);
    if (never === null) return 'there';
    decide(parts.work, [
      {
        id: mutation.id,
        state: 'rejected',
        reason: { code: 'evidence_missing', message: never },
        decided_at_ms: parts.clock(),
      },
    ]);
    parts.onState(mutation.id, 'rejected');
    return 'refused';
  } catch (error) {
    if (!(error instanceof WireFailure)) throw error;
    if (error.kind === 'refused') return 'there';
    if (error.kind === 'unreachable' || error.kind === 'signed_out' || error.status === 429) throw error;
    parts.log('warn', `the file of change ${mutation.id} waits: ${error.message}`);
    return 'waits';
  }
}

/** Returns the failure that concerns the mutations themselves; throws the ones that concern the connection. */
async function send(
  parts: PushParts,
  mutations: readonly StoredMutation[],
  signal: AbortSignal,
): Promise<WireFailure | undefined> {
  const ids = mutations.map((mutation) => mutation.id);
  countAttempt(parts.work, ids);
  parts.crashAt('host.push.before_send');
  try {
    const answer = await parts.client.push(
      { client_id: parts.client_id, mutations: mutations.map((mutation) => wireForm(mutation, parts.device)) },
      signal,
    );
    parts.crashAt('host.push.sent');
    const answered = new Set(answer.outcomes.map((outcome) => outcome.id));
    const known = ids.filter((id) => answered.has(id));
    markSent(parts.work, known);
    for (const id of known) parts.onState(id, 'sent');
    return known.length === ids.length
      ? undefined
      : new WireFailure('busy', 'The server did not answer every change.', 500);
  } catch (error) {
    if (!(error instanceof WireFailure)) throw error;
    if (error.kind === 'unreachable' || error.kind === 'signed_out') throw error;
    if (error.status === 429 || error.status === 403 || error.status === 426) throw error;
    return error;
  }
}

function wireForm(mutation: StoredMutation, device: string): PushMutation {
  const { id, command, args, body_hash, made_at_ms } = mutation;
  return { id, command, args: { ...args }, body_hash, made_at_ms, device };
}

/** A permanent refusal is kept with its reason and the lane moves on; false when trying again can help. */
function settleRefusal(parts: PushParts, mutation: StoredMutation, failure: WireFailure): boolean {
  if (failure.kind !== 'refused') {
    parts.log('warn', `change ${mutation.id} waits: ${failure.message}`);
    return false;
  }
  decide(parts.work, [
    {
      id: mutation.id,
      state: 'rejected',
      reason: { code: failure.code || 'refused', message: failure.message },
      decided_at_ms: parts.clock(),
    },
  ]);
  parts.onState(mutation.id, 'rejected');
  return true;
}
