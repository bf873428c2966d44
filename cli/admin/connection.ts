/** Commands that act on the central server: where it is, who acts, and a session for as long as they do. */
import type { Command } from 'commander';
import type { CommandLine } from '#cli/commandLine.ts';
import { readPasswordFile } from '#cli/session/password.ts';
import { openServerSession, type ServerSession } from '#cli/session/serverSession.ts';

export interface ConnectionOptions {
  readonly server: string;
  readonly user: string;
  readonly passwordFile: string;
}

export function withConnection(command: Command): Command {
  return command
    .requiredOption('--server <url>', 'address of the central server')
    .option('--user <name>', 'who acts', 'admin')
    .requiredOption('--password-file <file>', 'file holding that account’s password');
}

export async function withSession(
  line: CommandLine,
  options: ConnectionOptions,
  act: (session: ServerSession) => Promise<void>,
) {
  const session = await openServerSession(
    line.fetch,
    options.server,
    options.user,
    readPasswordFile(options.passwordFile),
  );
  try {
    await act(session);
  } finally {
    await session.close();
  }
}
