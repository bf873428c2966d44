/**
 * Entries that were proposed for items, approved, and stand in the ledger: what they moved is nobody's document and no entry
 * by hand. It clears the items they were proposed for, found by their reference; what takes one back in the next month brings
 * its items back, for the document that comes then to settle.
 */
import { reversalReference } from '../journal/reference.ts';
import type { CompanyFacts, Found, LedgerMovement } from './facts.ts';
import type { ReconciledRole } from './plan.ts';

/** An approved entry as it was proposed. Amounts debit positive. */
export interface ProposedEntry {
  readonly reference: string;
  readonly items: readonly Pick<Found, 'role' | 'cause' | 'ref' | 'arose_on' | 'amount_minor'>[];
}

/** The facts as they would be without these entries; balances are still those of the ledger. */
export function withoutProposed<F extends Pick<CompanyFacts, 'movements' | 'proposed'>>(facts: F): F {
  const refs = new Set(facts.proposed.flatMap(({ reference }) => [reference, reversalReference(reference)]));
  if (refs.size === 0) return facts;
  return { ...facts, movements: facts.movements.filter(({ ref }) => ref === null || !refs.has(ref)) };
}

/** What one entry and what takes it back moved on an account, of the movements up to the cut-off. */
interface Moved {
  readonly entry: ProposedEntry;
  readonly role: ReconciledRole;
  readonly posted_minor: number;
  readonly reversed_minor: number;
  readonly movements: readonly LedgerMovement[];
}

function movedBy({ movements, proposed, cut_off }: CompanyFacts): readonly Moved[] {
  if (proposed.length === 0) return [];
  const refs = new Set(proposed.flatMap(({ reference }) => [reference, reversalReference(reference)]));
  const known = movements.filter(({ ref, booked_on }) => ref !== null && booked_on <= cut_off && refs.has(ref));
  return proposed.flatMap((entry) => {
    const back = reversalReference(entry.reference);
    const own = known.filter(({ ref }) => ref === entry.reference || ref === back);
    return [...Map.groupBy(own, ({ role }) => role)].map(([role, ofRole]): Moved => {
      const sumOf = (wanted: string): number =>
        ofRole.reduce((sum, { ref, amount_minor }) => (ref === wanted ? sum + amount_minor : sum), 0);
      return {
        entry,
        role,
        posted_minor: sumOf(entry.reference),
        reversed_minor: sumOf(back),
        movements: ofRole,
      };
    });
  });
}

/** Of what was cleared in an earlier month and is taken back in this one: the items as they are carried again. */
export function broughtBack(facts: CompanyFacts): readonly Found[] {
  return movedBy(facts)
    .filter(takenBackOnly)
    .flatMap(({ entry, role, reversed_minor, movements }) => {
      const own = entry.items.filter((item) => item.role === role);
      const [first, ...rest] = own.length > 0 ? own : entry.items.slice(0, 1);
      if (!first) return [];
      const known = own.length > 0 ? rest : [];
      const others = known.reduce((sum, { amount_minor }) => sum + amount_minor, 0);
      const documents = movements.map(({ entry_id: id, number: ref }) => ({ kind: 'entry' as const, id, ref }));
      return [{ ...first, role, amount_minor: reversed_minor - others }, ...known]
        .filter(({ amount_minor }) => amount_minor !== 0)
        .map((item) => ({ ...item, documents, settles_on: null }));
    });
}

function takenBackOnly({ posted_minor, reversed_minor }: Moved): boolean {
  return posted_minor === 0 && reversed_minor !== 0;
}

/** The items less what these entries moved; one that came to nothing is no item any more. */
export function clearedItems(facts: CompanyFacts, found: readonly Found[]): readonly Found[] {
  let items = found;
  for (const moved of movedBy(facts)) {
    const amount_minor = moved.posted_minor + moved.reversed_minor;
    if (amount_minor !== 0 && !takenBackOnly(moved)) items = cleared(items, moved, amount_minor);
  }
  return items;
}

function cleared(items: readonly Found[], { entry, role, movements }: Moved, amount_minor: number): readonly Found[] {
  const isOwn = (item: Found): boolean =>
    item.role === role &&
    entry.items.some((own) => own.role === role && own.ref === item.ref && own.arose_on === item.arose_on);
  // the other side of a document that stands on two accounts clears what that account lacks of it
  const isOther = (item: Found): boolean => item.role === role && entry.items.some((own) => own.ref === item.ref);
  const known = items.filter(isOwn);
  const meant = known.length > 0 ? known : items.filter(isOther);
  // all of them at once, whatever their signs
  if (meant.length > 0 && meant.reduce((sum, item) => sum + item.amount_minor, 0) === -amount_minor) {
    return items.filter((item) => !meant.includes(item));
  }
  let left = amount_minor;
  const after = new Map<Found, number>();
  for (const item of meant) {
    // what comes nearest to nothing, with the item's sign; the last one shows what is too much or too little
    const part =
      item === meant.at(-1)
        ? left
        : Math.sign(left) === -Math.sign(item.amount_minor)
          ? nearer(left, -item.amount_minor)
          : 0;
    left -= part;
    after.set(item, item.amount_minor + part);
  }
  // the document is posted with what is owed for it: what stock is worth beside that is another thing
  const of_price = role === 'inventory' && known.length === 0 && entry.items.some((own) => own.role === 'grni');
  const kept = items
    .map((item): Found => {
      const amount = after.get(item);
      if (amount === undefined) return item;
      return { ...item, amount_minor: amount, cause: of_price ? 'price_variance' : item.cause };
    })
    .filter((item, nth) => item.amount_minor !== 0 || items[nth]?.amount_minor === 0);
  if (meant.length > 0) return kept;
  const [movement] = movements;
  if (!movement) return kept;
  const [allocated] = entry.items;
  if (role === 'inventory' && allocated?.cause === 'cost_not_allocated') {
    return [...kept, onStock(allocated, amount_minor, movements)];
  }
  // stock is compared by its balance: what it lacked of the cost is no part of its rest any more
  if (role === 'inventory' && entry.items.some((own) => own.role === 'landed_cost_clearing')) return kept;
  const documents = movements.map(({ entry_id: id, number: ref }) => ({ kind: 'entry' as const, id, ref }));
  const { booked_on: arose_on, number: ref } = movement;
  return [...kept, { role, cause: 'entry_by_hand', amount_minor, ref, arose_on, documents, settles_on: null }];
}

/**
 * What a receipt put on stock beside its price is known nearly: it is a variance as far as the account differs by it.
 * @param items of the account
 */
export function shownByBalance(
  items: readonly Found[],
  role: ReconciledRole,
  difference_minor: number,
): readonly Found[] {
  let rest = items.reduce((left, { amount_minor }) => left - amount_minor, difference_minor);
  if (role !== 'inventory' || rest === 0) return items;
  return items.flatMap((item) => {
    if (item.cause !== 'price_variance' || Math.sign(rest) !== -Math.sign(item.amount_minor)) return [item];
    const part = nearer(rest, -item.amount_minor);
    rest -= part;
    const amount_minor = item.amount_minor + part;
    return amount_minor === 0 ? [] : [{ ...item, amount_minor }];
  });
}

/** Stock bears the cost in the ledger; its value does so once the system of record has allocated it. */
function onStock(
  { role: _clearing, ...item }: ProposedEntry['items'][number],
  amount_minor: number,
  movements: readonly LedgerMovement[],
): Found {
  const documents = movements.map(({ entry_id: id, number: ref }) => ({ kind: 'entry' as const, id, ref }));
  const { cause, ref, arose_on } = item;
  return { role: 'inventory', cause, ref, arose_on, amount_minor, documents, settles_on: null };
}

/** Without what an entry put on stock in an earlier month and another took back since: together they are nothing. */
export function takenBackFromStock(carried: readonly Found[]): readonly Found[] {
  const isCost = ({ role, cause }: Found): boolean => role === 'inventory' && cause === 'cost_not_allocated';
  const sums = new Map<string, number>();
  for (const item of carried.filter(isCost)) sums.set(item.ref, (sums.get(item.ref) ?? 0) + item.amount_minor);
  const told = new Set<string>();
  return carried.flatMap((item) => {
    if (!isCost(item)) return [item];
    const amount_minor = sums.get(item.ref) ?? 0;
    if (amount_minor === 0 || told.has(item.ref)) return [];
    told.add(item.ref);
    return [{ ...item, amount_minor }];
  });
}

function nearer(a: number, b: number): number {
  return Math.abs(a) <= Math.abs(b) ? a : b;
}
