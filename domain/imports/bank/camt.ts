/**
 * ISO 20022 camt.053: the bank's statement as XML, version 02 and later. One entry at a time is held as a tree. Only what is booked
 * becomes a line; a collective entry becomes one line a payment where the payments come to its amount.
 */
import { dayNumber } from '#domain/calendar.ts';
import { addDecimals, type Decimal, parseDecimal, subtractDecimals } from '#domain/decimal.ts';
import {
  accountNumber,
  type BankBalance,
  type BankEntry,
  type BankStatement,
  joinedText,
  partyText,
  type StatementReader,
} from './bankStatement.ts';
import { atLine, shortened, UnreadableBankFile } from './unreadable.ts';
import { createXmlReader, type XmlElement } from './xmlReader.ts';

interface Node {
  readonly name: string;
  readonly line: number;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: Node[];
  text: string;
}

const MESSAGE = /^urn:iso:std:iso:20022:tech:xsd:([a-z]{4}\.\d{3})\.\d{3}\.(\d{2})$/;
const FIRST_VERSION = 2;
const OTHER_MESSAGES: Readonly<Record<string, string | undefined>> = {
  'camt.052': 'a report within the day, whose entries may still change',
  'camt.054': 'a notice of single entries, which has no balances',
  'pain.001': 'an order to pay',
  'pain.002': 'a report on orders to pay',
  'pain.008': 'an order to collect',
};
/** An entry of a hundred thousand payments has some millions. */
const MAX_NODES = 5_000_000;
const MAX_TEXT_CHARS = 10_000;
const ZERO: Decimal = { units: 0n, places: 0 };

/** Throws UnreadableBankFile for what is not well-formed, or another message. */
export function createCamtReader(onStatement: (statement: BankStatement) => void): StatementReader {
  let message = false;
  let namespace = '';
  let statement: ReturnType<typeof statementOf> | null = null;
  let statements = 0;
  let nodes = 0;
  /** Of the statement's child that is being read; elements between the message and the statement are only counted. */
  const path: Node[] = [];
  let depth = 0;
  let statement_depth = 0;

  const open = (element: XmlElement, line: number): void => {
    depth += 1;
    // what the bank adds in words of its own is no part of the statement
    const name = !message || element.namespace === namespace ? element.name : '';
    const node: Node = { name, line, attributes: element.attributes, children: [], text: '' };
    if (statement) {
      nodes += 1;
      if (nodes > MAX_NODES)
        throw new UnreadableBankFile(
          `An entry has more parts than can be held (${atLine(line)}). Ask the bank for it.`,
        );
      path.at(-1)?.children.push(node);
      path.push(node);
      return;
    }
    if (element.name === 'Document') {
      checkMessage(element.namespace, line);
      namespace = element.namespace;
      message = true;
    }
    if (!message || name !== 'Stmt') return;
    statements += 1;
    statement = statementOf(statements, line);
    statement_depth = depth;
  };
  const close = (): void => {
    if (statement && depth === statement_depth) {
      onStatement(statement.finished());
      statement = null;
    } else if (statement) {
      const node = path.pop();
      if (node && path.length === 0) {
        statement.take(node);
        nodes = 0;
      }
    }
    depth -= 1;
  };
  const reader = createXmlReader({
    open,
    close,
    text: (text) => {
      const node = path.at(-1);
      if (node && node.text.length < MAX_TEXT_CHARS) node.text += text;
    },
  });
  return {
    take: reader.take,
    end: () => {
      reader.end();
      if (!message)
        throw new UnreadableBankFile(
          'The XML is no bank statement: it has no <Document> of ISO 20022. Ask the bank for statements as CAMT.053.',
        );
      if (statements === 0)
        throw new UnreadableBankFile('The message holds no statement (<Stmt>). Ask the bank for the statements again.');
    },
  };
}

function checkMessage(namespace: string, line: number): void {
  const [, message = '', version = ''] = MESSAGE.exec(namespace) ?? [];
  const place = atLine(line);
  if (message === '')
    throw new UnreadableBankFile(
      `The XML is no message of ISO 20022: its namespace is ${namespace === '' ? 'not given' : `“${shortened(namespace)}”`} (${place}). Ask the bank for statements as CAMT.053.`,
    );
  if (message !== 'camt.053')
    throw new UnreadableBankFile(
      `The file is ${message}, ${OTHER_MESSAGES[message] ?? 'another message of ISO 20022'}, not a statement (${place}). Ask the bank for CAMT.053.`,
    );
  if (Number(version) < FIRST_VERSION)
    throw new UnreadableBankFile(
      `The file is CAMT.053 in version ${version}; versions from 02 on are read (${place}). Ask the bank for a later one.`,
    );
}

function statementOf(nth: number, line: number) {
  let id = '';
  let number = '';
  let page = '';
  let account = '';
  let currency = '';
  let begins_on: string | null = null;
  let entry_nr = 0;
  const balances: { readonly code: string; readonly balance: BankBalance }[] = [];
  const entries: BankEntry[] = [];
  const problems: string[] = [];
  const pending: (Decimal | null)[] = [];
  const notes: string[] = [];
  const ownPage = (): string => (page === '' ? '' : `/${page}`);
  const name = (): string => `statement ${joinedText([number || id || String(nth)])}${ownPage()}`;
  // some banks count nothing and write 0
  const ownNumber = (): string => {
    const own = joinedText([/[^0]/.test(number) ? number : id]);
    return own === '' ? '' : `${own}${ownPage()}`;
  };

  const takeBalance = (node: Node): void => {
    const code = textOf(node, 'Tp', 'CdOrPrtry', 'Cd') || textOf(node, 'Tp', 'CdOrPrtry', 'Prtry');
    if (!/^(OPBD|PRCD|CLBD|ITBD)$/.test(code)) return;
    const amount = signedAmount(node);
    const day = dayOf(node, 'Dt');
    if (currency === '') currency = currencyOf(node);
    if (amount === null || day === null)
      problems.push(
        `The balance ${code} in ${atLine(node.line)} has no ${amount === null ? 'amount and side' : 'day'} that can be read.`,
      );
    else balances.push({ code, balance: { amount, day } });
    sameCurrency(node, `The balance ${code} in ${atLine(node.line)}`);
  };
  const sameCurrency = (node: Node, what: string): void => {
    const own = currencyOf(node);
    if (currency !== '' && own !== '' && own !== currency)
      problems.push(`${what} is in ${own}, the account in ${currency}. An account has one currency.`);
  };
  const takeEntry = (node: Node): void => {
    entry_nr += 1;
    const ref = textOf(node, 'NtryRef') || textOf(node, 'AcctSvcrRef');
    const own_name = `entry ${entry_nr}${ref === '' ? '' : ` “${shortened(ref)}”`} (${atLine(node.line)})`;
    const amount = signedAmount(node);
    for (const twice of ['Amt', 'CdtDbtInd', 'RvslInd'])
      if (all(node, twice).length > 1) problems.push(`The <${twice}> of ${own_name} stands there twice.`);
    const status = textOf(node, 'Sts', 'Cd') || textOf(node, 'Sts', 'Prtry') || textOf(node, 'Sts');
    if (status !== 'BOOK') {
      if (/^(PDNG|INFO|FUTR)$/.test(status)) pending.push(amount);
      else
        problems.push(
          `The status of ${own_name} is ${status === '' ? 'not given' : `“${shortened(status)}”`}, not BOOK or PDNG.`,
        );
      if (/^(PDNG|INFO|FUTR)$/.test(status)) return;
    }
    sameCurrency(node, own_name[0]?.toUpperCase() + own_name.slice(1));
    if (amount === null)
      problems.push(
        `The amount “${shortened(textOf(node, 'Amt'))}” of ${own_name}, or its side “${shortened(textOf(node, 'CdtDbtInd'))}”, cannot be read.`,
      );
    const whole = entryOf(node, own_name, amount);
    const parts = amount === null ? null : detailsOf(node, whole, currency);
    if (parts === 'apart')
      notes.push(`The payments within ${own_name} of ${name()} do not come to its amount, so it is read as one line.`);
    if (parts === null || parts === 'apart') entries.push(whole);
    else entries.push(...parts);
  };

  return {
    take: (node: Node): void => {
      if (node.name === 'Id') id = node.text.trim();
      else if (node.name === 'ElctrncSeqNb' || (node.name === 'LglSeqNb' && number === '')) number = node.text.trim();
      else if (node.name === 'StmtPgntn') page = textOf(node, 'PgNb');
      else if (node.name === 'FrToDt') begins_on = isoDay(textOf(node, 'FrDtTm') || textOf(node, 'FrDt'));
      else if (node.name === 'Acct') {
        const own = accountNumber(textOf(node, 'Id', 'IBAN') || textOf(node, 'Id', 'Othr', 'Id'));
        if (account !== '' && own !== account)
          problems.push(`It names two accounts, ${shortened(account)} and ${shortened(own)} (${atLine(node.line)}).`);
        account = own;
        currency = textOf(node, 'Ccy').toUpperCase();
      } else if (node.name === 'Bal') takeBalance(node);
      else if (node.name === 'Ntry') takeEntry(node);
    },
    finished: (): BankStatement => {
      const of = (code: string): BankBalance | undefined => balances.find((each) => each.code === code)?.balance;
      // between the pages of one statement stand interim balances: the first opens a page, the last closes it
      const interim = balances.filter(({ code }) => code === 'ITBD').map(({ balance }) => balance);
      const opening = of('OPBD') ?? of('PRCD') ?? interim[0] ?? null;
      const closing = of('CLBD') ?? (opening === interim[0] ? interim[1] : interim[0]) ?? null;
      const told = { name: name(), number: ownNumber(), line, account, currency, begins_on, opening, closing };
      return { ...told, entries, problems, pending, notes };
    },
  };
}

/** Both ways XML writes it. */
function isReversal(node: Node): boolean {
  return /^(true|1)$/.test(textOf(node, 'RvslInd'));
}

function entryOf(node: Node, name: string, amount: Decimal | null): BankEntry {
  const details = detailNodes(node);
  const reversal = isReversal(node);
  const [only, ...others] = details;
  const shared = {
    line: node.line,
    name,
    amount,
    booked_on: dayOf(node, 'BookgDt'),
    valued_on: dayOf(node, 'ValDt'),
  };
  const own = [textOf(node, 'AddtlNtryInf'), bankRef(textOf(node, 'AcctSvcrRef'))];
  if (only && others.length === 0) {
    const words = wordsOf(only);
    return {
      ...shared,
      reference: joinedText([
        reversal ? 'Reversal' : '',
        ...words,
        ...(words.some((word) => word !== '') ? [own[1]] : own),
      ]),
      counterparty: counterpartyOf(only, node, reversal),
    };
  }
  const batch = all(node, 'NtryDtls').flatMap((each) => [
    textOf(each, 'Btch', 'PmtInfId') || textOf(each, 'Btch', 'MsgId'),
  ]);
  return {
    ...shared,
    reference: joinedText([reversal ? 'Reversal' : '', ...batch, ...details.flatMap(wordsOf), ...own]),
    counterparty: '',
  };
}

/** One line a payment where they come to the entry, with what the bank took for itself; null = there is nothing to split. */
function detailsOf(node: Node, whole: BankEntry, currency: string): readonly BankEntry[] | 'apart' | null {
  const details = detailNodes(node);
  if (details.length === 0 || whole.amount === null) return null;
  const amounts = details.map((detail) => detailAmount(detail, node, currency));
  const known = amounts.filter((amount) => amount !== null);
  const several = details.length > 1;
  if (known.length < amounts.length) return several ? 'apart' : null;
  const left = known.reduce((rest, amount) => subtractDecimals(rest, amount), whole.amount);
  const charges = [node, ...details].map((each) => chargesOf(each, currency)).reduce(addDecimals, ZERO);
  const charged = left.units !== 0n && subtractDecimals(left, charges).units === 0n;
  if (left.units !== 0n && !charged) return several ? 'apart' : null;
  if (!several && !charged) return null;
  const reversal = isReversal(node);
  const lines = details.map((detail, nth): BankEntry => {
    const reference = joinedText([
      reversal ? 'Reversal' : '',
      ...wordsOf(detail),
      bankRef(textOf(detail, 'Refs', 'AcctSvcrRef')),
    ]);
    return {
      ...whole,
      line: detail.line,
      name: `payment ${nth + 1} of ${whole.name}`,
      amount: known[nth] ?? null,
      reference: reference === '' ? whole.reference : reference,
      counterparty: counterpartyOf(detail, node, reversal),
    };
  });
  if (!charged) return lines;
  const reference = joinedText(['Bank charges', whole.reference]);
  return [...lines, { ...whole, name: `charges of ${whole.name}`, amount: charges, reference, counterparty: '' }];
}

function detailNodes(node: Node): readonly Node[] {
  return all(node, 'NtryDtls').flatMap((each) => all(each, 'TxDtls'));
}

/** null = not told in the account's currency. */
function detailAmount(detail: Node, entry: Node, currency: string): Decimal | null {
  const places = [detail, find(detail, 'AmtDtls', 'TxAmt'), find(detail, 'AmtDtls', 'InstdAmt')];
  const told = places.find((place) => place && currencyOf(place) === currency && textOf(place, 'Amt') !== '');
  if (!told) return null;
  return withSide(textOf(told, 'Amt'), textOf(detail, 'CdtDbtInd') || textOf(entry, 'CdtDbtInd'));
}

/** What the bank took of it for itself, money out negative; nothing in another currency. */
function chargesOf(node: Node, currency: string): Decimal {
  return all(node, 'Chrgs')
    .flatMap((charges) => (find(charges, 'Rcrd') ? all(charges, 'Rcrd') : [charges]))
    .filter((record) => currencyOf(record) === currency)
    .map((record) => withSide(textOf(record, 'Amt'), textOf(record, 'CdtDbtInd') || 'DBIT') ?? ZERO)
    .reduce(addDecimals, ZERO);
}

/** The words of a payment by which books may know it, the surest first. */
function wordsOf(detail: Node): readonly string[] {
  const remittance = all(detail, 'RmtInf');
  const structured = remittance.flatMap((each) => all(each, 'Strd'));
  const words = [
    ...structured.map((each) => textOf(each, 'CdtrRefInf', 'Ref')),
    ...structured.flatMap((each) => all(each, 'RfrdDocInf').map((document) => textOf(document, 'Nb'))),
    ...structured.flatMap((each) => all(each, 'AddtlRmtInf').map(({ text }) => text)),
    ...remittance.flatMap((each) => all(each, 'Ustrd').map(({ text }) => text)),
    textOf(detail, 'Refs', 'EndToEndId'),
    textOf(detail, 'Refs', 'ChqNb'),
  ];
  return words.some((word) => word.trim() !== '') ? words : [textOf(detail, 'AddtlTxInf')];
}

function bankRef(reference: string): string {
  return reference === '' ? '' : `Bank ref. ${reference}`;
}

/** Who paid, or was paid. Money that comes back names the parties as the first payment did. */
function counterpartyOf(detail: Node, entry: Node, reversal: boolean): string {
  const side = textOf(detail, 'CdtDbtInd') || textOf(entry, 'CdtDbtInd');
  const other = (side === 'CRDT') === reversal ? 'Cdtr' : 'Dbtr';
  const named = (tag: string): string =>
    textOf(detail, 'RltdPties', tag, 'Nm') || textOf(detail, 'RltdPties', tag, 'Pty', 'Nm');
  const account =
    textOf(detail, 'RltdPties', `${other}Acct`, 'Id', 'IBAN') ||
    textOf(detail, 'RltdPties', `${other}Acct`, 'Id', 'Othr', 'Id');
  return partyText(named(other) || named(`Ultmt${other}`), account);
}

function all(node: Node, name: string): readonly Node[] {
  return node.children.filter((child) => child.name === name);
}

function find(node: Node, ...names: readonly string[]): Node | null {
  let found: Node | null = node;
  for (const name of names) found = found?.children.find((child) => child.name === name) ?? null;
  return found;
}

function textOf(node: Node, ...names: readonly string[]): string {
  return find(node, ...names)?.text.trim() ?? '';
}

function currencyOf(node: Node): string {
  return find(node, 'Amt')?.attributes.get('Ccy')?.toUpperCase() ?? '';
}

function signedAmount(node: Node): Decimal | null {
  return withSide(textOf(node, 'Amt'), textOf(node, 'CdtDbtInd'));
}

function withSide(text: string, side: string): Decimal | null {
  const amount = /^\d/.test(text) ? parseDecimal(text) : null;
  if (!amount || (side !== 'CRDT' && side !== 'DBIT')) return null;
  return side === 'CRDT' ? amount : { units: -amount.units, places: amount.places };
}

/** Dates, and moments by the day written in them. */
function dayOf(node: Node, name: string): string | null {
  return isoDay(textOf(node, name, 'Dt') || textOf(node, name, 'DtTm'));
}

function isoDay(text: string): string | null {
  const day = /^\d{4}-\d{2}-\d{2}(?=$|T|[+-]\d|Z)/.exec(text)?.[0];
  return day !== undefined && dayNumber(day) !== null ? day : null;
}
