/** Every job, in the order they run when several are due. */
import { compactLog } from '#server/sync/compaction.ts';
import { pruneLog } from '#server/sync/retention.ts';
import { FORGET_OUTCOMES, RETIRE_CLIENTS } from './clients.ts';
import { CHECKPOINT_EMBEDDED, VACUUM_EMBEDDED } from './embedded.ts';
import { SEAL_AUDIT } from './auditChain.ts';
import { RECKON_COSTS } from './costs.ts';
import { HOUR_MS, type Job } from './job.ts';
import { RECONCILE_OPEN_PERIODS } from './reconcile.ts';
import { RULES_TAKE_EFFECT } from './rules.ts';
import { CLEAR_EVIDENCE, CLEAR_IMPORTS, END_SESSIONS, KEEP_BACKUPS } from './leftovers.ts';

const PRUNE_LOG: Job = {
  name: 'old change log',
  every_ms: 12 * HOUR_MS,
  run: async ({ database, clock, crashAt }, pause) => await pruneLog(database.db, clock, crashAt, pause),
};

const COMPACT_LOG: Job = {
  name: 'replaced changes',
  every_ms: 12 * HOUR_MS,
  run: async ({ database, clock, crashAt }, pause) => await compactLog(database.db, clock, crashAt, pause),
};

export const JOBS: readonly Job[] = [
  RULES_TAKE_EFFECT,
  SEAL_AUDIT,
  RECKON_COSTS,
  RECONCILE_OPEN_PERIODS,
  PRUNE_LOG,
  COMPACT_LOG,
  FORGET_OUTCOMES,
  RETIRE_CLIENTS,
  END_SESSIONS,
  CLEAR_IMPORTS,
  CLEAR_EVIDENCE,
  KEEP_BACKUPS,
  VACUUM_EMBEDDED,
  CHECKPOINT_EMBEDDED,
];
