/** How much a figure of a sample would differ of another sample: by the bootstrap (Efron 1979), the same on every run. */
import { randomStream } from '#server/demo/random.ts';

const SAMPLES = 1000;

/** Standard error of what is made of groups, where the groups are drawn as wholes; null of fewer than two. */
export function standardError<T>(groups: readonly T[], figure: (drawn: readonly T[]) => number): number | null {
  if (groups.length < 2) return null;
  const random = randomStream(1, 'bootstrap');
  let [sum, squares] = [0, 0];
  const first = figure(groups);
  for (let sample = 0; sample < SAMPLES; sample++) {
    const off = figure(groups.map(() => random.pick(groups))) - first;
    sum += off;
    squares += off * off;
  }
  return Math.sqrt(Math.max(0, squares - (sum * sum) / SAMPLES) / (SAMPLES - 1));
}
