/** The one registry the dispatcher looks names up in. An operation is a query, a command or an action. */
import { ACTIONS, type ActionInput, type ActionName, type ActionResults } from './actions.ts';
import { COMMANDS, type CommandInput, type CommandName, type QueuedMutation } from './commands.ts';
import { QUERIES, type QueryInput, type QueryName, type QueryResults } from './queries.ts';

export type OperationName = QueryName | CommandName | ActionName;
export type OperationInput<N extends OperationName> = N extends QueryName
  ? QueryInput<N>
  : N extends CommandName
    ? CommandInput<N>
    : N extends ActionName
      ? ActionInput<N>
      : never;
export type OperationResult<N extends OperationName> = N extends QueryName
  ? QueryResults[N]
  : N extends CommandName
    ? QueuedMutation
    : N extends ActionName
      ? ActionResults[N]
      : never;

export type OperationKind = 'query' | 'command' | 'action';

/** Own-key look-up: 'constructor' and '__proto__' are unknown operations like any other. */
export function operationKind(name: string): OperationKind | undefined {
  if (Object.hasOwn(QUERIES, name)) return 'query';
  if (Object.hasOwn(COMMANDS, name)) return 'command';
  if (Object.hasOwn(ACTIONS, name)) return 'action';
  return undefined;
}
