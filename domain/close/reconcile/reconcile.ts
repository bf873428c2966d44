/**
 * Every reconciliation of a company at a cut-off: what stands on the account, what the documents say, and the difference
 * item by item. Ledger − subledger = Σ items, always: what nothing explains is an item of its own.
 */
import { monthOfDay } from '../../calendar.ts';
import type { Allocation } from '../journal/allocation.ts';
import { bankOfRef } from './foreign.ts';
import { feesAtOldRate, missingRebates } from './accruals.ts';
import { Movements, Postings } from './byDay.ts';
import { differingCells } from './cells.ts';
import type { Cause } from './causes.ts';
import type { CompanyFacts, DocumentRef, Evidence, Found } from './facts.ts';
import { namedByPayments } from './bank/paymentsHere.ts';
import { inventoryItems, stockKept } from './inventory.ts';
import { ledgerLines, type SideLine, subledgerLines } from './lines.ts';
import { CellsLeft } from './cellsLeft.ts';
import { matchDays, notFound, settle, settledAlready } from './match.ts';
import { unvaluedStock } from './missingFacts.ts';
import { type ReconciledRole, RECONCILIATIONS, type ReconciliationPlan } from './plan.ts';
import { rebatesOfTwoInSteps } from './rebatesOfTwo.ts';
import { rebatesAtLowerRate } from './rebatesTooLow.ts';
import { neverTakenBack, putOnTheirDay } from './revaluations.ts';
import { atOnce, type Steps } from './steps.ts';
import { thresholdItems } from './thresholdItems.ts';
import { broughtBack, clearedItems, shownByBalance, takenBackFromStock, withoutProposed } from './proposed.ts';

export interface RecItem {
  readonly role: ReconciledRole;
  readonly account: string | null;
  readonly cause: Cause;
  /** As it adds to ledger − subledger, in the reconciliation's sign. */
  readonly amount_minor: number;
  readonly ref: string;
  readonly arose_on: number;
  readonly origin_period: number;
  /** Days from when it arose to the cut-off. */
  readonly age_days: number;
  readonly documents: readonly DocumentRef[];
  readonly settles_on: number | null;
  readonly allocation?: Allocation;
}

export interface Reconciliation {
  readonly code: string;
  readonly ledger_minor: number;
  readonly subledger_minor: number;
  readonly difference_minor: number;
  readonly lines: readonly SideLine[];
  readonly items: readonly RecItem[];
}

/**
 * @param evidence of the days `differingCells(facts)` names
 * @param carried what earlier reconciliations left open, debit positive
 */
export function reconcileCompany(
  facts: CompanyFacts,
  evidence: Evidence,
  carried: readonly Found[],
): readonly Reconciliation[] {
  return atOnce(reconcileInSteps(facts, evidence, carried));
}

/** The same in steps of a fraction of a second each, of however many documents. */
export function* reconcileInSteps(
  facts: CompanyFacts,
  evidence: Evidence,
  carried: readonly Found[],
): Steps<readonly Reconciliation[]> {
  const movements = new Movements(facts.movements);
  yield;
  const found = yield* findItems(facts, movements, evidence, carried);
  const made: Reconciliation[] = [];
  for (const plan of RECONCILIATIONS) {
    if (!plan.roles.some((role) => facts.accounts.has(role))) continue;
    yield;
    made.push(reconciliationOf(facts, movements, plan, found));
  }
  return made;
}

function* findItems(
  all: CompanyFacts,
  moved: Movements,
  evidence: Evidence,
  before: readonly Found[],
): Steps<readonly Found[]> {
  const facts = withoutProposed(all);
  const brought = [...before, ...broughtBack(all)].filter(({ role }) => !all.without_basis?.has(role));
  const { cut_off } = facts;
  const movements = facts.movements === moved.all ? moved : new Movements(facts.movements);
  yield;
  const postings = new Postings(evidence.postings);
  yield;
  const left = new CellsLeft(differingCells(facts));
  const thresholds = thresholdItems(left, brought, facts, movements);
  const carried = thresholds.carried;
  yield;
  const onAccounts = carried.filter(({ role, amount_minor }) => role !== 'inventory' && amount_minor !== 0);
  const asked = { currency: facts.currency, suspects: evidence.suspects, postings, cut_off, movements };
  const onto = putOnTheirDay(left, asked);
  yield;
  // what came back this month settles what was carried before anything else is made of it
  const never = new Set(neverTakenBack(onAccounts, left, asked));
  const old = settle(
    onAccounts.filter((item) => !never.has(item)),
    left,
    cut_off,
  );
  yield;
  const rebates = { ...evidence, postings: postings.of('rebate_accrual') };
  const accruals = [...(yield* rebatesOfTwoInSteps(left, rebates, cut_off))];
  yield;
  accruals.push(...rebatesAtLowerRate(left, rebates, cut_off));
  yield;
  accruals.push(...missingRebates(left, rebates, cut_off));
  yield;
  accruals.push(...feesAtOldRate(left, { ...evidence, postings: postings.of('fee_accrual') }, cut_off));
  yield;
  const matched = yield* matchDays(left, { ...asked, cells: left.all(), onto });
  yield;
  const late = Map.groupBy(matched, (item) => settledAlready(item, cut_off));
  const fresh = settle([...accruals, ...thresholds.fresh, ...(late.get(false) ?? [])], left, cut_off);
  const standing = evidence.standing.filter(({ arose_on }) => arose_on <= cut_off);
  const items = [...old.open, ...fresh.open, ...standing, ...notFound(left, movements, cut_off)];
  const settled = new Set([...never, ...old.settled].map(({ ref }) => ref));
  const stock = takenBackFromStock(carried).filter(
    (item) => item.role === 'inventory' && !settledAlready(item, cut_off) && !settled.has(item.ref),
  );
  // what is brought back stands in the balance only with what took it back
  const back = sumOf(broughtBack(all), 'inventory');
  const beside = items.filter(({ ref }) => !stock.some((each) => each.ref === ref));
  items.push(
    ...inventoryItems(
      { ...facts, movements: movements.of('inventory') },
      evidence,
      facts.stock_valued ? differenceOf(facts, movements, 'inventory') + back : null,
      stock,
      { items: beside, kept: stockKept(movements) },
    ),
  );
  const compared = bySister(items, facts.sister_items ?? null);
  return withoutBasis(all, moved, byStatement(clearedItems(all, compared), facts.bank_items));
}

/** Another company's books count instead of documents, but for what was meant for another account. */
function bySister(items: readonly Found[], sister_items: readonly Found[] | null): readonly Found[] {
  if (sister_items === null) return items;
  const others = items.filter(({ role, cause }) => role !== 'intercompany' || cause === 'posted_to_another_account');
  const elsewhere = others.filter(({ role }) => role === 'intercompany');
  const own = sister_items.filter((item) => {
    const at = elsewhere.findIndex(
      (each) => each.arose_on === item.arose_on && each.amount_minor === item.amount_minor,
    );
    if (at >= 0) elsewhere.splice(at, 1);
    return at < 0;
  });
  return [...others, ...own];
}

/** The bank's own statement stands against the ledger as it is; where there is one, it counts instead of documents. */
function byStatement(items: readonly Found[], bank_items: readonly Found[] | null): readonly Found[] {
  if (bank_items === null) return items;
  return [...items.filter(({ role }) => role !== 'bank'), ...namedByPayments(bank_items, items)];
}

/** Of what nobody said what it should be, the whole balance asks for words. */
export const NO_BASIS = 'Only what the ledger says: state the basis in the explanation and attach it';

function withoutBasis(facts: CompanyFacts, movements: Movements, items: readonly Found[]): readonly Found[] {
  const { without_basis = new Set<ReconciledRole>(), cut_off: arose_on } = facts;
  const balances = [...without_basis].flatMap((role): readonly Found[] => {
    const amount_minor = balanceOf(facts, movements, role);
    if (amount_minor === 0) return [];
    return [{ role, cause: 'no_subledger', amount_minor, ref: NO_BASIS, arose_on, documents: [], settles_on: null }];
  });
  return [...items.filter(({ role }) => !without_basis.has(role)), ...balances];
}

function sumOf(items: readonly Found[], role: ReconciledRole): number {
  return items.reduce((sum, item) => (item.role === role ? sum + item.amount_minor : sum), 0);
}

function balanceOf(facts: CompanyFacts, movements: Movements, role: ReconciledRole): number {
  return movements
    .of(role)
    .reduce(
      (sum, each) => (each.booked_on <= facts.cut_off ? sum + each.amount_minor : sum),
      facts.opening.get(role) ?? 0,
    );
}

function differenceOf(facts: CompanyFacts, movements: Movements, role: ReconciledRole): number {
  const open = facts.open.reduce((sum, each) => (each.role === role ? sum + each.amount_minor : sum), 0);
  return balanceOf(facts, movements, role) - open;
}

function reconciliationOf(
  facts: CompanyFacts,
  movements: Movements,
  plan: ReconciliationPlan,
  found: readonly Found[],
): Reconciliation {
  const { cut_off } = facts;
  const lines = [
    ...plan.roles.flatMap((role) => ledgerLines({ ...facts, movements: movements.of(role) }, role, plan.sign)),
    ...subledgerLines(facts, plan),
  ];
  const side = (of: SideLine['side']): number =>
    lines.reduce((sum, line) => (line.side === of ? sum + line.amount_minor : sum), 0);
  const items = plan.roles.flatMap((role) => {
    const difference = differenceOf(facts, movements, role);
    const own = shownByBalance(
      found.filter((each) => each.role === role),
      role,
      difference,
    );
    const rest = difference - own.reduce((sum, each) => sum + each.amount_minor, 0);
    if (role === 'inventory' && !facts.stock_valued) return [...own, unvaluedStock(rest, cut_off)];
    return rest === 0 ? own : [...own, restOf(role, rest, cut_off)];
  });
  const ledger_minor = side('ledger');
  const subledger_minor = side('subledger');
  return {
    code: plan.code,
    ledger_minor,
    subledger_minor,
    difference_minor: ledger_minor - subledger_minor,
    lines,
    items: items
      .map(
        (item): RecItem => ({
          ...item,
          account: (item.role === 'bank' ? bankOfRef(item.ref) : null) ?? facts.accounts.get(item.role) ?? null,
          amount_minor: plan.sign * item.amount_minor + 0,
          origin_period: monthOfDay(item.arose_on),
          age_days: cut_off - item.arose_on,
        }),
      )
      .toSorted((a, b) => a.arose_on - b.arose_on || (a.ref < b.ref ? -1 : a.ref > b.ref ? 1 : 0)),
  };
}

function restOf(role: ReconciledRole, amount_minor: number, cut_off: number): Found {
  return {
    role,
    cause: 'not_found',
    amount_minor,
    ref: 'Rest of the balance',
    arose_on: cut_off,
    documents: [],
    settles_on: null,
  };
}
