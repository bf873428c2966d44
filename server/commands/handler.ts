import type { CommandArgs, CommandName } from '#contract/commands.ts';
import type { Told } from '#server/audit/trail.ts';
import type { SignedIn } from '#server/auth/guard.ts';
import type { ServerTransaction } from '#server/schema/database.ts';

/** One mutation as a command sees it: inside its transaction, arguments parsed. */
export interface CommandContext {
  readonly tx: ServerTransaction;
  readonly user: SignedIn;
  readonly mutation_id: string;
  /** Device clock: data, never an order, and never later than `now_ms`. */
  readonly made_at_ms: number;
  readonly device: string;
  /** Where the request came from, for the audit trail. */
  readonly address: string;
  readonly now_ms: number;
  /** For the audit trail, of what only the handler knows: written once the effect is. */
  readonly tell: (...entries: readonly Told[]) => void;
}

/** Writes the effect, or throws a Refusal. */
export type CommandHandler<N extends CommandName> = (context: CommandContext, args: CommandArgs<N>) => Promise<void>;

/** What every row a command writes tells of its writing. */
export function written({ user, made_at_ms, now_ms }: CommandContext) {
  return { author: user.name, written_at: new Date(made_at_ms), accepted_at: new Date(now_ms) };
}
