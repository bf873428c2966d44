/**
 * Bringing the copy to the server's head. A first load goes bucket by bucket in batches: rows are read in parts while
 * the server goes on changing, then every change from the copy's checkpoint to one drained after the last part is
 * applied on top, in the same transaction that makes the batch readable.
 */
import type { Checkpoint, DeltaRow, OpenResponse, SnapshotRow } from '#contract/wire/protocol.ts';
import { WIRE_SCHEMA_VERSION, type WireTableName } from '#contract/wire/tables.ts';
import type { Log } from '#db/machine.ts';
import type { CopyWriter, MissingBucket } from './copyWriter.ts';
import { brokenAnswer, WireFailure } from './failure.ts';
import type { WireClient } from './wireClient.ts';

const BATCH_ROWS = 40_000;
const MAX_BUCKETS_PER_REQUEST = 2000;
/** A server that never lets this copy catch up is a defect, not a reason to go on for ever. */
const MAX_ROUNDS = 10_000;
const MAX_RESETS = 3;

export interface PullParts {
  readonly client: WireClient;
  readonly writer: CopyWriter;
  readonly client_id: string;
  readonly clock: () => number;
  readonly log: Log;
  /** The server answered: it is reachable, and this is how long the copy may be used without it. */
  readonly onContact: (offline_days: number) => void;
  /** Rows came in and are committed. */
  readonly onApplied: (tables: ReadonlySet<WireTableName>) => void;
  /** Everything from the server was forgotten; the outbox was not. */
  readonly onReset: () => void;
  readonly onProgress: (progress: LoadProgress | null) => void;
}

export interface LoadProgress {
  readonly rows: number;
  readonly buckets_done: number;
  readonly buckets_total: number;
}

export interface Pulled {
  readonly checkpoint: number;
  readonly rows: number;
}

export interface Puller {
  /** To the head, missing buckets included. */
  pull(signal: AbortSignal): Promise<Pulled>;
  /** Only the changes since the copy's checkpoint; false when the scope must be asked for first. */
  follow(signal: AbortSignal): Promise<boolean>;
}

export function createPuller(parts: PullParts): Puller {
  const { client, writer, client_id } = parts;

  const open = async (signal: AbortSignal): Promise<OpenResponse> => {
    const { epoch, checkpoint, scope_hash } = writer.standing();
    const opened = await client.open({ schema: WIRE_SCHEMA_VERSION, client_id, epoch, checkpoint, scope_hash }, signal);
    parts.onContact(opened.offline_days);
    return opened;
  };

  /** Opens until the copy and the server agree on an epoch, with the scope taken over. */
  const agree = async (signal: AbortSignal): Promise<OpenResponse> => {
    for (let resets = 0; ; resets++) {
      const opened = await open(signal);
      const { epoch, checkpoint, scope_hash } = writer.standing();
      if (checkpoint !== null && (opened.plan === 'reset' || opened.epoch !== epoch)) {
        if (resets >= MAX_RESETS) throw brokenAnswer('the server asks for one reset after another');
        parts.log('warn', 'the server does not know this copy: loading afresh');
        writer.reset();
        parts.onReset();
        continue;
      }
      if (checkpoint === null) writer.begin(opened.epoch, opened.head);
      if (opened.scope_hash !== scope_hash) {
        if (!opened.scope) throw brokenAnswer('a changed scope is not named');
        const lost = writer.applyScope(opened.scope_hash, opened.scope);
        if (lost.size > 0) {
          writer.truncateLog();
          parts.onApplied(lost);
        }
      }
      return opened;
    }
  };

  /**
   * Every change from the copy's checkpoint to at least `target`; null target = the head of the first answer. False
   * when the server chose the rows by another scope than this copy knows: open again first.
   */
  const deltaTo = async (
    target: Checkpoint | null,
    signal: AbortSignal,
    onAnswer: (rows: readonly DeltaRow[], to: Checkpoint, atEnd: boolean) => void,
  ): Promise<boolean> => {
    const { epoch, checkpoint, scope_hash } = writer.standing();
    if (epoch === null || checkpoint === null) throw new Error('no cursor to follow from');
    let from = checkpoint;
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const answer = await client.delta({ client_id, epoch, from }, signal);
      if (answer.scope_hash !== undefined && answer.scope_hash !== scope_hash) return false;
      const atEnd = answer.to.number >= (target ?? answer.head).number;
      onAnswer(answer.rows, answer.to, atEnd);
      if (atEnd) return true;
      from = answer.to;
    }
    throw brokenAnswer('a delta never ends');
  };

  /** Applies what came, answer by answer. */
  const catchUp = async (target: Checkpoint | null, signal: AbortSignal) => {
    let rows = 0;
    let unknown = false;
    const sameScope = await deltaTo(target, signal, (delta, to, atEnd) => {
      const as_of_ms = atEnd ? parts.clock() : null;
      const standing = writer.standing();
      if (delta.length === 0 && standing.checkpoint?.number === to.number) {
        if (as_of_ms !== null) writer.touch(as_of_ms);
        return;
      }
      const applied = writer.apply({ to, completed: [], snapshot: [], delta, as_of_ms });
      rows += applied.rows;
      unknown ||= applied.unknown_buckets;
      parts.onApplied(applied.tables);
    });
    return { rows, unknown: unknown || !sameScope };
  };

  /** Reads buckets whole until about BATCH_ROWS rows are staged. */
  const stage = async (missing: readonly MissingBucket[], signal: AbortSignal) => {
    const { epoch } = writer.standing();
    if (epoch === null) throw new Error('no epoch to read in');
    const rows: SnapshotRow[] = [];
    const completed: number[] = [];
    const counts = writer.bucketCounts();
    let next = 0;
    let after: string | number | null = null;
    let lastProgress = 0;
    while (next < missing.length && (rows.length < BATCH_ROWS || after !== null)) {
      const wanted: readonly MissingBucket[] =
        after === null ? missing.slice(next, next + MAX_BUCKETS_PER_REQUEST) : missing.slice(next, next + 1);
      const before = rows.length;
      const ended = await client.snapshot(
        {
          client_id,
          epoch,
          buckets: wanted.map((bucket, index) => ({ bucket: bucket.id, after: index === 0 ? after : null })),
          limit_rows: Math.max(1000, BATCH_ROWS - rows.length),
        },
        signal,
        (row) => {
          rows.push(row);
          if (rows.length - lastProgress >= 5000) {
            lastProgress = rows.length;
            parts.onProgress({
              rows: counts.rows + rows.length,
              buckets_done: counts.complete + completed.length,
              buckets_total: counts.total,
            });
          }
        },
      );
      for (const part of ended) {
        if (part.complete) {
          completed.push(part.bucket);
          next += 1;
        }
      }
      const cut = ended.at(-1);
      after = cut && !cut.complete ? (rows.at(-1)?.[1] ?? null) : null;
      if (ended.length === 0 || (after !== null && rows.length === before)) {
        throw brokenAnswer('a snapshot does not move');
      }
    }
    return { rows, completed };
  };

  const loadBatch = async (missing: readonly MissingBucket[], signal: AbortSignal): Promise<number> => {
    const read_in = writer.standing().epoch;
    const staged = await stage(missing, signal);
    // drained after the last part: whatever the parts have seen is at or before this checkpoint
    const opened = await agree(signal);
    // a restored server began a new epoch while the parts were read: they belong to the old one
    if (writer.standing().epoch !== read_in) return 0;
    const delta: DeltaRow[] = [];
    let to: Checkpoint = opened.head;
    const sameScope = await deltaTo(opened.head, signal, (rows, upTo) => {
      for (const row of rows) delta.push(row);
      to = upTo;
    });
    // nothing of the batch was written: it is read again in the scope of now
    if (!sameScope) return 0;
    const lastBatch = staged.completed.length >= missing.length;
    const applied = writer.apply({
      to,
      completed: staged.completed,
      snapshot: staged.rows,
      delta,
      as_of_ms: lastBatch ? parts.clock() : null,
    });
    writer.truncateLog();
    parts.onApplied(applied.tables);
    const counts = writer.bucketCounts();
    parts.onProgress({ rows: counts.rows, buckets_done: counts.complete, buckets_total: counts.total });
    return applied.rows;
  };

  const pullOnce = async (signal: AbortSignal): Promise<number> => {
    let rows = 0;
    try {
      for (let round = 0; round < MAX_ROUNDS; round++) {
        const opened = await agree(signal);
        const missing = writer.missing();
        if (missing.length === 0) {
          const caught = await catchUp(opened.head, signal);
          rows += caught.rows;
          if (!caught.unknown) return rows;
        } else {
          rows += await loadBatch(missing, signal);
        }
      }
      throw brokenAnswer('the copy never catches up');
    } finally {
      parts.onProgress(null);
    }
  };

  return {
    pull: async (signal) => {
      for (let lost = 0; ; lost++) {
        try {
          const rows = await pullOnce(signal);
          const { checkpoint } = writer.standing();
          if (!checkpoint) throw new Error('a pull ends at a checkpoint');
          return { checkpoint: checkpoint.number, rows };
        } catch (error) {
          // the log behind the cursor is gone, or the epoch changed under way: /sync/open says what to do
          if (!(error instanceof WireFailure) || error.kind !== 'cursor_lost' || lost >= MAX_RESETS) throw error;
        }
      }
    },
    follow: async (signal) => {
      try {
        return !(await catchUp(null, signal)).unknown;
      } catch (error) {
        if (error instanceof WireFailure && error.kind === 'cursor_lost') return false;
        throw error;
      }
    },
  };
}
