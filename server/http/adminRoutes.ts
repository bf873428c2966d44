/** Accounts over HTTP, for an administrator of all companies. Shapes as contract/actions.ts. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { ACTIONS, type AdminUser } from '#contract/actions.ts';
import { addGrant, createUser, listUsers, removeGrant, resetPassword } from '#server/auth/accounts.ts';
import { requireAdministrator } from '#server/auth/guard.ts';
import type { Database } from '#server/schema/database.ts';
import type { RouteContext } from './context.ts';
import { HttpError, parseWith } from './errors.ts';
import { sendJson } from './respond.ts';

const UserPath = z.object({ name: z.string().min(1).max(40) });
const GrantPath = z.object({ name: z.string().min(1).max(40), id: z.coerce.number().int().min(1) });
const GrantBody = ACTIONS.adminGrant.args.omit({ name: true });
const PasswordBody = ACTIONS.adminResetPassword.args.omit({ name: true });

export function adminRoutes(app: FastifyInstance, context: RouteContext): void {
  const { db, clock } = context;

  app.get('/admin/users', async (request, reply) => {
    requireAdministrator(await context.requireUser(request));
    return await sendJson(request, reply, await listUsers(db));
  });

  app.post('/admin/users', async (request, reply) => {
    requireAdministrator(await context.requireUser(request));
    const body = parseWith(ACTIONS.adminAddUser.args, request.body);
    await createUser(db, body, [body], clock);
    return await sendJson(request, reply.status(201), await oneUser(db, body.name));
  });

  app.post('/admin/users/:name/grants', async (request, reply) => {
    requireAdministrator(await context.requireUser(request));
    const { name } = parseWith(UserPath, request.params);
    await addGrant(db, name, parseWith(GrantBody, request.body), clock);
    context.accessChanged();
    return await sendJson(request, reply, await oneUser(db, name));
  });

  app.delete('/admin/users/:name/grants/:id', async (request, reply) => {
    requireAdministrator(await context.requireUser(request));
    const { name, id } = parseWith(GrantPath, request.params);
    await removeGrant(db, name, id);
    context.accessChanged();
    return await sendJson(request, reply, await oneUser(db, name));
  });

  app.post('/admin/users/:name/password', async (request, reply) => {
    requireAdministrator(await context.requireUser(request));
    const { name } = parseWith(UserPath, request.params);
    const { password } = parseWith(PasswordBody, request.body);
    await resetPassword(db, name, password, clock);
    context.accessChanged();
    return await sendJson(request, reply, { name });
  });
}

async function oneUser(db: Database, name: string): Promise<AdminUser> {
  const [user] = await listUsers(db, name);
  if (!user) throw new HttpError(404, 'not_found', `There is no user named ${name}.`);
  return user;
}
