/**
 * Bringing the copy to the server's head. A first load goes bucket by bucket in batches: rows are read in parts while
 * the server goes on changing, then every change from the copy's checkpoint to one drained after the last part is
 * applied on top, in the same transaction that makes the batch readable.
 */
import type { Checkpoint, DeltaRow, OpenResponse } from '#contract/wire/protocol.ts';
import { WIRE_SCHEMA_VERSION, WIRE_TABLES, type WireTableName } from '#contract/wire/tables.ts';
import type { CrashAt, Log } from '#db/machine.ts';
import type { CopyWriter, MissingBucket } from './copyWriter.ts';
import { brokenAnswer, WireFailure } from './failure.ts';
import type { Loader, LoadInput } from './loader.ts';
import { type LoadSteps, trackProgress } from './loadProgress.ts';
import type { SnapshotAnswer } from './rowStream.ts';
import type { DeltaAnswer, WireClient } from './wireClient.ts';

/** The first batch is small, so that something is to be seen soon; the others pay for their commit. */
const FIRST_BATCH_ROWS = 40_000;
const BATCH_ROWS = 60_000;
const MAX_BUCKETS_PER_REQUEST = 2000;
/** A server that never lets this copy catch up is a defect, not a reason to go on for ever. */
const MAX_ROUNDS = 10_000;
const MAX_RESETS = 3;

export interface PullParts {
  readonly client: WireClient;
  readonly writer: CopyWriter;
  /** Writes the same file as `writer`, never at the same time. */
  readonly loader: Loader;
  readonly client_id: string;
  readonly clock: () => number;
  readonly crashAt: CrashAt;
  readonly log: Log;
  /** The server answered: it is reachable, and this is how long the copy may be used without it. */
  readonly onContact: (offline_days: number) => void;
  /** Rows came in and are committed. */
  readonly onApplied: (tables: ReadonlySet<WireTableName>) => void;
  /** Everything from the server was forgotten; the outbox was not. */
  readonly onReset: () => void;
  /**
   * A copy is about to begin. Whatever became of the one before it (reset, set aside, never written for a crash between
   * the two files), nobody knows the epoch its accepted work belongs to. May run again without harm.
   */
  readonly onBegin: () => void;
  readonly onProgress: (progress: LoadSteps | null) => void;
}

export interface Pulled {
  readonly checkpoint: number;
  readonly rows: number;
}

export interface Puller {
  /** To the head, missing buckets included. */
  pull(signal: AbortSignal): Promise<Pulled>;
  /** Forgets the copy and loads all of it again. */
  reload(signal: AbortSignal): Promise<Pulled>;
  /** Only the changes since the copy's checkpoint; false when the scope must be asked for first. */
  follow(signal: AbortSignal): Promise<boolean>;
}

export function createPuller(parts: PullParts): Puller {
  const { client, writer, loader, client_id } = parts;

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
      if (checkpoint === null) {
        parts.onBegin();
        writer.begin(opened.epoch, opened.head);
      }
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
    onAnswer: (answer: DeltaAnswer, atEnd: boolean) => void,
  ): Promise<boolean> => {
    const { epoch, checkpoint, scope_hash } = writer.standing();
    if (epoch === null || checkpoint === null) throw new Error('no cursor to follow from');
    let from = checkpoint;
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const answer = await client.delta({ client_id, epoch, from, reloads: true }, signal);
      if (answer.scope_hash !== undefined && answer.scope_hash !== scope_hash) return false;
      const atEnd = answer.to.number >= (target ?? answer.head).number;
      onAnswer(answer, atEnd);
      if (atEnd) return true;
      from = answer.to;
    }
    throw brokenAnswer('a delta never ends');
  };

  /** Applies what came, answer by answer. */
  const catchUp = async (target: Checkpoint | null, signal: AbortSignal) => {
    let rows = 0;
    let unknown = false;
    const sameScope = await deltaTo(target, signal, ({ rows: delta, to, reload }, atEnd) => {
      unknown ||= reload.length > 0;
      const as_of_ms = atEnd && !unknown ? parts.clock() : null;
      const standing = writer.standing();
      if (delta.length === 0 && reload.length === 0 && standing.checkpoint?.number === to.number) {
        if (as_of_ms !== null) writer.touch(as_of_ms);
        return;
      }
      const applied = writer.apply({ to, completed: [], snapshot: [], delta, reload, as_of_ms });
      rows += applied.rows;
      unknown ||= applied.unknown_buckets;
      parts.onApplied(applied.tables);
    });
    return { rows, unknown: unknown || !sameScope };
  };

  /** Reads buckets whole until about `batch_rows` rows are staged; returns the buckets that are. */
  const stage = async (
    missing: readonly MissingBucket[],
    batch_rows: number,
    signal: AbortSignal,
    onRows: (rows: number) => void,
  ): Promise<readonly number[]> => {
    const { epoch } = writer.standing();
    if (epoch === null) throw new Error('no epoch to read in');
    const completed: number[] = [];
    let staged_rows = 0;
    let after: string | number | null = null;
    while (completed.length < missing.length && (staged_rows < batch_rows || after !== null)) {
      const next = completed.length;
      const wanted: readonly MissingBucket[] =
        after === null ? missing.slice(next, next + MAX_BUCKETS_PER_REQUEST) : missing.slice(next, next + 1);
      const answer: SnapshotAnswer = await client.snapshot(
        {
          client_id,
          epoch,
          buckets: wanted.map((bucket, index) => ({ bucket: bucket.id, after: index === 0 ? after : null })),
          limit_rows: Math.max(1000, batch_rows - staged_rows),
          encoding: 'columns',
        },
        signal,
        async (piece) => {
          onRows(piece.kind === 'columns' ? piece.facts.rows : piece.rows.length);
          await loader.stage(piece);
          parts.crashAt('host.load.staged');
        },
      );
      for (const part of answer.parts) if (part.complete) completed.push(part.bucket);
      staged_rows += answer.rows;
      const cut = answer.parts.at(-1);
      after = cut && !cut.complete ? answer.last_id : null;
      if (answer.parts.length === 0 || (cut?.complete === false && answer.rows === 0)) {
        throw brokenAnswer('a snapshot does not move');
      }
    }
    return completed;
  };

  /**
   * Everything missing, batch by batch. While one batch is written the next is already read; its parts are asked for
   * only after the delta of the batch before has come: a change between its checkpoint and a part read earlier would be
   * in neither. Ends early when the scope or the server's log became another: what is missing is looked up anew.
   */
  const loadMissing = async (signal: AbortSignal): Promise<number> => {
    const progress = trackProgress(writer, parts.clock, parts.onProgress);
    let missing: readonly MissingBucket[] = writer.missing();
    let rows = 0;
    let writing: Promise<void> = Promise.resolve();
    const write = async (input: LoadInput) => {
      const applied = await loader.apply(input);
      writer.refresh();
      rows += applied.rows;
      parts.onApplied(applied.tables);
      progress.written();
    };
    try {
      for (let batch = 0; missing.length > 0; batch++) {
        const limit = batch === 0 ? FIRST_BATCH_ROWS : BATCH_ROWS;
        const completed = await stage(missing, limit, signal, progress.read);
        await writing;
        const before = writer.standing();
        // drained after the last part: whatever the parts have seen is at or before this checkpoint
        const opened = await agree(signal);
        const now = writer.standing();
        // the parts belong to a log that is gone: a restored server, or a cursor that was too old
        if (now.epoch !== before.epoch || now.checkpoint?.id !== before.checkpoint?.id) break;
        const delta: DeltaRow[] = [];
        let to: Checkpoint = opened.head;
        const reload: number[] = [];
        const sameScope = await deltaTo(opened.head, signal, (answer) => {
          for (const change of answer.rows) delta.push(change);
          reload.push(...answer.reload);
          to = answer.to;
        });
        // nothing of the batch was written: it is read again in the scope of now
        if (!sameScope) break;
        if (reload.length > 0) {
          // some of the parts may be older than what the delta leaves out: all of them are read again
          const applied = writer.apply({ to, completed: [], snapshot: [], delta, reload, as_of_ms: null });
          rows += applied.rows;
          parts.onApplied(applied.tables);
          break;
        }
        const as_of_ms = completed.length >= missing.length ? parts.clock() : null;
        writing = write({ to, completed, delta, reload, as_of_ms });
        // awaited before the next batch is closed; a failure until then is not unheard
        writing.catch(() => undefined);
        if (now.scope_hash !== before.scope_hash) break;
        missing = missing.slice(completed.length);
      }
      await writing;
      return rows;
    } finally {
      await writing.catch(() => undefined);
      loader.discard();
      await loader.close();
    }
  };

  /** What a first load leaves for its end, and a crash for the next start. */
  const finishLoad = async () => {
    if (writer.standing().checkpoint === null || writer.missing().length > 0 || !writer.lacksIndexes()) return;
    try {
      await loader.makeIndexes();
    } finally {
      await loader.close();
    }
  };

  const pullOnce = async (signal: AbortSignal): Promise<number> => {
    let rows = 0;
    try {
      for (let round = 0; round < MAX_ROUNDS; round++) {
        await finishLoad();
        const opened = await agree(signal);
        if (writer.missing().length === 0) {
          const caught = await catchUp(opened.head, signal);
          rows += caught.rows;
          if (!caught.unknown) return rows;
        } else {
          rows += await loadMissing(signal);
        }
      }
      throw brokenAnswer('the copy never catches up');
    } finally {
      parts.onProgress(null);
    }
  };

  const pull = async (signal: AbortSignal): Promise<Pulled> => {
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
  };

  return {
    pull,
    reload: async (signal) => {
      // only while the server answers: nobody is left with nothing
      await open(signal);
      writer.reset();
      parts.onApplied(new Set(WIRE_TABLES.map((table) => table.name)));
      return await pull(signal);
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
