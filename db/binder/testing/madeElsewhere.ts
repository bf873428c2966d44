/** Makes the binder of the test's month in a process of its own, `ahead_ms` ahead of the hour, and says its hash. */
import { createHash } from 'node:crypto';
import { COMPANY } from '#db/queries/testing/golden.ts';
import { createTestReplica } from '#db/queries/testing/replicaFixture.ts';
import { binderArchive } from '../makeBinder.ts';
import { insertMonth, readEvidence } from './month.ts';

const ahead_ms = Number(process.argv[2]);
const TrueDate = Date;
// whoever asks for now is told another day
globalThis.Date = class extends TrueDate {
  constructor(...given: [] | [number | string | Date]) {
    super(...((given.length === 0 ? [TrueDate.now() + ahead_ms] : given) as [number]));
  }
  static override now(): number {
    return TrueDate.now() + ahead_ms;
  }
} as DateConstructor;

const replica = createTestReplica();
insertMonth(replica);
const context = { ...replica.context({ role: 'auditor' }), now_ms: Date.now() };
const { archive } = await binderArchive(context, { company_id: COMPANY, period: 202610 }, readEvidence);
process.stdout.write(createHash('sha256').update(archive).digest('hex'));
await replica.close();
