/** Measures things side by side in one run: on a shared machine only ratios can be compared between runs. */

export type Unit =
  | 'rows'
  | 'rows/s'
  | 'ms'
  | 's'
  | 'days'
  | 'MB'
  | 'cores'
  | 'load'
  | '%'
  | 'x'
  | 'MASE'
  | 'OWA'
  | 'RMSSE'
  | 'score'
  | 'ratio';

export interface Line {
  readonly name: string;
  readonly value: number;
  readonly unit: Unit;
  /** For a ratio: the name of what it was measured beside. */
  readonly ratio_to: string | null;
}

export interface Report {
  readonly value: (name: string, value: number, unit: Exclude<Unit, 'ratio'>) => void;
  /** How many times the other's figure this one is; both must have been given in the same unit. */
  readonly ratio: (name: string, ratio_to: string) => void;
}

export function createReport(emit: (line: Line) => void): Report {
  const values = new Map<string, Line>();
  return {
    value(name, value, unit) {
      const line = { name, value: rounded(value), unit, ratio_to: null };
      values.set(name, line);
      emit(line);
    },
    ratio(name, ratio_to) {
      const one = values.get(name);
      const other = values.get(ratio_to);
      if (one === undefined || other === undefined) throw new Error(`${name} or ${ratio_to} was not measured`);
      if (one.unit !== other.unit) throw new Error(`${name} is in ${one.unit}, ${ratio_to} in ${other.unit}`);
      emit({ name, value: rounded(one.value / other.value), unit: 'ratio', ratio_to });
    },
  };
}

export interface Contender {
  readonly name: string;
  /** Runs once; answers what is to be counted: milliseconds, unless it measures a part of itself. */
  readonly run: () => number | Promise<number>;
}

/** Runs the contenders in turn, `rounds` times, so that noise meets all of them; answers each one's median. */
export async function sideBySide(
  rounds: number,
  contenders: readonly Contender[],
): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const { name, run } of contenders) found.get(name)?.push(await run());
  }
  return new Map([...found].map(([name, values]) => [name, median(values)]));
}

/** Milliseconds of the work. */
export async function timed(work: () => unknown): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

export function median(values: readonly number[]): number {
  if (values.length === 0) throw new Error('nothing was measured');
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

/** Four significant digits say more than the machine does. */
function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

export function percentiles(values: readonly number[]): readonly [half: number, most: number, nearly_all: number] {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (part: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
  return [at(0.5), at(0.95), at(0.99)];
}
