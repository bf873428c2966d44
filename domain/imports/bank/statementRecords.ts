/**
 * Statements of a bank's file → lines of the kind `statements`, as a table would have them. A statement is taken whole: where it
 * cannot be read to the last amount, does not come to its closing balance or does not follow the one before it, each of its
 * entries becomes a line that says why it waits. Nothing of a file is passed over without a word.
 */
import { currencyCodeProblem } from '#domain/currency/currencies.ts';
import { addDecimals, type Decimal, scaledInteger } from '#domain/decimal.ts';
import { minorDigits, minorText } from '#domain/money.ts';
import type { PartialColumnMap } from '#domain/imports/engine/field.ts';
import { MAX_FILE_LINES } from '#domain/imports/kinds/sizes.ts';
import type { SourceRecord } from '#domain/imports/text/records.ts';
import { type BankBalance, type BankEntry, type BankStatement, joinedText } from './bankStatement.ts';
import { atLine, UnreadableBankFile } from './unreadable.ts';

export const BANK_HEADER = [
  ...([
    'account',
    'booked_on',
    'amount',
    'currency',
    'reference',
    'counterparty',
    'balance_after',
    'statement',
    'closes_on',
  ] as const),
];
/** Nothing is left to guess. */
export const BANK_MAP: PartialColumnMap = {
  columns: Object.fromEntries(BANK_HEADER.map((name) => [name, name])),
  date_order: 'ymd',
  decimal_mark: '.',
};

export interface BankRecords {
  readonly records: readonly SourceRecord[];
  /** What a person should know of the file, each a sentence. */
  readonly notes: readonly string[];
}

const MAX_NOTES = 20;
const MAX_PROBLEM_CHARS = 480;
/** Banks have 35 at most. */
const MAX_NUMBER_CHARS = 60;
const MAX_EXACT = BigInt(Number.MAX_SAFE_INTEGER);

/** A statement with its money in minor units, or why it is none. */
type Settled =
  | {
      readonly problem: null;
      readonly opening: bigint;
      readonly closing: bigint;
      /** ISO text. */
      readonly closing_day: string;
      readonly lines: readonly SettledLine[];
    }
  | { readonly problem: string };
interface SettledLine {
  readonly entry: BankEntry;
  readonly booked_on: string;
  readonly amount: bigint;
}

export interface BankRecordsMaker {
  take(statement: BankStatement): void;
  /** Throws UnreadableBankFile when there is nothing to bring. */
  finish(): BankRecords;
}

export function createBankRecords(): BankRecordsMaker {
  const statements: BankStatement[] = [];
  let entries = 0;
  return {
    take: (statement) => {
      statements.push(statement);
      entries += Math.max(1, statement.entries.length);
      if (entries > MAX_FILE_LINES)
        throw new UnreadableBankFile(
          `The file has more than ${MAX_FILE_LINES.toLocaleString('en-GB')} entries. Ask the bank for shorter periods.`,
        );
    },
    finish: () => recordsOf(statements),
  };
}

function recordsOf(statements: readonly BankStatement[]): BankRecords {
  const notes: string[] = statements.flatMap(notesOf);
  const records: SourceRecord[] = [];
  const currencies = Map.groupBy(statements, ({ account }) => account);
  for (const [account, own] of Map.groupBy(statements, ({ account, currency }) => `${account} ${currency}`)) {
    const [first] = own;
    if (!first) continue;
    const several = new Set(currencies.get(first.account)?.map(({ currency }) => currency)).size > 1;
    addRecords(several ? account.trim() : first.account, withNumbers(inOrder(own, notes)), records, notes);
  }
  if (records.length === 0)
    throw new UnreadableBankFile(
      `The file tells of no booked entry, so there is nothing to bring. ${notes.slice(0, 3).join(' ')}`,
    );
  const numbered: SourceRecord[] = [];
  // the line in the file where it can be; two never have the same
  for (const record of records)
    numbered.push({ ...record, line_number: Math.max((numbered.at(-1)?.line_number ?? 0) + 1, record.line_number) });
  const more = notes.length - MAX_NOTES;
  return {
    records: numbered,
    notes: more > 0 ? [...notes.slice(0, MAX_NOTES), `There is more of this kind: ${more} further notes.`] : notes,
  };
}

function notesOf(statement: BankStatement): readonly string[] {
  const { pending, entries, problems, opening, closing, notes, name, account, currency } = statement;
  const of = `${name} of ${account === '' ? 'an account without a number' : account}`;
  const told = [...notes];
  if (pending.length > 0) {
    const sum = pending.reduce<Decimal>((total, each) => (each ? addDecimals(total, each) : total), {
      units: 0n,
      places: 0,
    });
    told.push(
      `${pending.length === 1 ? '1 entry' : `${pending.length} entries`} of ${of} not booked yet, ${decimalText(sum, currency)} together, ${pending.length === 1 ? 'is' : 'are'} left out: a later statement brings what becomes of ${pending.length === 1 ? 'it' : 'them'}.`,
    );
  }
  const still = entries.length === 0 && problems.length === 0 && opening && closing;
  if (
    still &&
    opening.amount.units * 10n ** BigInt(closing.amount.places) ===
      closing.amount.units * 10n ** BigInt(opening.amount.places)
  )
    told.push(`${capital(of)} has no booked entry and stays at ${decimalText(closing.amount, currency)}.`);
  return told;
}

/** The statements of an account one after the other, each once: in the file's order, or by their days where that is another. */
function inOrder(statements: readonly BankStatement[], notes: string[]): readonly BankStatement[] {
  const seen = new Map<string, BankStatement>();
  const once = statements.filter((statement) => {
    const { line, entries, ...rest } = statement;
    const content = textOf([rest, entries.map(({ line: _, name: __, ...entry }) => entry)]);
    const before = seen.get(content);
    if (before)
      notes.push(
        `${capital(statement.name)} stands in the file twice (${atLine(before.line)} and ${atLine(line)}); it is read once.`,
      );
    else seen.set(content, statement);
    return before === undefined;
  });
  if (follow(once)) return once;
  const turned = once.toReversed();
  if (follow(turned)) return turned;
  return once.toSorted((a, b) => compare(dayOf(a), dayOf(b)));
}

/** Each with what tells it from the others of its account: the bank's number, its days where there is none or one comes again. */
function withNumbers(statements: readonly BankStatement[]): readonly BankStatement[] {
  const taken = new Set<string>();
  return statements.map((statement) => {
    const { opening, closing } = statement;
    const days = [opening?.day, closing?.day].filter((day) => day !== undefined);
    const told = joinedText([statement.number]).slice(0, MAX_NUMBER_CHARS);
    const span = days[0] === days.at(-1) ? (days[0] ?? '') : days.join(' to ');
    const number = told !== '' && !taken.has(told) ? told : joinedText([told, span]);
    taken.add(number);
    return { ...statement, number };
  });
}

function textOf(content: unknown): string {
  return JSON.stringify(content, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function dayOf({ opening, closing }: BankStatement): string {
  return closing?.day ?? opening?.day ?? '';
}

function follow(statements: readonly BankStatement[]): boolean {
  return statements.every((statement, nth) => {
    const before = statements[nth - 1];
    return (
      !before?.closing ||
      !statement.opening ||
      (dayOf(before) <= dayOf(statement) && textOf(same(before.closing)) === textOf(same(statement.opening)))
    );
  });
}

function same({ amount }: BankBalance): Decimal {
  let { units, places } = amount;
  for (; places > 0 && units % 10n === 0n; places -= 1) units /= 10n;
  return { units, places };
}

interface Before {
  readonly name: string;
  readonly closing: bigint;
  readonly day: string;
}

/** Those before one that waits go in; those behind it wait with it, because they would leave a gap. */
function addRecords(
  account: string,
  statements: readonly BankStatement[],
  records: SourceRecord[],
  notes: string[],
): void {
  let before: Before | null = null as Before | null;
  let waits: string | null = null;
  for (const statement of statements) {
    const { name, number, currency } = statement;
    const settled: Settled = waits === null ? settle(statement, before?.day ?? null, notes) : { problem: waits };
    const gap = settled.problem === null && before !== null && settled.opening !== before.closing;
    const problem =
      gap && before && settled.problem === null
        ? `${capital(name)} begins with ${moneyText(settled.opening, currency)}, but ${before.name} before it in the file ends with ${moneyText(before.closing, currency)}. A statement between them is missing; bring the whole row of statements.`
        : settled.problem;
    if (problem !== null || settled.problem !== null) {
      waits ??= `${capital(name)} before it in the file is refused, so this one waits too.`;
      records.push(...refusedRecords(account, statement, problem ?? ''));
      continue;
    }
    let balance = settled.opening;
    for (const { entry, booked_on, amount } of settled.lines) {
      balance += amount;
      const { reference, counterparty, line } = entry;
      const [own, after] = [minorText(amount, currency), minorText(balance, currency)];
      const fields = [account, booked_on, own, currency, reference, counterparty, after, number, settled.closing_day];
      records.push({ line_number: line, fields, problem: null });
    }
    before = { name, closing: settled.closing, day: settled.lines.at(-1)?.booked_on ?? before?.day ?? '' };
  }
}

function refusedRecords(account: string, statement: BankStatement, problem: string): readonly SourceRecord[] {
  const { entries, currency, line, name, number, opening, closing } = statement;
  const cut = problem.length > MAX_PROBLEM_CHARS ? `${problem.slice(0, MAX_PROBLEM_CHARS)}…` : problem;
  if (entries.length === 0) {
    const balances = [opening, closing].map((balance) =>
      balance ? decimalText(balance.amount, currency) : 'no balance',
    );
    const fields = [account, closing?.day ?? '', '', currency, `${name}: ${balances.join(' to ')}`, '', '', number, ''];
    return [{ line_number: line, fields, problem: cut, raw: fields.join('\t'), whole: true }];
  }
  return entries.map((entry) => {
    const { reference, counterparty, booked_on, valued_on, amount } = entry;
    const own = amount ? plainText(amount) : '';
    const fields = [account, booked_on ?? valued_on ?? '', own, currency, reference, counterparty, '', number, ''];
    return { line_number: entry.line, fields, problem: cut, raw: [entry.name, ...fields].join('\t'), whole: true };
  });
}

/** `earliest` = the last day of the statement before it. */
function settle(statement: BankStatement, earliest: string | null, notes: string[]): Settled {
  const { name, account, currency, opening, closing, entries, problems, line } = statement;
  const refuse = (why: string): Settled => ({ problem: `${capital(name)}: ${why}` });
  const [first] = problems;
  if (first !== undefined) return refuse(first);
  if (account === '')
    return refuse(`it does not say of which account it is (${atLine(line)}). Ask the bank for it again.`);
  if (!/^[A-Z]{3}$/.test(currency))
    return refuse(`it does not say its currency (${atLine(line)}). Ask the bank for it again.`);
  if (!opening || !closing)
    return refuse(
      `it has no ${opening ? 'closing' : 'opening'} balance, so it cannot be seen whether an entry is missing (${atLine(line)}). Ask the bank for it again.`,
    );
  const unknown = currencyCodeProblem(currency, 'EUR');
  if (unknown !== null) return refuse(`${unknown} (${atLine(line)})`);
  const places = minorDigits(currency);
  const fine = `${currency} has ${places === 0 ? 'no decimal places' : `${places} decimal places`}`;
  const [from, to] = [minorOf(opening.amount, places), minorOf(closing.amount, places)];
  if (from === null || to === null)
    return refuse(
      `its ${from === null ? 'opening' : 'closing'} balance ${plainText((from === null ? opening : closing).amount)} cannot be kept: ${fine}.`,
    );
  const lines: { entry: BankEntry; booked_on: string; amount: bigint }[] = [];
  let moved = 0;
  let sum = 0n;
  const begins = [opening.day, statement.begins_on ?? opening.day].toSorted(compare)[0] ?? opening.day;
  const lowest = earliest !== null && earliest > begins ? earliest : begins;
  for (const entry of entries) {
    const amount = entry.amount === null ? null : minorOf(entry.amount, places);
    if (amount === null)
      return refuse(
        `the amount ${entry.amount === null ? '' : `${plainText(entry.amount)} `}of ${entry.name} cannot be kept: ${fine}. Ask the bank for the statement again.`,
      );
    const day = entry.booked_on ?? entry.valued_on;
    if (day === null)
      return refuse(`${entry.name} has no booking date that can be read. Ask the bank for the statement again.`);
    const within = day > closing.day ? closing.day : day < lowest && lowest <= closing.day ? lowest : day;
    if (within !== day) moved += 1;
    sum += amount;
    lines.push({ entry, booked_on: within, amount });
  }
  const left = to - from - sum;
  if (left !== 0n)
    return refuse(
      `it begins with ${moneyText(from, currency)} and its ${lines.length === 1 ? 'entry comes' : `${lines.length} entries come`} to ${moneyText(sum, currency)}, but it ends with ${moneyText(to, currency)}: ${moneyText(left, currency)} differ. An entry is missing or wrong; ask the bank for the statement again.`,
    );
  if (moved > 0)
    notes.push(
      `${moved === 1 ? '1 entry' : `${moved} entries`} of ${name} with a day outside the statement’s days ${moved === 1 ? 'is' : 'are'} taken on its first or last day.`,
    );
  // the bank says no balance after each entry, so what stands out of order may be put in the order of days
  return {
    problem: null,
    opening: from,
    closing: to,
    closing_day: closing.day,
    lines: lines.toSorted((a, b) => compare(a.booked_on, b.booked_on)),
  };
}

function minorOf(amount: Decimal, places: number): bigint | null {
  const minor = scaledInteger(amount, places);
  return minor === null || minor > MAX_EXACT || minor < -MAX_EXACT ? null : minor;
}

function moneyText(amount_minor: bigint, currency: string): string {
  return `${currency} ${minorText(amount_minor, currency)}`;
}

/** Every digit the file has. */
function plainText({ units, places }: Decimal): string {
  const digits = (units < 0n ? -units : units).toString().padStart(places + 1, '0');
  const text = places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
  return units < 0n ? `-${text}` : text;
}

function decimalText(amount: Decimal, currency: string): string {
  const minor = scaledInteger(amount, minorDigits(currency));
  return `${currency} ${minor === null ? plainText(amount) : minorText(minor, currency)}`.trim();
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
