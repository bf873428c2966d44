import { spawn } from 'node:child_process';
import { createWriteStream, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const BINNACLE = fileURLToPath(new URL('../binnacle.ts', import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function binnacle(args: readonly string[], nodeOptions: readonly string[] = []): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [...nodeOptions, BINNACLE, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

describe('forecasting commands', () => {
  let dir: string;
  const at = (name: string) => join(dir, name);
  const rows = (name: string) =>
    readFileSync(at(name), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => line.split(','));
  const forecast = (input = '', output = '', ...more: string[]) =>
    binnacle(['forecast', '--input', at(input), '--frequency', '4', '--horizon', '3', '--output', at(output), ...more]);

  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'binnacle-forecast-'));
    const seasonal = Array.from({ length: 24 }, (_, period) => [80, 110, 120, 90][period % 4]).join(',');
    writeFileSync(
      at('good.csv'),
      `\ufeffid,v1,v2\r\n"A, large",${seasonal}\r\nB,5\r\nC,0,0,0,0\r\nD,-3,4,-1,2,,\r\n\r\n`,
    );
    writeFileSync(at('bad.csv'), 'A,1,2,3,4\nB,1,,3\nC,1,NaN,2\n,4\nD,"5\nE,1e15,1e15,1e15\n');
    writeFileSync(at('header.csv'), 'id,v1,v2\n');
    // as the M4 files are: quoted, a header, and cells filled up with nothing or NA
    const hostile = [
      '"V1","V2","V3","V4","V5"',
      '"W2","1","2","3",',
      '"W1",5,,,',
      '"W2",0,0,0,0',
      '=W3,-1,-2,-3,NA',
      '"say ""W""", 1 , 2 ,NA,NA',
      'one,7',
      `wide,${Array.from({ length: 150_000 }, (_, at) => 100_000 + (at % 7)).join(',')}`,
    ];
    writeFileSync(at('hostile.csv'), `\ufeff${hostile.join('\r\n')}\r\n`);
    writeFileSync(at('semicolons.csv'), 'id;v1;v2\nA;1,5;2,5\nB;2;3\n');
    writeFileSync(at('huge.csv'), 'A,1e300\nB,Infinity,1\nC,1,-Infinity\n');
    writeFileSync(at('empty.csv'), '');
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it('writes points, quantiles and what looking back found', async () => {
    const chances = ['0.05', '0.5', '0.95'];
    const more = ['--quantiles', chances.join(','), '--backtest', at('report.csv')];
    expect(await forecast('good.csv', 'f.csv', ...more)).toMatchObject({ code: 0, stderr: '' });
    expect(rows('f.csv').map((row) => row.length)).toEqual([5, 4, 4, 4]);
    const [, , ...points] = rows('f.csv')[0] ?? [];
    expect(readFileSync(at('f.csv'), 'utf8')).toMatch(/^"A, large",/);
    [80, 110, 120].forEach((value, step) => expect(Number(points[step])).toBeCloseTo(value, 3));
    expect(rows('f.csv').slice(1, 3)).toEqual([
      ['B', '5', '5', '5'],
      ['C', '0', '0', '0'],
    ]);
    const numbers = chances.map((chance) => rows(`f.q${chance}.csv`).map((row) => row.slice(-3).map(Number)));
    numbers.flat(2).forEach((value) => expect(Number.isFinite(value)).toBe(true));
    for (let row = 0; row < 4; row++) {
      const [low = 0, middle = 0, high = 0] = numbers.map((file) => file[row]?.[0]);
      expect(low).toBeLessThanOrEqual(middle);
      expect(middle).toBeLessThanOrEqual(high);
    }
    expect(rows('report.csv').map((row) => row.at(-8))).toEqual(['class', 'smooth', 'new', 'obsolete', 'erratic']);
  });

  it('names the lines it cannot use, uses the others, and fails', async () => {
    const { code, stderr } = await forecast('bad.csv', 'g.csv');
    expect(code).toBe(1);
    for (const words of ['4 of the lines', 'line 2: B: v2 is blank', 'line 3: C: v2', 'line 4', 'line 5']) {
      expect(stderr).toContain(words);
    }
    expect(rows('g.csv').map(([id]) => id)).toEqual(['A', 'E']);
  });

  it('keeps the lines and ids of ragged, quoted files, twice the same id and a line of 1 MB too', async () => {
    const [made, scores] = await Promise.all([
      forecast('hostile.csv', 'hostile.out.csv'),
      binnacle(['anomalies', '--input', at('hostile.csv')]),
    ]);
    expect(made).toMatchObject({ code: 0, stderr: '' });
    const written = readFileSync(at('hostile.out.csv'), 'utf8').trimEnd().split('\n');
    expect(written.map((line) => line.split(',').slice(0, -3).join(','))).toEqual([
      'W2',
      'W1',
      'W2',
      '=W3',
      '"say ""W"""',
      'one',
      'wide',
    ]);
    for (const line of written) for (const cell of line.split(',').slice(-3)) expect(cell).toMatch(/^-?\d+(\.\d+)?$/);
    expect([scores.code, scores.stdout.trimEnd().split('\n').length]).toEqual([0, 7]);
  });

  it('refuses what cannot be done and leaves nothing behind', async () => {
    const before = readdirSync(dir);
    const cases: [words: string, input: string, output: string, ...more: string[]][] = [
      ['it is empty', 'empty.csv', 'h.csv'],
      ['a header and no series', 'header.csv', 'h.csv'],
      ['line 2: its values are separated by semicolons: save it with commas', 'semicolons.csv', 'h.csv'],
      ['line 3: C: v2 is “-Infinity”, not a number', 'huge.csv', 'h.csv'],
      ['line 1: A: v1 is “1e300”, beyond ±1e15', 'huge.csv', 'h.csv'],
      ['Cannot read', 'nowhere.csv', 'h.csv'],
      ['named twice', 'good.csv', 'good.csv'],
      ['Cannot write', 'good.csv', 'none/h.csv'],
      ['between 0 and 1', 'good.csv', 'h.csv', '--quantiles', '0.5,1'],
      ['--horizon is a whole number', 'good.csv', 'h.csv', '--horizon', '0'],
    ];
    await Promise.all(
      cases.map(async ([words, ...args]) => {
        const { code, stderr } = await forecast(...args);
        expect([code, stderr]).toEqual([1, expect.stringContaining(words)]);
      }),
    );
    expect(readdirSync(dir)).toEqual(before);
  });

  it('leaves nothing half-written when it is stopped', async () => {
    const rowFiles = new URL('./rowFiles.ts', import.meta.url).href;
    const script = `
      const { RowFiles } = await import(${JSON.stringify(rowFiles)});
      const files = await RowFiles.open([${JSON.stringify(at('stopped.csv'))}]);
      await files.write(0, 'A,1'.padEnd(100_000, ','));
      console.log('half');
      setInterval(() => {}, 1_000);`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = new Promise<NodeJS.Signals | null>((resolve) =>
      child.on('close', (_code, signal) => resolve(signal)),
    );
    await new Promise((resolve) => child.stdout.once('data', resolve));
    expect(readdirSync(dir).filter((name) => name.startsWith('stopped.csv'))).toHaveLength(1);
    child.kill('SIGINT');
    expect(await ended).toBe('SIGINT');
    expect(readdirSync(dir).filter((name) => name.startsWith('stopped.csv'))).toEqual([]);
  });

  it('prints levels and scores, or writes them', async () => {
    const level = ['lead-time-level', '--input', at('good.csv'), '--horizon', '2', '--service', '0.95'];
    const scores = ['anomalies', '--input', at('good.csv'), '--output', at('scores.csv')];
    const [levels, written] = await Promise.all([binnacle(level), binnacle(scores)]);
    expect([levels.code, written.code]).toEqual([0, 0]);
    const printed = levels.stdout.trimEnd().split('\n');
    expect(printed).toHaveLength(4);
    expect(printed[2]).toBe('C,0');
    expect(Number(printed[1]?.split(',')[1])).toBeGreaterThanOrEqual(10);
    for (const row of rows('scores.csv')) expect(Number(row.at(-1))).toBeGreaterThanOrEqual(0);
  });

  it('reads any number of lines in little memory', async () => {
    const file = createWriteStream(at('many.csv'));
    for (let line = 0; line < 50_000; line++) file.write(`item ${line},${line % 7},3,4,${line % 5}\n`);
    file.end();
    await finished(file);
    const args = ['anomalies', '--input', at('many.csv'), '--frequency', '1', '--output', at('many.out.csv')];
    expect(await binnacle(args, ['--max-old-space-size=48'])).toMatchObject({ code: 0 });
    expect(existsSync(at('many.out.csv'))).toBe(true);
    expect(rows('many.out.csv')).toHaveLength(50_000);
  });
});
