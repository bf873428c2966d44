/** What companies of a group owe each other: the books of both, as far as something is open between them. */
import type { RateValue } from '../../../currency/rateValue.ts';
import type { JournalKind } from '../../journalKinds.ts';

/** Of a month: its average, and that of its last day. */
export interface MonthRate {
  readonly average: RateValue;
  readonly closing: RateValue;
}

/** What an entry moved on the accounts one company keeps with another. Minor units of its company's currency, debit positive. */
export interface SisterEntry {
  readonly entry_id: number;
  readonly number: string;
  readonly ref: string | null;
  readonly memo: string;
  readonly journal_kind: JournalKind;
  readonly booked_on: number;
  readonly amount_minor: number;
  /** Whether money moved: one of its lines is on a bank account. */
  readonly paid: boolean;
  /** By its other accounts: who sold has the document. Null = they do not say. */
  readonly trade: 'sold' | 'bought' | null;
  /**
   * Of its lines on accounts kept with no company and other than exchange differences; null where there are none of these: it
   * only values.
   */
  readonly other_minor: number | null;
}

/** Units of the other's currency for one of a company's own, by month. */
export type SisterRates = ReadonlyMap<number, MonthRate>;

/** The books of two companies about each other. What is settled on both sides since before the days looked at may be left out. */
export interface SisterPair {
  readonly sister: { readonly name: string; readonly currency: string };
  readonly ours: readonly SisterEntry[];
  readonly hers: readonly SisterEntry[];
  /** From our own rates, and from hers. */
  readonly our_rates: SisterRates;
  readonly her_rates: SisterRates;
}

/** An account of ours that is compared with nothing, with its balance at the cut-off. */
export interface UnpairedAccount {
  readonly code: string;
  readonly balance_minor: number;
  /** The company it names, which keeps no account with us; null = it names none. */
  readonly sister: string | null;
}

export interface SisterBooks {
  readonly pairs: readonly SisterPair[];
  readonly unpaired: readonly UnpairedAccount[];
}
