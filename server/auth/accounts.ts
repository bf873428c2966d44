/** Users and their grants: made by the administrator, the command line and the demo data. */
import { isRole, type Role } from '#domain/access/roles.ts';
import type { AdminUser } from '#contract/actions.ts';
import { type Actor, THE_OPERATOR, writeAudit } from '#server/audit/trail.ts';
import type { Clock } from '#server/clock.ts';
import { HttpError } from '#server/http/errors.ts';
import type { Database } from '#server/schema/database.ts';
import { keepClosePeople } from './closePeople.ts';
import { grantsOf } from './grants.ts';
import { hashPassword } from './passwords.ts';

export interface NewUser {
  readonly name: string;
  readonly display_name: string;
  readonly password: string;
  /** A demo account: the server then stays on loopback. */
  readonly demo?: boolean;
  /** The password is a one-time code, to be exchanged for a real one at POST /auth/claim. */
  readonly one_time?: boolean;
}

/** Codes, null = all. A site or channel needs a company. */
export interface NewGrant {
  readonly role: Role;
  readonly company_code: string | null;
  readonly site_code?: string | null;
  readonly channel_code?: string | null;
}

/** Creates a user with its first grants in one transaction; returns its id. Throws 409 `conflict` when the name is taken. */
export async function createUser(
  db: Database,
  user: NewUser,
  grants: readonly NewGrant[],
  clock: Clock,
  by: Actor = THE_OPERATOR,
): Promise<number> {
  const password_hash = await hashPassword(user.password);
  return await inTransaction(db, async (tx) => {
    const user_id = await writeUser(tx, { ...user, password_hash }, grants, clock, by);
    await keepClosePeople(tx, { user_id });
    return user_id;
  });
}

/** `createUser` of a bulk load, where no trigger runs: what copies hold of it follows when the server starts. */
export async function loadUser(
  db: Database,
  user: NewUser,
  grants: readonly NewGrant[],
  clock: Clock,
): Promise<number> {
  const password_hash = await hashPassword(user.password);
  return await inTransaction(
    db,
    async (tx) => await writeUser(tx, { ...user, password_hash }, grants, clock, THE_OPERATOR),
  );
}

async function writeUser(
  tx: Database,
  user: NewUser & { readonly password_hash: string },
  grants: readonly NewGrant[],
  clock: Clock,
  by: Actor,
): Promise<number> {
  const made = await tx
    .insertInto('app_user')
    .values({
      name: user.name,
      display_name: user.display_name,
      password_hash: user.password_hash,
      demo: user.demo ?? false,
      one_time: user.one_time ?? false,
      created_at: new Date(clock()),
      last_sign_in_at: null,
    })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!made) throw new HttpError(409, 'conflict', `There is already a user named ${user.name}.`);
  await writeAudit(tx, clock(), { kind: 'account_added', by, about: user.name });
  for (const grant of grants) await insertGrant(tx, { id: made.id, name: user.name }, grant, clock, by);
  return made.id;
}

/** Adds a grant; the same grant twice is one. Throws 404 for an unknown user, company, site or channel. */
export async function addGrant(
  db: Database,
  user_name: string,
  grant: NewGrant,
  clock: Clock,
  by: Actor = THE_OPERATOR,
): Promise<void> {
  const id = await userId(db, user_name);
  await inTransaction(db, async (tx) => {
    await insertGrant(tx, { id, name: user_name }, grant, clock, by);
    await keepClosePeople(tx, { user_id: id });
  });
}

export async function removeGrant(
  db: Database,
  user_name: string,
  grant_id: number,
  clock: Clock,
  by: Actor = THE_OPERATOR,
): Promise<void> {
  const user_id = await userId(db, user_name);
  await inTransaction(db, async (tx) => {
    const held = (await grantsOf(tx, [user_id])).get(user_id)?.find((grant) => grant.id === grant_id);
    const removed = await tx
      .deleteFrom('access_grant')
      .where('id', '=', grant_id)
      .where('user_id', '=', user_id)
      .returning('role')
      .executeTakeFirst();
    if (!removed) throw new HttpError(404, 'not_found', `${user_name} has no grant with number ${grant_id}.`);
    if (removed.role === 'admin') await assertAnAdministratorIsLeft(tx);
    await keepClosePeople(tx, { user_id });
    if (held) await writeAudit(tx, clock(), { kind: 'grant_taken', by, about: user_name, detail: grantDetail(held) });
  });
}

/** Sets a new password and ends every session of the user. */
export async function resetPassword(
  db: Database,
  user_name: string,
  password: string,
  clock: Clock,
  by: Actor = THE_OPERATOR,
): Promise<void> {
  const user_id = await userId(db, user_name);
  const password_hash = await hashPassword(password);
  await inTransaction(db, async (tx) => {
    await tx.updateTable('app_user').set({ password_hash, one_time: false }).where('id', '=', user_id).execute();
    await tx.deleteFrom('auth_lockout').where('user_name', '=', user_name).execute();
    await revokeSessions(tx, user_id, clock);
    await writeAudit(tx, clock(), { kind: 'password_set', by, about: user_name });
  });
}

/**
 * Closes an account or opens it again. A closed one keeps its name in the records but cannot sign in, and its sessions end;
 * opened again it has the grants and the password it had.
 */
export async function setActive(
  db: Database,
  user_name: string,
  active: boolean,
  clock: Clock,
  by: Actor = THE_OPERATOR,
): Promise<void> {
  const user_id = await userId(db, user_name);
  await inTransaction(db, async (tx) => {
    await tx.updateTable('app_user').set({ active }).where('id', '=', user_id).execute();
    if (!active) {
      await assertAnAdministratorIsLeft(tx);
      await revokeSessions(tx, user_id, clock);
    }
    await keepClosePeople(tx, { user_id });
    await writeAudit(tx, clock(), { kind: active ? 'account_opened' : 'account_closed', by, about: user_name });
  });
}

export async function listUsers(db: Database, only_name?: string): Promise<readonly AdminUser[]> {
  let query = db
    .selectFrom('app_user')
    .select(['id', 'name', 'display_name', 'active', 'created_at', 'last_sign_in_at'])
    .orderBy('name')
    .limit(10_000);
  if (only_name !== undefined) query = query.where('name', '=', only_name);
  const users = await query.execute();
  const grants = await grantsOf(
    db,
    users.map((user) => user.id),
  );
  return users.map((user) => ({
    name: user.name,
    display_name: user.display_name,
    active: user.active,
    created_at_ms: user.created_at.getTime(),
    last_sign_in_at_ms: user.last_sign_in_at?.getTime() ?? null,
    grants: grants.get(user.id) ?? [],
  }));
}

/** Names of the demo accounts that can sign in. */
export async function demoAccounts(db: Database): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('app_user')
    .select('name')
    .where('demo', '=', true)
    .where('active', '=', true)
    .orderBy('id')
    .execute();
  return rows.map((row) => row.name);
}

async function insertGrant(
  db: Database,
  user: { readonly id: number; readonly name: string },
  grant: NewGrant,
  clock: Clock,
  by: Actor,
): Promise<void> {
  const user_id = user.id;
  if (!isRole(grant.role)) throw new HttpError(400, 'bad_arguments', `There is no role ${String(grant.role)}.`);
  const site_code = grant.site_code ?? null;
  const channel_code = grant.channel_code ?? null;
  if (grant.company_code === null && (site_code !== null || channel_code !== null)) {
    throw new HttpError(400, 'bad_arguments', 'Name the company of that site or channel.');
  }
  const company_id = grant.company_code === null ? null : await companyId(db, grant.company_code);
  const site_id = site_code === null ? null : await codedId(db, 'site', company_id, site_code);
  const channel_id = channel_code === null ? null : await codedId(db, 'channel', company_id, channel_code);
  const same = await db
    .selectFrom('access_grant')
    .select('id')
    .where('user_id', '=', user_id)
    .where('role', '=', grant.role)
    .where('company_id', 'is not distinct from', company_id)
    .where('site_id', 'is not distinct from', site_id)
    .where('channel_id', 'is not distinct from', channel_id)
    .executeTakeFirst();
  if (same) return;
  await db
    .insertInto('access_grant')
    .values({ user_id, role: grant.role, company_id, site_id, channel_id, granted_at: new Date(clock()) })
    .execute();
  const detail = grantDetail({ role: grant.role, company_code: grant.company_code, site_code, channel_code });
  await writeAudit(db, clock(), { kind: 'grant_given', by, about: user.name, detail });
}

function grantDetail(grant: {
  readonly role: string;
  readonly company_code: string | null;
  readonly site_code: string | null;
  readonly channel_code: string | null;
}): Readonly<Record<string, string | null>> {
  const { role, company_code: company, site_code: site, channel_code: channel } = grant;
  return { role, company: company ?? 'all', site, channel };
}

async function userId(db: Database, name: string): Promise<number> {
  const user = await db.selectFrom('app_user').select('id').where('name', '=', name).executeTakeFirst();
  if (!user) throw new HttpError(404, 'not_found', `There is no user named ${name}.`);
  return user.id;
}

async function companyId(db: Database, code: string): Promise<number> {
  const company = await db.selectFrom('company').select('id').where('code', '=', code).executeTakeFirst();
  if (!company) throw new HttpError(404, 'not_found', `There is no company ${code}.`);
  return company.id;
}

async function codedId(
  db: Database,
  table: 'site' | 'channel',
  company_id: number | null,
  code: string,
): Promise<number> {
  const found = await db
    .selectFrom(table)
    .select('id')
    .where('company_id', '=', company_id)
    .where('code', '=', code)
    .executeTakeFirst();
  if (!found) throw new HttpError(404, 'not_found', `That company has no ${table} ${code}.`);
  return found.id;
}

async function revokeSessions(db: Database, user_id: number, clock: Clock): Promise<void> {
  await db
    .updateTable('auth_session')
    .set({ revoked_at: new Date(clock()) })
    .where('user_id', '=', user_id)
    .where('revoked_at', 'is', null)
    .execute();
}

/** Without one nobody could grant anything again. The lock makes two administrators who remove each other take turns. */
async function assertAnAdministratorIsLeft(tx: Database): Promise<void> {
  const left = await tx
    .selectFrom('access_grant as g')
    .innerJoin('app_user as u', 'u.id', 'g.user_id')
    .select('g.id')
    .where('g.role', '=', 'admin')
    .where('g.company_id', 'is', null)
    .where('u.active', '=', true)
    .forUpdate()
    .execute();
  if (left.length === 0) {
    throw new HttpError(
      409,
      'conflict',
      'Somebody must stay administrator of all companies. Grant that to another user first.',
    );
  }
}

async function inTransaction<T>(db: Database, work: (tx: Database) => Promise<T>): Promise<T> {
  return db.isTransaction ? await work(db) : await db.transaction().execute(work);
}
