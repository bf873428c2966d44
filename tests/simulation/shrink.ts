/** Makes a failing run smaller: steps are left out for as long as it fails in the same way. */
import { type Outcome, simulate, type SimulationOptions } from './simulation.ts';

/** What went wrong without the numbers, names of rows and places that differ from run to run. */
export function kindOf(failure: string): string {
  // whose copy and which rows of it are wrong may differ
  if (/bucket \d+ of \w+ .* at checkpoint/.test(failure)) return 'a copy is not what the server held at its checkpoint';
  return (failure.split('\n')[0] ?? '')
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'id')
    .replaceAll(/\[.*|".*/g, '')
    .replaceAll(/[\w-]+-pc \(\w+\)/g, 'somebody')
    .replaceAll(/\d+/g, 'n');
}

export interface Shrunk {
  readonly only: readonly number[];
  readonly tries: number;
  readonly failure: string;
}

export async function shrink(
  options: SimulationOptions,
  failed: Outcome,
  most_tries: number,
  say: (line: string) => void = () => undefined,
): Promise<Shrunk> {
  const kind = kindOf(failed.failure ?? '');
  let only = failed.trace.flatMap((line) => {
    const match = /^(\d+) /.exec(line);
    return match ? [Number(match[1])] : [];
  });
  let failure = failed.failure ?? '';
  let tries = 0;
  for (let size = Math.ceil(only.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < only.length && tries < most_tries; ) {
      const left = only.toSpliced(from, size);
      tries += 1;
      const outcome = await simulate({ ...options, only: new Set(left) });
      if (outcome.failure !== undefined && kindOf(outcome.failure) === kind) {
        only = left;
        failure = outcome.failure;
        say(`${only.length} steps still fail`);
      } else from += size;
    }
  }
  return { only, tries, failure };
}
