/**
 * Which lines of a statement are which entries of the ledger. Each rule says of what it is sure, and the weakest says so; what
 * several combinations would fit is left open rather than chosen. Every search is bounded.
 */
import { type BankEntry, type StatementLine, statementRef } from './facts.ts';

/**
 * `reference`: equal amounts, and the line names the entry. `date`: equal amounts a few days apart, and no other would fit. `sum`:
 * one against several that add up to it. `amount`: equal amounts alone, so somebody should look.
 */
export type MatchRule = 'reference' | 'date' | 'sum' | 'amount';

/** Entries and lines that are the same money. Without a rule: one that has no other side. */
export interface BankMatch {
  readonly rule: MatchRule | null;
  readonly entries: readonly BankEntry[];
  readonly lines: readonly StatementLine[];
}

/** Banks and books put the same payment so many days apart: a weekend and a holiday. */
export const NEAR_DAYS = 5;
/** So many days apart equal amounts alone are still taken for the same, where there is one on either side. */
export const FAR_DAYS = 45;
/** One amount is looked for in so many others at most, all their combinations; and so many combinations for all amounts. */
const MOST_OTHERS = 14;
const MOST_TRIED = 1_000_000;
/** Shorter references than this stand in any text. */
const SHORTEST_KEY = 4;

type Dated = { readonly booked_on: number; readonly amount_minor: number };

/** Every entry and every line is in one match. */
export function matchStatement(
  entries: readonly BankEntry[],
  statement: readonly StatementLine[],
): readonly BankMatch[] {
  const matches: BankMatch[] = [];
  const open = { entries: new Set(entries), lines: new Set(statement) };
  const take = (rule: MatchRule, own: readonly BankEntry[], lines: readonly StatementLine[]): void => {
    matches.push({ rule, entries: own, lines });
    for (const entry of own) open.entries.delete(entry);
    for (const line of lines) open.lines.delete(line);
  };
  const text = new Map(statement.map((line) => [line, plain(statementRef(line))]));
  const keys = new Map(entries.map((entry) => [entry, keysOf(entry)]));
  const names = (line: StatementLine, entry: BankEntry): boolean =>
    keys.get(entry)?.some((key) => text.get(line)?.includes(key) === true) === true;

  for (const [entry, alike] of sameAmounts(open)) {
    const named = nearestFirst(entry, alike).find((line) => open.lines.has(line) && names(line, entry));
    if (named) take('reference', [entry], [named]);
  }
  takeNear(open, take);
  takeSums(open, names, take);
  const left = Map.groupBy(open.lines, ({ amount_minor }) => amount_minor);
  for (const [amount, [entry, ...rivals]] of Map.groupBy(open.entries, ({ amount_minor }) => amount_minor)) {
    const [line, ...others] = left.get(amount) ?? [];
    const alone = rivals.length === 0 && others.length === 0;
    if (entry && line && alone && apart(entry, line) <= FAR_DAYS) take('amount', [entry], [line]);
  }
  return [
    ...matches,
    ...[...open.entries].map((entry): BankMatch => ({ rule: null, entries: [entry], lines: [] })),
    ...[...open.lines].map((line): BankMatch => ({ rule: null, entries: [], lines: [line] })),
  ];
}

interface Open {
  readonly entries: Set<BankEntry>;
  readonly lines: Set<StatementLine>;
}
type Take = (rule: MatchRule, entries: readonly BankEntry[], lines: readonly StatementLine[]) => void;

/** Each open entry with the open lines of its amount, by day. */
function sameAmounts({ entries, lines }: Open): readonly (readonly [BankEntry, readonly StatementLine[]])[] {
  const byAmount = Map.groupBy(lines, ({ amount_minor }) => amount_minor);
  return byDay([...entries]).map((entry) => [entry, byAmount.get(entry.amount_minor) ?? []] as const);
}

/** Equal amounts near each other: sure where each has one other, else in the order of days and marked as such. */
function takeNear(open: Open, take: Take): void {
  const lines = Map.groupBy(open.lines, ({ amount_minor }) => amount_minor);
  const entries = Map.groupBy(open.entries, ({ amount_minor }) => amount_minor);
  for (const [amount, own] of entries) {
    const others = byDay(lines.get(amount) ?? []);
    const near = (entry: BankEntry): readonly StatementLine[] =>
      others.filter((line) => open.lines.has(line) && apart(entry, line) <= NEAR_DAYS);
    const claimed = new Map<StatementLine, number>();
    for (const entry of own) for (const line of near(entry)) claimed.set(line, (claimed.get(line) ?? 0) + 1);
    for (const entry of own) {
      const [line, ...more] = near(entry);
      if (line && more.length === 0 && claimed.get(line) === 1) take('date', [entry], [line]);
    }
    for (const entry of byDay(own).filter((each) => open.entries.has(each))) {
      const [line] = near(entry);
      if (line) take('amount', [entry], [line]);
    }
  }
}

/** One entry that came as several lines, then one line that was booked as several entries. */
function takeSums(open: Open, names: (line: StatementLine, entry: BankEntry) => boolean, take: Take): void {
  const budget = { left: MOST_TRIED };
  for (const entry of byDay([...open.entries])) {
    const parts = partsOf(entry, [...open.lines], (line) => names(line, entry), budget);
    if (parts) take(parts.sure ? 'sum' : 'amount', [entry], parts.of);
  }
  for (const line of byDay([...open.lines])) {
    const parts = partsOf(line, [...open.entries], (entry) => names(line, entry), budget);
    if (parts) take(parts.sure ? 'sum' : 'amount', parts.of, [line]);
  }
}

interface Parts<T> {
  readonly of: readonly T[];
  /** No other of the same amount could stand for one of them. */
  readonly sure: boolean;
}

/** Those that name it, all of a day, or the only ones near it, that add up to exactly its amount; two or more. */
function partsOf<T extends Dated>(
  whole: Dated,
  others: readonly T[],
  named: (other: T) => boolean,
  budget: { left: number },
): Parts<T> | null {
  const near = others.filter((other) => apart(whole, other) <= NEAR_DAYS && sameWay(whole, other));
  const adds = (some: readonly T[]): boolean =>
    some.length > 1 && some.reduce((sum, each) => sum + each.amount_minor, 0) === whole.amount_minor;
  const byName = near.filter(named);
  if (adds(byName)) return { of: byName, sure: true };
  const days = Map.groupBy(near, ({ booked_on }) => booked_on);
  for (const [, ofDay] of [...days].toSorted(
    ([a], [b]) => Math.abs(a - whole.booked_on) - Math.abs(b - whole.booked_on),
  ))
    if (adds(ofDay)) return { of: ofDay, sure: true };
  const smaller = near.filter(({ amount_minor }) => Math.abs(amount_minor) < Math.abs(whole.amount_minor));
  return onlyParts(whole.amount_minor, nearestFirst(whole, smaller).slice(0, MOST_OTHERS), budget);
}

/** The parts that add up, where no others do; null also when too many would have to be tried. */
function onlyParts<T extends Dated>(amount: number, others: readonly T[], budget: { left: number }): Parts<T> | null {
  const size = (other: T): number => Math.abs(other.amount_minor);
  const sorted = others.toSorted((a, b) => size(b) - size(a));
  const rest = sorted.map((_, at) => sorted.slice(at).reduce((sum, each) => sum + size(each), 0));
  let found: readonly T[] | null = null;
  let amounts = '';
  let several = false;
  const look = (at: number, left: number, parts: readonly T[]): void => {
    if (several || budget.left <= 0) return;
    budget.left -= 1;
    if (left === 0) {
      if (parts.length < 2) return;
      const own = parts.map(size).join(' ');
      if (found === null) [found, amounts] = [parts, own];
      else if (own !== amounts) several = true;
      return;
    }
    const other = sorted[at];
    if (!other || left > (rest[at] ?? 0)) return;
    if (size(other) <= left) look(at + 1, left - size(other), [...parts, other]);
    look(at + 1, left, parts);
  };
  look(0, Math.abs(amount), []);
  if (several || budget.left <= 0 || found === null) return null;
  const chosen: readonly T[] = found;
  const twins = sorted.some((each) => !chosen.includes(each) && chosen.some((own) => size(own) === size(each)));
  return { of: chosen, sure: !twins };
}

function apart(a: Dated, b: Dated): number {
  return Math.abs(a.booked_on - b.booked_on);
}

function sameWay(a: Dated, b: Dated): boolean {
  return a.amount_minor > 0 === b.amount_minor > 0 && b.amount_minor !== 0;
}

function byDay<T extends Dated>(some: readonly T[]): readonly T[] {
  return some.toSorted((a, b) => a.booked_on - b.booked_on);
}

function nearestFirst<T extends Dated>(to: Dated, some: readonly T[]): readonly T[] {
  return some.toSorted((a, b) => apart(to, a) - apart(to, b));
}

/** What of an entry a bank's text may repeat, without what separates. */
export function keysOf({ ref, number }: Pick<BankEntry, 'ref' | 'number'>): readonly string[] {
  return [ref, number].map((text) => plain(text ?? '')).filter((key) => key.length >= SHORTEST_KEY);
}

function plain(text: string): string {
  return text.toUpperCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
}
