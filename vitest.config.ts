import { defineConfig } from 'vitest/config';
import SlowFirst from './build/testing/slowFirst.ts';

const EVERYWHERE = ['**/node_modules/**', 'dist/**', 'tests/e2e/**'];
/** Questions asked of one replica, which each file takes away itself. */
const QUESTIONS = 'db/{queries,analysis}/**/*.test.ts';
/**
 * They change what all of a process has (its environment, its clock, a module in another's place), or are about processes
 * and how they are killed; or hold a whole demo, whose memory a process would keep: each has one of its own.
 */
const APART = [
  '{build,electron}/**/*.test.ts',
  'tests/{failure,process,simulation}/**/*.test.ts',
  'cli/{beginAsHost,import/realOrders}.test.ts',
  'db/hosts/utility.test.ts',
  'server/auth/auth.test.ts',
  'server/{dataDirLock,stalled,template}.test.ts',
  'server/testing/**/*.test.ts',
  'tests/{kpi/demo,erosion/planted,security/workbookBombs}.test.ts',
  'server/demo/{bulkLoad,stories}.test.ts',
];

export default defineConfig({
  test: {
    sequence: { sequencer: SlowFirst },
    pool: 'forks',
    // one more than the cores of a small machine: tests of processes wait for them, and for kills, now and then
    maxWorkers: 4,
    // on a machine that does ten other things: a test that hangs is found all the same
    testTimeout: 60_000,
    hookTimeout: 120_000,
    setupFiles: ['build/testing/ownFolder.ts', 'build/testing/setChance.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'pure',
          include: ['{domain,contract}/**/*.test.ts', 'renderer/**/*.test.{ts,tsx}', QUESTIONS],
          exclude: EVERYWHERE,
          // they begin no process: one for each file would take longer than the tests
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'shared',
          include: ['{db,server,cli,tests}/**/*.test.ts'],
          exclude: [...EVERYWHERE, ...APART, QUESTIONS],
          // a database in WebAssembly is compiled once for each process: three seconds of every such file otherwise
          isolate: false,
        },
      },
      {
        extends: true,
        test: { name: 'apart', include: APART, exclude: EVERYWHERE },
      },
    ],
  },
});
