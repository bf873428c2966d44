/** The order of the vitest files: the longest begin first, so that no core waits for the last one at the end. */
import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Longest first, as measured on two cores; what is not named takes seconds. */
export const SLOW: readonly string[] = [
  'tests/process/spine.test.ts',
  'cli/import/realOrders.test.ts',
  'tests/simulation/simulation.test.ts',
  'tests/simulation/planted.test.ts',
  'tests/process/start.test.ts',
  'tests/process/backup.test.ts',
  'tests/conformance/realServer.test.ts',
  'tests/simulation/concurrency.test.ts',
  'server/sync/endpoints.test.ts',
  'server/demo/bulkLoad.test.ts',
  'db/sync/firstLoad.test.ts',
  'server/imports/files/files.test.ts',
  'cli/import/refusals.test.ts',
  'server/auth/auth.test.ts',
  'server/sync/drain.test.ts',
];

export default class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted((a, b) => this.place(a) - this.place(b));
  }

  private place(file: TestSpecification): number {
    const found = SLOW.indexOf(relative(this.ctx.config.root, file.moduleId).replaceAll('\\', '/'));
    return found === -1 ? SLOW.length : found;
  }
}
