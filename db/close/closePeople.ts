/** Who may prepare and review a company's close, as this copy has them. */
import type { ClosePerson } from '#domain/close/opening.ts';
import type { Scan } from '#db/connection.ts';

export interface ClosePersonRow extends ClosePerson {
  readonly display_name: string;
}

/** By name. */
export function readClosePeople(scan: Scan, company_id: number): readonly ClosePersonRow[] {
  return scan<[string, string, number, number]>(
    `SELECT user_name, display_name, may_prepare, may_review FROM main.close_person WHERE company_id = ?
     ORDER BY user_name`,
    [company_id],
  ).map(([user_name, display_name, may_prepare, may_review]) => ({
    user_name,
    display_name,
    may_prepare: may_prepare === 1,
    may_review: may_review === 1,
  }));
}
