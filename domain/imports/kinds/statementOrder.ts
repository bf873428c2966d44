/** What makes lines a statement: the balance after each is the balance before and its amount, and no day is told in two ways. */
import { minorText } from '#domain/money.ts';

export interface StatedLine {
  /** ISO text. */
  readonly booked_on: string;
  readonly amount_minor: number;
  readonly balance_after_minor: number;
  /** undefined = the file has no such column, so it says nothing of it. */
  readonly reference?: string | null | undefined;
  readonly counterparty?: string | null | undefined;
}

/** Where a statement that was taken in begins: its first day, ISO text, and how many lines of that day stand before it. */
export interface RecordedStatement {
  readonly number: string;
  readonly begins_on: string;
  readonly ends_on: string;
  readonly before_on_first_day: number;
}
/** What tells a statement from others with the same amounts. */
export interface StatementIdentity {
  /** The bank's; null = the file says none. */
  readonly number: string | null;
  /** Those of the account that are here, of the days around. */
  readonly recorded: readonly RecordedStatement[];
}
const NOBODY: StatementIdentity = { number: null, recorded: [] };

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

/** How a statement goes into what is known of its account. */
export type StatementFit =
  | { readonly problem: string }
  | {
      readonly problem: null;
      /** Lines of its first day that are here already and stand before its own. */
      readonly before_on_first_day: number;
      /** Known days that it tells otherwise, ISO text: it corrects them. */
      readonly corrects: readonly string[];
    };

interface Placed {
  readonly fresh: readonly StatedLine[];
  readonly within: ReadonlyMap<string, readonly StatedLine[]>;
  readonly days: ReadonlyMap<string, readonly StatedLine[]>;
  readonly before: StatedLine | undefined;
  readonly after: StatedLine | undefined;
  readonly identity: StatementIdentity;
}

/**
 * Both in the bank's order; `known` are the lines of the statement's days and those next to them. What is known may come again as it
 * is; a statement may go on where a known one ended within a day; and one that begins and ends where the known lines around it do
 * may tell its days otherwise, as long as no line is lost: then it corrects them.
 */
export function statementFit(
  fresh: readonly StatedLine[],
  known: readonly StatedLine[],
  account: string,
  currency: string,
  identity: StatementIdentity = NOBODY,
): StatementFit {
  const first = fresh[0];
  const last = fresh.at(-1);
  if (!first || !last) return { problem: null, before_on_first_day: 0, corrects: [] };
  const placed: Placed = {
    fresh,
    within: Map.groupBy(
      known.filter(({ booked_on }) => booked_on >= first.booked_on && booked_on <= last.booked_on),
      ({ booked_on }) => booked_on,
    ),
    days: Map.groupBy(fresh, ({ booked_on }) => booked_on),
    before: known.findLast(({ booked_on }) => booked_on < first.booked_on),
    after: known.find(({ booked_on }) => booked_on > last.booked_on),
    identity,
  };
  const { within, days, before, after } = placed;
  if (!within.has(first.booked_on) && before && before.balance_after_minor !== openingOf(first))
    return {
      problem: `The statement begins with ${amountText(openingOf(first), currency)}, but account ${account} held ${amountText(before.balance_after_minor, currency)} on ${before.booked_on}. A statement between is missing; bring it first.`,
    };
  if (!within.has(last.booked_on) && after && openingOf(after) !== last.balance_after_minor)
    return {
      problem: `The statement ends with ${amountText(last.balance_after_minor, currency)}, but the one of account ${account} from ${after.booked_on} begins with ${amountText(openingOf(after), currency)}. A statement between is missing; bring it with this one.`,
    };
  const before_on_first_day = agreesFrom(placed, first.booked_on);
  if (before_on_first_day !== null) return { problem: null, before_on_first_day, corrects: [] };
  const otherwise = [...within].flatMap(([day, own]) => (alike(days.get(day) ?? [], own) ? [] : [day]));
  if (replaces(placed)) return { problem: null, before_on_first_day: 0, corrects: otherwise };
  const day = otherwise[0] ?? last.booked_on;
  const own = within.get(day) ?? [];
  const same = sameStatement(identity, first.booked_on, last.booked_on);
  const here = same
    ? `Statement ${same.number} of account ${account} is here already with other content: it tells`
    : `A statement of account ${account} that is here already tells`;
  return {
    problem: `${here} ${day} otherwise: ${own.length === 1 ? '1 line' : `${own.length} lines`} to ${amountText(own.at(-1)?.balance_after_minor ?? 0, currency)}. Bring days that are not here yet, or the whole corrected statement, from a day’s first line to a balance that is here.`,
  };
}

/** How many of the first day's known lines stand before the statement's, where all that is known agrees with it; null: it does not. */
function agreesFrom({ fresh, within, days, after, identity }: Placed, first_day: string): number | null {
  const last_day = fresh.at(-1)?.booked_on ?? first_day;
  const ends = fresh.at(-1)?.balance_after_minor;
  for (const [day, own] of within) {
    const told = days.get(day) ?? [];
    if (day !== first_day && day !== last_day && (told.length < own.length || !overlaps(told, own))) return null;
  }
  const goesOn = !after || openingOf(after) === ends;
  if (first_day !== last_day) {
    const own = within.get(last_day) ?? [];
    const told = days.get(last_day) ?? [];
    if (!overlaps(told, own) || (told.length > own.length && !goesOn)) return null;
  }
  const own = within.get(first_day) ?? [];
  const told = days.get(first_day) ?? [];
  const opening = fresh[0] ? openingOf(fresh[0]) : 0;
  const places = [...own.keys(), own.length].filter(
    (place) => balanceBefore(own, place, opening) === opening && overlaps(told, own.slice(place)),
  );
  const inside = places.filter(
    (place) => place + told.length <= own.length && (first_day === last_day || place + told.length === own.length),
  );
  if (inside.length > 0) {
    // equal amounts can be a second statement where the day may as well go on
    const second = within.size === 1 && goesOn && places.includes(own.length) && first_day === last_day;
    return placeOf(inside, second ? own.length : null, told, own, identity, first_day);
  }
  const [place] = places.filter((each) => each + told.length >= own.length);
  return place !== undefined && (first_day !== last_day || goesOn) ? place : null;
}

/** Which of the places where its amounts stand a statement has: its own, that of its texts, else behind all that is here. */
function placeOf(
  inside: readonly number[],
  behind: number | null,
  told: readonly StatedLine[],
  own: readonly StatedLine[],
  { number, recorded }: StatementIdentity,
  first_day: string,
): number | null {
  const on_day = recorded.filter(({ begins_on }) => begins_on === first_day);
  const itself = on_day.find((each) => each.number === number)?.before_on_first_day;
  if (itself !== undefined && (inside.includes(itself) || itself === behind)) return itself;
  const others = on_day.filter((each) => number !== null && each.number !== number);
  const free = inside.filter((place) => !others.some((each) => each.before_on_first_day === place));
  const alike = free.find((place) => told.every((line, nth) => sameTexts(line, own[place + nth])));
  return alike ?? behind ?? free[0] ?? inside[0] ?? null;
}

/** The statement of that number that is here, where its days meet these. */
export function sameStatement(
  { number, recorded }: StatementIdentity,
  from: string,
  to: string,
): RecordedStatement | null {
  return recorded.find((each) => each.number === number && each.begins_on <= to && each.ends_on >= from) ?? null;
}

/** What a file says nothing of stays. */
export function sameTexts(fresh: StatedLine, known: StatedLine | undefined): boolean {
  const same = (a: string | null | undefined, b: string | null | undefined): boolean =>
    a === undefined || (a ?? '') === (b ?? '');
  return same(fresh.reference, known?.reference) && same(fresh.counterparty, known?.counterparty);
}

function balanceBefore(own: readonly StatedLine[], place: number, nothing_known: number): number {
  const line = own[place];
  return line ? openingOf(line) : (own.at(-1)?.balance_after_minor ?? nothing_known);
}

/** Whether whole days take the place of known ones: it begins and ends where these do, and has no fewer lines on any of them. */
function replaces({ fresh, within, days, before, after }: Placed): boolean {
  const [first, last] = [fresh[0], fresh.at(-1)];
  const [known] = [...within.values()][0] ?? [];
  if (!first || !last || !known) return false;
  const begins = before ? before.balance_after_minor : openingOf(known);
  if (openingOf(first) !== begins || (after && openingOf(after) !== last.balance_after_minor)) return false;
  return [...within].every(([day, own]) => (days.get(day)?.length ?? 0) >= own.length);
}

function alike(a: readonly StatedLine[], b: readonly StatedLine[]): boolean {
  return a.length === b.length && overlaps(a, b);
}

/** As far as both go. */
function overlaps(a: readonly StatedLine[], b: readonly StatedLine[]): boolean {
  return a.every((line, nth) => nth >= b.length || sameMoney(line, b[nth]));
}

export function sameMoney(a: StatedLine, b: StatedLine | undefined): boolean {
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
