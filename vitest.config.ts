import { defineConfig } from 'vitest/config';
import SlowFirst from './build/testing/slowFirst.ts';

const EVERYWHERE = ['**/node_modules/**', 'dist/**', 'tests/e2e/**'];

export default defineConfig({
  test: {
    sequence: { sequencer: SlowFirst },
    pool: 'forks',
    maxWorkers: 2,
    // on a machine that does ten other things: a test that hangs is found all the same
    testTimeout: 60_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'pure',
          include: ['{domain,contract}/**/*.test.ts', 'renderer/**/*.test.{ts,tsx}'],
          exclude: EVERYWHERE,
          // they begin no process, open no file and keep nothing: a process for each would take longer than they do
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'real',
          include: ['{db,server,cli,electron,build,tests}/**/*.test.ts'],
          exclude: EVERYWHERE,
          setupFiles: ['build/testing/ownFolder.ts'],
        },
      },
    ],
  },
});
