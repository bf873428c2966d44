/** Files made to mislead the readers: each is read as a bank means it, or refused in words. */
import { describe, expect, it } from 'vitest';
import { minorDigits } from '#domain/money.ts';
import { currencyCodeProblem } from '#domain/currency/currencies.ts';
import { entryText } from './mt940Text.ts';
import { bankFormatOf, encodingOf } from './readBankFile.ts';
import { CAMT_02, camt, entry, IBAN, readBank, statement } from './testing/files.ts';

const amounts = (text: string) => readBank('CAMT.053', text).records.map(({ fields, problem }) => problem ?? fields[2]);
const one = (more: string, amount = '5') => camt(statement(1, ['0', amount], more));

describe('XML that misleads', () => {
  it('words of the bank’s own namespace are no part of the statement', () => {
    const evil =
      '<x:Ntry xmlns:x="urn:x"><x:Amt Ccy="EUR">9</x:Amt><x:CdtDbtInd>CRDT</x:CdtDbtInd><x:Sts>BOOK</x:Sts></x:Ntry>';
    expect(amounts(one(entry('5', '2026-10-02', '<Amt xmlns="urn:x" Ccy="EUR">7</Amt>') + evil))).toEqual(['5.00']);
    const outside = statement(2, ['5', '6'], entry('1', '2026-10-03')).replace('<Stmt>', '<Stmt xmlns="urn:x">');
    expect(amounts(camt(statement(1, ['0', '5'], entry('5', '2026-10-02')) + outside))).toEqual(['5.00']);
  });

  it('an entry with two amounts or sides, and a statement of two accounts, wait', () => {
    expect(amounts(one(entry('5', '2026-10-02', '<Amt Ccy="EUR">7</Amt>')))).toEqual([
      'Statement 1: The <Amt> of entry 1 (line 8) stands there twice.',
    ]);
    expect(amounts(one(entry('5', '2026-10-02', '<CdtDbtInd>DBIT</CdtDbtInd>')))).toEqual([
      'Statement 1: The <CdtDbtInd> of entry 1 (line 8) stands there twice.',
    ]);
    const account = '<Acct><Id><IBAN>DE89370400440532013000</IBAN></Id></Acct>';
    expect(amounts(one(account + entry('5', '2026-10-02')))).toEqual([
      `Statement 1: It names two accounts, ${IBAN} and DE89370400440532013000 (line 8).`,
    ]);
  });

  it('amounts are written one way, with a side', () => {
    for (const written of ['1,000.00', '1.000,00', '1e3', '-5', '+5', '0x5', '٥', ''])
      expect(amounts(one(entry('5', '2026-10-02').replace('>5<', `>${written}<`)))).toEqual([
        expect.stringContaining('cannot be read.'),
      ]);
    expect(amounts(one(entry('5', '2026-10-02').replace(/<CdtDbtInd>.*?<.CdtDbtInd>/, '')))).toEqual([
      expect.stringContaining('or its side “”, cannot be read.'),
    ]);
  });

  it('a reversal is one in either way XML writes true, and keeps its own side', () => {
    for (const [written, word] of [
      ['true', 'Reversal'],
      ['1', 'Reversal'],
      ['false', ''],
      ['0', ''],
    ] as const) {
      const { records } = readBank('CAMT.053', one(entry('-5', '2026-10-02', `<RvslInd>${written}</RvslInd>`), '-5'));
      expect(records.map(({ fields }) => [fields[2], fields[4]])).toEqual([['-5.00', word]]);
    }
  });

  it('comments, CDATA and numbers of characters stand in texts as they are meant', () => {
    const text = '<AddtlNtryInf>A<!-- <Amt>9</Amt> -->B<![CDATA[<C>&amp;]]>&#68;</AddtlNtryInf>';
    expect(readBank('CAMT.053', one(entry('5', '2026-10-02', text))).records[0]?.fields[4]).toBe('AB<C>&amp;D');
  });

  it('neither expands entities nor nests without end', () => {
    const laughs = CAMT_02.replace('?>', '?><!DOCTYPE x [<!ENTITY a "&#38;b;"><!ENTITY b "lol">]>');
    expect(() => readBank('CAMT.053', laughs)).toThrow('document type (DOCTYPE)');
    expect(() => readBank('CAMT.053', CAMT_02.replace('Meyer', '&lol;'))).toThrow('“&lol;”, which is not defined');
    expect(() => readBank('CAMT.053', one('<a>'.repeat(100_000)))).toThrow('nested more than 60 deep');
  });

  it('is known behind a mark of UTF-8 read byte by byte, and read in the encoding it says', () => {
    const bytes = `\u00ef\u00bb\u00bf${CAMT_02}`;
    expect(bankFormatOf(bytes)).toBe('CAMT.053');
    const said = (encoding: string) => `<?xml version="1.0" encoding="${encoding}"?><Document>`;
    expect(encodingOf(said('ISO-8859-15'), false)).toBe('iso-8859-15');
    expect(encodingOf(said('iso-8859-1'), true)).toBe('windows-1252');
    expect(encodingOf(said('UTF-8'), false)).toBe('windows-1252');
    expect(encodingOf(said('x-unknown'), true)).toBe('utf-8');
  });

  it('a currency that does not exist is refused, by the bank’s file as by any other', () => {
    const eux = statement(1, ['0', '5'], entry('5', '2026-10-02', '', { currency: 'EUX' }), { currency: 'EUX' });
    expect(amounts(camt(eux))).toEqual([
      'Statement 1: There is no currency EUX. Write its code of ISO 4217, as EUR. (line 4)',
    ]);
    expect(currencyCodeProblem('eur')).toBeNull();
    expect(currencyCodeProblem('XXX')).toBe('There is no currency XXX. Write its code of ISO 4217, as USD.');
    expect(currencyCodeProblem('pound')).toBe('The currency is no code of three letters. Write it as USD.');
    expect(['EUR', 'JPY', 'ISK', 'CLP', 'JOD', 'KWD', 'HUF', '???'].map(minorDigits)).toEqual([2, 0, 0, 0, 3, 3, 2, 2]);
  });
});

describe('field 86 of an MT940 in numbered parts', () => {
  it('the separating sign within a text stays in it, and a number that is no part’s too', () => {
    expect(entryText(['166?00CREDIT?20SVWZ+Paid? yes?21 for 5?99 each?32WHO? LTD?33 & CO?31DE02']).reference).toBe(
      'Paid? yes for 5?99 each',
    );
    expect(entryText(['166?00CREDIT?20X?32WHO? LTD?33 & CO?31DE02']).counterparty).toBe('WHO? LTD & CO DE02');
    expect(entryText(['166?00CREDIT?20A?60B?63C?29D']).reference).toBe('ADBC');
  });

  it('a word that comes twice says both; without a purpose the booking text is told', () => {
    expect(entryText(['166?00CREDIT?20SVWZ+INV-1 ?21SVWZ+INV-2 ?22EREF+E']).reference).toBe('INV-1 INV-2 E');
    expect(entryText(['805?00ACCOUNT FEES?109301']).reference).toBe('ACCOUNT FEES');
  });

  it('a file of two accounts in one statement waits', () => {
    const text =
      ':20:A\n:25:12345678\n:25:87654321\n:28C:7\n:60F:C261001EUR10,00\n:61:261002C5,00NTRFX\n:62F:C261031EUR15,00\n';
    expect(readBank('MT940', text).records.map(({ problem }) => problem)).toEqual([
      'Statement 7: It names two accounts, 12345678 and 87654321 (line 3).',
    ]);
  });
});
