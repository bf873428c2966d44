/** SQL of domain/credit/settled.ts for a row `p` of payment. */
import { type RawBuilder, sql } from 'kysely';

/** What it takes off its invoice as that was booked, once it is settled. */
export const settledMinor = sql<number>`(p.amount_minor - p.exchange_minor)`;

/** `takenOffBy` of one that came by a day. */
export function takenOffMinor(on: RawBuilder<unknown>): RawBuilder<number> {
  return sql<number>`(case when p.settled_on <= ${on} then ${settledMinor} else p.amount_minor end)`;
}
