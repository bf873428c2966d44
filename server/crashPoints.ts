/** Places where a test may end the process, between two steps that must not come apart. */
export const SERVER_CRASH_POINTS = [
  'server.migrate.before_commit',
  'server.seed.rows',
  'server.snapshot.piece',
  'server.push.before_commit',
  'server.push.committed',
  'server.evidence.before_commit',
  'server.drain.before_commit',
  'server.import.before_commit',
  'server.import.committed',
  'server.prune.before_commit',
  'server.compact.marked',
  'server.backup.before_rename',
  'server.restore.unpacked',
  'server.restore.before_rename',
] as const;
export type ServerCrashPoint = (typeof SERVER_CRASH_POINTS)[number];
/** Called at each crash point; does nothing in normal operation. */
export type CrashAt = (point: string) => void;
