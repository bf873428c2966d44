/** The command line through the running host: the files are open here, so it asks here, with the person's password. */
import { z } from 'zod';
import { BinnacleError, errorValue, type OperationError } from '#contract/errors.ts';
import type { ReplicaService } from '#db/service.ts';

const RpcCall = z.strictObject({
  user: z.string().min(1).max(40),
  password: z.string().min(1).max(200),
  name: z.string().max(64),
  args: z.unknown(),
  mutation_id: z.uuid().optional(),
});

const WRONG_BEFORE_PAUSE = 5;
const PAUSE_MS = 30_000;

export type RpcResult = { readonly value: unknown } | { readonly error: OperationError };

/** `not_signed_in` = this host has another person's files open, or nobody's: the caller may open its own. */
export function createRpc(options: {
  readonly service: ReplicaService;
  readonly clock: () => number;
}): (body: unknown) => Promise<RpcResult> {
  let wrong = 0;
  let paused_until_ms = 0;
  let proven: { user: string; password: string } | undefined;

  const prove = async (user: string, password: string): Promise<void> => {
    if (proven?.user === user && proven.password === password) return;
    if (options.clock() < paused_until_ms) {
      throw new BinnacleError('locked_out', 'Too many wrong passwords. Wait half a minute.', true);
    }
    if (await options.service.passwordOpens(user, password)) {
      wrong = 0;
      proven = { user, password };
      return;
    }
    wrong += 1;
    if (wrong >= WRONG_BEFORE_PAUSE) {
      wrong = 0;
      paused_until_ms = options.clock() + PAUSE_MS;
    }
    throw new BinnacleError('wrong_password', 'That password does not open the data on this machine.');
  };

  return async (body) => {
    try {
      const parsed = RpcCall.safeParse(body);
      if (!parsed.success) throw new BinnacleError('bad_arguments', 'The call does not have the expected form.');
      const { user, password, name, args, mutation_id } = parsed.data;
      const here = options.service.signedIn();
      if (here?.user_name !== user) {
        proven = undefined;
        throw new BinnacleError('not_signed_in', `The running Binnacle does not have the replica of ${user} open.`);
      }
      await prove(user, password);
      return { value: (await options.service.dispatch(name, args, { mutation_id })) ?? null };
    } catch (error) {
      return { error: errorValue(error) };
    }
  };
}
