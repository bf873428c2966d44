/** Where the facts of one company's reconciliations come from: the database, or rows in memory. */
import type {
  CountedDifference,
  DocumentRef,
  FeeLevel,
  RebateLevel,
  Found,
  LedgerMovement,
  OpenDocument,
  PartyName,
} from '#domain/close/reconcile/facts.ts';
import type { ForeignMonth, RatesByCurrency } from '#domain/close/reconcile/foreign.ts';
import type { MonthRate } from '#domain/close/reconcile/intercompany.ts';
import type { BankAccount } from '#domain/close/reconcile/bank/facts.ts';
import type { Methods } from '#domain/close/reconcile/methods.ts';
import type { ReconciledRole } from '#domain/close/reconcile/plan.ts';
import type { ProposedEntry } from '#domain/close/reconcile/proposed.ts';
import type {
  DeliveredLine,
  DeliveredWhole,
  InvoiceRow,
  InvoiceSum,
  LandedRow,
  PaymentRow,
  PaymentSum,
  PurchaseRows,
  ReturnedLine,
} from '#domain/close/reconcile/documentRows.ts';

/** Business days, both included. */
export interface Days {
  readonly from: number;
  readonly to: number;
  /** Only these of them; null = all. */
  readonly only: ReadonlySet<number> | null;
}

export interface SisterBooks {
  /** Every entry on the intercompany account that has a reference: ours, and hers. */
  readonly ours: readonly LedgerMovement[];
  readonly hers: readonly LedgerMovement[];
  readonly currency: string;
  /** Units of our currency for one of hers. */
  readonly rates: ReadonlyMap<number, MonthRate>;
}

export interface DeliveriesInSum {
  readonly whole: readonly DeliveredWhole[];
  /** Null = all lines. */
  readonly other_lines: readonly number[] | null;
}

export interface ClaimCostRow {
  readonly id: number;
  readonly ref: string;
  readonly booked_on: number;
  readonly amount_minor: number;
}

/** Rows come in pages, in a fixed order; nobody holds more than one. */
export interface CloseSource {
  readonly currency: string;
  /** 1–12 */
  readonly fiscal_year_start_month: number;
  /** How it is reconciled in a month. */
  readonly methods: (month: number) => Methods;
  /** Tells the database that we are still there: it ends a transaction that is silent for long. */
  stillHere(): Promise<void>;
  accounts(): Promise<ReadonlyMap<ReconciledRole, string>>;
  balancesBefore(day: number): Promise<ReadonlyMap<ReconciledRole, number>>;
  movements(days: Days): Promise<readonly LedgerMovement[]>;
  movementsOf(role: ReconciledRole, days: Days): Promise<readonly LedgerMovement[]>;
  /** Accounts of the role bank from a day on, with the entries and statement lines named; empty when none has a statement. */
  bankAccounts(since: number, until: number, named: readonly DocumentRef[]): Promise<readonly BankAccount[]>;
  /** Approved entries that bear one of these references, or are taken back by one. */
  proposed(references: readonly string[]): Promise<readonly ProposedEntry[]>;
  invoices(days: Days): AsyncIterable<readonly InvoiceRow[]>;
  payments(days: Days): AsyncIterable<readonly PaymentRow[]>;
  invoicesInSum(days: Days): Promise<readonly InvoiceSum[]>;
  paymentsInSum(days: Days): Promise<readonly PaymentSum[]>;
  claimCosts(days: Days): AsyncIterable<readonly ClaimCostRow[]>;
  /** Receipts that came or are billed from a day until another, or are open at the end of `cut_off`; bills beside them, whatever their day. */
  purchases(from: number, until: number, cut_off: number): Promise<PurchaseRows>;
  /** Lines with a delivery on one of the days, each with all its deliveries; of these only those named, unless null. */
  deliveries(days: Days, lines: readonly number[] | null): AsyncIterable<readonly DeliveredLine[]>;
  /** In sum those that left whole at once and were billed by the cut-off, and the ids of the other lines. */
  deliveriesInSum(days: Days, cut_off: number): Promise<DeliveriesInSum>;
  returns(days: Days): AsyncIterable<readonly ReturnedLine[]>;
  landed(days: Days): AsyncIterable<readonly LandedRow[]>;
  orderNumbers(ids: readonly number[]): Promise<ReadonlyMap<number, string>>;
  /** Documents in other currencies and their payments up to a day, added up; what was realised up to the cut-off. */
  foreignMonths(until: number, cut_off: number): Promise<readonly ForeignMonth[]>;
  rates(): Promise<RatesByCurrency>;
  partyBalances(cut_off: number): Promise<readonly OpenDocument[]>;
  /** Value of stock by site and category at the end of a month; none = nobody valued it. */
  stockValues(cut_off: number): Promise<readonly OpenDocument[]>;
  sister(until: number): Promise<SisterBooks | null>;
  counts(days: Days): Promise<readonly CountedDifference[]>;
  scrapped(days: Days): Promise<ReadonlyMap<number, number>>;
  receiptValues(numbers: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Payments of the days, and those named, that stand with another party than their invoice. */
  wrongParties(days: Days, payment_ids: readonly number[]): Promise<readonly Found[]>;
  unallocated(cut_off: number): Promise<readonly Found[]>;
  fees(): Promise<readonly FeeLevel[]>;
  rebates(): Promise<readonly RebateLevel[]>;
  parties(ids: readonly number[]): Promise<ReadonlyMap<number, PartyName>>;
}
