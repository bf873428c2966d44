/** Arguments kept in the outbox are parsed again: an older Binnacle may have written them. */
import { type CommandArgs, type CommandName, COMMANDS } from '#contract/commands.ts';
import { BinnacleError } from '#contract/errors.ts';

export function parsedCommand(
  name: string,
  args: Readonly<Record<string, unknown>>,
): { readonly name: CommandName; readonly args: CommandArgs<CommandName> } {
  if (!Object.hasOwn(COMMANDS, name)) throw new BinnacleError('unknown_operation', `There is no command ${name}.`);
  const known = name as CommandName;
  const parsed = COMMANDS[known].args.safeParse(args);
  if (!parsed.success) throw new BinnacleError('bad_arguments', parsed.error.issues[0]?.message ?? 'Bad arguments.');
  return { name: known, args: parsed.data };
}
