/** Whom an exception may be given to. */
import type { Finding } from './found.ts';

/** User names this copy has met: those who sign, and those who mark. */
export async function peopleOf({ context, company }: Finding): Promise<string[]> {
  const signers = await context.db
    .selectFrom('close_task')
    .select(['owner', 'reviewer'])
    .distinct()
    .where('company_id', '=', company.id)
    .execute();
  const markers = await context.db
    .selectFrom('v_exception_mark')
    .select(['author', 'assigned_to'])
    .distinct()
    .where('company_id', '=', company.id)
    .execute();
  const noters = await context.db
    .selectFrom('item_note')
    .select('author')
    .distinct()
    .where('company_id', '=', company.id)
    .execute();
  const names = [
    context.user.name,
    ...signers.flatMap((row) => [row.owner, row.reviewer]),
    ...markers.flatMap((row) => [row.author, row.assigned_to]),
    ...noters.map((row) => row.author),
  ];
  return [...new Set(names.filter((name): name is string => name !== null && USER_NAME.test(name)))]
    .toSorted()
    .slice(0, MOST_PEOPLE);
}
export const MOST_PEOPLE = 100;
const USER_NAME = /^[a-z][a-z0-9._-]{1,39}$/;
