/**
 * What the stock account differs from the value of stock by. Perpetual: it moves with every document, and its closing
 * entries settle what rounding and new costs leave, so only the balance can be compared; what it is made of are entries by
 * hand, counts the ledger lacks, receipts that stand in another month and charges that brought goods in. Periodic: it moves once, at the closing.
 */
import { firstDayOfMonth, monthOfDay } from '../../calendar.ts';
import { safeNumber, splitMinor } from '../../money.ts';
import type { Movements } from './byDay.ts';
import type { Cause } from './causes.ts';
import type { CompanyFacts, CountedDifference, DocumentRef, Evidence, Found } from './facts.ts';
import { handEntry } from './match.ts';
import { JOURNALS, type ReconciledRole } from './plan.ts';

/** A ledger’s own cost of the day of a receipt is not kept: what it put on stock is known within this part, and a little. */
const NEARLY_PART = 0.15;
const NEARLY_MINOR = 200;

/** How the ledger keeps stock, as its own entries of receipts show. */
export interface StockKept {
  /**
   * At what was paid: by all of them, or by most. Else at a cost of its own: what a receipt cost beside that is a variance.
   * Null = no entry shows it.
   */
  readonly at_price: 'always' | 'mostly' | 'never' | null;
  /** What it cost to bring goods in comes to stock with them. */
  readonly with_charges: boolean;
}

const BESIDE_STOCK = ['grni', 'billed_not_received', 'landed_cost_clearing'] as const;

export function stockKept(movements: Pick<Movements, 'of'>): StockKept {
  const sums = new Map<number, { stock: number; beside: number; charges: number }>();
  for (const { entry_id, amount_minor } of movements.of('inventory')) {
    const known = sums.get(entry_id);
    if (known) known.stock += amount_minor;
    else sums.set(entry_id, { stock: amount_minor, beside: 0, charges: 0 });
  }
  for (const role of BESIDE_STOCK)
    for (const { entry_id, amount_minor } of movements.of(role)) {
      const known = sums.get(entry_id);
      if (!known) continue;
      known.beside += amount_minor;
      if (role === 'landed_cost_clearing') known.charges += amount_minor;
    }
  const receipts = [...sums.values()].filter(({ stock, beside }) => stock > 0 && beside < 0);
  const even = receipts.filter(({ stock, beside }) => stock + beside === 0);
  const with_charges = even.some(({ charges }) => charges < 0);
  if (receipts.length === 0) return { at_price: null, with_charges };
  const all = even.length === receipts.length;
  return { at_price: all ? 'always' : even.length * 2 > receipts.length ? 'mostly' : 'never', with_charges };
}

/**
 * @param difference_minor balance less value of stock at the cut-off, debit positive; null = nobody valued the stock
 * @param carried what was found in earlier months
 * @param beside what was found on the accounts beside stock
 */
export function inventoryItems(
  facts: CompanyFacts,
  evidence: Evidence,
  difference_minor: number | null,
  carried: readonly Found[],
  { items: beside, kept }: { readonly items: readonly Found[]; readonly kept: StockKept },
): readonly Found[] {
  const items: Found[] = [...carried, ...handEntries(facts)];
  if (facts.valuation === 'perpetual') {
    items.push(...lackingCounts(facts, evidence));
    const lacking = lackingOf(beside, facts.cut_off);
    if (difference_minor !== null)
      items.push(...receiptsAndCharges(lacking, evidence, difference_minor - total(items), kept));
  } else if (difference_minor !== null) items.push(...closingEntry(facts, difference_minor - total(items)));
  return items;
}

function handEntries({ movements, cut_off, valuation }: CompanyFacts): readonly Found[] {
  const { usual, own } = JOURNALS.inventory;
  const regular = valuation === 'perpetual' ? usual : own;
  const entries = movements.filter(
    ({ role, journal_kind, booked_on }) => role === 'inventory' && booked_on <= cut_off && !regular.has(journal_kind),
  );
  const open: Found[] = [];
  for (const entry of entries) {
    // one that takes another back settles it
    const back = open.findIndex((each) => each.amount_minor === -entry.amount_minor);
    if (back >= 0) {
      open.splice(back, 1);
      continue;
    }
    const { role, day, amount_minor, cause, ref, documents } = handEntry(entry);
    open.push({ role, cause, amount_minor, ref, arose_on: day, documents, settles_on: null });
  }
  return open;
}

/** On days with counts: what the journal of counts lacks, if one count's line is exactly that, or as near as scrap is known. */
function lackingCounts({ movements, cut_off }: CompanyFacts, evidence: Evidence): readonly Found[] {
  const found: Found[] = [];
  for (const [day, counts] of Map.groupBy(evidence.counts, (count) => count.counted_on)) {
    if (day > cut_off) continue;
    const scrapped = evidence.scrapped.get(day) ?? 0;
    const ofDay = movements.filter(({ role, booked_on }) => role === 'inventory' && booked_on === day);
    // among all that moved stock on a day, what a count posted is not told apart
    if (ofDay.some(({ journal_kind }) => journal_kind === 'all_stock')) continue;
    const posted = ofDay
      .filter(({ journal_kind }) => journal_kind === 'stock_moves')
      .reduce((sum, each) => sum + each.amount_minor, 0);
    const lacking = counts.reduce((sum, each) => sum + each.amount_minor, 0) + scrapped - posted;
    if (lacking === 0) continue;
    const nearly = scrapped === 0 ? 0 : nearlyMinor(scrapped);
    const off = (count: CountedDifference): number => Math.abs(count.amount_minor - lacking);
    const count = counts.toSorted((a, b) => off(a) - off(b) || (a.ref < b.ref ? -1 : 1))[0];
    if (!count || count.amount_minor === 0 || off(count) > nearly || Math.abs(lacking) <= nearly) continue;
    found.push({
      role: 'inventory',
      cause: 'document_not_posted',
      amount_minor: -count.amount_minor,
      ref: count.ref,
      arose_on: day,
      documents: [{ kind: 'count_line', id: count.id, ref: count.ref }],
      settles_on: null,
    });
  }
  return found;
}

interface Lacking {
  readonly receipts: readonly Found[];
  readonly charges: readonly Found[];
}

const NOT_THERE: ReadonlySet<Cause> = new Set(['posted_in_another_month', 'document_not_posted', 'amount_differs']);

/** Receipts and charges that the accounts beside stock lack, or have at another amount: stock has the other side of them. */
function lackingOf(beside: readonly Found[], cut_off: number): Lacking {
  const open = beside.filter(
    ({ cause, arose_on, settles_on }) =>
      NOT_THERE.has(cause) && arose_on <= cut_off && (settles_on === null || settles_on > cut_off),
  );
  const ofKind = (kind: DocumentRef['kind'], ...roles: readonly ReconciledRole[]): readonly Found[] =>
    open.filter(({ role, documents }) => roles.includes(role) && documents[0]?.kind === kind);
  return {
    receipts: ofKind('receipt', 'grni'),
    charges: ofKind('landed_cost', 'landed_cost_clearing'),
  };
}

function onStock(item: Found, amount_minor: number): Found {
  return { ...item, role: 'inventory', amount_minor };
}

/**
 * What is lacking there is lacking here, unless the ledger keeps stock at a cost of its own. A charge counts where charges come to
 * stock, or where it is exactly what is left.
 */
function receiptsAndCharges(
  { receipts, charges }: Lacking,
  evidence: Evidence,
  left_minor: number,
  { at_price, with_charges }: StockKept,
): readonly Found[] {
  const prices = receipts.map((each) => onStock(each, -each.amount_minor));
  const rest = left_minor - total(prices);
  if (rest === 0) return prices;
  // of a receipt that is there at another amount it is not known at which cost
  const late = receipts.filter(({ cause }) => cause !== 'amount_differs');
  const known = late.map((each) => evidence.receipt_values.get(each.ref) ?? Math.abs(each.amount_minor));
  const atCost = (parts: readonly number[]): readonly Found[] =>
    late.map((receipt, nth) => onStock(receipt, parts[nth] ?? 0));
  const sum = known.reduce((all, each) => all + each, 0);
  const fitting =
    late.length > 0 && Math.abs(left_minor + sum) <= nearlyMinor(sum)
      ? atCost(
          splitMinor(
            BigInt(left_minor),
            known.map((each) => BigInt(Math.max(1, each))),
          ).map(safeNumber),
        )
      : null;
  if (at_price === 'never') return fitting ?? atCost(known.map((each) => -each));
  const brought = charges.map((each) => onStock(each, -each.amount_minor));
  if (brought.length > 0 && rest === total(brought)) return [...prices, ...brought];
  if (at_price !== 'always' && fitting) return fitting;
  return with_charges ? [...prices, ...brought] : prices;
}

/** What is left of a periodic account is its closing entry's. */
function closingEntry({ movements, cut_off }: CompanyFacts, left_minor: number): readonly Found[] {
  if (left_minor === 0) return [];
  const first = firstDayOfMonth(monthOfDay(cut_off));
  const entry = movements.find(
    ({ role, journal_kind, booked_on }) =>
      role === 'inventory' && booked_on >= first && booked_on <= cut_off && JOURNALS.inventory.own.has(journal_kind),
  );
  if (entry) return [];
  return [
    {
      role: 'inventory',
      cause: 'document_not_posted',
      amount_minor: left_minor,
      ref: `Closing entry ${monthOfDay(cut_off)}`,
      arose_on: cut_off,
      documents: [],
      settles_on: null,
    },
  ];
}

function nearlyMinor(amount_minor: number): number {
  return Math.ceil(Math.abs(amount_minor) * NEARLY_PART) + NEARLY_MINOR;
}

function total(items: readonly Found[]): number {
  return items.reduce((sum, item) => sum + item.amount_minor, 0);
}
