import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { NewPassword } from '#contract/actions.ts';
import { addressOf } from '#server/http/address.ts';
import { HttpError, parseWith } from '#server/http/errors.ts';
import { sendJson } from '#server/http/respond.ts';
import type { RequireUser } from './guard.ts';
import type { SessionService } from './sessions.ts';

/** Text that the database can hold; a name that could be nobody's is still answered like any other. */
const UserName = z
  .string()
  .min(1)
  .max(40)
  .refine((name) => !name.includes('\u0000') && name.isWellFormed(), 'is no text');
const Login = z.object({ user_name: UserName, password: z.string().min(1).max(200) });
const Claim = z.object({
  user_name: UserName,
  code: z.string().min(1).max(200),
  new_password: NewPassword,
});
const Refresh = z.object({ refresh_token: z.string().min(1).max(200) });

/** Passwords cost CPU and memory on purpose, so few of them are checked at once and none waits in a long line. */
const CHECKS_AT_ONCE = 4;
const CHECKS_WAITING = 32;

export function authRoutes(app: FastifyInstance, sessions: SessionService, requireUser: RequireUser): void {
  const limited = limitConcurrency(CHECKS_AT_ONCE, CHECKS_WAITING);
  app.post('/auth/login', { config: { rateLimit: { max: 300, timeWindow: 60_000 } } }, async (request, reply) => {
    const { user_name, password } = parseWith(Login, request.body);
    return await sendJson(
      request,
      reply,
      await limited(async () => await sessions.signIn(user_name, password, addressOf(request))),
    );
  });
  app.post('/auth/claim', { config: { rateLimit: { max: 60, timeWindow: 60_000 } } }, async (request, reply) => {
    const { user_name, code, new_password } = parseWith(Claim, request.body);
    const login = await limited(async () => await sessions.claim(user_name, code, new_password, addressOf(request)));
    return await sendJson(request, reply, login);
  });
  app.post('/auth/refresh', { config: { rateLimit: { max: 600, timeWindow: 60_000 } } }, async (request, reply) => {
    const { refresh_token } = parseWith(Refresh, request.body);
    return await sendJson(request, reply, await sessions.refresh(refresh_token, addressOf(request)));
  });
  app.post('/auth/logout', async (request, reply) => {
    const user = await requireUser(request);
    await sessions.signOut(user.session_id);
    return await sendJson(request, reply, { signed_in: false });
  });
}

function limitConcurrency(atOnce: number, waitingMost: number): <T>(work: () => Promise<T>) => Promise<T> {
  let active = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (active >= atOnce) {
      if (waiting.length >= waitingMost) {
        throw new HttpError(503, 'server_error', 'The server is busy. Try again in a moment.', true, 1);
      }
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else {
      active += 1;
    }
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      // The place passes straight to the next in line.
      if (next) next();
      else active -= 1;
    }
  };
}
