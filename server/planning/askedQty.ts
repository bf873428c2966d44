import { sql } from 'kysely';

/** What of a goods line was asked for, as domain/demand/demandLine.ts has it: what we cancelled of a confirmed one too. */
export const ASKED_QTY = sql`(ordered_qty_milli
  - case when cancelled_by = 'customer' or committed_on is null then cancelled_qty_milli else 0 end)`;
