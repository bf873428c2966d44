/** What makes lines a statement: the balance after each is the balance before and its amount, and no day is told in two ways. */
import { minorText } from '#domain/money.ts';

export interface StatedLine {
  /** ISO text. */
  readonly booked_on: string;
  readonly amount_minor: number;
  readonly balance_after_minor: number;
}

/** The lines as the bank booked them: as they stand, or the other way round where the newest stand first. Null: neither adds up. */
export function inBookedOrder<L extends StatedLine>(lines: readonly L[]): readonly L[] | null {
  return [lines, lines.toReversed()].find((order) => brokenAt(order) === null) ?? null;
}

/** The first line that does not follow from the one before. */
function brokenAt(lines: readonly StatedLine[]): readonly [before: StatedLine, line: StatedLine] | null {
  for (const [nth, line] of lines.entries()) {
    const before = lines[nth - 1];
    if (before && (line.booked_on < before.booked_on || openingOf(line) !== before.balance_after_minor))
      return [before, line];
  }
  return null;
}

/** Why the lines of one account are no statement, in words; null = they are. `currency` '' = the file does not say. */
export function statementProblem(lines: readonly StatedLine[], currency: string): string | null {
  if (inBookedOrder(lines) !== null) return null;
  const newest_first = (lines[0]?.booked_on ?? '') > (lines.at(-1)?.booked_on ?? '');
  const [before, line] = brokenAt(newest_first ? lines.toReversed() : lines) ?? [];
  if (!before || !line) return null;
  if (line.booked_on < before.booked_on)
    return `The days go back from ${before.booked_on} to ${line.booked_on}. A statement is in the order of its days.`;
  const said = amountText(line.balance_after_minor, currency);
  const sum = amountText(before.balance_after_minor + line.amount_minor, currency);
  return `On ${line.booked_on} the balance after is ${said}, but the balance before and the amount ${amountText(line.amount_minor, currency)} come to ${sum}. A line is missing or wrong; bring the whole statement.`;
}

/**
 * Why a statement does not fit those known of its account; null = it does. Both in the bank's order; `known` are the lines of the
 * statement's days and those next to them. A day is told once: a known one may come again as it is.
 */
export function statementClash(
  fresh: readonly StatedLine[],
  known: readonly StatedLine[],
  account: string,
  currency: string,
): string | null {
  const first = fresh[0];
  const last = fresh.at(-1);
  if (!first || !last) return null;
  const within = known.filter(({ booked_on }) => booked_on >= first.booked_on && booked_on <= last.booked_on);
  const days = Map.groupBy(fresh, ({ booked_on }) => booked_on);
  for (const [day, own] of Map.groupBy(within, ({ booked_on }) => booked_on)) {
    const again = days.get(day) ?? [];
    if (again.length === own.length && again.every((line, nth) => sameMoney(line, own[nth]))) continue;
    return `A statement of account ${account} that is here already tells ${day} otherwise: ${own.length === 1 ? '1 line' : `${own.length} lines`} to ${amountText(own.at(-1)?.balance_after_minor ?? 0, currency)}. Bring days that are not here yet, each whole.`;
  }
  const before = known.findLast(({ booked_on }) => booked_on < first.booked_on);
  if (before && before.balance_after_minor !== openingOf(first))
    return `The statement begins with ${amountText(openingOf(first), currency)}, but account ${account} held ${amountText(before.balance_after_minor, currency)} on ${before.booked_on}. A statement between is missing; bring it first.`;
  const after = known.find(({ booked_on }) => booked_on > last.booked_on);
  if (after && openingOf(after) !== last.balance_after_minor)
    return `The statement ends with ${amountText(last.balance_after_minor, currency)}, but the one of account ${account} from ${after.booked_on} begins with ${amountText(openingOf(after), currency)}. A statement between is missing; bring it with this one.`;
  return null;
}

function sameMoney(a: StatedLine, b: StatedLine | undefined): boolean {
  return a.amount_minor === b?.amount_minor && a.balance_after_minor === b.balance_after_minor;
}

function openingOf({ amount_minor, balance_after_minor }: StatedLine): number {
  return balance_after_minor - amount_minor;
}

function amountText(amount_minor: number, currency: string): string {
  return currency === ''
    ? `${amount_minor} in the smallest unit`
    : `${currency} ${minorText(BigInt(amount_minor), currency)}`;
}
