/** SQL of domain/credit/settled.ts for a row `p` of payment. */

/** What it takes off its invoice as that was booked, once it is settled. */
const SETTLED_MINOR = '(p.amount_minor - p.exchange_minor)';

/** `takenOffBy` of one that came by a day; its parameter is the day. */
const TAKEN_OFF_MINOR = `iif(p.settled_on <= ?, ${SETTLED_MINOR}, p.amount_minor)`;

/** What is settled by a day of an invoice `i`, as that was booked; its parameter is the day. */
export const PAID_OF_INVOICE = `(SELECT coalesce(sum(${SETTLED_MINOR}), 0) FROM main.payment p
    WHERE p.invoice_id = i.id AND p.kind = i.kind AND p.settled_on <= ?)`;

/** The same in the currency the invoice is made out in. */
export const OWN_PAID_OF_INVOICE = PAID_OF_INVOICE.replace(SETTLED_MINOR, 'p.foreign_minor');

/** What each payment matched by a day settled, for how parties pay. */
export const MATCHED_PAYMENTS = `SELECT i.party_id, i.kind, i.due_on, p.paid_on, ${SETTLED_MINOR} FROM main.payment p
     JOIN main.invoice i ON i.id = p.invoice_id
   WHERE p.company_id = ? AND p.paid_on > ? AND p.paid_on <= ? AND p.kind = i.kind`;

/** Party → what it paid by a day that settles no invoice by then: matched with none, or settled later. */
export const UNSETTLED_BY_PARTY = `SELECT party_id, sum(paid_minor) FROM (
    SELECT p.party_id, ${TAKEN_OFF_MINOR} AS paid_minor FROM main.payment p
    WHERE p.invoice_id IS NULL AND p.paid_on <= ? AND p.company_id = ? AND p.kind = 'customer'
    UNION ALL
    SELECT p.party_id, p.amount_minor FROM main.payment p
    WHERE p.company_id = ? AND p.settled_on > ? AND p.invoice_id IS NOT NULL AND p.paid_on <= ? AND p.kind = 'customer')
  GROUP BY party_id`;

/** Its parameters. */
export function unsettledAsked(company_id: number, on: number): readonly number[] {
  return [on, on, company_id, company_id, on, on];
}

/** The same of one party. */
export const UNSETTLED_OF_PARTY = `SELECT coalesce(sum(${TAKEN_OFF_MINOR}), 0) FROM main.payment p
  WHERE p.party_id = ? AND p.company_id = ? AND p.kind = 'customer' AND p.paid_on <= ?
    AND (p.invoice_id IS NULL OR p.settled_on > ?)`;

/** Party → what was paid, by it or to it, by a day and is not off a posted invoice: matched with none, or settled later. */
export const PAID_AHEAD_BY_PARTY = `SELECT party_id, sum(amount_minor) FROM (
    SELECT p.party_id, p.amount_minor FROM main.payment p
    WHERE p.invoice_id IS NULL AND p.paid_on <= ? AND p.company_id = ?
    UNION ALL
    SELECT p.party_id, p.amount_minor FROM main.payment p JOIN main.invoice i ON i.id = p.invoice_id
    WHERE p.company_id = ? AND p.settled_on > ? AND p.paid_on <= ? AND i.posted_on <= ?)
  GROUP BY party_id`;

/** Its parameters. */
export function paidAheadAsked(company_id: number, on: number): readonly number[] {
  return [on, company_id, company_id, on, on, on];
}
