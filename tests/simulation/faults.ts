/** Every kind of fault and every command, counted when it truly happened: a kind that never hits proves nothing. */
import { COMMANDS, type CommandName } from '#contract/commands.ts';

const HAPPENINGS = [
  'request dropped',
  'request doubled',
  'request late',
  'answer dropped',
  'answer truncated',
  'answers reordered',
  'told on the live stream',
  'live stream cut',
  'client crash at a statement',
  'client crash between steps',
  'client power loss',
  'log of own work damaged',
  'client clock set back',
  'client closed and reopened',
  'user switched',
  'server crash at a statement',
  'leader lost',
  'statement refused',
  'second node',
  'access token expired',
  'session ended',
  'password changed',
  'keys sealed with the password before',
  'changed access told to nobody',
  'heartbeat',
  'listener sent away by the heartbeat alone',
  'renewal lost',
  'grant taken',
  'grant given',
  'log pruned',
  'log compacted',
  'reset for a cursor too old',
  'checkpoint too large',
  'server restored',
  'server restored raw',
  'triggers of another form',
  'business rolled back',
  'row moved bucket',
  'row deleted and inserted again',
  'poison mutation',
  'sign-off conflict',
  'signed over own words on their way',
  'decided by another first',
  'right lost on the way',
  'own approval refused',
  'order held for a second person',
  'rules taking effect',
  'long offline',
  'row changed behind its back',
  'figure read while work waits',
] as const;
/** A command counts when the server accepts one. */
export type Fault = (typeof HAPPENINGS)[number] | CommandName;
export const FAULTS: readonly Fault[] = [...HAPPENINGS, ...(Object.keys(COMMANDS) as CommandName[])];
export type FaultCounts = Record<Fault, number>;

export function noFaults(): FaultCounts {
  return Object.fromEntries(FAULTS.map((fault) => [fault, 0])) as FaultCounts;
}

export function addFaults(total: FaultCounts, more: FaultCounts): void {
  for (const fault of FAULTS) total[fault] += more[fault];
}
