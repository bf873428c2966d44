/** The tasks of the demo's closes: those of every first close, with the accounts of its chart. */
import { FIRST_CLOSE } from '#domain/close/template.ts';
import { ACCOUNT_ROLES, accountCode } from '../ledger/accounts.ts';

export interface TaskTemplate {
  readonly code: string;
  readonly title: string;
  readonly account: string | null;
  readonly depends_on: readonly string[];
  /** Working day after the end of the month. */
  readonly due_day: number;
}

export const CLOSE_TASKS: readonly TaskTemplate[] = FIRST_CLOSE.map(({ role, ...task }) => {
  const known = ACCOUNT_ROLES.find((each) => each === role);
  return { ...task, account: known === undefined ? null : accountCode(known) };
});
