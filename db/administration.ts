/** Administration goes straight to the server or not at all: no password ever rests in an outbox. */
import { z } from 'zod';
import type { ActionArgs, ActionName, ActionResults, AdminUser } from '#contract/actions.ts';
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
  if (!parsed.success) throw brokenAnswer('an answer about accounts has another shape');
  return parsed.data;
}

const userPath = (name: string) => `/admin/users/${encodeURIComponent(name)}`;

type Actions = Pick<
  { [N in ActionName]: (args: ActionArgs<N>) => Promise<ActionResults[N]> },
  'adminUsers' | 'adminAddUser' | 'adminGrant' | 'adminRevoke' | 'adminResetPassword' | 'adminSetActive' | 'auditTrail'
>;

export function administrationActions(client: () => WireClient): Actions {
  const user = async (method: 'POST' | 'DELETE', path: string, body?: unknown) =>
    checked(UserShape, await client().request(method, path, body));
  return {
    adminUsers: async () => checked(z.array(UserShape), await client().request('GET', '/admin/users')),
    adminAddUser: (args) => user('POST', '/admin/users', args),
    adminGrant: ({ name, ...grant }) => user('POST', `${userPath(name)}/grants`, grant),
    adminRevoke: ({ name, grant_id }) => user('DELETE', `${userPath(name)}/grants/${grant_id}`),
    adminResetPassword: async ({ name, password }) => {
      await client().request('POST', `${userPath(name)}/password`, { password });
      return { name };
    },
    adminSetActive: ({ name, active }) => user('POST', `${userPath(name)}/active`, { active }),
    auditTrail: async (args) => checked(AuditPage, await client().request('POST', '/admin/audit', args)),
  };
}
