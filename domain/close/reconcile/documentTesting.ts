/** For tests: books that documents fill, beside the movements of a ledger, reconciled. */
import { dayNumber } from '../../calendar.ts';
import { journalsOf } from '../journalKinds.ts';
import { differingCells } from './cells.ts';
import type { ReceiptRow } from './documentRows.ts';
import type { CompanyFacts, Evidence, Found, LedgerMovement, OpenDocument, Valuation } from './facts.ts';
import type { ReconciledRole } from './plan.ts';
import { DocumentBooks } from './postings.ts';
import { type ProposedEntry, withoutProposed } from './proposed.ts';
import { reconcileCompany } from './reconcile.ts';

export const day = (iso: string): number => dayNumber(iso) ?? Number.NaN;
export const CUT_OFF = day('2026-10-31');
export const FROM = day('2026-10-01');
export const UNTIL = day('2026-11-20');
/** Nothing is known beside the books. */
export const NO_EVIDENCE: Evidence = {
  postings: [],
  suspects: [],
  counts: [],
  scrapped: new Map(),
  receipt_values: new Map(),
  standing: [],
  fees: [],
  rebates: new Map(),
  parties: new Map(),
};
export const ACCOUNTS = new Map<ReconciledRole, string>([
  ['grni', '2150'],
  ['intercompany', '1800'],
  ['fx_gain', '8900'],
  ['inventory', '1400'],
  ['prepaid', '1700'],
  ['ar', '1200'],
  ['ap', '2100'],
  ['bank', '1010'],
  ['shipped_not_billed', '1250'],
  ['billed_not_received', '1350'],
  ['landed_cost_clearing', '2160'],
]);

export interface Given {
  readonly fill: (books: DocumentBooks) => void;
  readonly movements: readonly LedgerMovement[];
  readonly open?: readonly OpenDocument[];
  readonly opening?: ReadonlyMap<ReconciledRole, number>;
  readonly carried?: readonly Found[];
  readonly valuation?: Valuation;
  readonly proposed?: readonly ProposedEntry[];
  readonly sister_items?: readonly Found[];
  readonly bank_items?: readonly Found[];
  readonly receipt_values?: ReadonlyMap<string, number>;
}

export function reconciled(given: Given) {
  const {
    fill,
    movements,
    open = [],
    opening = new Map(),
    carried = [],
    valuation = 'perpetual',
    proposed = [],
    sister_items = null,
    bank_items = null,
    receipt_values = new Map(),
  } = given;
  const window = { from: FROM, cut_off: CUT_OFF, until: UNTIL };
  const books = new DocumentBooks({ ...window, keeps: () => true });
  fill(books);
  books.finish();
  const facts: CompanyFacts = {
    ...window,
    currency: 'EUR',
    valuation,
    accounts: ACCOUNTS,
    opening,
    movements,
    proposed,
    expected: books.expected,
    open: [...open, ...books.openDocuments()],
    give_backs: [],
    bank_items,
    sister_items,
    stock_valued: true,
  };
  const cells = new Set(differingCells(withoutProposed(facts)).map((cell) => `${cell.role}/${cell.day}`));
  const postings = books.postings.filter((posting) => cells.has(`${posting.role}/${posting.day}`));
  return reconcileCompany(facts, { ...NO_EVIDENCE, postings, suspects: books.suspects, receipt_values }, carried);
}

export const of = (code: string, given: Given) => {
  const found = reconciled(given).find((each) => each.code === code);
  if (!found) throw new Error(`no reconciliation ${code}`);
  return found;
};

let entries = 0;
const USUAL = journalsOf([]);
export function moved(
  role: ReconciledRole,
  journal: string,
  booked_on: number,
  amount_minor: number,
  ref: string | null = null,
): LedgerMovement {
  entries += 1;
  const number = `${journal}/${entries}`;
  const told = { journal, journal_kind: USUAL.kindOf(journal), journal_name: null };
  return { role, entry_id: entries, ...told, number, memo: journal, ref, booked_on, amount_minor };
}

/** One entry that moves several accounts. */
export function entryOf(
  journal: string,
  booked_on: number,
  ref: string | null,
  ...lines: readonly (readonly [ReconciledRole, number])[]
): readonly LedgerMovement[] {
  const moves = lines.map(([role, amount_minor]) => moved(role, journal, booked_on, amount_minor, ref));
  return moves.map((each) => ({ ...each, entry_id: moves[0]?.entry_id ?? 0, number: moves[0]?.number ?? '' }));
}

export const receipt = (
  id: number,
  received_on: number,
  amount_minor: number,
  billed_on: number | null,
): ReceiptRow => ({
  id,
  number: `RCV ${id}`,
  received_on,
  amount_minor,
  order_number: `PO ${id}`,
  supplier_id: 1,
  supplier_name: 'Steel',
  bills: billed_on === null ? [] : [{ id: 1_000 + id, ref: `RCV ${id}`, posted_on: billed_on, amount_minor }],
});
