/** The books: what stands on each account as of a day, as it was known at a moment, and the entries behind it. */
import { z } from 'zod';
import type { JournalKind } from '#domain/close/journalKinds.ts';
import { Id, Offset } from './arguments.ts';
import type { Provenance } from './session.ts';

/** Epoch milliseconds: what was posted later is left out, what was changed later is as it stood. null = all that is known. */
const KnownAt = z.int().min(0).nullable().default(null);

export const trialBalance = {
  args: z.strictObject({
    company_id: Id,
    as_of_on: z.iso.date(),
    known_at_ms: KnownAt,
    /** Before closing entries of the fiscal year the day lies in, or after them. Those of earlier years are in the opening. */
    closing: z.enum(['pre', 'post']).default('pre'),
  }),
};
/** What closing entries of a fiscal year did, as far as they are known and booked by the day. Debits are positive. */
export interface YearClosing {
  /** The year they close. */
  readonly year_words: string;
  /** Whether the day lies in that year, so that the balance is one before or after them; false = it is the year before. */
  readonly own_year: boolean;
  /** What income and expense came to: a profit is below zero. */
  readonly result_minor: number;
  /** What was put on accounts of equity. */
  readonly carried_minor: number;
  /** What still stands on income and expense after them. */
  readonly left_minor: number;
}
/** Of a total its account_id is null. Debits are positive. */
export interface TrialBalanceRow {
  /** Below 0: no account, but what earlier years came to. */
  readonly account_id: number;
  readonly code: string;
  readonly name: string;
  readonly kind: string;
  readonly role: string | null;
  /** When the fiscal year begins: income and expense have nothing then. */
  readonly opening_minor: number;
  /** Of the fiscal year, up to the day; with the opening it is the balance. */
  readonly year_minor: number;
  /** At the end of the month before; of income and expense in the fiscal year. */
  readonly before_minor: number;
  /** Of the month, up to the day. */
  readonly debit_minor: number;
  readonly credit_minor: number;
  readonly balance_minor: number;
  /** Of income and expense the month beside the one before, of the rest the balance beside that of the month before. */
  readonly flux: {
    readonly now_minor: number;
    readonly before_minor: number;
    readonly change_minor: number;
    /** Hundredths of a per cent; null = nothing was there before. */
    readonly rate_bp: number | null;
    /** More than the thresholds: somebody should say why. */
    readonly asks: boolean;
    /** What is said of it in the close of the month, and by whom as far as that is known; null = nothing. */
    readonly words: string | null;
    readonly by: string | null;
  };
}
export interface TrialBalance {
  readonly as_of_on: string;
  /** The first day of its fiscal year. */
  readonly year_from_on: string;
  /** '2026', or 'April 2026 – March 2027'. */
  readonly year_words: string;
  /** The first day of its month. */
  readonly month_from_on: string;
  /** null = the year has no closing entries by the day, nor has the one before. */
  readonly closing: YearClosing | null;
  readonly rows: readonly TrialBalanceRow[];
  /** A change asks for words when it is more than both. */
  readonly flux_threshold: { readonly amount_minor: number; readonly rate_bp: number };
  /** Both sides of the month, and what all accounts come to: 0, or the books are not whole. */
  readonly debit_minor: number;
  readonly credit_minor: number;
  readonly balance_minor: number;
  /** Entries booked up to the day that were posted after the moment, and so are not in it. */
  readonly later_entries: number;
  /** Entries booked up to the day that were changed or taken out after the moment: they are in it as they stood. */
  readonly changed_entries: number;
  readonly currency: string;
  readonly provenance: Provenance;
}

export const accountLines = {
  args: z.strictObject({
    company_id: Id,
    account_id: Id,
    from_on: z.iso.date(),
    to_on: z.iso.date(),
    known_at_ms: KnownAt,
    /** As of the trial balance of the last day: without closing entries of its fiscal year, or with them. */
    closing: z.enum(['pre', 'post']).default('pre'),
    offset: Offset,
    limit: z.int().min(1).max(2000).default(500),
  }),
};
export interface AccountLine {
  readonly id: number;
  readonly entry_id: number;
  readonly booked_on: string;
  readonly posted_at_ms: number;
  /** Since when its entry stands as it does; null = since it was posted. */
  readonly changed_at_ms: number | null;
  readonly journal: string;
  /** The company's name for it; null = it gave none. */
  readonly journal_name: string | null;
  readonly number: string;
  readonly ref: string | null;
  readonly memo: string;
  readonly party: string | null;
  readonly channel: string | null;
  readonly amount_minor: number;
  /** Of the account after this line. */
  readonly balance_minor: number;
}
export interface AccountLines {
  readonly account: { readonly id: number; readonly code: string; readonly name: string };
  /** Before the first of the days. */
  readonly opening_minor: number;
  readonly lines: readonly AccountLine[];
  readonly total_lines: number;
  /** Lines of closing entries of those days that are not shown, pre-closing. */
  readonly left_out_lines: number;
  /** After the last of the days. */
  readonly closing_minor: number;
  readonly currency: string;
  readonly provenance: Provenance;
}

export const ledgerEntry = { args: z.strictObject({ company_id: Id, entry_id: Id, known_at_ms: KnownAt }) };
/** How an entry stood until it was changed. */
export interface EntryVersion {
  readonly from_ms: number;
  readonly until_ms: number;
  /** Whose file or command changed it; null = nobody is known. */
  readonly changed_by: string | null;
  /** Its debits. */
  readonly debit_minor: number;
  /** The day it was booked on, where the change moved it; else null. */
  readonly moved_from_on: string | null;
}
export interface LedgerEntry {
  readonly id: number;
  readonly journal: string;
  readonly journal_name: string | null;
  /** What reconciliations take its entries for. */
  readonly journal_kind: JournalKind;
  readonly number: string;
  readonly booked_on: string;
  readonly posted_at_ms: number;
  /** Since when it stands as it is shown; null = since it was posted. */
  readonly changed_at_ms: number | null;
  /** Until when it stood as it is shown; null = it still does. */
  readonly shown_until_ms: number | null;
  /** It stands no more: somebody took it out. */
  readonly removed: boolean;
  /** How it stood before, newest first; at most 50. */
  readonly versions: readonly EntryVersion[];
  readonly total_versions: number;
  readonly ref: string | null;
  readonly memo: string;
  readonly lines: readonly {
    readonly id: number;
    readonly account_id: number;
    readonly account: string;
    readonly account_name: string;
    readonly party: string | null;
    readonly channel: string | null;
    readonly ref: string | null;
    readonly amount_minor: number;
  }[];
  readonly currency: string;
  readonly provenance: Provenance;
}
