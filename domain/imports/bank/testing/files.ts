/** Files as banks send them, written by hand with everything the readers know. */
import { type BankFormat, createBankFileReader } from '../readBankFile.ts';
import type { BankRecords } from '../statementRecords.ts';

/** Read in pieces of so many characters. */
export function readBank(format: BankFormat, text: string, piece = 1000): BankRecords {
  const reader = createBankFileReader(format);
  for (let at = 0; at < text.length; at += piece) reader.take(text.slice(at, at + piece));
  return reader.end();
}

export const IBAN = 'NL91ABNA0417164300';

export function camt(statements: string, version = '02'): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.${version}">
<BkToCstmrStmt><GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-10-31T08:00:00</CreDtTm></GrpHdr>
${statements}
</BkToCstmrStmt></Document>
`;
}

export function balance(code: string, amount: string, day: string, currency = 'EUR'): string {
  const side = amount.startsWith('-') ? 'DBIT' : 'CRDT';
  return `<Bal><Tp><CdOrPrtry><Cd>${code}</Cd></CdOrPrtry></Tp><Amt Ccy="${currency}">${amount.replace('-', '')}</Amt><CdtDbtInd>${side}</CdtDbtInd><Dt><Dt>${day}</Dt></Dt></Bal>`;
}

export function statement(
  nr: number,
  [opening, closing]: readonly [opening: string, closing: string],
  entries: string,
  { currency = 'EUR', account = `<IBAN>${IBAN}</IBAN>`, from = '2026-10-01', to = '2026-10-31' } = {},
): string {
  return `<Stmt><Id>S-${nr}</Id><ElctrncSeqNb>${nr}</ElctrncSeqNb>
<Acct><Id>${account}</Id><Ccy>${currency}</Ccy></Acct>
${balance('OPBD', opening, from, currency)}
${balance('CLBD', closing, to, currency)}
${entries}</Stmt>`;
}

/** `amount` with its sign. */
export function entry(amount: string, day: string, more = '', { currency = 'EUR', status = 'BOOK' } = {}): string {
  const side = amount.startsWith('-') ? 'DBIT' : 'CRDT';
  return `<Ntry><Amt Ccy="${currency}">${amount.replace('-', '')}</Amt><CdtDbtInd>${side}</CdtDbtInd><Sts>${status}</Sts><BookgDt><Dt>${day}</Dt></BookgDt><ValDt><Dt>${day}</Dt></ValDt>${more}</Ntry>
`;
}

/** Version 02: a payment with all it may say, a collective entry, a reversal, charges, and one not booked yet. */
export const CAMT_02 = camt(
  statement(
    17,
    ['1000.00', '1537.15'],
    [
      `<Ntry><NtryRef>N1</NtryRef><Amt Ccy="EUR">250.50</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>
        <BookgDt><Dt>2026-10-02</Dt></BookgDt><ValDt><Dt>2026-10-03</Dt></ValDt><AcctSvcrRef>BANK-1</AcctSvcrRef>
        <NtryDtls><TxDtls><Refs><EndToEndId>E2E-1</EndToEndId></Refs>
          <RltdPties><Dbtr><Nm>Meyer &amp; Söhne</Nm></Dbtr><DbtrAcct><Id><IBAN>DE89 3704 0044 0532 0130 00</IBAN></Id></DbtrAcct></RltdPties>
          <RmtInf><Strd><CdtrRefInf><Ref>RF18539007547034</Ref></CdtrRefInf><RfrdDocInf><Nb>INV-1001</Nb></RfrdDocInf></Strd></RmtInf>
        </TxDtls></NtryDtls></Ntry>`,
      `<Ntry><Amt Ccy="EUR">300.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>
        <BookgDt><DtTm>2026-10-05T23:30:00+02:00</DtTm></BookgDt><ValDt><Dt>2026-10-05</Dt></ValDt>
        <NtryDtls><Btch><MsgId>BATCH</MsgId><NbOfTxs>2</NbOfTxs></Btch>
          <TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs><AmtDtls><TxAmt><Amt Ccy="EUR">100.00</Amt></TxAmt></AmtDtls>
            <RltdPties><Dbtr><Nm>Aalto Oy</Nm></Dbtr></RltdPties><RmtInf><Ustrd>INV-1002</Ustrd><Ustrd>thank you</Ustrd></RmtInf></TxDtls>
          <TxDtls><Refs><EndToEndId>E2E-3</EndToEndId></Refs><AmtDtls><TxAmt><Amt Ccy="EUR">200.00</Amt></TxAmt></AmtDtls>
            <RltdPties><Dbtr><Nm>Bo AB</Nm></Dbtr></RltdPties></TxDtls></NtryDtls></Ntry>`,
      `<Ntry><Amt Ccy="EUR">50.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><RvslInd>true</RvslInd><Sts>BOOK</Sts>
        <BookgDt><Dt>2026-10-06</Dt></BookgDt>
        <NtryDtls><TxDtls><Refs><EndToEndId>OUR-7</EndToEndId></Refs>
          <RltdPties><Dbtr><Nm>We ourselves</Nm></Dbtr><Cdtr><Nm>Closed Ltd</Nm></Cdtr></RltdPties></TxDtls></NtryDtls></Ntry>`,
      `<Ntry><Amt Ccy="EUR">12.50</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-10-30</Dt></BookgDt>
        <AddtlNtryInf>Account fees October</AddtlNtryInf></Ntry>`,
      entry('-99.00', '2026-10-31', '', { status: 'PDNG' }),
      `<Ntry><Amt Ccy="EUR">50.85</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-10-31</Dt></BookgDt>
        <NtryDtls><TxDtls><AmtDtls><TxAmt><Amt Ccy="EUR">50.00</Amt></TxAmt></AmtDtls>
          <Chrgs><Amt Ccy="EUR">0.85</Amt><CdtDbtInd>DBIT</CdtDbtInd></Chrgs>
          <RltdPties><Cdtr><Nm>Far Away Inc</Nm></Cdtr><CdtrAcct><Id><Othr><Id>123-456</Id></Othr></Id></CdtrAcct></RltdPties>
          <RmtInf><Ustrd>PO-77</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>`,
    ].join('\n'),
  ),
);

/** Version 08: statuses and parties one level deeper, a prefix, all on one line, pages, an account that is no IBAN. */
export const CAMT_08 =
  `<?xml version="1.0"?><d:Document xmlns:d="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><d:BkToCstmrStmt>${[
    [1, balance('OPBD', '-20', '2026-11-01'), balance('ITBD', '80.5', '2026-11-02')],
    [2, balance('ITBD', '80.5', '2026-11-02'), balance('CLBD', '60.25', '2026-11-03')],
  ]
    .map(
      ([page, from, to]) =>
        `<Stmt><Id>X</Id><StmtPgntn><PgNb>${page}</PgNb><LastPgInd>${page === 2}</LastPgInd></StmtPgntn><ElctrncSeqNb>9</ElctrncSeqNb><Acct><Id><Othr><Id>12345678</Id></Othr></Id></Acct>${from}${to}${
          page === 1
            ? '<Ntry><Amt Ccy="EUR">100.5</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-11-02</Dt></BookgDt><NtryDtls><TxDtls><Amt Ccy="EUR">100.5</Amt><CdtDbtInd>CRDT</CdtDbtInd><RltdPties><Dbtr><Pty><Nm>Meyer</Nm></Pty></Dbtr></RltdPties><RmtInf><Ustrd><![CDATA[SO-1 & SO-2]]></Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>'
            : '<Ntry><Amt Ccy="EUR">20.25</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><ValDt><Dt>2026-11-04</Dt></ValDt></Ntry>'
        }</Stmt>`,
    )
    .join('')}</d:BkToCstmrStmt></d:Document>`.replaceAll(/<(\/?)(?=[A-Z])/g, '<$1d:');

/** An envelope, the three ways to write field 86, an entry of the old year, reversals, two pages, a second statement. */
export const MT940 = `{1:F01BANKNL2AXXXX0000000000}{2:O9400800261231BANKNL2AXXXX00000000002612310800N}{4:
:20:STARTUMSE
:25:DEUTDEFF/DE89370400440532013000
:28C:00251/001
:60F:C261230EUR1000,00
:61:2612301230CR250,50NTRFINV-1001//BANKREF1
:86:166?00GUTSCHRIFT?100931?20EREF+E2E-1?21SVWZ+INV-1001 thank?22 you?30DEU
TDEDB?31DE02120300000000202051?32MEYER UND SOEH?33NE GMBH
:61:2701020102DR12,50NMSCNONREF
:86:805?00ENTGELT?20Account fees December
:61:2701021231D100,N123PO-77
/OCMT/USD110,00/
:86:/TRTP/SEPA OVERBOEKING/IBAN/NL02ABNA0123456789/BIC/ABNANL2A/NAME/De Vri
es BV/REMI/Invoice PO-77/EREF/OUR-7
:62M:C270102EUR1138,00
-
:20:STARTUMSE
:25:DE89370400440532013000EUR
:28C:00251/002
:60M:C270102EUR1138,00
:61:270103RD100,00NTRFOUR-7
:86:/CNTP/NL02ABNA0123456789/ABNANL2A/De Vries BV/Delft//REMI/USTD//Wrong acc
ount/RTRN/AC01/
:61:270104RC50,50NTRFNONREF
Supplement
:86:Cheque INV-1001
returned
:62F:C270104EUR1187,50
:64:C270104EUR1187,50
:86:Thank you for banking with us
-}{5:{CHK:ABC}}
`.replaceAll('\n', '\r\n');
