/**
 * Rows in blocks of one generation. A new generation (other arguments, or a newer checkpoint) is read as far as the
 * screen shows before it replaces the old one whole, so nothing flickers and no screen mixes two answers.
 */
export interface BlockQuestion<Result, Row> {
  /** Rows offset … offset + limit. */
  readonly load: (offset: number, limit: number, signal: AbortSignal) => Promise<Result>;
  readonly rowsOf: (result: Result) => readonly Row[];
  readonly totalOf: (result: Result) => number;
  /** Of which checkpoint the answer is; blocks of two checkpoints are never shown together. */
  readonly checkpointOf?: (result: Result) => number;
}

/** A block was read at another checkpoint than its generation: the generation has to be replaced whole. */
export class NewerRows extends Error {}

export interface BlockSource<Result, Row> {
  /** Reads the blocks of the given display rows and then replaces the generation. Resolves false when overtaken. */
  replace(question: BlockQuestion<Result, Row>, firstRow: number, lastRow: number): Promise<boolean>;
  /** A block of the current generation, read when it is not there yet. */
  block(index: number): Promise<{ readonly rows: readonly Row[]; readonly total: number }>;
  /** Where a row that has been read stands now; null when it has not, or is gone. */
  find(isRow: (row: Row) => boolean): number | null;
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
/** While a replica loads, checkpoints follow each other; after this many the error is said and the rows stay. */
const MOST_ATTEMPTS = 5;

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

  async function sameCheckpoint(generation: Generation<Result, Row>, results: readonly Result[]): Promise<void> {
    const { checkpointOf } = generation.question;
    if (!checkpointOf) return;
    const head = checkpointOf(await read(generation, 0));
    if (results.some((result) => checkpointOf(result) !== head)) throw new NewerRows('rows of two checkpoints');
  }

  async function replaceOnce(
    question: BlockQuestion<Result, Row>,
    firstRow: number,
    lastRow: number,
  ): Promise<boolean> {
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
    const results = await Promise.all(wanted);
    if (next !== generation) return false;
    await sameCheckpoint(generation, results);
    if (next !== generation) return false;
    next = null;
    current?.abort.abort();
    current = generation;
    return true;
  }

  return {
    async replace(question, firstRow, lastRow) {
      // Rows that come in while blocks are read make another checkpoint: then all of them are read again.
      for (let attempt = 1; ; attempt++) {
        try {
          return await replaceOnce(question, firstRow, lastRow);
        } catch (error) {
          if (!(error instanceof NewerRows) || attempt === MOST_ATTEMPTS) throw error;
        }
      }
    },
    async block(index) {
      const generation = current;
      if (!generation) throw new Error('no generation yet');
      const result = await read(generation, index);
      await sameCheckpoint(generation, [result]);
      return { rows: generation.question.rowsOf(result), total: generation.question.totalOf(result) };
    },
    find(isRow) {
      for (const [index, result] of current?.ready ?? []) {
        const at = current?.question.rowsOf(result).findIndex(isRow) ?? -1;
        if (at >= 0) return index * BLOCK_ROWS + at;
      }
      return null;
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
