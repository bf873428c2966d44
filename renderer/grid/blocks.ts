/**
 * Rows in blocks of one generation. A new generation (other arguments, or a newer checkpoint) is read as far as the
 * screen shows before it replaces the old one whole, so nothing flickers and no screen mixes two answers.
 */
export interface BlockQuestion<Result, Row> {
  /** Rows offset … offset + limit. */
  readonly load: (offset: number, limit: number, signal: AbortSignal) => Promise<Result>;
  readonly rowsOf: (result: Result) => readonly Row[];
  readonly totalOf: (result: Result) => number;
}

export interface BlockSource<Result, Row> {
  /** Reads the blocks of the given display rows and then replaces the generation. Resolves false when overtaken. */
  replace(question: BlockQuestion<Result, Row>, firstRow: number, lastRow: number): Promise<boolean>;
  /** A block of the current generation, read when it is not there yet. */
  block(index: number): Promise<{ readonly rows: readonly Row[]; readonly total: number }>;
  /** The row if it has been read. */
  row(index: number): Row | undefined;
  /** The first block's answer, with its totals; null before the first. */
  result(): Result | null;
  close(): void;
}

interface Generation<Result, Row> {
  readonly question: BlockQuestion<Result, Row>;
  readonly blocks: Map<number, Promise<Result>>;
  readonly ready: Map<number, Result>;
  readonly abort: AbortController;
}

export const BLOCK_ROWS = 100;

export function createBlockSource<Result, Row>(): BlockSource<Result, Row> {
  let current: Generation<Result, Row> | null = null;
  let next: Generation<Result, Row> | null = null;

  function read(generation: Generation<Result, Row>, index: number): Promise<Result> {
    const known = generation.blocks.get(index);
    if (known) return known;
    const asked = generation.question.load(index * BLOCK_ROWS, BLOCK_ROWS, generation.abort.signal).then((result) => {
      generation.ready.set(index, result);
      return result;
    });
    generation.blocks.set(index, asked);
    // A failed block may be asked for again.
    asked.catch(() => generation.blocks.delete(index));
    return asked;
  }

  return {
    async replace(question, firstRow, lastRow) {
      next?.abort.abort();
      const generation: Generation<Result, Row> = {
        question,
        blocks: new Map(),
        ready: new Map(),
        abort: new AbortController(),
      };
      next = generation;
      const head = await read(generation, 0);
      if (next !== generation) return false;
      const last = Math.min(lastRow, Math.max(0, question.totalOf(head) - 1));
      const wanted: Promise<Result>[] = [];
      for (
        let index = Math.floor(Math.min(firstRow, last) / BLOCK_ROWS);
        index <= Math.floor(last / BLOCK_ROWS);
        index++
      ) {
        wanted.push(read(generation, index));
      }
      await Promise.all(wanted);
      if (next !== generation) return false;
      next = null;
      current?.abort.abort();
      current = generation;
      return true;
    },
    async block(index) {
      const generation = current;
      if (!generation) throw new Error('no generation yet');
      const result = await read(generation, index);
      return { rows: generation.question.rowsOf(result), total: generation.question.totalOf(result) };
    },
    row(index) {
      const result = current?.ready.get(Math.floor(index / BLOCK_ROWS));
      return result === undefined ? undefined : current?.question.rowsOf(result)[index % BLOCK_ROWS];
    },
    result: () => current?.ready.get(0) ?? null,
    close() {
      next?.abort.abort();
      current?.abort.abort();
      next = null;
      current = null;
    },
  };
}
