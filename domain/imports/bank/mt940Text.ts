/**
 * What stands in field 86 of an MT940 beside an entry. Banks write it in one of three ways: German ones by numbered parts
 * (166?00…?20…?32…), Dutch and other ones by words between slashes (/NAME/…/REMI/…), the rest as plain text.
 */
import { joinedText, partyText } from './bankStatement.ts';

export interface EntryText {
  readonly reference: string;
  readonly counterparty: string;
}

/** `lines` as they stand in the file, without the tag. */
export function entryText(lines: readonly string[]): EntryText {
  const [first = ''] = lines;
  // business code, then the sign that separates, then a part's number
  const separator = /^\d{3}([^\p{L}\p{N}\s])\d{2}/u.exec(first)?.[1];
  if (separator !== undefined) return numberedText(lines.join(''), separator);
  const joined = lines.join('');
  if (/^\/[A-Z]{3,4}\//.test(joined)) return slashedText(joined);
  return { reference: joinedText(lines), counterparty: '' };
}

/** Parts there are: booking text, journal, purpose, bank, account, name, key, more of the purpose. */
const PART_NUMBER = /^(?:00|10|2\d|3[0-4]|6[0-3])/;

/** Words of the purpose under which SEPA payments put their references. */
const PURPOSE_WORD = /(?:^|(?<=[\s+\p{L}\p{N}]))(EREF|KREF|MREF|CRED|DEBT|SVWZ|ABWA|ABWE|COAM|OAMT|IBAN|BIC|PURP)\+/gu;

function numberedText(text: string, separator: string): EntryText {
  const parts = new Map<number, string>();
  let last = 0;
  for (const part of text.slice(4).split(separator)) {
    const number = PART_NUMBER.exec(part)?.[0];
    // without a part's number the sign stands within a text
    const added = number === undefined ? `${separator}${part}` : part.slice(2);
    if (number !== undefined) last = Number(number);
    parts.set(last, `${parts.get(last) ?? ''}${added}`);
  }
  const from = (first: number, last: number): string =>
    [...parts]
      .filter(([number]) => number >= first && number <= last)
      .toSorted(([a], [b]) => a - b)
      .map(([, words]) => words)
      .join('');
  const purpose = `${from(20, 29)}${from(60, 63)}`;
  const words = purposeWords(purpose);
  const account = parts.get(31) ?? words.get('IBAN');
  return {
    reference: joinedText([
      words.get('SVWZ'),
      words.get(''),
      words.get('EREF'),
      words.get('KREF'),
      purpose.trim() === '' ? parts.get(0) : '',
    ]),
    counterparty: partyText(joinedText([from(32, 33)]) || words.get('ABWA') || words.get('ABWE'), account),
  };
}

/** By word; '' = what stands before the first. */
function purposeWords(purpose: string): ReadonlyMap<string, string> {
  const words = new Map<string, string>();
  let word = '';
  let from = 0;
  // a word that comes twice says both
  const add = (text: string): void => void words.set(word, `${words.get(word) ?? ''} ${text.trim()}`.trim());
  for (const found of purpose.matchAll(PURPOSE_WORD)) {
    add(purpose.slice(from, found.index));
    word = found[1] ?? '';
    from = found.index + found[0].length;
  }
  add(purpose.slice(from));
  return words;
}

const SLASH_WORDS =
  'TRTP|TRCD|IBAN|BIC|NAME|REMI|EREF|KREF|PREF|MARF|CSID|ORDP|BENM|CNTP|RTRN|ISDT|ADDR|PURP|SVCL|OCMT|CHGS|EXCH|ULTD|ULTB|ULTC|ACCW|ID|CREF|IREF';
const SLASH_WORD = new RegExp(`/(${SLASH_WORDS})/`, 'g');

function slashedText(text: string): EntryText {
  const words = new Map<string, string>();
  const found = [...text.matchAll(SLASH_WORD)];
  for (const [nth, match] of found.entries()) {
    const from = match.index + match[0].length;
    const value = text.slice(from, found[nth + 1]?.index ?? text.length);
    const word = match[1] ?? '';
    if (!words.has(word)) words.set(word, value);
  }
  const plain = (word: string): string => (words.get(word) ?? '').replaceAll(/^\/+|\/+$/g, '');
  // account, bank, name, place
  const [account = '', , name = ''] = (words.get('CNTP') ?? '').split('/');
  const remittance = plain('REMI')
    .replace(/^(USTD|STRD)\/+/, '')
    .replace(/^(CUR|ISO)\/+/, '');
  const before = text.slice(0, found[0]?.index ?? text.length);
  return {
    reference: joinedText([
      remittance.replaceAll(/\/{2,}/g, ' '),
      plain('EREF'),
      plain('CREF'),
      plain('PREF'),
      plain('KREF'),
      plain('RTRN') === '' ? '' : `Returned ${plain('RTRN')}`,
      before,
      remittance === '' && plain('EREF') === '' ? plain('TRTP') : '',
    ]),
    counterparty: partyText(plain('NAME') || name || plain('ORDP') || plain('BENM'), plain('IBAN') || account),
  };
}
