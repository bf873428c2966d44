/** `npm run simulate`: one seed, fresh seeds for some minutes, or the smallest run of a seed that still fails. */
import { randomInt } from 'node:crypto';
import { rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { addFaults, FAULTS, noFaults } from './faults.ts';
import { readSteps, replayLine } from './replayLine.ts';
import { shrink } from './shrink.ts';
import { openFolders, simulate, type SimulationOptions } from './simulation.ts';

const MOST_TRIES = 150;
const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    steps: { type: 'string', default: '500' },
    only: { type: 'string' },
    minutes: { type: 'string' },
    shrink: { type: 'boolean', default: false },
    trace: { type: 'boolean', default: false },
  },
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    for (const folder of openFolders) rmSync(folder, { recursive: true, force: true });
    process.exit(130);
  });
}

const steps = Number(values.steps);
const until_ms = Date.now() + Number(values.minutes ?? 0) * 60_000;
const total = noFaults();
let [failed, seeds, taken, spent_ms] = [0, 0, 0, 0];
const first = values.seed === undefined ? randomInt(1_000_000) : Number(values.seed);
for (let seed = first; ; seed++) {
  const options: SimulationOptions = {
    seed,
    steps,
    ...(values.only === undefined ? {} : { only: readSteps(values.only) }),
    ...(values.trace ? { say: (line: string) => console.log(line) } : {}),
  };
  const started_ms = performance.now();
  const outcome = await simulate(options);
  spent_ms += performance.now() - started_ms;
  addFaults(total, outcome.faults);
  seeds += 1;
  taken += outcome.taken;
  if (outcome.failure === undefined) {
    console.log(`seed ${seed}: ${outcome.taken} steps, ${outcome.looked} looks at files`);
  } else {
    failed += 1;
    console.log(`FAILED at step ${outcome.failed_at}: ${outcome.failure}`);
    console.log(replayLine(seed, steps, values.only === undefined ? undefined : [...readSteps(values.only)]));
    if (values.shrink) {
      const small = await shrink({ seed, steps }, outcome, MOST_TRIES, (line) => console.log(line));
      console.log(`${small.only.length} steps after ${small.tries} tries: ${small.failure}`);
      console.log(replayLine(seed, steps, small.only));
    }
  }
  if (Date.now() >= until_ms) break;
}
for (const fault of FAULTS) console.log(`${String(total[fault]).padStart(7)} ${fault}`);
console.log(`${seeds} seeds, ${taken} steps, ${Math.round((taken * 1000) / spent_ms)} steps/s, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
