import { describe, expect, it } from 'vitest';
import { bankFormatOf, encodingSaid } from './readBankFile.ts';
import { balance, CAMT_02, CAMT_08, camt, entry, IBAN, MT940, readBank, statement } from './testing/files.ts';

const rows = (format: 'CAMT.053' | 'MT940', text: string, piece?: number) => {
  const { records, notes } = readBank(format, text, piece);
  return {
    rows: records.map(({ fields, problem }) => problem ?? fields.slice(0, 7)),
    numbers: [...new Set(records.map(({ fields }) => fields[7]))],
    notes,
    lines: records.map((each) => each.line_number),
  };
};
const problemsOf = (text: string, format: 'CAMT.053' | 'MT940' = 'CAMT.053') =>
  readBank(format, text).records.map(({ problem }) => problem);

describe('a bank’s file', () => {
  it.each([
    [CAMT_02, 'CAMT.053'],
    [CAMT_08, 'CAMT.053'],
    [`\ufeff\n${CAMT_02}`, 'CAMT.053'],
    ['<html><body>Please sign in</body></html>', 'CAMT.053'],
    [MT940, 'MT940'],
    [MT940.slice(MT940.indexOf(':20:')), 'MT940'],
    [`ABNANL2A\n940\nABNANL2A\n${MT940.slice(MT940.indexOf(':20:'))}`, 'MT940'],
    ['account,booked_on,amount\n1010,2026-10-02,5\n', null],
    ['a;b\n:20:;1\n', null],
    ['', null],
  ])('is known by its content: %.40s', (text, format) => {
    expect(bankFormatOf(text)).toBe(format);
  });

  it('of XML says its encoding', () => {
    expect(encodingSaid('<?xml version="1.0" encoding="ISO-8859-1"?>')).toBe('windows-1252');
    expect(encodingSaid("<?xml version='1.0' encoding='utf-8'?>")).toBe('utf-8');
    expect(encodingSaid('<Document>')).toBeUndefined();
  });
});

describe('CAMT.053', () => {
  it.each([1, 7, 5000])(
    'version 02, read %i characters at a time: a payment, a batch, a reversal, fees, charges',
    (piece) => {
      const read = rows('CAMT.053', CAMT_02, piece);
      expect(read.rows).toEqual([
        [
          IBAN,
          '2026-10-02',
          '250.50',
          'EUR',
          'RF18539007547034 INV-1001 E2E-1 Bank ref. BANK-1',
          'Meyer & Söhne DE89370400440532013000',
          '1250.50',
        ],
        [IBAN, '2026-10-05', '100.00', 'EUR', 'INV-1002 thank you', 'Aalto Oy', '1350.50'],
        [IBAN, '2026-10-05', '200.00', 'EUR', 'E2E-3', 'Bo AB', '1550.50'],
        [IBAN, '2026-10-06', '50.00', 'EUR', 'Reversal OUR-7', 'Closed Ltd', '1600.50'],
        [IBAN, '2026-10-30', '-12.50', 'EUR', 'Account fees October', '', '1588.00'],
        [IBAN, '2026-10-31', '-50.00', 'EUR', 'PO-77', 'Far Away Inc 123-456', '1538.00'],
        [IBAN, '2026-10-31', '-0.85', 'EUR', 'Bank charges PO-77', '', '1537.15'],
      ]);
      expect(read.notes).toEqual([
        `1 entry of statement 17 of ${IBAN} not booked yet, EUR -99.00 together, is left out: a later statement brings what becomes of it.`,
      ]);
    },
  );

  it('version 08: another depth, a prefix, one line, pages, an overdraft, days without a booking date', () => {
    const read = rows('CAMT.053', CAMT_08, 33);
    expect(read.rows).toEqual([
      ['12345678', '2026-11-02', '100.50', 'EUR', 'SO-1 & SO-2', 'Meyer', '80.50'],
      ['12345678', '2026-11-03', '-20.25', 'EUR', '', '', '60.25'],
    ]);
    // on one line: two rows never have one number
    expect(read.lines).toEqual([1, 2]);
    expect(read.numbers).toEqual(['9/1', '9/2']);
    expect(read.notes).toEqual([
      '1 entry of statement 9/2 with a day outside the statement’s days is taken on its first or last day.',
    ]);
  });

  it('a batch whose payments do not come to it is one line with all their words', () => {
    const batch = entry(
      '90.00',
      '2026-10-02',
      ['40', '60']
        .map(
          (amount) =>
            `<NtryDtls><TxDtls><Amt Ccy="EUR">${amount}</Amt><RmtInf><Ustrd>INV-${amount}</Ustrd></RmtInf></TxDtls></NtryDtls>`,
        )
        .join(''),
    );
    const read = rows('CAMT.053', camt(statement(1, ['0', '90'], batch), '04'));
    expect(read.rows).toEqual([[IBAN, '2026-10-02', '90.00', 'EUR', 'INV-40 INV-60', '', '90.00']]);
    expect(read.notes).toEqual([
      'The payments within entry 1 (line 8) of statement 1 do not come to its amount, so it is read as one line.',
    ]);
  });

  it('a statement without entries is told, and one that comes twice is read once', () => {
    const moved = statement(2, ['10', '15'], entry('5', '2026-10-02'));
    const read = rows('CAMT.053', camt(`${statement(1, ['10', '10.00'], '')}${moved}\n${moved}`));
    expect(read.rows).toEqual([[IBAN, '2026-10-02', '5.00', 'EUR', '', '', '15.00']]);
    expect(read.notes).toEqual([
      `Statement 1 of ${IBAN} has no booked entry and stays at EUR 10.00.`,
      'Statement 2 stands in the file twice (line 8 and line 14); it is read once.',
    ]);
  });

  it('statements the newest first are put in order; entries in the order of their days', () => {
    const october = statement(10, ['0', '30'], entry('20', '2026-10-09') + entry('10', '2026-10-02'));
    const november = statement(11, ['30', '31'], entry('1', '2026-11-02'), { from: '2026-10-31', to: '2026-11-30' });
    const read = rows('CAMT.053', camt(november + october));
    expect(read.rows.map(([, day, amount, , , , after]) => [day, amount, after])).toEqual([
      ['2026-10-02', '10.00', '10.00'],
      ['2026-10-09', '20.00', '30.00'],
      ['2026-11-02', '1.00', '31.00'],
    ]);
  });

  it('a statement has the bank’s number, and its days where that is none or comes again', () => {
    const days = { from: '2026-11-01', to: '2026-11-30' };
    const [a, b] = [
      statement(1, ['0', '5'], entry('5', '2026-10-02')),
      statement(1, ['5', '6'], entry('1', '2026-11-02'), days),
    ];
    expect(rows('CAMT.053', camt(a + b)).numbers).toEqual(['1', '1 2026-11-01 to 2026-11-30']);
    expect(rows('CAMT.053', camt(a.replace('>1<', '>000<'))).numbers).toEqual(['S-1']);
    const mt940 = (head: string) => `:20:${head}\n:60F:C261001EUR10,00\n:61:261002C5,00NTRFX\n:62F:C261031EUR15,00\n`;
    const account = '\n:25:12345678';
    expect(rows('MT940', mt940(`STARTUMSE${account}\n:28C:00000/001`)).numbers).toEqual(['2026-10-01 to 2026-10-31']);
    expect(rows('MT940', mt940(`REF-9${account}\n:28C:0`)).numbers).toEqual(['REF-9']);
    expect(rows('MT940', mt940(`STARTUMSE${account}\n:28C:251/1`)).numbers).toEqual(['251/1']);
  });

  it('an account of several currencies is one a currency', () => {
    const dollars = statement(2, ['0', '7'], entry('7', '2026-10-02', '', { currency: 'USD' }), { currency: 'USD' });
    const read = rows('CAMT.053', camt(statement(1, ['0', '5'], entry('5', '2026-10-02')) + dollars));
    expect(read.rows.map(([account, , amount, currency]) => [account, amount, currency])).toEqual([
      [`${IBAN} EUR`, '5.00', 'EUR'],
      [`${IBAN} USD`, '7.00', 'USD'],
    ]);
  });

  it.each([
    [
      'does not tie',
      statement(1, ['100', '160'], entry('50', '2026-10-02')),
      [
        'Statement 1: it begins with EUR 100.00 and its entry comes to EUR 50.00, but it ends with EUR 160.00: EUR 10.00 differ. An entry is missing or wrong; ask the bank for the statement again.',
      ],
    ],
    [
      'has no entry but another balance',
      statement(1, ['100', '160'], ''),
      [
        'Statement 1: it begins with EUR 100.00 and its 0 entries come to EUR 0.00, but it ends with EUR 160.00: EUR 60.00 differ. An entry is missing or wrong; ask the bank for the statement again.',
      ],
    ],
    [
      'leaves a gap in the file',
      statement(1, ['0', '5'], entry('5', '2026-10-02')) +
        statement(3, ['8', '9'], entry('1', '2026-11-02'), { to: '2026-11-30' }) +
        statement(4, ['9', '10'], entry('1', '2026-12-02'), { to: '2026-12-31' }),
      [
        null,
        'Statement 3 begins with EUR 8.00, but statement 1 before it in the file ends with EUR 5.00. A statement between them is missing; bring the whole row of statements.',
        'Statement 3 before it in the file is refused, so this one waits too.',
      ],
    ],
    [
      'is finer than its currency',
      statement(1, ['0', '5'], entry('5.005', '2026-10-02') + entry('-0.005', '2026-10-03')),
      Array.from(
        { length: 2 },
        () =>
          'Statement 1: the amount 5.005 of entry 1 (line 8) cannot be kept: EUR has 2 decimal places. Ask the bank for the statement again.',
      ),
    ],
    [
      'has parts of a yen',
      statement(1, ['0', '5'], entry('5.50', '2026-10-02', '', { currency: 'JPY' }), { currency: 'JPY' }),
      [
        'Statement 1: the amount 5.50 of entry 1 (line 8) cannot be kept: JPY has no decimal places. Ask the bank for the statement again.',
      ],
    ],
    [
      'has an entry in another currency',
      statement(1, ['0', '5'], entry('5', '2026-10-02', '', { currency: 'USD' })),
      ['Statement 1: Entry 1 (line 8) is in USD, the account in EUR. An account has one currency.'],
    ],
    [
      'has an amount that is none',
      statement(1, ['0', '5'], entry('5,00', '2026-10-02', '<NtryRef>R9</NtryRef>')),
      ['Statement 1: The amount “5,00” of entry 1 “R9” (line 8), or its side “CRDT”, cannot be read.'],
    ],
    [
      'has a day that is none',
      statement(1, ['0', '5'], entry('5', '2026-02-30')),
      ['Statement 1: entry 1 (line 8) has no booking date that can be read. Ask the bank for the statement again.'],
    ],
    [
      'has a status nobody knows',
      statement(1, ['0', '5'], entry('5', '2026-10-02', '', { status: 'DONE' })),
      ['Statement 1: The status of entry 1 (line 8) is “DONE”, not BOOK or PDNG.'],
    ],
    [
      'has no balance',
      `<Stmt><Id>S</Id><Acct><Id><IBAN>${IBAN}</IBAN></Id></Acct>${balance('OPBD', '0', '2026-10-01')}${entry('5', '2026-10-02')}</Stmt>`,
      [
        'Statement S: it has no closing balance, so it cannot be seen whether an entry is missing (line 4). Ask the bank for it again.',
      ],
    ],
    [
      'has no account',
      statement(1, ['0', '5'], entry('5', '2026-10-02'), { account: '' }),
      ['Statement 1: it does not say of which account it is (line 4). Ask the bank for it again.'],
    ],
  ])('a statement that %s waits whole, in words', (_what, statements, problems) => {
    expect(problemsOf(camt(statements))).toEqual(problems);
  });

  it('takes yen without places', () => {
    const yen = statement(1, ['100', '1300.00'], entry('1200.00', '2026-10-02', '', { currency: 'JPY' }), {
      currency: 'JPY',
    });
    expect(rows('CAMT.053', camt(yen)).rows).toEqual([[IBAN, '2026-10-02', '1200', 'JPY', '', '', '1300']]);
  });

  it.each([
    [CAMT_02.slice(0, 900), 'it is cut off. Fetch it again from the bank.'],
    [
      CAMT_02.replace('camt.053.001.02', 'camt.054.001.02'),
      'The file is camt.054, a notice of single entries, which has no balances, not a statement (line 2). Ask the bank for CAMT.053.',
    ],
    [
      CAMT_02.replace('camt.053.001.02', 'camt.053.001.01'),
      'The file is CAMT.053 in version 01; versions from 02 on are read (line 2).',
    ],
    [
      CAMT_02.replace('urn:iso:std:iso:20022:tech:xsd:camt.053.001.02', 'urn:other'),
      'its namespace is “urn:other” (line 2). Ask the bank for statements as CAMT.053.',
    ],
    ['<html><body>Please sign in</body></html>', 'The XML is no bank statement: it has no <Document> of ISO 20022.'],
    [camt(''), 'The message holds no statement (<Stmt>).'],
    [
      camt(statement(1, ['5', '5'], '')),
      'The file tells of no booked entry, so there is nothing to bring. Statement 1 of',
    ],
  ])('a file that is no statement is refused whole: %.30s', (text, words) => {
    expect(() => readBank('CAMT.053', text)).toThrow(words);
  });
});

describe('MT940', () => {
  const ACCOUNT = 'DE89370400440532013000';
  it.each([1, 64, 5000])(
    'an envelope, pages, each way to write field 86, entries over the new year, read %i at a time',
    (piece) => {
      const read = rows('MT940', MT940, piece);
      expect(read.rows).toEqual([
        [
          ACCOUNT,
          '2026-12-30',
          '250.50',
          'EUR',
          'INV-1001 thank you E2E-1 INV-1001 Bank ref. BANKREF1',
          'MEYER UND SOEHNE GMBH DE02120300000000202051',
          '1250.50',
        ],
        [
          ACCOUNT,
          '2026-12-31',
          '-100.00',
          'EUR',
          'Invoice PO-77 OUR-7 PO-77',
          'De Vries BV NL02ABNA0123456789',
          '1150.50',
        ],
        [ACCOUNT, '2027-01-02', '-12.50', 'EUR', 'Account fees December', '', '1138.00'],
        [
          ACCOUNT,
          '2027-01-03',
          '100.00',
          'EUR',
          'Reversal Wrong account Returned AC01 OUR-7',
          'De Vries BV NL02ABNA0123456789',
          '1238.00',
        ],
        [ACCOUNT, '2027-01-04', '-50.50', 'EUR', 'Reversal Cheque INV-1001 returned Supplement', '', '1187.50'],
      ]);
      expect(read.notes).toEqual([]);
    },
  );

  const MINIMAL = ':20:A\n:25:12345678\n:28C:7\n:60F:C261001EUR10,00\n:61:261002C5,00NTRFX\n:62F:C261031EUR15,00\n';
  it.each([
    [
      'an unknown field is told',
      MINIMAL.replace(':62F', ':99X:what\n:62F'),
      [null],
      ['The field :99X: in line 6 is none of an MT940 statement and is left out.'],
    ],
    [
      'a difference',
      MINIMAL.replace('EUR15', 'EUR16'),
      [
        'Statement 7: it begins with EUR 10.00 and its entry comes to EUR 5.00, but it ends with EUR 16.00: EUR 1.00 differ. An entry is missing or wrong; ask the bank for the statement again.',
      ],
      [],
    ],
    [
      'three decimals',
      MINIMAL.replace('C5,00', 'C5,005'),
      [
        'Statement 7: the amount 5.005 of entry 1 (line 5) cannot be kept: EUR has 2 decimal places. Ask the bank for the statement again.',
      ],
      [],
    ],
    [
      'an entry that is none',
      MINIMAL.replace('C5,00', 'X5,00'),
      [
        'Statement 7: The entry 1 (line 5) cannot be read: “261002X5,00NTRFX”. It is written as 2610301030D12,50NTRFREFERENCE.',
      ],
      [],
    ],
    [
      'a balance that is none',
      MINIMAL.replace(':60F:C', ':60F:'),
      [
        'Statement 7: The balance :60F: in line 4 cannot be read: “261001EUR10,00”. It is written as C261030EUR1234,56.',
      ],
      [],
    ],
    [
      'no opening balance',
      MINIMAL.replace(/:60F.*\n/, ''),
      [
        'Statement 7: it has no opening balance, so it cannot be seen whether an entry is missing (line 1). Ask the bank for it again.',
      ],
      [],
    ],
    [
      'a report within the day',
      MINIMAL.replace(/:60F.*\n/, ':34F:EUR0,\n').replace(/:62F.*\n/, ''),
      [expect.stringContaining('It is MT942, a report within the day')],
      [expect.stringContaining(':34F:')],
    ],
    [
      'a second closing balance',
      `${MINIMAL}:62F:C261031EUR15,00\n`,
      [expect.stringContaining('The balance :62F: in line 7 is the second of its kind.')],
      [],
    ],
    [
      'two currencies',
      MINIMAL.replace('62F:C261031EUR', '62F:C261031USD'),
      [expect.stringContaining('in line 6 is in USD, the one before in EUR')],
      [],
    ],
  ])('%s', (_what, text, problems, notes) => {
    const read = readBank('MT940', text);
    expect(read.records.map(({ problem }) => problem)).toEqual(problems);
    expect(read.notes).toEqual(notes);
  });

  it('of a year’s first days: 29 February and the years around', () => {
    const text = MINIMAL.replace(':61:261002C', ':61:2803010229C')
      .replace('261001', '280201')
      .replace('261031', '280331');
    expect(rows('MT940', text).rows).toEqual([['12345678', '2028-02-29', '5.00', 'EUR', 'X', '', '15.00']]);
  });

  it('a field before any statement refuses the file', () => {
    expect(() => readBank('MT940', MINIMAL.slice(6))).toThrow('The field :25: of line 1 stands before any :20:');
  });
});
