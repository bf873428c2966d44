/** A bank account as two sides tell it: the ledger's entries, and the lines of the bank's statements. Minor units of its currency, money in positive. */

export interface BankEntry {
  readonly id: number;
  readonly number: string;
  readonly ref: string | null;
  readonly memo: string;
  readonly booked_on: number;
  readonly amount_minor: number;
}

/** Lines of an account come in the order the bank booked them. */
export interface StatementLine {
  readonly id: number;
  readonly booked_on: number;
  readonly amount_minor: number;
  /** What the account holds after it. */
  readonly balance_after_minor: number;
  readonly reference: string | null;
  readonly counterparty: string | null;
}

export interface BankAccount {
  /** The ledger account's code. */
  readonly code: string;
  /** From this day on every entry and every line is here; of the days before only what was asked for by its id. */
  readonly since: number;
  /** What the ledger and the bank held before that day; the bank null = no statement begins before it. */
  readonly opening_minor: number;
  readonly statement_opening_minor: number | null;
  readonly entries: readonly BankEntry[];
  readonly statement: readonly StatementLine[];
  /** The last day a statement closes on, where one says so: until then the bank has no more lines. Absent = that of its last line. */
  readonly stated_until?: number | null;
  /** Absent = it is in the currency of the books. */
  readonly own?: OwnBooks;
}

/** Of an account in another currency: what the books have of it in theirs. */
export interface OwnBooks {
  readonly currency: string;
  /** Before `since`, and each entry from then on. */
  readonly opening_booked_minor: number;
  readonly booked: readonly { readonly booked_on: number; readonly amount_minor: number }[];
  /** Ids of entries that only value it anew: they are none of `entries`. */
  readonly valuations: readonly number[];
  /** Days of entries that do not say their amount in its currency. */
  readonly lacking: readonly number[];
}

/** As a person names the line: who and what for. */
export function statementRef({ counterparty, reference }: StatementLine): string {
  const words = [counterparty, reference].filter((text) => text !== null && text !== '').join(' ');
  return words === '' ? 'Line without words' : words.slice(0, 200);
}
