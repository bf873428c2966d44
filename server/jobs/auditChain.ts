import { sealAudit } from '#server/audit/chain.ts';
import { type Job, MINUTE_MS } from './job.ts';

/** An entry is part of the chain within a minute. */
export const SEAL_AUDIT: Job = {
  name: 'seals of the audit trail',
  every_ms: MINUTE_MS,
  run: async ({ database }, pause) => {
    await sealAudit(database.db, pause);
    return 0;
  },
};
