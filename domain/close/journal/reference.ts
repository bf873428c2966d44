/** What a proposed entry is called in the ledger it is posted in: by its reference it is found again. */

/** Of a proposed entry or what takes it back; PostgreSQL reads it the same. */
export const JOURNAL_REFERENCE = /^JP-\d{6}-[0-9A-F]{8}(-R)?$/;
const REVERSAL_END = '-R';

/** 'JP-202610-1A2B3C4D': the month it belongs to, and the end of the proposal's id, the same on every machine. */
export function journalReference(period: number, proposal_id: string): string {
  return `JP-${period}-${proposal_id.replaceAll('-', '').slice(-8).toUpperCase()}`;
}

/** What the entry that takes it back is called. */
export function reversalReference(reference: string): string {
  return `${reference}${REVERSAL_END}`;
}

/** A proposed entry's or its reversal's. */
export function isJournalReference(ref: string | null): boolean {
  return ref !== null && JOURNAL_REFERENCE.test(ref);
}
