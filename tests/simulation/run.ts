/** `npm run simulate`: one seed, fresh seeds for some minutes, or the smallest run that still fails. */
import { parseArgs } from 'node:util';
import { addFaults, FAULTS, noFaults } from './faults.ts';
import { simulate } from './simulation.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    steps: { type: 'string', default: '600' },
    minutes: { type: 'string' },
    trace: { type: 'boolean', default: false },
  },
});
const steps = Number(values.steps);
const total = noFaults();
const until_ms = Date.now() + Number(values.minutes ?? 0) * 60_000;
let failed = 0;
let seeds = 0;
let taken = 0;
const started_ms = Date.now();
for (let seed = Number(values.seed ?? Date.now() % 1_000_000); ; seed++) {
  const outcome = await simulate({ seed, steps, ...(values.trace ? { say: (line) => console.log(line) } : {}) });
  addFaults(total, outcome.faults);
  seeds += 1;
  taken += outcome.taken;
  if (outcome.failure !== undefined) {
    failed += 1;
    console.log(`FAILED at step ${outcome.failed_at}: ${outcome.failure}`);
    console.log(`replay: npm run simulate -- --seed ${seed} --steps ${steps}`);
  } else console.log(`seed ${seed}: ${outcome.taken} steps, ${outcome.looked} looks, ${FAULTS.filter((fault) => outcome.faults[fault] > 0).length} kinds of faults`);
  if (Date.now() >= until_ms) break;
}
for (const fault of FAULTS) console.log(`${String(total[fault]).padStart(7)} ${fault}`);
const spent_s = (Date.now() - started_ms) / 1000;
console.log(`${seeds} seeds, ${taken} steps, ${(taken / spent_s).toFixed(0)} steps/s, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
