/** The stages of `npm test`. Each prints what it found and answers with its counts. */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findBrowser } from '../findBrowser.ts';
import {
  add,
  type Counts,
  NONE,
  playwrightCounts,
  playwrightFailures,
  secondTries,
  single,
  vitestCounts,
  vitestFailures,
} from './counts.ts';
import { buildCommandLine, builtCommandLine } from './builtCommands.ts';
import { runTool, type ToolOptions, toolScript } from './processes.ts';
import { SHARED_FOLDER } from './runFolder.ts';
import { sourceFolders, typeChecks } from './typeChecks.ts';

export interface StageContext {
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
  readonly say: (line: string) => void;
  /** What failed, in a line: said again at the end of the run, where it is looked for. */
  readonly blame: (line: string) => void;
  /** Paths given on the command line: only these tests, for unit and e2e. */
  readonly paths: readonly string[];
}
export type Stage = (context: StageContext) => Promise<Counts>;

export const STAGES = { types, lint, format, unit, e2e } as const satisfies Record<string, Stage>;
export type StageName = keyof typeof STAGES;

const TYPE_CHECKS_AT_ONCE = 2;

async function types(context: StageContext): Promise<Counts> {
  const script = toolScript(context.root, 'typescript', 'tsc');
  // the largest begins first
  const waiting = typeChecks(context.root).toReversed();
  let counts = NONE;
  const worker = async (): Promise<void> => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      const run = await runTool(script, ['-p', check.config, '--pretty', 'false'], captured(context));
      if (run.code !== 0) {
        const folders = check.folders.join(', ');
        context.say(`${folders}:\n${run.output.trimEnd()}`);
        context.blame(`types of ${folders}`);
      }
      counts = add(counts, single(run.code === 0));
    }
  };
  await Promise.all(Array.from({ length: TYPE_CHECKS_AT_ONCE }, worker));
  return counts;
}

async function lint(context: StageContext): Promise<Counts> {
  const script = toolScript(context.root, 'oxlint', 'oxlint');
  const run = await runTool(script, ['--deny-warnings', ...sourceFolders(context.root)], captured(context));
  if (run.code !== 0) {
    context.say(run.output.trimEnd());
    context.blame('lint');
  }
  return single(run.code === 0);
}

async function format(context: StageContext): Promise<Counts> {
  const script = toolScript(context.root, '@biomejs/biome', 'biome');
  const run = await runTool(script, ['format', '--colors=off', '--max-diagnostics=none', '.'], captured(context));
  if (run.code !== 0) context.blame(`${unformatted(run.output)}\nTo format: npm run format`);
  return single(run.code === 0);
}

/** The names of the files alone: what would change is seen by formatting them. */
function unformatted(output: string): string {
  const names = [...output.matchAll(/^(\S+) format ━/gm)].map((match) => match[1] ?? '');
  return names.length > 0 ? `Not formatted: ${names.join(', ')}` : output.trimEnd();
}

async function unit(context: StageContext): Promise<Counts> {
  await readyCommandLine(context);
  const report = reportPath(context, 'vitest.json');
  const reporters = ['default', 'json', join(context.root, 'build', 'testing', 'silentFiles.ts')];
  const args = [
    'run',
    ...reporters.map((each) => `--reporter=${each}`),
    `--outputFile.json=${report}`,
    ...context.paths,
  ];
  const run = await runTool(toolScript(context.root, 'vitest', 'vitest'), args, shown(context));
  const found = readReport(report);
  for (const failure of vitestFailures(found)) context.blame(failure.replace(`${context.root}/`, ''));
  return vitestCounts(found, run.code);
}

async function e2e(context: StageContext): Promise<Counts> {
  const browser = await findBrowser();
  if (browser.path === null) {
    context.blame(browser.reason);
    return single(false);
  }
  context.say(`Browser: ${browser.path} (${browser.source})`);
  await readyCommandLine(context);
  const report = reportPath(context, 'playwright.json');
  const args = ['test', '-c', 'tests/e2e/playwright.config.ts', '--reporter=list,json', ...context.paths];
  const run = await runTool(toolScript(context.root, '@playwright/test', 'playwright'), args, {
    ...shown(context),
    env: { ...context.env, BINNACLE_BROWSER: browser.path, PLAYWRIGHT_JSON_OUTPUT_FILE: report },
  });
  const found = readReport(report);
  for (const failure of playwrightFailures(found)) context.blame(failure);
  for (const test of secondTries(found)) context.say(`warning: passed only at its second try: ${test}`);
  return playwrightCounts(found, run.code);
}

/** Once a run: of a few named files most begin no process. */
async function readyCommandLine(context: StageContext): Promise<void> {
  const shared = context.env[SHARED_FOLDER];
  if (shared === undefined || builtCommandLine(context.env) !== null) return;
  await buildCommandLine(context.root, shared);
}

function captured(context: StageContext): ToolOptions {
  return { cwd: context.root, env: context.env, capture: true };
}

function shown(context: StageContext): ToolOptions {
  return { cwd: context.root, env: context.env, capture: false };
}

/** An old report is removed first: a tool that dies early must not be judged by yesterday's. */
function reportPath(context: StageContext, name: string): string {
  const folder = join(context.root, 'test-results');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  rmSync(path, { force: true });
  return path;
}

function readReport(path: string): unknown {
  if (!existsSync(path)) return null;
  return JSON.parse(readFileSync(path, 'utf8'));
}
