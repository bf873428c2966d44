/** Commands on a person's own replica: pull, query, command, outbox, status. */
import { type Command, InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { COMMANDS } from '#contract/commands.ts';
import { BinnacleError } from '#contract/errors.ts';
import type { MutationState } from '#contract/events.ts';
import { type Outbox, type OutboxRow, QUERIES, type SyncStatus } from '#contract/queries.ts';
import type { CommandLine } from '#cli/commandLine.ts';
import type { Output } from '#cli/output.ts';
import { type Asking, type ReplicaOptions, withReplica, withReplicaOptions } from './asking.ts';
import { verifyReplica } from './verifyCommand.ts';

function jsonObject(text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new InvalidArgumentError('not JSON');
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw new InvalidArgumentError('not a JSON object');
  return value as Record<string, unknown>;
}

function uuid(text: string): string {
  if (!z.uuid().safeParse(text).success) throw new InvalidArgumentError('not a UUID');
  return text.toLowerCase();
}

export function registerReplicaCommands(program: Command, line: CommandLine): void {
  withReplicaOptions(program.command('pull').description('sync once and exit'), 'required')
    .option('--verify', 'then compare every row with the server, as binnacle verify does')
    .action((options: ReplicaOptions & { verify?: boolean }) =>
      line.run(async (output) => {
        await withReplica(line, options, 'online', async (asking) => {
          const { checkpoint, rows } = (await asking.call('syncNow', {})) as { checkpoint: number; rows: number };
          output.event(
            { event: 'synced', checkpoint, rows },
            `At checkpoint ${checkpoint}; ${rows.toLocaleString('en')} rows changed.`,
          );
          if (options.verify === true) await verifyReplica(asking, output, 'full');
        });
      }),
    );

  program
    .command('query [name]')
    .description('ask the replica: any query of the contract, its JSON result')
    .option('--list', 'names and argument schemas of all queries')
    .option('--args <json>', 'arguments as a JSON object', jsonObject, {})
    .option('--server <url>', 'address of the central server, when the folder has replicas of several')
    .option('--user <name>', 'whose replica')
    .option('--password-file <file>', 'file holding that user’s password')
    .option('--data-dir <dir>', 'folder of the replicas')
    .action(
      (
        name: string | undefined,
        options: Partial<ReplicaOptions> & { list?: boolean; args: Record<string, unknown> },
      ) =>
        line.run(async (output) => {
          if (options.list === true) return printSchemas(output, QUERIES);
          const asked = requireName(name, QUERIES, 'query');
          await withReplica(line, complete(options), 'offline', async (asking) => {
            output.data(JSON.stringify(await asking.call(asked, options.args)));
          });
        }),
    );

  program
    .command('command [name]')
    .description('queue a command in the outbox, send it and print what became of it')
    .option('--list', 'names and argument schemas of all commands')
    .option('--args <json>', 'arguments as a JSON object', jsonObject, {})
    .option('--id <uuid>', 'client-made id: the same id again is the same change', uuid)
    .option('--offline', 'queue only; it is sent at the next sync')
    .option('--server <url>', 'address of the central server, when the folder has replicas of several')
    .option('--user <name>', 'who acts')
    .option('--password-file <file>', 'file holding that user’s password')
    .option('--data-dir <dir>', 'folder of the replicas')
    .action(
      (
        name: string | undefined,
        options: Partial<ReplicaOptions> & {
          list?: boolean;
          args: Record<string, unknown>;
          id?: string;
          offline?: boolean;
        },
      ) =>
        line.run(async (output) => {
          if (options.list === true) return printSchemas(output, COMMANDS);
          const asked = requireName(name, COMMANDS, 'command');
          const id = options.id ?? crypto.randomUUID();
          await withReplica(line, complete(options), options.offline === true ? 'offline' : 'auto', async (asking) => {
            await queueAndSend(output, asking, asked, options.args, id, options.offline === true);
          });
        }),
    );

  withReplicaOptions(
    program.command('outbox').description('what waits, and what became of what was sent'),
    'optional',
  ).action((options: ReplicaOptions) =>
    line.run(async (output) => {
      await withReplica(line, options, 'offline', async (asking) => {
        for (let offset = 0; ; ) {
          const page = (await asking.call('outbox', { offset, limit: 500 })) as Outbox;
          for (const row of page.rows) outboxEvent(output, row);
          offset += page.rows.length;
          if (page.rows.length === 0 || offset >= page.total_rows) break;
        }
      });
    }),
  );

  withReplicaOptions(
    program.command('status').description('where the replica stands and what waits'),
    'optional',
  ).action((options: ReplicaOptions) =>
    line.run(async (output) => {
      await withReplica(line, options, 'offline', async (asking) => {
        const status = (await asking.call('syncStatus', {})) as SyncStatus;
        output.event(
          { event: 'status', ...status },
          [
            `Server       ${status.server_url} (${status.pill.connection})`,
            `Checkpoint   ${status.checkpoint}`,
            `Rows         ${status.rows.toLocaleString('en')} (${Math.round(status.bytes_on_disk / 1_048_576)} MB)`,
            `Waiting      ${status.pill.waiting}, needs you ${status.pill.needs_you}`,
            ...status.notices.map((notice) => `Notice       ${new Date(notice.at_ms).toISOString()} ${notice.text}`),
          ].join('\n'),
        );
      });
    }),
  );
}

export async function queueAndSend(
  output: Output,
  asking: Asking,
  name: string,
  args: Readonly<Record<string, unknown>>,
  id: string,
  offline: boolean,
): Promise<MutationState> {
  try {
    await asking.call(name, args, id);
  } catch (error) {
    // refused by the prediction: nothing was queued
    if (error instanceof BinnacleError && (error.code === 'not_permitted' || error.code === 'conflict')) {
      const state: MutationState = error.code === 'conflict' ? 'conflict' : 'rejected';
      output.event({ event: 'mutation', id, state, reason: { code: error.code, message: error.message } }, null);
    }
    throw error;
  }
  if (!offline) {
    try {
      await asking.call('syncNow', {});
    } catch (error) {
      if (!(error instanceof BinnacleError) || !error.retryable) throw error;
      process.stderr.write(`binnacle: ${error.message} The change is queued and goes out with the next sync.\n`);
    }
  }
  const row = await findMutation(asking, id);
  if (!row) throw new BinnacleError('internal', `The change ${id} is not in the outbox.`);
  mutationEvent(output, row);
  return row.state;
}

async function findMutation(asking: Asking, id: string): Promise<OutboxRow | undefined> {
  for (let offset = 0; ; ) {
    const page = (await asking.call('outbox', { offset, limit: 500 })) as Outbox;
    const found = page.rows.find((row) => row.id === id);
    offset += page.rows.length;
    if (found || page.rows.length === 0 || offset >= page.total_rows) return found;
  }
}

/** What became of one command: the four keys scripts rely on. */
function mutationEvent(output: Output, row: OutboxRow): void {
  const { id, state, reason } = row;
  output.event({ event: 'mutation', id, state, reason }, mutationSentence(row));
}

/** A line of the outbox: the same, and what it was about. */
function outboxEvent(output: Output, row: OutboxRow): void {
  const { id, state, reason, command, title, made_at_ms, decided_at_ms, attempts } = row;
  output.event(
    { event: 'mutation', id, state, reason, command, title, made_at_ms, decided_at_ms, attempts },
    mutationSentence(row),
  );
}

function mutationSentence({ state, made_at_ms, title, reason }: OutboxRow): string {
  return `${state.padEnd(9)} ${new Date(made_at_ms).toISOString()} ${title}${reason ? `: ${reason.message}` : ''}`;
}

function printSchemas(output: Output, operations: Readonly<Record<string, { readonly args: z.ZodType }>>): void {
  for (const [name, { args }] of Object.entries(operations)) {
    output.data(JSON.stringify({ name, args: z.toJSONSchema(args, { io: 'input', unrepresentable: 'any' }) }));
  }
}

function requireName(name: string | undefined, operations: object, kind: string): string {
  if (name === undefined)
    throw new BinnacleError('bad_arguments', `Say which ${kind}; "binnacle ${kind} --list" shows all.`);
  if (!Object.hasOwn(operations, name)) {
    throw new BinnacleError('unknown_operation', `There is no ${kind} ${name}. "binnacle ${kind} --list" shows all.`);
  }
  return name;
}

function complete(options: Partial<ReplicaOptions>): ReplicaOptions {
  const { user, passwordFile } = options;
  if (user === undefined || passwordFile === undefined) {
    throw new BinnacleError('bad_arguments', 'Say whose replica: --user NAME --password-file FILE.');
  }
  return { ...options, user, passwordFile };
}
