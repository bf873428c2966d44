/** A statement as a bank's file tells it, whichever its format: what stands in it, and what of it cannot be read. */
import type { Decimal } from '#domain/decimal.ts';

export interface BankEntry {
  readonly line: number;
  /** As a person finds it in the file: 'entry 3 (line 41)'. */
  readonly name: string;
  /** Money in positive, in the statement's currency; null where the file's text is none. */
  readonly amount: Decimal | null;
  /** ISO text; null where the file does not say, or says none that is a day. */
  readonly booked_on: string | null;
  readonly valued_on: string | null;
  readonly reference: string;
  readonly counterparty: string;
}

export interface BankBalance {
  readonly amount: Decimal;
  /** ISO text. */
  readonly day: string;
}

export interface BankStatement {
  /** 'statement 17/1' */
  readonly name: string;
  /** What the bank calls it, with its page: '17/1'; '' = nothing that tells it from another. */
  readonly number: string;
  readonly line: number;
  /** IBAN or the bank's own number, without spaces; '' = the file does not say. */
  readonly account: string;
  /** '' = the file does not say. */
  readonly currency: string;
  /** The first day it speaks of, ISO text, where it says so besides its balances. */
  readonly begins_on: string | null;
  readonly opening: BankBalance | null;
  readonly closing: BankBalance | null;
  readonly entries: readonly BankEntry[];
  /** Why it cannot be taken in, each a sentence; the first is told. */
  readonly problems: readonly string[];
  /** Not booked yet, so not in its balances. */
  readonly pending: readonly (Decimal | null)[];
  /** What else somebody should know, each a sentence. */
  readonly notes: readonly string[];
}

/** Takes the pieces of a file in turn and gives each statement as it ends. */
export interface StatementReader {
  take(text: string): void;
  /** The rest. Throws UnreadableBankFile when the file ends too early. */
  end(): void;
}

/** What is kept of a text of the bank's: more is words nobody reads. */
const MAX_TEXT_CHARS = 2000;

/** One text of several: each once, without what stands for nothing. */
export function joinedText(parts: readonly (string | null | undefined)[]): string {
  const words = parts
    .map((part) => (part ?? '').replaceAll(/\s+/g, ' ').trim())
    .filter((part) => part !== '' && !/^(NOTPROVIDED|NONREF|NOT PROVIDED)$/i.test(part));
  const text = [...new Set(words)].join(' ');
  return text.length > MAX_TEXT_CHARS ? `${text.slice(0, MAX_TEXT_CHARS - 1)}…` : text;
}

/** Who it was, with the account where it is known. */
export function partyText(name: string | null | undefined, account: string | null | undefined): string {
  const number = accountNumber(account ?? '');
  return joinedText([name, number === '' ? null : number]);
}

const IBAN = /^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/;

/** An account's number as it is compared: capitals without spaces; of 'bank/IBAN' or 'IBANEUR' the IBAN. */
export function accountNumber(text: string): string {
  const plain = text.toUpperCase().replaceAll(/\s/g, '');
  const last = plain.split('/').at(-1) ?? '';
  if (IBAN.test(last)) return ibanOf(last);
  return plain;
}

/** Lengths of IBANs that banks write with the currency behind them. */
const IBAN_CHARS: ReadonlyMap<string, number> = new Map(
  'AT20 BE16 BG22 CH21 CY28 CZ24 DE22 DK18 EE20 ES24 FI18 FR27 GB22 GR27 HR21 HU28 IE22 IS26 IT27 LI21 LT20 LU20 LV21 MC27 MT31 NL18 NO15 PL28 PT25 RO24 SE24 SI19 SK24 SM27 TR26'
    .split(' ')
    .map((each) => [each.slice(0, 2), Number(each.slice(2))]),
);

function ibanOf(text: string): string {
  const chars = IBAN_CHARS.get(text.slice(0, 2));
  return chars !== undefined && text.length === chars + 3 && /[A-Z]{3}$/.test(text) ? text.slice(0, chars) : text;
}

/** Whether a text can be nothing but a bank account's number: an IBAN with its check digits, or eight digits and more. */
export function isAccountNumber(number: string): boolean {
  if (!IBAN.test(number)) return /^(?:[A-Z0-9]{1,11}\/)?\d{8,34}$/.test(number);
  let rest = 0;
  for (const character of `${number.slice(4)}${number.slice(0, 4)}`)
    for (const digit of Number.parseInt(character, 36).toString()) rest = (rest * 10 + Number(digit)) % 97;
  return rest === 1;
}
