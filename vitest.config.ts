import { defineConfig } from 'vitest/config';
import SlowFirst from './build/testing/slowFirst.ts';

export default defineConfig({
  test: {
    include: ['{domain,contract,db,server,cli,electron,build,tests}/**/*.test.ts', 'renderer/**/*.test.{ts,tsx}'],
    exclude: ['**/node_modules/**', 'dist/**', 'tests/e2e/**'],
    setupFiles: ['build/testing/ownFolder.ts'],
    sequence: { sequencer: SlowFirst },
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
