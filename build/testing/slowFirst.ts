/** The order of the vitest files: the longest begin first, so that no core waits for the last one at the end. */
import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Longest first, as measured on two cores; what is not named takes seconds. */
export const SLOW: readonly string[] = [
  'tests/process/spine.test.ts',
  'tests/failure/processes.test.ts',
  'cli/import/realOrders.test.ts',
  'tests/simulation/simulation.test.ts',
  'tests/simulation/planted.test.ts',
  'tests/process/start.test.ts',
  'tests/process/backup.test.ts',
  'server/close/reconcilePeriod.test.ts',
  'tests/conformance/realServer.test.ts',
  'tests/failure/damage.test.ts',
  'tests/simulation/concurrency.test.ts',
  'server/commands/replenishment/replenishment.test.ts',
  'server/sync/endpoints.test.ts',
  'db/sync/firstLoad.test.ts',
  'db/readers/lanes.test.ts',
  'tests/kpi/demo.test.ts',
  'tests/erosion/planted.test.ts',
  'tests/security/sentinelCosts.test.ts',
  'tests/security/findScope.test.ts',
  'server/backup/backup.test.ts',
  'server/jobs/jobs.test.ts',
  'db/sync/verify/verify.test.ts',
  'server/demo/bulkLoad.test.ts',
  'server/imports/files/files.test.ts',
  'server/sync/drain.test.ts',
  'server/commands/rules.test.ts',
  'tests/security/wireAnswers.test.ts',
];

/** One after the other: a process of several files goes on only with a next one of its own project. Short ones are last. */
const PROJECTS: readonly string[] = ['apart', 'shared', 'pure'];
const projectPlace = (file: TestSpecification): number => PROJECTS.indexOf(file.project.name);

export default class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted((a, b) => this.place(a) - this.place(b) || projectPlace(a) - projectPlace(b));
  }

  private place(file: TestSpecification): number {
    const found = SLOW.indexOf(relative(this.ctx.config.root, file.moduleId).replaceAll('\\', '/'));
    return found === -1 ? SLOW.length : found;
  }
}
