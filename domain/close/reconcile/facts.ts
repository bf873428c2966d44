/** What reconciliations are computed from, whoever read it. Amounts are minor units of the company's currency, debit positive. */
import type { Allocation } from '../journal/allocation.ts';
import type { JournalKind } from '../journalKinds.ts';
import type { Cause } from './causes.ts';
import type { Valued } from './impliedRate.ts';
import type { ReconciledRole } from './plan.ts';
import type { ProposedEntry } from './proposed.ts';

export interface DocumentRef {
  readonly kind:
    | 'invoice'
    | 'payment'
    | 'receipt'
    | 'shipment'
    | 'order_line'
    | 'claim_cost'
    | 'landed_cost'
    | 'count_line'
    | 'entry'
    | 'statement_line'
    | 'rate'
    | 'agreement'
    | 'sister'
    | 'sister_delivery'
    | 'sister_purchase'
    | 'sister_payment';
  readonly id: number;
  readonly ref: string;
  /** Of another company's booking, whose rows need not be on the reader's machine: all that is said of it. */
  readonly told?: ToldDocument;
}

/** `on`: a day number; the amount in minor units of its currency, debit positive. */
export interface ToldDocument {
  readonly name: string;
  readonly on: number;
  readonly amount_minor: number;
  readonly currency: string;
}

/** What one entry moved on one account. */
export interface LedgerMovement {
  readonly role: ReconciledRole;
  readonly entry_id: number;
  /** The company's code, what it goes as, and the company's name for it. */
  readonly journal: string;
  readonly journal_kind: JournalKind;
  readonly journal_name: string | null;
  readonly number: string;
  readonly memo: string;
  readonly ref: string | null;
  readonly booked_on: number;
  readonly amount_minor: number;
  /** Null or absent: its lines there name nobody, or several. */
  readonly party_id?: number | null;
}

/** What a document should have posted to an account on a day. */
export interface Posting {
  readonly role: ReconciledRole;
  readonly day: number;
  readonly amount_minor: number;
  readonly document: DocumentRef;
  readonly party_id: number | null;
  readonly channel_id: number | null;
  readonly ordered_on: number | null;
  /** What it is called when the ledger lacks it. */
  readonly missing: Cause;
  /** The reference of what it takes back; null = it takes nothing back. */
  readonly takes_back: string | null;
  /** Of a month end's revaluation, what is valued; null = it is none. */
  readonly valued: Valued | null;
}

/** What may stand in the ledger beyond what documents should have posted, and what that would be called. */
export interface Suspect {
  readonly role: ReconciledRole;
  readonly day: number;
  readonly amount_minor: number;
  readonly cause: Cause;
  readonly ref: string;
  readonly documents: readonly DocumentRef[];
}

/** A line of the subledger: what is open at the cut-off, by document, party or schedule. */
export interface OpenDocument {
  readonly role: ReconciledRole;
  readonly ref: string;
  readonly booked_on: number;
  readonly amount_minor: number;
}

/** A part of a difference with what it comes from. `settles_on`: the day it stands in the ledger after all. */
export interface Found {
  readonly role: ReconciledRole;
  readonly cause: Cause;
  readonly amount_minor: number;
  readonly ref: string;
  readonly arose_on: number;
  readonly documents: readonly DocumentRef[];
  readonly settles_on: number | null;
  /** Of a cost no goods bear yet. */
  readonly allocation?: Allocation;
}

/** A posted count's line that differed from the books: what it should have moved on the stock account. */
export interface CountedDifference {
  readonly id: number;
  readonly ref: string;
  readonly counted_on: number;
  readonly amount_minor: number;
}

export interface FeeLevel {
  readonly channel_id: number;
  readonly name: string;
  readonly rate_bp: number;
  readonly valid_from: number;
  readonly valid_to: number | null;
}

/** What was agreed with a customer, of one channel or of all. */
export interface RebateLevel {
  readonly party_id: number;
  readonly channel_id: number | null;
  readonly rate_bp: number;
  readonly valid_from: number;
  readonly valid_to: number | null;
}

export interface PartyName {
  readonly id: number;
  readonly code: string;
  readonly name: string;
}

/**
 * What of the accrued rebates is not owed, since an agreement ended below its threshold; negative: what is owed after all. Seen in
 * a month and given back on its last day.
 */
export interface GiveBack {
  readonly day: number;
  readonly amount_minor: number;
  readonly ref: string;
  readonly documents: readonly DocumentRef[];
}

/** Σ by account and day, of what documents should have posted. */
export type ByDay = ReadonlyMap<ReconciledRole, ReadonlyMap<number, number>>;

/** Perpetual: stock moves with every document. Periodic: once, at the closing, to what it is worth then. */
export type Valuation = 'perpetual' | 'periodic';

export interface CompanyFacts {
  readonly currency: string;
  readonly cut_off: number;
  /** The first day looked at, and the last (beyond the cut-off as far as books go). */
  readonly from: number;
  readonly until: number;
  readonly valuation: Valuation;
  readonly accounts: ReadonlyMap<ReconciledRole, string>;
  /** Balances before `from`. */
  readonly opening: ReadonlyMap<ReconciledRole, number>;
  readonly movements: readonly LedgerMovement[];
  /** Approved entries for items of earlier reconciliations or of this one, whether they are in the ledger or not. */
  readonly proposed: readonly ProposedEntry[];
  readonly expected: ByDay;
  readonly open: readonly OpenDocument[];
  /** Of the days looked at; they are in `expected`. */
  readonly give_backs: readonly GiveBack[];
  /** What the bank's statements leave open; null = nobody gave any, and the documents say what should be there. */
  readonly bank_items: readonly Found[] | null;
  /** How other companies' books differ from ours; null = nobody was asked, and the documents say what should be there. */
  readonly sister_items?: readonly Found[] | null;
  /** Accounts of which nobody said what should be there: their balance is an item as it is. */
  readonly without_basis?: ReadonlySet<ReconciledRole>;
  /** False when nobody has valued the stock of the cut-off's month: what the account holds is an item that says so. */
  readonly stock_valued: boolean;
}

/** What is asked for once it is known which days differ. */
export interface Evidence {
  readonly postings: readonly Posting[];
  readonly suspects: readonly Suspect[];
  readonly counts: readonly CountedDifference[];
  /** Value of stock scrapped by day, as near as it is known. */
  readonly scrapped: ReadonlyMap<number, number>;
  /** What receipts put on stock, as near as it is known, by the receipt's number. */
  readonly receipt_values: ReadonlyMap<string, number>;
  /** What stands wrong without moving a total: payments with another party, costs not allocated. */
  readonly standing: readonly Found[];
  readonly fees: readonly FeeLevel[];
  /** By customer. */
  readonly rebates: ReadonlyMap<number, readonly RebateLevel[]>;
  readonly parties: ReadonlyMap<number, PartyName>;
}
