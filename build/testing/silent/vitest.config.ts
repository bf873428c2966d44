import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['build/testing/silent/lo*.ts'], pool: 'forks', setupFiles: ['build/testing/ownFolder.ts'] },
});
