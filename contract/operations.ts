/** The one registry the dispatcher looks names up in. An operation is a query, a command or an action. */
import type { z } from 'zod';
import { ACTIONS, type ActionName, type ActionResults } from './actions.ts';
import { COMMANDS, type CommandName, type QueuedMutation } from './commands.ts';
import { QUERIES, type QueryName, type QueryResults } from './queries.ts';

export type OperationName = QueryName | CommandName | ActionName;
type Operations = typeof QUERIES & typeof COMMANDS & typeof ACTIONS;
type OperationResults = QueryResults & Record<CommandName, QueuedMutation> & ActionResults;
/** What a caller passes (defaults may be left out). */
export type OperationInput<N extends OperationName> = z.input<Operations[N]['args']>;
export type OperationResult<N extends OperationName> = OperationResults[N];

export type OperationKind = 'query' | 'command' | 'action';

/** Own-key look-up: 'constructor' and '__proto__' are unknown operations like any other. */
export function operationKind(name: string): OperationKind | undefined {
  if (Object.hasOwn(QUERIES, name)) return 'query';
  if (Object.hasOwn(COMMANDS, name)) return 'command';
  if (Object.hasOwn(ACTIONS, name)) return 'action';
  return undefined;
}
