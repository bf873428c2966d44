/** Accounts over HTTP, for an administrator of all companies. Shapes as contract/actions.ts. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ACTIONS, type AdminUser } from '#contract/actions.ts';
import { AuditChainRequest, AuditRequest, ExportNotes, ViewedNotes } from '#contract/audit.ts';
import { checkAuditChain, sealAt, sealAudit } from '#server/audit/chain.ts';
import { sendEntries } from '#server/audit/copies.ts';
import { noteViewed } from '#server/audit/viewed.ts';
import { type Actor, readAudit, writeAudit } from '#server/audit/trail.ts';
import { addGrant, createUser, listUsers, removeGrant, resetPassword, setActive } from '#server/auth/accounts.ts';
import { setFiscalYear } from '#server/auth/companies.ts';
import { requireAdministrator, requireAuditReader } from '#server/auth/guard.ts';
import type { Database } from '#server/schema/database.ts';
import { claimClient } from '#server/sync/clients.ts';
import { addressOf } from './address.ts';
import type { RouteContext } from './context.ts';
import { HttpError, parseWith } from './errors.ts';
import { sendJson } from './respond.ts';

const UserPath = z.object({ name: z.string().min(1).max(40) });
const GrantPath = z.object({ name: z.string().min(1).max(40), id: z.coerce.number().int().min(1) });
const GrantBody = ACTIONS.adminGrant.args.omit({ name: true });
const ActiveBody = z.strictObject({ active: z.boolean() });
const CompanyPath = z.object({ code: z.string().min(1).max(40) });
const FiscalYearBody = z.strictObject({ month: z.int().min(1).max(12) });
const PasswordBody = ACTIONS.adminResetPassword.args.omit({ name: true });

export function adminRoutes(app: FastifyInstance, context: RouteContext): void {
  const { db, clock } = context;
  const administrator = async (request: FastifyRequest): Promise<Actor> => {
    const user = await context.requireUser(request);
    requireAdministrator(user);
    return { name: user.name, address: addressOf(request) };
  };

  app.get('/admin/users', async (request, reply) => {
    await administrator(request);
    return await sendJson(request, reply, await listUsers(db));
  });

  app.post('/admin/users', async (request, reply) => {
    const by = await administrator(request);
    const body = parseWith(ACTIONS.adminAddUser.args, request.body);
    await createUser(db, body, [body], clock, by);
    return await sendJson(request, reply.status(201), await oneUser(db, body.name));
  });

  app.post('/admin/users/:name/grants', async (request, reply) => {
    const by = await administrator(request);
    const { name } = parseWith(UserPath, request.params);
    await addGrant(db, name, parseWith(GrantBody, request.body), clock, by);
    context.accessChanged();
    return await sendJson(request, reply, await oneUser(db, name));
  });

  app.delete('/admin/users/:name/grants/:id', async (request, reply) => {
    const by = await administrator(request);
    const { name, id } = parseWith(GrantPath, request.params);
    await removeGrant(db, name, id, clock, by);
    context.accessChanged();
    return await sendJson(request, reply, await oneUser(db, name));
  });

  app.post('/admin/users/:name/password', async (request, reply) => {
    const by = await administrator(request);
    const { name } = parseWith(UserPath, request.params);
    const { password } = parseWith(PasswordBody, request.body);
    await resetPassword(db, name, password, clock, by);
    context.accessChanged();
    return await sendJson(request, reply, { name });
  });

  app.post('/admin/users/:name/active', async (request, reply) => {
    const by = await administrator(request);
    const { name } = parseWith(UserPath, request.params);
    const { active } = parseWith(ActiveBody, request.body);
    await setActive(db, name, active, clock, by);
    context.accessChanged();
    return await sendJson(request, reply, await oneUser(db, name));
  });

  app.post('/admin/companies/:code/fiscal-year', async (request, reply) => {
    const by = await administrator(request);
    const { code } = parseWith(CompanyPath, request.params);
    const { month } = parseWith(FiscalYearBody, request.body);
    await setFiscalYear(db, { code, month, by, now_ms: clock() });
    context.kick();
    return await sendJson(request, reply, { code, fiscal_year_start_month: month });
  });

  // Of everybody, about the own exports only.
  app.post('/audit/exports', async (request, reply) => {
    const { client_id, exports } = parseWith(ExportNotes, request.body);
    const user = await context.requireUser(request);
    await claimClient(db, user, client_id, clock);
    const by = { name: user.name, address: addressOf(request) };
    await writeAudit(
      db,
      clock(),
      ...exports.map(({ id, query, ...detail }) => ({
        kind: 'exported' as const,
        by,
        about: query,
        detail,
        once_id: id,
      })),
    );
    return await sendJson(request, reply, { noted: exports.length });
  });

  app.post('/audit/views', async (request, reply) => {
    const { client_id, views } = parseWith(ViewedNotes, request.body);
    const user = await context.requireUser(request);
    await claimClient(db, user, client_id, clock);
    const by = { name: user.name, address: addressOf(request) };
    return await sendJson(request, reply, { noted: await noteViewed(db, user, by, views, clock()) });
  });

  app.post('/admin/audit', async (request, reply) => {
    requireAuditReader(await context.requireUser(request));
    return await sendJson(request, reply, await readAudit(db, parseWith(AuditRequest, request.body)));
  });
  app.post('/admin/audit/chain', async (request, reply) => {
    requireAuditReader(await context.requireUser(request));
    const { at } = parseWith(AuditChainRequest, request.body);
    const chain = await checkAuditChain(db);
    return await sendJson(request, reply, { ...chain, seal_at: at === null ? null : await sealAt(db, at) });
  });
  // whoever looks at the trail on their copy does not wait for the minute to be over
  app.post('/admin/audit/seal', async (request, reply) => {
    requireAuditReader(await context.requireUser(request));
    const sealed = await sealAudit(db);
    const { added } = await sendEntries(db);
    if (added > 0) context.kick();
    return await sendJson(request, reply, { sealed });
  });
}

async function oneUser(db: Database, name: string): Promise<AdminUser> {
  const [user] = await listUsers(db, name);
  if (!user) throw new HttpError(404, 'not_found', `There is no user named ${name}.`);
  return user;
}
