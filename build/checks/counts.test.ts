import { describe, expect, test } from 'vitest';
import {
  add,
  closingLine,
  NONE,
  playwrightCounts,
  playwrightFailures,
  secondTries,
  single,
  vitestCounts,
  vitestFailures,
} from './counts.ts';

const file = (status: string, ...tests: string[]) => ({
  status,
  assertionResults: tests.map((each) => ({ status: each })),
});

describe('vitest report', () => {
  test('counts each test by its state', () => {
    const report = { testResults: [file('passed', 'passed', 'passed', 'pending'), file('failed', 'failed', 'todo')] };
    expect(vitestCounts(report, 1)).toEqual({ passed: 2, failed: 1, skipped: 2 });
  });
  test('a file that did not load is a failure', () => {
    expect(vitestCounts({ testResults: [file('failed'), file('passed', 'passed')] }, 1)).toMatchObject({ failed: 1 });
  });
  test('a failing exit with no failed test, no tests, or no report is a failure', () => {
    expect(vitestCounts({ testResults: [file('passed', 'passed')] }, 1)).toMatchObject({ passed: 1, failed: 1 });
    expect(vitestCounts({ testResults: [] }, 0)).toMatchObject({ passed: 0, failed: 1 });
    expect(vitestCounts(null, 0)).toMatchObject({ passed: 0, failed: 1 });
    expect(vitestCounts({ testResults: [file('passed', 'passed')] }, null)).toMatchObject({ failed: 1 });
  });
});

test('a vitest report names what failed, and a file that did not load, with why', () => {
  const failed = { status: 'failed', fullName: 'sum adds', failureMessages: ['AssertionError: 1 is not 2\n at'] };
  const report = {
    testResults: [
      { name: 'a.test.ts', status: 'failed', assertionResults: [{ status: 'passed' }, failed] },
      { name: 'b.test.ts', status: 'failed', message: 'Cannot find c.ts\n at', assertionResults: [] },
      { name: 'c.test.ts', status: 'passed', assertionResults: [{ status: 'passed' }] },
    ],
  };
  expect(vitestFailures(report)).toEqual([
    'a.test.ts › sum adds › AssertionError: 1 is not 2',
    'b.test.ts › Cannot find c.ts',
  ]);
  expect(vitestFailures(null)).toEqual([]);
});

describe('playwright report', () => {
  test('counts, and a test that needed its second try passed', () => {
    const stats = { expected: 4, unexpected: 1, flaky: 2, skipped: 3 };
    expect(playwrightCounts({ stats }, 1)).toEqual({ passed: 6, failed: 1, skipped: 3 });
  });
  test('who needed its second try is named, however deep it stands', () => {
    const spec = (title: string, status: string) => ({ title, file: 'a.spec.ts', line: 7, tests: [{ status }] });
    const report = {
      suites: [
        {
          title: 'a.spec.ts',
          specs: [spec('first', 'expected'), spec('second', 'flaky')],
          suites: [{ title: 'signing in', specs: [spec('third', 'flaky'), spec('fourth', 'unexpected')] }],
        },
      ],
    };
    expect(secondTries(report)).toEqual(['a.spec.ts:7 › second', 'a.spec.ts:7 › signing in › third']);
    expect(playwrightFailures(report)).toEqual(['a.spec.ts:7 › signing in › fourth']);
    expect(secondTries(null)).toEqual([]);
  });
  test('what failed is named with the first line of why, without colours', () => {
    const error = { message: '\u001b[31mError: no such row\u001b[39m\n  at a.spec.ts:9' };
    const tests = [{ status: 'unexpected', results: [{ error }] }];
    const report = { suites: [{ specs: [{ title: 'first', file: 'a.spec.ts', line: 7, tests }] }] };
    expect(playwrightFailures(report)).toEqual(['a.spec.ts:7 › first › Error: no such row']);
  });
  test('nothing run is a failure', () => {
    expect(playwrightCounts({ stats: { expected: 0, unexpected: 0, flaky: 0, skipped: 0 } }, 0).failed).toBe(1);
    expect(playwrightCounts(null, 1).failed).toBe(1);
  });
});

test('the closing line', () => {
  expect(closingLine(add(add(NONE, single(true)), single(false)))).toBe('1 passed, 1 failed');
  expect(closingLine({ passed: 12, failed: 0, skipped: 2 })).toBe('12 passed, 0 failed, 2 skipped');
});
