/** The one line that runs a failing run again, and steps as they are written in it: `3,7,19-24`. */
export function replayLine(seed: number, steps: number, only?: readonly number[]): string {
  const some = only === undefined ? '' : ` --only ${writeSteps(only)}`;
  return `npm run simulate -- --seed ${seed} --steps ${steps}${some}`;
}

export function writeSteps(steps: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const step of steps) {
    const last = runs.at(-1);
    if (last && last[1] === step - 1) last[1] = step;
    else runs.push([step, step]);
  }
  return runs.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join(',');
}

export function readSteps(text: string): ReadonlySet<number> {
  const steps = new Set<number>();
  for (const run of text.split(',').filter((each) => each !== '')) {
    const match = /^(\d+)(?:-(\d+))?$/.exec(run);
    if (!match) throw new Error(`${run} is no step and no run of steps`);
    for (let step = Number(match[1]); step <= Number(match[2] ?? match[1]); step++) steps.add(step);
  }
  return steps;
}
