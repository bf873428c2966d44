/** SQL of domain/credit/settled.ts for a row `p` of payment: what it takes off its invoice as that was booked. */
export const SETTLED_MINOR = '(p.amount_minor - p.exchange_minor)';

/** What is paid by a day of an invoice `i`, as that was booked; its parameter is the day. */
export const PAID_OF_INVOICE = `(SELECT coalesce(sum(${SETTLED_MINOR}), 0) FROM main.payment p
    WHERE p.invoice_id = i.id AND p.kind = i.kind AND p.paid_on <= ?)`;

/** Party → what it paid by a day without an invoice; its parameters are the company and the day. */
export const UNMATCHED_BY_PARTY = `SELECT p.party_id, sum(${SETTLED_MINOR}) FROM main.payment p
  WHERE p.company_id = ? AND p.kind = 'customer' AND p.invoice_id IS NULL AND p.paid_on <= ? GROUP BY p.party_id`;
