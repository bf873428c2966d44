/**
 * Who may prepare and review each company's close, as rows for its copies: kept in the transaction that changes an account, a
 * grant or the companies, and gone through whole when the server starts.
 */
import { grantsPermit } from '#domain/access/grants.ts';
import type { ClosePerson } from '#domain/close/opening.ts';
import { sql } from 'kysely';
import type { Database } from '#server/schema/database.ts';
import { grantsOf } from './grants.ts';

interface Person extends ClosePerson {
  readonly display_name: string;
}

/** `about`: one account, one company, or everything. */
export async function keepClosePeople(
  db: Database,
  about: { readonly user_id?: number; readonly company_id?: number } = {},
): Promise<void> {
  if (!db.isTransaction) return await db.transaction().execute(async (tx) => await keepClosePeople(tx, about));
  // who else changes accounts or makes a company is seen, or waits
  await sql`lock table close_person in share row exclusive mode`.execute(db);
  let users = db.selectFrom('app_user').select(['id', 'name', 'display_name', 'active']);
  if (about.user_id !== undefined) users = users.where('id', '=', about.user_id);
  let companies = db.selectFrom('company').select('id').orderBy('id');
  if (about.company_id !== undefined) companies = companies.where('id', '=', about.company_id);
  const accounts = await users.execute();
  const people = await closePeople(db, accounts);
  for (const { id } of await companies.execute()) {
    const wanted = new Map(people(id).map((person) => [person.user_name, person]));
    const held = await db
      .selectFrom('close_person')
      .select(['id', 'user_name', 'display_name', 'may_prepare', 'may_review'])
      .where('company_id', '=', id)
      .execute();
    const names = new Set(accounts.map(({ name }) => name));
    for (const { id: row_id, ...person } of held) {
      if (!names.has(person.user_name)) continue;
      const now = wanted.get(person.user_name);
      wanted.delete(person.user_name);
      if (!now) await db.deleteFrom('close_person').where('id', '=', row_id).execute();
      else if (!same(now, person)) await db.updateTable('close_person').set(now).where('id', '=', row_id).execute();
    }
    const added = [...wanted.values()].map((person) => ({ ...person, company_id: id }));
    if (added.length > 0) await db.insertInto('close_person').values(added).execute();
  }
}

/** Of the company, as accounts and grants are now: what a command is decided by. */
export async function closePeopleOf(db: Database, company_id: number): Promise<readonly ClosePerson[]> {
  const accounts = await db.selectFrom('app_user').select(['id', 'name', 'display_name', 'active']).execute();
  return (await closePeople(db, accounts))(company_id);
}

/** Whether a person says how the company's close is done: who reviews it, or an administrator, who sets companies up. */
export function setsUpClose(people: readonly ClosePerson[], user_name: string): boolean {
  return people.find((person) => person.user_name === user_name)?.may_review ?? true;
}

async function closePeople(
  db: Database,
  accounts: readonly {
    readonly id: number;
    readonly name: string;
    readonly display_name: string;
    readonly active: boolean;
  }[],
): Promise<(company_id: number) => readonly Person[]> {
  const active = accounts.filter((account) => account.active);
  const grants = await grantsOf(
    db,
    active.map(({ id }) => id),
  );
  return (company_id) =>
    active
      .map(({ id, name, display_name }) => {
        const held = grants.get(id) ?? [];
        return {
          user_name: name,
          display_name,
          may_prepare: grantsPermit(held, 'prepare_close', { company_id }),
          may_review: grantsPermit(held, 'review_close', { company_id }),
        };
      })
      .filter(({ may_prepare, may_review }) => may_prepare || may_review);
}

function same(a: Person, b: Person): boolean {
  return a.display_name === b.display_name && a.may_prepare === b.may_prepare && a.may_review === b.may_review;
}
