/** Places where a test may end the process, between two steps that must not come apart. */
export const SERVER_CRASH_POINTS = [
  'server.push.before_commit',
  'server.push.committed',
  'server.drain.before_commit',
  'server.import.before_commit',
  'server.import.committed',
] as const;
export type ServerCrashPoint = (typeof SERVER_CRASH_POINTS)[number];
/** Called at each crash point; does nothing in normal operation. */
export type CrashAt = (point: string) => void;
