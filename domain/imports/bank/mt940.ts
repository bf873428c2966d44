/**
 * SWIFT MT940: the bank's statement as tagged lines. Envelopes and what banks put before the first tag are passed over; a tag that
 * is not known is told.
 */
import { dayNumber } from '#domain/calendar.ts';
import { type Decimal, parseDecimal } from '#domain/decimal.ts';
import {
  accountNumber,
  type BankBalance,
  type BankEntry,
  type BankStatement,
  joinedText,
  type StatementReader,
} from './bankStatement.ts';
import { entryText } from './mt940Text.ts';
import { atLine, shortened, UnreadableBankFile } from './unreadable.ts';

interface Field {
  readonly tag: string;
  readonly line: number;
  readonly lines: string[];
}

const TAG = /^:(\d{2}[A-Z]?|NS):/;
/** Tags of a statement that say nothing a line needs. */
const PASSED_OVER = new Set(['13', '13D', '21', '64', '65', 'NS']);
/** These make no sense before a statement has begun. */
const WITHIN = new Set(['25', '25P', '28', '28C', '60F', '60M', '61', '62F', '62M']);
/** Ends a message and its envelope; what stands behind belongs to no field. */
const ENDS = /^-(?:\}.*)?\s*$/;
const MAX_LINE_CHARS = 100_000;
const MAX_FIELD_LINES = 1000;

export function createMt940Reader(onStatement: (statement: BankStatement) => void): StatementReader {
  let rest = '';
  let line = 0;
  let field: Field | null = null;
  let statement: ReturnType<typeof statementOf> | null = null;
  let statements = 0;

  const takeField = (): void => {
    const done = field;
    field = null;
    if (!done) return;
    if (done.tag === '20') {
      finish();
      statements += 1;
      statement = statementOf(statements, done.line, done.lines[0]?.trim() ?? '');
    } else if (statement) statement.take(done);
    else if (WITHIN.has(done.tag))
      throw new UnreadableBankFile(
        `The field :${done.tag}: of ${atLine(done.line)} stands before any :20:, so its statement is not whole. Fetch the file again from the bank.`,
      );
  };
  const finish = (): void => {
    if (statement) onStatement(statement.finished());
    statement = null;
  };
  const takeLine = (written: string): void => {
    line += 1;
    if (written.length > MAX_LINE_CHARS)
      throw new UnreadableBankFile(
        `A line is longer than an MT940 has any (${atLine(line)}). Fetch the file again from the bank.`,
      );
    // the envelope may stand on the line of the first tag
    const text = written.replace(/^\{[^:]*:.*\{4:\s*/, '');
    const tag = TAG.exec(text)?.[1];
    if (tag !== undefined) {
      takeField();
      field = { tag, line, lines: [text.slice(tag.length + 2)] };
    } else if (ENDS.test(text)) takeField();
    else if (field && text.trim() !== '') {
      if (field.lines.length >= MAX_FIELD_LINES)
        throw new UnreadableBankFile(
          `The field :${field.tag}: of ${atLine(field.line)} does not end. Fetch the file again from the bank.`,
        );
      field.lines.push(text);
    }
  };
  return {
    take: (text) => {
      const pieces = (rest + text).split('\n');
      rest = pieces.pop() ?? '';
      for (const piece of pieces) takeLine(piece.endsWith('\r') ? piece.slice(0, -1) : piece);
      if (rest.length > MAX_LINE_CHARS) takeLine(rest);
    },
    end: () => {
      if (rest !== '') takeLine(rest.endsWith('\r') ? rest.slice(0, -1) : rest);
      takeField();
      finish();
      if (statements === 0)
        throw new UnreadableBankFile(
          'The file holds no statement: none begins with :20:. Ask the bank for MT940 again.',
        );
    },
  };
}

function statementOf(nth: number, line: number, reference: string) {
  let number = '';
  let account = '';
  let currency = '';
  let opening: BankBalance | null = null;
  let closing: BankBalance | null = null;
  let entry_nr = 0;
  let interim = false;
  let entry: {
    readonly line: Line | null;
    readonly name: string;
    readonly at: number;
    text: readonly string[];
  } | null = null;
  const entries: BankEntry[] = [];
  const problems: string[] = [];
  const notes: string[] = [];
  const name = (): string => `statement ${number || nth}`;
  // some banks count nothing and write 0, and begin each with the same word
  const ownNumber = (): string =>
    joinedText([/[1-9]/.test(number.split('/')[0] ?? '') ? number : /^START/i.test(reference) ? '' : reference]);

  const endEntry = (): void => {
    if (!entry) return;
    const { text, at, name: entry_name, line: own } = entry;
    const told = entryText(text);
    entries.push({
      line: at,
      name: entry_name,
      amount: own?.amount ?? null,
      booked_on: own?.booked_on ?? null,
      valued_on: own?.valued_on ?? null,
      reference: joinedText([
        own?.reversal === true ? 'Reversal' : '',
        told.reference,
        own?.reference,
        own?.supplement,
        own?.bank_reference === undefined || own.bank_reference === '' ? '' : `Bank ref. ${own.bank_reference}`,
      ]),
      counterparty: told.counterparty,
    });
    entry = null;
  };
  const balanceOf = ({ tag, line: at, lines }: Field): BankBalance | null => {
    const found = /^([CD])(\d{6})([A-Z]{3})([\d,.]+)\s*$/.exec(lines[0] ?? '');
    const amount = found ? amountOf(found[4] ?? '') : null;
    const day = found ? dayOf(found[2] ?? '') : null;
    if (!found || !amount || day === null) {
      problems.push(
        `The balance :${tag}: in ${atLine(at)} cannot be read: “${shortened(lines[0] ?? '')}”. It is written as C261030EUR1234,56.`,
      );
      return null;
    }
    const own = found[3] ?? '';
    if (currency !== '' && own !== currency)
      problems.push(
        `The balance :${tag}: in ${atLine(at)} is in ${own}, the one before in ${currency}. An account has one currency.`,
      );
    currency ||= own;
    return { amount: found[1] === 'D' ? negative(amount) : amount, day };
  };
  const twice = (tag: string, at: number): void => {
    problems.push(
      `The balance :${tag}: in ${atLine(at)} is the second of its kind. A statement that follows begins with :20:.`,
    );
  };

  return {
    take: (field: Field): void => {
      const { tag, lines, line: at } = field;
      const [first = ''] = lines;
      if (tag === '86') {
        if (entry) entry.text = [...entry.text, ...lines];
        return;
      }
      endEntry();
      if (tag === '25' || tag === '25P') {
        const own = accountNumber(first);
        if (account !== '' && own !== account)
          problems.push(`It names two accounts, ${shortened(account)} and ${shortened(own)} (${atLine(at)}).`);
        account = own;
      } else if (tag === '28C' || tag === '28') number = first.trim();
      else if (tag === '60F' || tag === '60M') {
        if (opening) twice(tag, at);
        opening ??= balanceOf(field);
      } else if (tag === '62F' || tag === '62M') {
        if (closing) twice(tag, at);
        closing ??= balanceOf(field);
      } else if (tag === '61') {
        entry_nr += 1;
        const read = lineOf(lines);
        const entry_name = `entry ${entry_nr} (${atLine(at)})`;
        if (!read)
          problems.push(
            `The ${entry_name} cannot be read: “${shortened(first)}”. It is written as 2610301030D12,50NTRFREFERENCE.`,
          );
        entry = { line: read, name: entry_name, at, text: [] };
      } else if (!PASSED_OVER.has(tag)) {
        if (tag === '34F' || tag === '90C' || tag === '90D') interim = true;
        notes.push(`The field :${tag}: in ${atLine(at)} is none of an MT940 statement and is left out.`);
      }
    },
    finished: (): BankStatement => {
      endEntry();
      if (interim && opening === null)
        problems.unshift(
          'It is MT942, a report within the day whose entries may still change. Ask the bank for MT940.',
        );
      const [begins_on, pending] = [null, [] as const];
      const told = { name: name(), number: ownNumber(), line, account, currency, begins_on, opening, closing };
      return { ...told, entries, problems, pending, notes };
    },
  };
}

interface Line {
  readonly amount: Decimal;
  readonly reversal: boolean;
  readonly booked_on: string | null;
  readonly valued_on: string;
  readonly reference: string;
  readonly bank_reference: string;
  readonly supplement: string;
}

/** Value date, entry date, side, the currency's third letter, amount, kind, the customer's reference, the bank's. */
const LINE = /^(\d{6})(\d{4})?(R?[CD])([A-Z])?([\d.,]+)([A-Z][A-Z0-9]{3})?(.*)$/;

function lineOf([first = '', ...more]: readonly string[]): Line | null {
  const found = LINE.exec(first);
  if (!found) return null;
  const [, value_text = '', entry_text, side = '', , amount_text = '', kind, references = ''] = found;
  const amount = amountOf(amount_text);
  const valued_on = dayOf(value_text);
  if (!amount || valued_on === null || (kind === undefined && references.trim() !== '')) return null;
  const booked_on = entry_text === undefined ? null : entryDay(entry_text, valued_on);
  if (entry_text !== undefined && booked_on === null) return null;
  const [reference = '', ...bank] = references.split('//');
  // a debit taken back is money in
  const out = side === 'D' || side === 'RC';
  return {
    amount: out ? negative(amount) : amount,
    reversal: side.startsWith('R'),
    booked_on,
    valued_on,
    reference,
    bank_reference: bank.join('//').trim(),
    supplement: joinedText(more.filter((line) => !/^\/(OCMT|CHGS|EXCH)\//.test(line))),
  };
}

function negative({ units, places }: Decimal): Decimal {
  return { units: -units, places };
}

/** '1234,56', '1234,'; a point for the comma, as some banks write it. */
function amountOf(text: string): Decimal | null {
  return /^\d+(?:[,.]\d*)?$/.test(text) ? parseDecimal(text.replace(',', '.')) : null;
}

/** yymmdd; no bank's file is from before 1980. */
function dayOf(text: string): string | null {
  const century = Number(text.slice(0, 2)) < 80 ? 20 : 19;
  const day = `${century}${text.slice(0, 2)}-${text.slice(2, 4)}-${text.slice(4, 6)}`;
  return dayNumber(day) === null ? null : day;
}

/** mmdd has no year: it is the one that brings it nearest to the value date, so that January is not a year before December. */
function entryDay(text: string, valued_on: string): string | null {
  const value = dayNumber(valued_on) ?? 0;
  const year = Number(valued_on.slice(0, 4));
  const days = [year - 1, year, year + 1].flatMap((each) => {
    const day = `${each}-${text.slice(0, 2)}-${text.slice(2, 4)}`;
    const number = dayNumber(day);
    return number === null ? [] : [{ day, apart: Math.abs(number - value) }];
  });
  return days.toSorted((a, b) => a.apart - b.apart)[0]?.day ?? null;
}
