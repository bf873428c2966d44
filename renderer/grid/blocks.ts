/**
 * Rows in blocks of one generation. A new generation (other arguments, or newer rows) is read as far as the screen shows
 * before it replaces the old one whole, so nothing flickers and no screen mixes two answers.
 */
import type { InEdition } from '#contract/queries.ts';

/** How a block is to be read. */
export interface Within {
  /** The edition to read on in; null = the newest. */
  readonly edition: string | null;
  /** Keys of rows whose places are wanted. */
  readonly locate: readonly string[];
}

export interface BlockQuestion<Result, Row> {
  /** Rows offset … offset + limit. */
  readonly load: (offset: number, limit: number, signal: AbortSignal, within: Within) => Promise<Result>;
  readonly rowsOf: (result: Result) => readonly Row[];
  readonly totalOf: (result: Result) => number;
  /** The query keeps rows as they stood: blocks of a generation are read in one edition. */
  readonly editionOf: (result: Result) => InEdition;
  /** Questions of one basis stay in the edition that is shown: unfolding a node moves no value. */
  readonly basis: string;
}

/** How a block is read, as the query's arguments. */
export function editionArguments({ edition, locate }: Within): {
  readonly edition?: string;
  readonly locate: string[];
} {
  return { locate: [...locate], ...(edition === null ? {} : { edition }) };
}

/** A block was read of other rows than its generation: the generation has to be replaced whole. */
export class NewerRows extends Error {}

/** A row that is to be found again where it goes. */
export interface Followed {
  readonly key: string;
  readonly row: number;
}

export interface ReplaceOptions {
  /** Stay in this edition as long as it is kept. */
  readonly edition?: string | null;
  /** The first decides which rows are read: those around its new place. */
  readonly follow?: readonly Followed[];
}

export interface Replaced {
  /** Where the followed rows stand now; null when that is not known or they are gone. */
  readonly rows: readonly (number | null)[];
  /** The edition to stay in was not kept any more. */
  readonly renewed: boolean;
}

export interface BlockSource<Result, Row> {
  /** Reads the blocks of the given display rows and then replaces the generation. Resolves null when overtaken. */
  replace(
    question: BlockQuestion<Result, Row>,
    firstRow: number,
    lastRow: number,
    options?: ReplaceOptions,
  ): Promise<Replaced | null>;
  /** A block of the current generation, read when it is not there yet. */
  block(index: number): Promise<{ readonly rows: readonly Row[]; readonly total: number }>;
  /** Where a row that has been read stands now; null when it has not, or is gone. */
  find(isRow: (row: Row) => boolean): number | null;
  /** The row if it has been read. */
  row(index: number): Row | undefined;
  /** The first block's answer, with its totals; null before the first. */
  result(): Result | null;
  /** The edition shown, and of which basis; null before the first. */
  edition(): { readonly id: string; readonly basis: string } | null;
  /** Whether there are newer rows than those shown; null when nothing can be said. */
  isBehind(): Promise<boolean | null>;
  close(): void;
}

interface Generation<Result, Row> {
  readonly question: BlockQuestion<Result, Row>;
  /** null until the first block said which. */
  edition: string | null;
  readonly blocks: Map<number, Promise<Result>>;
  readonly ready: Map<number, Result>;
  readonly abort: AbortController;
}

export const BLOCK_ROWS = 100;
/** While many rows come in, editions follow each other; after this many the error is said and the rows stay. */
const MOST_ATTEMPTS = 5;
const NOTHING: readonly string[] = [];

export function createBlockSource<Result, Row>(): BlockSource<Result, Row> {
  let current: Generation<Result, Row> | null = null;
  let next: Generation<Result, Row> | null = null;

  function read(generation: Generation<Result, Row>, index: number, locate = NOTHING): Promise<Result> {
    const known = generation.blocks.get(index);
    if (known) return known;
    const { question, abort, edition } = generation;
    const asked = question.load(index * BLOCK_ROWS, BLOCK_ROWS, abort.signal, { edition, locate }).then((result) => {
      generation.ready.set(index, result);
      return result;
    });
    generation.blocks.set(index, asked);
    // A failed block may be asked for again.
    asked.catch(() => generation.blocks.delete(index));
    return asked;
  }

  function sameRows(generation: Generation<Result, Row>, results: readonly Result[]): void {
    const { editionOf } = generation.question;
    if (results.some((result) => editionOf(result).edition !== generation.edition)) {
      throw new NewerRows('rows of two editions');
    }
  }

  async function replaceOnce(
    question: BlockQuestion<Result, Row>,
    firstRow: number,
    lastRow: number,
    { edition = null, follow = [] }: ReplaceOptions,
  ): Promise<Replaced | null> {
    next?.abort.abort();
    const generation: Generation<Result, Row> = {
      question,
      edition,
      blocks: new Map(),
      ready: new Map(),
      abort: new AbortController(),
    };
    next = generation;
    const head = await read(
      generation,
      0,
      follow.map(({ key }) => key),
    );
    if (next !== generation) return null;
    const read_in = question.editionOf(head);
    generation.edition = read_in.edition;
    const rows = follow.map((_, at) => read_in.located[at] ?? null);
    const leader = rows[0] ?? null;
    const by = leader === null ? 0 : leader - (follow[0]?.row ?? 0);
    const last = Math.min(Math.max(0, lastRow + by), Math.max(0, question.totalOf(head) - 1));
    const first = Math.min(Math.max(0, firstRow + by), last);
    const wanted: Promise<Result>[] = [];
    for (let index = Math.floor(first / BLOCK_ROWS); index <= Math.floor(last / BLOCK_ROWS); index++) {
      wanted.push(read(generation, index));
    }
    const results = await Promise.all(wanted);
    if (next !== generation) return null;
    sameRows(generation, results);
    next = null;
    current?.abort.abort();
    current = generation;
    return { rows, renewed: edition !== null && generation.edition !== edition };
  }

  return {
    async replace(question, firstRow, lastRow, options = {}) {
      // An edition that is not kept any more between its blocks: then all of them are read again.
      for (let attempt = 1; ; attempt++) {
        try {
          return await replaceOnce(question, firstRow, lastRow, options);
        } catch (error) {
          if (!(error instanceof NewerRows) || attempt === MOST_ATTEMPTS) throw error;
        }
      }
    },
    async block(index) {
      const generation = current;
      if (!generation) throw new Error('no generation yet');
      const result = await read(generation, index);
      sameRows(generation, [result]);
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
    edition() {
      if (current === null || current.edition === null) return null;
      return { id: current.edition, basis: current.question.basis };
    },
    async isBehind() {
      const generation = current;
      if (!generation) return null;
      const { edition, question, abort } = generation;
      const answer = question.editionOf(await question.load(0, 1, abort.signal, { edition, locate: NOTHING }));
      if (current !== generation) return null;
      return answer.newer || answer.edition !== edition;
    },
    close() {
      next?.abort.abort();
      current?.abort.abort();
      next = null;
      current = null;
    },
  };
}
