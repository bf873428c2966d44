/** Reads how many tests ran from the reports of vitest and Playwright. */
import { stripVTControlCharacters } from 'node:util';

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export const NONE: Counts = { passed: 0, failed: 0, skipped: 0 };

export function add(a: Counts, b: Counts): Counts {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

/** Types, lint and format count as one test each. */
export function single(ok: boolean): Counts {
  return ok ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 };
}

/**
 * Counts of a vitest JSON report. A file that did not load, and an error outside every test, have no failed test to
 * show for it: each counts as one failure.
 */
export function vitestCounts(report: unknown, exitCode: number | null): Counts {
  const files = list(field(report, 'testResults'));
  let passed = 0;
  let failed = 0;
  let skipped = 0;
  for (const file of files) {
    let failedHere = 0;
    for (const test of list(field(file, 'assertionResults'))) {
      const status = field(test, 'status');
      if (status === 'passed') passed++;
      else if (status === 'failed') failedHere++;
      else skipped++;
    }
    if (field(file, 'status') === 'failed' && failedHere === 0) failedHere = 1;
    failed += failedHere;
  }
  return atLeastOneFailure({ passed, failed, skipped }, exitCode);
}

/**
 * Counts of a Playwright JSON report. A test that passed only at its second try (CI alone has one) counts as passed and
 * is named in a warning (`secondTries`): it is a defect to mend, not a reason to lose the run.
 */
export function playwrightCounts(report: unknown, exitCode: number | null): Counts {
  const stats = field(report, 'stats');
  const counts = {
    passed: number(field(stats, 'expected')) + number(field(stats, 'flaky')),
    failed: number(field(stats, 'unexpected')),
    skipped: number(field(stats, 'skipped')),
  };
  return atLeastOneFailure(counts, exitCode);
}

/** The tests of a Playwright report that passed only at a later try, with the place of each. */
export function secondTries(report: unknown): readonly string[] {
  return endedAs(report, 'flaky');
}

/** The failed tests of a vitest report, and the files that did not load, with the first line of why. */
export function vitestFailures(report: unknown): readonly string[] {
  return list(field(report, 'testResults')).flatMap((file) => {
    const failed = list(field(file, 'assertionResults')).filter((test) => field(test, 'status') === 'failed');
    const named = failed.map((test) => [
      text(field(test, 'fullName')),
      firstLine(list(field(test, 'failureMessages'))[0]),
    ]);
    if (field(file, 'status') === 'failed' && named.length === 0) named.push([firstLine(field(file, 'message'))]);
    return named.map((words) => [text(field(file, 'name')), ...words].filter((word) => word !== '').join(' › '));
  });
}

/** The failed tests of a Playwright report, with the place of each and the first line of why. */
export function playwrightFailures(report: unknown): readonly string[] {
  return endedAs(report, 'unexpected');
}

function endedAs(report: unknown, status: 'flaky' | 'unexpected'): readonly string[] {
  const found: string[] = [];
  const look = (suite: unknown, titles: readonly string[]): void => {
    for (const spec of list(field(suite, 'specs'))) {
      const test = list(field(spec, 'tests')).find((one) => field(one, 'status') === status);
      if (test === undefined) continue;
      const place = `${text(field(spec, 'file'))}:${String(field(spec, 'line'))}`;
      const why = firstLine(field(field(list(field(test, 'results'))[0], 'error'), 'message'));
      found.push([place, ...titles, text(field(spec, 'title')), why].filter((word) => word !== '').join(' › '));
    }
    for (const inner of list(field(suite, 'suites'))) look(inner, [...titles, text(field(inner, 'title'))]);
  };
  for (const file of list(field(report, 'suites'))) look(file, []);
  return found;
}

/** No stage passes by running nothing, nor when its tool failed outside the tests. */
function atLeastOneFailure(counts: Counts, exitCode: number | null): Counts {
  const ranNothing = counts.passed + counts.failed === 0;
  if (counts.failed === 0 && (exitCode !== 0 || ranNothing)) return { ...counts, failed: 1 };
  return counts;
}

/** The closing line: `12 passed, 0 failed`, and what was skipped after it. */
export function closingLine(counts: Counts): string {
  const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
  return `${counts.passed} passed, ${counts.failed} failed${skipped}`;
}

function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return Reflect.get(value, name);
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** What a tool says of an error begins with what went wrong; its colours are left out. */
function firstLine(value: unknown): string {
  return stripVTControlCharacters(text(value)).split('\n', 1)[0] ?? '';
}

function number(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
