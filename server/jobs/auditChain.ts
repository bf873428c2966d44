import { sealAudit } from '#server/audit/chain.ts';
import { sendEntries } from '#server/audit/copies.ts';
import { type Job, MINUTE_MS } from './job.ts';

/** An entry is part of the chain within a minute, and of the copies with those sealed beside it. */
export const SEAL_AUDIT: Job = {
  name: 'seals of the audit trail',
  every_ms: MINUTE_MS,
  run: async ({ database, kick }, pause) => {
    await sealAudit(database.db, pause);
    const { added, removed } = await sendEntries(database.db);
    if (added + removed > 0) kick();
    return removed;
  },
};
