/**
 * Where a first load is checked and written. Pieces are staged as they come; `apply` writes what was staged in one
 * transaction with everything that belongs to it. Nothing staged is in the file before that.
 */
import type { FactStep, FactStepTaken } from '#db/analysis/factWriter.ts';
import { type ColumnBlock, blocksOf, type SnapshotPiece } from './columnBlock.ts';
import type { Applied, ApplyInput, CopyWriter } from './copyWriter.ts';

/** What belongs to the staged rows. */
export type LoadInput = Omit<ApplyInput, 'snapshot'>;

export interface Loader {
  /** Resolves when there is room for more; rejects when an earlier piece was refused. */
  stage(piece: SnapshotPiece): Promise<void>;
  /** Writes what was staged since the last call. Pieces staged before it resolves belong to the next one. */
  apply(input: LoadInput): Promise<Applied>;
  /** True while another connection than the workspace's may be writing: whoever else writes waits for its end. */
  busy(): boolean;
  /**
   * Takes a step of the column cache between two transactions of the load; null when no other connection than the
   * workspace's writes any more, which may take it itself then.
   */
  takeStep(step: FactStep): Promise<FactStepTaken | null>;
  /** Makes the indexes that a first load left out. */
  makeIndexes(): Promise<void>;
  /** Forgets what was staged, and that something was refused. */
  discard(): void;
  /** The load is over, and the log is written back into the file; another load may begin. */
  close(): Promise<void>;
}

/** In this thread, at once: for a command line that asks once, and inside the thread of `loaderThread.ts`. */
export function createInlineLoader(writer: CopyWriter): Loader {
  let staged: ColumnBlock[] = [];
  /** A batch of which a piece was refused is never written. */
  let refusal: { readonly error: unknown } | undefined;
  const discard = () => {
    staged = [];
    refusal = undefined;
  };
  return {
    stage: async (piece) => {
      if (refusal) throw refusal.error;
      try {
        for (const block of blocksOf(piece, (bucket) => writer.tableOf(bucket))) staged.push(block);
      } catch (error) {
        discard();
        refusal = { error };
        throw error;
      }
    },
    apply: async (input) => {
      if (refusal) throw refusal.error;
      const snapshot = staged;
      discard();
      return writer.apply({ ...input, snapshot });
    },
    busy: () => false,
    takeStep: async () => null,
    makeIndexes: async () => writer.makeIndexes(),
    discard,
    close: async () => writer.truncateLog(),
  };
}
