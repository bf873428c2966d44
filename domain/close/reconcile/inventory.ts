/**
 * What the stock account differs from the value of stock by. Perpetual: it moves with every document, and its closing
 * entries settle what rounding and new costs leave, so only the balance can be compared; what it is made of are entries by
 * hand, counts the ledger lacks, and receipts that stand in another month. Periodic: it moves once, at the closing.
 */
import { firstDayOfMonth, monthOfDay } from '../../calendar.ts';
import { safeNumber, splitMinor } from '../../money.ts';
import type { CompanyFacts, CountedDifference, Evidence, Found } from './facts.ts';
import { handEntry } from './match.ts';
import { JOURNALS } from './plan.ts';

/** Costs of the day of a receipt are not kept: what it put on stock is known within this part, and a little. */
const NEARLY_PART = 0.15;
const NEARLY_MINOR = 200;

/**
 * @param difference_minor balance less value of stock at the cut-off, debit positive; null = nobody valued the stock
 * @param carried what was found in earlier months
 * @param receipts of the account of receipts without a bill: what stands in another month there
 */
export function inventoryItems(
  facts: CompanyFacts,
  evidence: Evidence,
  difference_minor: number | null,
  carried: readonly Found[],
  receipts: readonly Found[],
): readonly Found[] {
  const items: Found[] = [...carried, ...handEntries(facts)];
  if (facts.valuation === 'perpetual') {
    items.push(...lackingCounts(facts, evidence));
    if (difference_minor !== null)
      items.push(...receiptsElsewhere(facts, evidence, receipts, difference_minor - total(items)));
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

/** Receipts found elsewhere by their own account: what they put on stock is what is left, checked against what is known of it. */
function receiptsElsewhere(
  { cut_off }: CompanyFacts,
  evidence: Evidence,
  receipts: readonly Found[],
  left_minor: number,
): readonly Found[] {
  const late = receipts.filter(
    ({ cause, arose_on, settles_on, documents }) =>
      (cause === 'posted_in_another_month' || cause === 'document_not_posted') &&
      documents[0]?.kind === 'receipt' &&
      arose_on <= cut_off &&
      (settles_on === null || settles_on > cut_off),
  );
  if (late.length === 0) return [];
  const worth = late.map((receipt) => evidence.receipt_values.get(receipt.ref) ?? Math.abs(receipt.amount_minor));
  const known = worth.reduce((sum, each) => sum + each, 0);
  const fits = Math.abs(left_minor + known) <= nearlyMinor(known);
  const parts = fits
    ? splitMinor(
        BigInt(left_minor),
        worth.map((each) => BigInt(Math.max(1, each))),
      ).map(safeNumber)
    : worth.map((each) => -each);
  return late.map((receipt, nth) => ({ ...receipt, role: 'inventory', amount_minor: parts[nth] ?? 0 }));
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
