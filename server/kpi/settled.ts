/** SQL of domain/credit/settled.ts for a row `p` of payment: what it takes off its invoice as that was booked. */
import { sql } from 'kysely';

export const settledMinor = sql<number>`(p.amount_minor - p.exchange_minor)`;
