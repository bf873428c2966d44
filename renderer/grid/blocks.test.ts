import { describe, expect, test } from 'vitest';
import type { InEdition } from '#contract/queries.ts';
import { BLOCK_ROWS, type BlockQuestion, createBlockSource, NewerRows } from './blocks.ts';

interface Answer {
  readonly rows: readonly string[];
  readonly total: number;
}
function question(
  name: string,
  total: number,
  log: string[] = [],
  gate?: Promise<void>,
): BlockQuestion<Answer, string> {
  return {
    load: async (offset, limit) => {
      log.push(`${name}@${offset}`);
      await gate;
      const count = Math.max(0, Math.min(limit, total - offset));
      return { rows: Array.from({ length: count }, (_, index) => `${name}${offset + index}`), total };
    },
    rowsOf: (answer) => answer.rows,
    totalOf: (answer) => answer.total,
    editionOf: () => ({ edition: name, newer: false, located: [] }),
    basis: name,
  };
}

describe('block source', () => {
  test('reads what is on the screen, then the rest on demand, each block once', async () => {
    const log: string[] = [];
    const source = createBlockSource<Answer, string>();
    expect(await source.replace(question('a', 1000, log), 180, 220)).not.toBeNull();
    expect(log).toEqual(['a@0', 'a@100', 'a@200']);
    expect(source.row(205)).toBe('a205');
    expect(source.row(305)).toBeUndefined();
    expect((await source.block(3)).rows[5]).toBe('a305');
    await source.block(3);
    expect(log).toHaveLength(4);
  });

  test('the old generation stays until the new one is read, and is replaced whole', async () => {
    const source = createBlockSource<Answer, string>();
    await source.replace(question('a', 250), 0, 30);
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const replacing = source.replace(question('b', 250, [], gate), 0, 30);
    expect(source.row(0)).toBe('a0');
    open();
    expect(await replacing).not.toBeNull();
    expect(source.row(0)).toBe('b0');
    expect((await source.block(1)).rows[0]).toBe(`b${BLOCK_ROWS}`);
  });

  test('an overtaken generation never lands', async () => {
    const source = createBlockSource<Answer, string>();
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const slow = source.replace(question('slow', 10, [], gate), 0, 5);
    expect(await source.replace(question('fast', 10), 0, 5)).not.toBeNull();
    open();
    expect(await slow).toBeNull();
    expect(source.row(0)).toBe('fast0');
  });

  test('a failed block keeps the old generation and may be asked for again', async () => {
    const source = createBlockSource<Answer, string>();
    await source.replace(question('a', 300), 0, 5);
    const broken: BlockQuestion<Answer, string> = {
      ...question('b', 300),
      load: () => Promise.reject(new Error('no')),
    };
    await expect(source.replace(broken, 0, 5)).rejects.toThrow('no');
    expect(source.row(0)).toBe('a0');
    expect((await source.block(2)).rows).toHaveLength(100);
  });

  test('a shorter answer asks only for blocks that exist', async () => {
    const log: string[] = [];
    const source = createBlockSource<Answer, string>();
    await source.replace(question('a', 0, log), 500, 530);
    expect(log).toEqual(['a@0']);
    expect(source.result()?.total).toBe(0);
  });
});

describe('rows that are kept as they stood', () => {
  interface Kept extends Answer {
    readonly in: InEdition;
  }
  /** Keeps the two latest editions of rows that are numbered by place; `newest` puts `above` rows before the others. */
  function keeper() {
    const state = { newest: 1, kept: 2 };
    const asked: string[] = [];
    const rowsIn = (edition: number) =>
      Array.from({ length: 500 + 7 * edition }, (_, row) => `row ${row - 7 * edition}`);
    const make = (basis: string): BlockQuestion<Kept, string> => ({
      load: async (offset, limit, _signal, { edition, locate }) => {
        const wanted = edition === null ? state.newest : Number(edition);
        const read = wanted > state.newest - state.kept ? wanted : state.newest;
        asked.push(`${edition ?? 'newest'}@${offset}`);
        const rows = rowsIn(read);
        const located = locate.map((key) => (rows.includes(key) ? rows.indexOf(key) : null));
        return {
          rows: rows.slice(offset, offset + limit),
          total: rows.length,
          in: { edition: String(read), newer: read < state.newest, located },
        };
      },
      rowsOf: (answer) => answer.rows,
      totalOf: (answer) => answer.total,
      editionOf: (answer) => answer.in,
      basis,
    });
    return { state, asked, make };
  }

  test('blocks of a generation are read in its edition, whatever came since', async () => {
    const { state, asked, make } = keeper();
    const source = createBlockSource<Kept, string>();
    await source.replace(make('a'), 0, 30);
    expect(await source.isBehind()).toBe(false);
    state.newest = 2;
    expect((await source.block(3)).rows[0]).toBe('row 293');
    expect(asked.at(-1)).toBe('1@300');
    expect(await source.isBehind()).toBe(true);
    expect(source.edition()).toEqual({ id: '1', basis: 'a' });
  });

  test('moving on finds the followed rows, and reads around the first of them', async () => {
    const { state, asked, make } = keeper();
    const source = createBlockSource<Kept, string>();
    await source.replace(make('a'), 290, 320);
    const follow = [
      { key: source.row(290) ?? '', row: 290 },
      { key: 'row 3', row: 10 },
      { key: 'gone', row: 12 },
    ];
    state.newest = 2;
    asked.length = 0;
    expect(await source.replace(make('a'), 290, 320, { edition: null, follow })).toEqual({
      rows: [297, 17, null],
      renewed: false,
    });
    expect(asked).toEqual(['newest@0', '2@200', '2@300']);
    expect(source.row(297)).toBe(follow[0]?.key);
  });

  test('an unfolded node stays in the edition that is shown', async () => {
    const { state, make } = keeper();
    const source = createBlockSource<Kept, string>();
    await source.replace(make('a'), 0, 30);
    state.newest = 2;
    await source.replace(make('a'), 0, 30, { edition: source.edition()?.id ?? null });
    expect(source.row(7)).toBe('row 0');
    expect(source.edition()?.id).toBe('1');
  });

  test('an edition that is gone is said to be: a block is refused, and whoever would stay is given the newest', async () => {
    const { state, make } = keeper();
    const source = createBlockSource<Kept, string>();
    await source.replace(make('a'), 0, 30);
    state.newest = 3;
    await expect(source.block(4)).rejects.toBeInstanceOf(NewerRows);
    expect(source.row(7)).toBe('row 0');
    expect(await source.isBehind()).toBe(true);
    expect(await source.replace(make('a'), 0, 30, { edition: '1' })).toEqual({ rows: [], renewed: true });
    expect(source.edition()?.id).toBe('3');
  });
});
