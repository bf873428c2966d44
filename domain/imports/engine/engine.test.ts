import { describe, expect, it } from 'vitest';
import { importKind, KIND_NAMES, type KindName } from '#domain/imports/kinds/kinds.ts';
import { columnLabel, columnText } from './columnText.ts';
import { guessColumns, looksLikeHeaderOf } from './guessColumns.ts';
import { isRefused, lineReader, readLines, refuseMore } from './readLines.ts';
import { fromSpreadsheet, spreadsheetSafe } from './template.ts';
import { tieOut } from './tie.ts';

const rowsOf = (text: string) => text.split('\n').map((line) => line.split(','));
const read = (name: KindName, text: string) => {
  const kind = importKind(name);
  const [header = [], ...lines] = rowsOf(text);
  const guess = guessColumns(kind, header, lines, {});
  const reader = lineReader(kind, guess.map, header, 'EUR');
  const all = lines.map((fields, index) => reader({ line_number: index + 2, fields }));
  return { guess, all, ...readLines(kind, all, 'EUR') };
};

describe('guessing columns', () => {
  it.each(KIND_NAMES)('every template of %s is read without a doubt, with every column', (name) => {
    const kind = importKind(name);
    const header = kind.fields.map((field) => field.name);
    const { map, problems, ambiguities } = guessColumns(kind, header, kind.examples, {});
    expect([problems, ambiguities]).toEqual([[], []]);
    expect(map.columns).toEqual(Object.fromEntries(header.map((column) => [column, column])));
    expect(looksLikeHeaderOf(kind, header)).toBe(true);
  });

  it.each<[KindName, string, Record<string, string>]>([
    [
      'items',
      'Artikelnummer,Bezeichnung,Warengruppe,Mengeneinheit,Lieferant,EK-Preis',
      {
        code: 'Artikelnummer',
        category: 'Warengruppe',
        uom: 'Mengeneinheit',
        supplier: 'Lieferant',
        unit_cost: 'EK-Preis',
      },
    ],
    [
      'stock',
      'Dépôt,Référence,Quantité,Date stock',
      { site: 'Dépôt', item: 'Référence', on_hand: 'Quantité', as_of: 'Date stock' },
    ],
    [
      'gl',
      'JournalCode,EcritureNum,EcritureDate,CompteNum,CompteLib,Debit,Credit,EcritureLib,PieceRef',
      {
        journal: 'JournalCode',
        number: 'EcritureNum',
        booked_on: 'EcritureDate',
        account: 'CompteNum',
        account_name: 'CompteLib',
        memo: 'EcritureLib',
        ref: 'PieceRef',
      },
    ],
    [
      'customers',
      'Klantnummer,Naam,Land,Betalingstermijn,Kredietlimiet',
      {
        code: 'Klantnummer',
        name: 'Naam',
        country: 'Land',
        payment_terms_days: 'Betalingstermijn',
        credit_limit: 'Kredietlimiet',
      },
    ],
    ['suppliers', 'Proveedor,Nombre,País', { code: 'Proveedor', name: 'Nombre', country: 'País' }],
    [
      'purchases',
      'EBELN,EBELP,LIFNR,WERKS,MATNR,BEDAT,Menge,Preis,Liefertermin',
      {
        number: 'EBELN',
        line: 'EBELP',
        supplier: 'LIFNR',
        site: 'WERKS',
        item: 'MATNR',
        ordered_on: 'BEDAT',
        ordered_qty: 'Menge',
        unit_price: 'Preis',
        expected_on: 'Liefertermin',
      },
    ],
    [
      'shipments',
      'Lieferschein-Nr.,Auftragsnr,Pos.,Artikel,Versanddatum,Liefermenge',
      {
        number: 'Lieferschein-Nr.',
        order: 'Auftragsnr',
        line: 'Pos.',
        shipped_on: 'Versanddatum',
        quantity: 'Liefermenge',
      },
    ],
    [
      'prices',
      'Preisart,Artikel,Listenpreis,gültig ab,gültig bis,Höchstrabatt',
      {
        kind: 'Preisart',
        price: 'Listenpreis',
        valid_from: 'gültig ab',
        valid_to: 'gültig bis',
        max_discount: 'Höchstrabatt',
      },
    ],
  ])('knows how others call the columns of %s', (name, header, expected) => {
    const { map, problems } = guessColumns(importKind(name), header.split(','), [], {});
    expect(problems).toEqual([]);
    expect(map.columns).toMatchObject(expected);
  });

  it('a column that says what it is and holds something else is read, so that its lines say what is wrong', () => {
    const { guess, refused } = read('customers', 'code,name,credit limit\nA,Ann,much\nB,Bob,9');
    expect(guess.map.columns['credit_limit']).toBe('credit limit');
    expect(refused.map(({ reason }) => reason)).toEqual(['The credit limit "much" is not a number.']);
  });

  it('what a map leaves out is left out', () => {
    const { map } = guessColumns(importKind('items'), ['code', 'name', 'cost'], [], { columns: { name: 'name' } });
    expect(map.columns).toEqual({ code: 'code', name: 'name' });
  });

  it('a ledger needs debit and credit, or an amount', () => {
    const { problems } = guessColumns(importKind('gl'), ['journal', 'number', 'date', 'account', 'debit'], [], {});
    expect(problems).toEqual(['A ledger file needs the columns debit and credit, or one column with the amount.']);
  });
});

describe('reading lines', () => {
  it.each([
    ['A,Bolt,pcs,,1.2345678', 'The unit cost "1.2345678" is finer than millionths.'],
    ['A,Bolt,pcs,,-1', 'The unit cost "-1" is less than 0.'],
    ['A,Bolt,pcs,,9007199255', 'The unit cost "9007199255" is too large to be kept exactly.'],
    ['A,Bolt,pcs,perhaps,1', 'The active "perhaps" is neither yes nor no.'],
    [',Bolt,pcs,,1', 'The item code is empty.'],
    ['A,Bolt,pcs,1', 'The line has 4 columns, the header has 5.'],
    [`A,${'x'.repeat(10_001)},pcs,,1`, 'A field is longer than 10000 characters.'],
    ['A,Bo\u0000lt,pcs,,1', 'A field holds bytes that are not text.'],
  ])('refuses %j', (line, reason) => {
    const { refused } = read('items', `code,name,uom,active,unit cost\nOK,Fine,pcs,ja,1\n${line}`);
    expect(refused.map((each) => each.reason)).toEqual([reason]);
  });

  it('keeps quantities in thousandths, money in minor units, dates as ISO, and knows empty from absent', () => {
    const { accepted } = read('stock', 'site,item,on hand,as of\nA,17850.0,1.5,31/12/2026\nA,B,-2,');
    expect(accepted.map(({ row }) => row)).toEqual([
      { site: 'A', item: '17850', on_hand: 1500, as_of: '2026-12-31' },
      { site: 'A', item: 'B', on_hand: -2000, as_of: null },
    ]);
  });

  it('lines that contradict each other all wait, each naming another; of lines that say the same one is taken', () => {
    const { accepted, refused } = read('stock', 'site,item,on hand\nA,B,1\nA,C,3\nA,B,2\nA,C,3\nA,D,4\nA,B,1');
    expect(accepted.map(({ line }) => line.line_number)).toEqual([3, 6]);
    expect(refused.map(({ line, reason }) => [line.line_number, reason])).toEqual([
      [2, 'Line 4 is for the same balance; only one of them can be right.'],
      [4, 'Line 2 is for the same balance; only one of them can be right.'],
      [5, 'Line 3 says the same of the same balance: once is enough.'],
      [7, 'Line 2 is for the same balance; only one of them can be right.'],
    ]);
  });

  it('what belongs together waits together, for whatever reason', () => {
    const text =
      'journal,number,date,account,amount\nS,1,2026-01-31,1,10\nS,1,2026-01-31,2,-10\nS,2,2026-01-31,1,5\nS,2,2026-02-01,2,-5\nS,3,2026-01-31,1,7\nS,3,2026-01-31,2,x\nS,4,2026-01-31,1,7';
    const lines = read('gl', text);
    expect(
      read('gl', 'journal,number,date,account,debit,credit\nS,5,2026-01-31,1,5,5').refused.map(({ reason }) => reason),
    ).toEqual(['The line has both a debit and a credit. Write one line for each.']);
    expect(lines.accepted.map(({ label }) => label)).toEqual(['S · 1', 'S · 1']);
    expect(lines.refused.map(({ line, reason }) => [line.line_number, reason])).toEqual([
      [4, 'The entry has 2 booking dates.'],
      [5, 'The entry has 2 booking dates.'],
      [6, 'Line 7 of this entry is refused, so the entry waits whole.'],
      [7, 'The amount, debit positive "x" is not a number.'],
      [8, 'The entry does not balance: its debits are 7.00 EUR more than its credits.'],
    ]);
    const more = refuseMore(importKind('gl'), lines, new Map([[3, 'There is no account "2".']]));
    expect([more.accepted.length, more.refused.length]).toEqual([0, 7]);
  });
});

describe('tying out', () => {
  it('to the last digit, unreadable figures counted', () => {
    const { guess, all, ...lines } = read(
      'stock',
      'site,item,on hand,unit cost\nA,B,0.1,0.2\nA,C,0.2,0.3\nA,D,many,1\n,C,0.3,0.5',
    );
    const columns = new Set(Object.keys(guess.map.columns));
    const source = all.map(({ amounts }) => amounts);
    expect(tieOut(importKind('stock'), columns, source, lines)).toEqual([
      { label: 'Quantity', source: '0.6', imported: '0.3', quarantined: '0.3', unreadable: 1 },
      { label: 'Value', source: '0.23', imported: '0.08', quarantined: '0.15', unreadable: 1 },
    ]);
    expect(() => tieOut(importKind('stock'), columns, source, { ...lines, accepted: [] })).toThrow('lost count');
    const [first, ...rest] = lines.accepted;
    const swapped = { ...lines, accepted: [...rest, ...rest] };
    expect(first).toBeDefined();
    expect(() => tieOut(importKind('stock'), columns, source, swapped)).toThrow('does not tie');
    expect(all.filter(isRefused)).toHaveLength(2);
  });
});

describe('cells for a spreadsheet', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['-2+3+cmd', "'-2+3+cmd"],
    ['+x', "'+x"],
    ['-1.234,50', '-1.234,50'],
    ['+3', '+3'],
    ["'quoted", "'quoted"],
    ['', ''],
  ])('%j leaves as %j and comes back', (text, safe) => {
    expect(spreadsheetSafe(text)).toBe(safe);
    expect(fromSpreadsheet(safe)).toBe(text);
  });
});

describe('columns in words', () => {
  it.each([
    ['on_hand_qty_milli', 'on hand', 1500, '1.5'],
    ['payment_terms_days', 'payment terms (days)', 30, '30'],
    ['max_discount_bp', 'highest discount (%)', 1250, '12.5'],
    ['credit_limit_minor', 'credit limit', -105, '-1.05'],
    ['supplier_id', 'supplier', 'S-01', 'S-01'],
    ['uom', 'unit of measure', null, null],
  ])('%s', (column, label, value, text) => {
    expect([columnLabel(column), columnText(column, value, 'EUR')]).toEqual([label, text]);
  });
});

describe('the currency of a line', () => {
  const MONEY = KIND_NAMES.filter((name) =>
    importKind(name).fields.some(
      (field) => ['money', 'price'].includes(field.type) && field.currency_field === undefined,
    ),
  );

  it.each(MONEY)('every kind that takes money can be told its currency: %s', (name) => {
    expect(importKind(name).fields.map((field) => field.name)).toContain('currency');
  });

  it.each<[KindName, string, string]>([
    ['charges', 'order,kind,booked_on,amount,currency', 'PO-1,freight,2026-02-03,320.00'],
    ['freight', 'number,order,charged_on,amount,currency', 'CR-1,SO-1,2026-02-03,14.80'],
    ['valuation', 'month,site,item,value,currency', '2026-10,AMS,A,1031.68'],
    ['claims', 'number,opened_on,customer,claimed,currency', 'CL-1,2026-02-03,C-1,40.00'],
    ['claimcosts', 'claim,booked_on,amount,currency', 'CL-1,2026-02-03,18.00'],
    ['credits', 'number,issued_on,customer,amount,currency', 'CN-1,2026-02-03,C-1,12.50'],
    ['items', 'code,name,uom,unit_cost,currency', 'A,Bolt,pcs,0.08'],
    ['counts', 'counted_on,site,item,booked,counted,unit_cost,currency', '2026-01-31,AMS,A,5,4,0.08'],
    ['stock', 'site,item,on_hand,as_of,unit_cost,currency', 'AMS,A,5,2026-01-31,0.08'],
    ['plan', 'month,net_sales,gm3,currency', '2026-10,184000.00,31280.00'],
    ['prices', 'kind,item,price,valid_from,owner,currency', 'list,A,0.19,2026-01-01,admin'],
    ['customers', 'code,name,credit_limit,currency', 'C-1,Baker,25000'],
    [
      'rebates',
      'customer,agreement,rebate_percent,threshold,valid_from,owner,currency',
      'C-1,Bonus,2,1000,2026-01-01,admin',
    ],
    [
      'purchases',
      'number,supplier,site,item,ordered_on,expected_on,ordered_qty,unit_price,currency',
      'PO-1,S,AMS,A,2026-01-05,2026-01-26,10,0.08',
    ],
  ])(
    '%s in other money than the company’s waits; its own in any letters, or none said, does not',
    (name, header, cells) => {
      const reasons = (...codes: readonly string[]) =>
        codes.map((code) => read(name, `${header}\n${cells},${code}`).refused.map(({ reason }) => reason));
      expect(reasons('EUR', 'eur', '')).toEqual([[], [], []]);
      expect(reasons('usd', '€')).toEqual([
        ['The line is in USD, and the company keeps its books in EUR. Give its amounts in EUR.'],
        ['The currency is no code of three letters. Write it as EUR.'],
      ]);
    },
  );

  it('a line without an amount may name any currency', () => {
    const { accepted } = read('customers', 'code,name,credit_limit,currency\nC-1,Baker,,USD\nC-2,Cole,0,USD');
    expect(accepted).toHaveLength(2);
  });
});

it('two equal charges of one file are two, and two of one reference are not', () => {
  const head = 'order,kind,booked_on,amount,reference\n';
  expect(read('charges', `${head}PO,duty,2026-11-04,4,\nPO,duty,2026-11-04,4,`).accepted).toHaveLength(2);
  const { accepted, refused } = read(
    'charges',
    `${head}PO,duty,2026-11-04,4,A\nPO,duty,2026-11-04,5,B\nPO,duty,2026-11-04,6,A`,
  );
  expect(accepted).toHaveLength(1);
  expect(refused.map(({ reason }) => reason)).toEqual([
    'Line 4 is for the same landed charge; only one of them can be right.',
    'Line 2 is for the same landed charge; only one of them can be right.',
  ]);
});
