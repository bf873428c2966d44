/**
 * `npm test`: types, lint, format, then every vitest suite (unit, layers, conformance, PostgreSQL), then the end-to-end
 * tests in a browser. The last line is `N passed, N failed`. `npm test -- --only unit,e2e [paths…]` runs a part.
 */
import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { add, closingLine, NONE, single } from './checks/counts.ts';
import { endLeftovers, findLeftovers, RUN_MARKER } from './checks/processes.ts';
import { makeRunFolder, type RunFolder } from './checks/runFolder.ts';
import { STAGES, type StageContext, type StageName } from './checks/stages.ts';
import { sourceFolders } from './checks/typeChecks.ts';
import { CHANCE, chanceOf, chanceSet } from './checks/chance.ts';

const ORDER: readonly StageName[] = ['types', 'lint', 'format', 'unit', 'e2e'];

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ options: { only: { type: 'string' } }, allowPositionals: true });
  const only = values.only?.split(',');
  const unknown = (only ?? []).filter((name) => !ORDER.some((stage) => stage === name));
  if (unknown.length > 0) {
    console.error(`Unknown stage: ${unknown.join(', ')}. Stages are ${ORDER.join(', ')}.`);
    return 2;
  }
  const runId = randomUUID();
  const folder = makeRunFolder();
  try {
    return await runStages(only, positionals, runId, folder);
  } finally {
    folder.remove();
  }
}

async function runStages(
  only: readonly string[] | undefined,
  paths: readonly string[],
  runId: string,
  folder: RunFolder,
): Promise<number> {
  const blamed: string[] = [];
  const root = dirname(dirname(fileURLToPath(import.meta.url)));
  const chance = String(chanceSet(process.env) ?? chanceOf(root, sourceFolders(root)));
  console.log(`${CHANCE}=${chance}`);
  const context: StageContext = {
    root,
    env: { ...process.env, ...folder.env, [RUN_MARKER]: runId, [CHANCE]: chance },
    say: (line) => console.log(line),
    blame: (line) => blamed.push(line),
    paths,
  };
  let counts = NONE;
  const said = new Set<string>();
  let interrupted = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      interrupted = true;
    });
  }
  for (const name of ORDER.filter((stage) => only?.includes(stage) ?? true)) {
    // whoever ends a run does not wait for its other stages
    if (interrupted) break;
    console.log(`\n== ${name}`);
    const started = performance.now();
    const found = await STAGES[name](context);
    counts = add(counts, found);
    console.log(`== ${name}: ${closingLine(found)} in ${((performance.now() - started) / 1000).toFixed(1)} s`);
    const leftovers = findLeftovers(runId);
    if (leftovers.length > 0) {
      for (const { pid, command } of leftovers)
        blamed.push(`${name} left process ${pid} running: ${command.slice(0, 200)}`);
      endLeftovers(leftovers);
      counts = add(counts, single(false));
    }
    const left = folder.leftovers().filter((path) => !said.has(path));
    if (left.length > 0) {
      for (const path of left) {
        blamed.push(`${name} left ${path}`);
        said.add(path);
      }
      counts = add(counts, single(false));
    }
  }
  if (blamed.length > 0) console.log(`\nWhat failed:\n${blamed.join('\n')}`);
  if (interrupted) console.log('\nInterrupted: not every stage ran.');
  console.log(`\n${closingLine(counts)}`);
  if (interrupted) return 130;
  return counts.failed === 0 && counts.passed > 0 ? 0 : 1;
}

process.exitCode = await main();
