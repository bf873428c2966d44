/** Administration goes straight to the server or not at all: no password ever rests in an outbox. */
import { z } from 'zod';
import type { ActionArgs, AdminUser } from '#contract/actions.ts';
import { AuditPage } from '#contract/audit.ts';
import { Grant } from './sync/answers.ts';
import { brokenAnswer } from './sync/failure.ts';
import type { WireClient } from './sync/wireClient.ts';

const UserShape: z.ZodType<AdminUser> = z.object({
  name: z.string(),
  display_name: z.string(),
  active: z.boolean(),
  created_at_ms: z.number(),
  last_sign_in_at_ms: z.number().nullable(),
  grants: z.array(Grant),
});

function checked<T>(shape: z.ZodType<T>, value: unknown): T {
  const parsed = shape.safeParse(value);
  if (!parsed.success) throw brokenAnswer('an answer about users has another shape');
  return parsed.data;
}

const userPath = (name: string) => `/admin/users/${encodeURIComponent(name)}`;

export async function adminUsers(client: WireClient): Promise<readonly AdminUser[]> {
  return checked(z.array(UserShape), await client.request('GET', '/admin/users'));
}

export async function adminAddUser(client: WireClient, args: ActionArgs<'adminAddUser'>): Promise<AdminUser> {
  return checked(UserShape, await client.request('POST', '/admin/users', args));
}

export async function adminGrant(client: WireClient, args: ActionArgs<'adminGrant'>): Promise<AdminUser> {
  const { name, ...grant } = args;
  return checked(UserShape, await client.request('POST', `${userPath(name)}/grants`, grant));
}

export async function adminRevoke(client: WireClient, args: ActionArgs<'adminRevoke'>): Promise<AdminUser> {
  return checked(UserShape, await client.request('DELETE', `${userPath(args.name)}/grants/${args.grant_id}`));
}

export async function adminResetPassword(
  client: WireClient,
  args: ActionArgs<'adminResetPassword'>,
): Promise<{ readonly name: string }> {
  await client.request('POST', `${userPath(args.name)}/password`, { password: args.password });
  return { name: args.name };
}

export async function adminSetActive(
  client: WireClient,
  { name, active }: ActionArgs<'adminSetActive'>,
): Promise<AdminUser> {
  return checked(UserShape, await client.request('POST', `${userPath(name)}/active`, { active }));
}

export async function auditTrail(client: WireClient, args: ActionArgs<'auditTrail'>): Promise<AuditPage> {
  return checked(AuditPage, await client.request('POST', '/admin/audit', args));
}
