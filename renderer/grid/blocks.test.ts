import { describe, expect, test } from 'vitest';
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
  };
}

describe('block source', () => {
  test('reads what is on the screen, then the rest on demand, each block once', async () => {
    const log: string[] = [];
    const source = createBlockSource<Answer, string>();
    expect(await source.replace(question('a', 1000, log), 180, 220)).toBe(true);
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
    expect(await replacing).toBe(true);
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
    expect(await source.replace(question('fast', 10), 0, 5)).toBe(true);
    open();
    expect(await slow).toBe(false);
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

  test('blocks of two checkpoints are never shown together', async () => {
    let checkpoint = 1;
    const asked: BlockQuestion<Answer & { readonly at: number }, string> = {
      ...question('a', 500),
      load: async (offset, limit) => ({
        at: checkpoint,
        rows: Array.from({ length: limit }, (_, index) => `${checkpoint}:${offset + index}`),
        total: 500,
      }),
      checkpointOf: (answer) => answer.at,
    };
    const source = createBlockSource<Answer & { readonly at: number }, string>();
    await source.replace(asked, 0, 30);
    checkpoint = 2;
    await expect(source.block(3)).rejects.toBeInstanceOf(NewerRows);
    expect(source.row(0)).toBe('1:0');
    expect(await source.replace(asked, 290, 310)).toBe(true);
    expect([source.row(0), source.row(305)]).toEqual(['2:0', '2:305']);
    expect(source.find((row) => row === '2:299')).toBe(299);
    expect(source.find((row) => row === '2:150')).toBeNull();
  });

  test('a generation in which a checkpoint came between is read again as a whole', async () => {
    let reads = 0;
    const asked: BlockQuestion<Answer & { readonly at: number }, string> = {
      ...question('a', 500),
      load: async (offset, limit) => {
        reads += 1;
        const at = reads === 1 ? 1 : 2;
        return { at, rows: Array.from({ length: limit }, (_, index) => `${at}:${offset + index}`), total: 500 };
      },
      checkpointOf: (answer) => answer.at,
    };
    const source = createBlockSource<Answer & { readonly at: number }, string>();
    expect(await source.replace(asked, 100, 130)).toBe(true);
    expect([source.row(0), source.row(120)]).toEqual(['2:0', '2:120']);
  });
});
