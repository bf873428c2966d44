/** Whatever a file says, it ends in lines that add up or in words: nothing is dropped, nothing fails otherwise. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isoDate } from '#domain/calendar.ts';
import type { SourceRecord } from '#domain/imports/text/records.ts';
import { minorText } from '#domain/money.ts';
import type { BankRecords } from './statementRecords.ts';
import { CAMT_02, CAMT_08, camt, entry, MT940, readBank, statement } from './testing/files.ts';
import { UnreadableBankFile } from './unreadable.ts';

interface Told {
  readonly opening: number;
  readonly entries: readonly { readonly amount: number; readonly day: number }[];
}
const DAY = 20_727;
const told: fc.Arbitrary<Told> = fc.record({
  opening: fc.integer({ min: -1_000_000, max: 1_000_000 }),
  entries: fc.array(
    fc.record({ amount: fc.integer({ min: -99_999, max: 99_999 }), day: fc.integer({ min: 0, max: 30 }) }),
    {
      minLength: 1,
      maxLength: 12,
    },
  ),
});
const closingOf = ({ opening, entries }: Told): number => entries.reduce((sum, { amount }) => sum + amount, opening);
const text = (amount: number): string => minorText(BigInt(amount), 'EUR');

function asCamt(statement_told: Told): string {
  const { opening, entries } = statement_told;
  const lines = entries.map(({ amount, day }) => entry(text(amount), isoDate(DAY + day)));
  const [from, to] = [isoDate(DAY), isoDate(DAY + 30)];
  return camt(statement(1, [text(opening), text(closingOf(statement_told))], lines.join(''), { from, to }));
}

function asMt940(statement_told: Told): string {
  const { opening, entries } = statement_told;
  const short = (day: number): string =>
    isoDate(DAY + day)
      .replaceAll('-', '')
      .slice(2);
  const comma = (amount: number): string => text(Math.abs(amount)).replace('.', ',');
  const side = (amount: number): string => (amount < 0 ? 'D' : 'C');
  const balance = (amount: number, day: number): string => `${side(amount)}${short(day)}EUR${comma(amount)}`;
  return [
    ':20:A\n:25:12345678\n:28C:1',
    `:60F:${balance(opening, 0)}`,
    ...entries.map(({ amount, day }) => `:61:${short(day)}${side(amount)}${comma(amount)}NTRFX`),
    `:62F:${balance(closingOf(statement_told), 30)}\n`,
  ].join('\n');
}

/** Lines that are taken follow from each other; a line that waits says why. */
function expectWhole({ records }: BankRecords): void {
  const accounts = Map.groupBy(
    records.filter(({ problem }) => problem === null),
    ({ fields }) => fields[0],
  );
  for (const own of accounts.values())
    for (const [nth, record] of own.entries()) {
      const before = own[nth - 1];
      if (before) expect(minor(record, 6) - minor(record, 2)).toBe(minor(before, 6));
    }
  const numbers = records.map(({ line_number }) => line_number);
  expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
  for (const { fields, problem } of records) {
    expect(fields).toHaveLength(9);
    expect(problem).not.toBe('');
  }
}

function minor({ fields }: SourceRecord, at: number): bigint {
  return BigInt((fields[at] ?? '').replace('.', ''));
}

function orWords(format: 'CAMT.053' | 'MT940', file: string): BankRecords | null {
  try {
    return readBank(format, file, 61);
  } catch (error) {
    if (error instanceof UnreadableBankFile && error.message.length > 20) return null;
    throw error;
  }
}

describe.each([
  ['CAMT.053', asCamt, '<Ntry>', /<Ntry>.*?<\/Ntry>\n/g],
  ['MT940', asMt940, ':61:', /:61:.*\n/g],
] as const)('%s', (format, write, _begin, entries_of) => {
  it('gives every entry, in the order of days, from the opening to the closing balance', () => {
    fc.assert(
      fc.property(told, (statement_told) => {
        const read = readBank(format, write(statement_told), 97);
        expectWhole(read);
        const order = statement_told.entries.toSorted((a, b) => a.day - b.day);
        expect(read.records.map(({ fields, problem }) => problem ?? [fields[1], fields[2]])).toEqual(
          order.map(({ amount, day }) => [isoDate(DAY + day), text(amount)]),
        );
        expect(read.records.at(-1)?.fields[6]).toBe(text(closingOf(statement_told)));
      }),
    );
  });

  it('without one of its entries, or with one twice, waits whole', () => {
    fc.assert(
      fc.property(told, fc.nat(), fc.boolean(), (statement_told, at, twice) => {
        const file = write(statement_told);
        const lines = file.match(entries_of) ?? [];
        const nth = at % lines.length;
        fc.pre(statement_told.entries[nth]?.amount !== 0);
        let seen = -1;
        const changed = file.replaceAll(entries_of, (line) => {
          seen += 1;
          if (seen !== nth) return line;
          return twice ? line + line : '';
        });
        const { records } = readBank(format, changed);
        expect(records).toHaveLength(Math.max(1, lines.length + (twice ? 1 : -1)));
        for (const { problem } of records) expect(problem).toMatch(/differ\. An entry is missing or wrong/);
      }),
    );
  });

  it('changed anywhere gives lines that add up, lines that say why they wait, or words', () => {
    const originals = format === 'MT940' ? [MT940] : [CAMT_02, CAMT_08];
    const change = fc.record({
      at: fc.nat(),
      drop: fc.nat({ max: 30 }),
      put: fc.oneof(
        fc.string({ maxLength: 5 }),
        fc.constantFrom(
          '<',
          '>',
          '&',
          '-',
          '\n',
          ':61:',
          ':20:',
          ':62F:',
          '9',
          ',',
          '</Stmt>',
          '</Ntry>',
          '<Ntry>',
          '\u0000',
          'é',
          '💶',
        ),
      ),
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...originals),
        fc.array(change, { minLength: 1, maxLength: 4 }),
        (original, changes) => {
          let file = original;
          for (const { at, drop, put } of changes) {
            const from = at % file.length;
            file = file.slice(0, from) + put + file.slice(from + drop);
          }
          const read = orWords(format, file);
          if (read) expectWhole(read);
        },
      ),
    );
  });
});
