/**
 * Asking a person's replica from the command line: through the running host when one has it open, else by opening the
 * files here. The password is needed either way.
 */
import type { Command } from 'commander';
import { BinnacleError } from '#contract/errors.ts';
import { callRunningHost, findRunningHost } from '#db/hosts/discovery.ts';
import { knownReplicas } from '#db/keys/place.ts';
import type { ReplicaService } from '#db/service.ts';
import type { CommandLine } from '#cli/commandLine.ts';
import { dataDirOf } from '#cli/paths.ts';
import { readPasswordFile } from '#cli/session/password.ts';
import { makeReplicaService } from '#cli/session/replicaService.ts';

export interface ReplicaOptions {
  readonly dataDir?: string;
  readonly server?: string;
  readonly user: string;
  readonly passwordFile: string;
}

export function withReplicaOptions(command: Command, server: 'required' | 'optional'): Command {
  if (server === 'required') command.requiredOption('--server <url>', 'address of the central server');
  else command.option('--server <url>', 'address of the central server, when the folder has replicas of several');
  return command
    .requiredOption('--user <name>', 'whose replica')
    .requiredOption('--password-file <file>', 'file holding that user’s password')
    .option('--data-dir <dir>', 'folder of the replicas');
}

export interface Asking {
  call(name: string, args: unknown, mutation_id?: string): Promise<unknown>;
}

/** `mode` as in db/session/signIn: `online` needs the server, `offline` never asks it. */
export async function withReplica<T>(
  line: CommandLine,
  options: ReplicaOptions,
  mode: 'auto' | 'online' | 'offline',
  act: (asking: Asking) => Promise<T>,
): Promise<T> {
  const dataDir = dataDirOf(options.dataDir);
  const user = options.user;
  const password = readPasswordFile(options.passwordFile);
  const host = findRunningHost(dataDir);
  if (host) {
    const call = (name: string, args: unknown, mutation_id?: string) =>
      callRunningHost(host, line.fetch, {
        user,
        password,
        name,
        args,
        ...(mutation_id === undefined ? {} : { mutation_id }),
      });
    try {
      await call('session', {});
      return await act({ call });
    } catch (error) {
      // the running host serves another person: this one's files are free
      if (!(error instanceof BinnacleError) || error.code !== 'not_signed_in') throw error;
    }
  }
  return await withOwnService(
    line,
    { dataDir, serverUrl: serverUrlFor(dataDir, user, options.server) },
    async (service) => {
      await service.signIn({ user_name: user, password, mode });
      return await act({
        call: (name, args, mutation_id) =>
          service.dispatch(name, args, mutation_id === undefined ? {} : { mutation_id }),
      });
    },
  );
}

export async function withOwnService<T>(
  line: CommandLine,
  place: { readonly dataDir: string; readonly serverUrl: string },
  act: (service: ReplicaService) => Promise<T>,
): Promise<T> {
  const service = await makeReplicaService(line, { ...place, use: 'once' });
  try {
    return await act(service);
  } finally {
    await service.close();
  }
}

/** The server named, or the only one this user has a replica of in that folder. */
export function serverUrlFor(dataDir: string, user_name: string, named: string | undefined): string {
  if (named !== undefined) {
    if (!URL.canParse(named))
      throw new BinnacleError('bad_arguments', `${named} is no address; it looks like http://127.0.0.1:4780.`);
    return named;
  }
  const known = knownReplicas(dataDir, user_name).map((replica) => replica.server_url);
  if (known.length === 1 && known[0] !== undefined) return known[0];
  if (known.length === 0) {
    throw new BinnacleError(
      'not_found',
      `${dataDir} holds no replica of ${user_name}. Make one first: binnacle pull --server URL --user ${user_name} --password-file F --data-dir ${dataDir}`,
    );
  }
  throw new BinnacleError(
    'bad_arguments',
    `${dataDir} holds replicas of ${known.length} servers; say which with --server: ${known.join(', ')}`,
  );
}
