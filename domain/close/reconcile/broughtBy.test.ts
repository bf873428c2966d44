import { expect, test } from 'vitest';
import { type BookWrite, broughtBy, type ChangedLine, THE_BOOKS } from './broughtBy.ts';

const write = (fields: Partial<BookWrite>): BookWrite => ({
  table: 'gl_line',
  number: null,
  about: null,
  account: null,
  user_name: null,
  ...fields,
});
const line = (fields: Partial<ChangedLine>): ChangedLine => ({
  side: 'ledger',
  ref: '',
  account: null,
  documents: [],
  ...fields,
});

test('whose entry or document it is comes before whose account, and that before whoever wrote anything', () => {
  const who = broughtBy([
    write({ number: 'GEN 1', account: '2150', user_name: 'ines' }),
    write({ number: 'GEN 2', account: '2150', user_name: 'omar' }),
    write({ number: 'GEN 3', account: '4000', about: 'RCV 9', user_name: 'ada' }),
    write({ table: 'invoice', number: 'INV-1', user_name: 'petra' }),
  ]);
  expect(who(line({ ref: 'GEN 1 By hand', account: '2150' }))).toBe('ines');
  expect(who(line({ ref: 'Other 12 entries', account: '2150' }))).toBe('ines, omar');
  expect(who(line({ side: 'item', ref: 'RCV 9', account: '2150' }))).toBe('ada');
  expect(who(line({ side: 'item', ref: 'Rest', account: '2150', documents: ['INV-1'] }))).toBe('petra');
  expect(who(line({ side: 'subledger', ref: 'RTM Bearings', account: '1300' }))).toBe('petra');
  expect(who(line({ ref: 'Other', account: '9999' }))).toBe('ada, ines, omar, petra');
});

test('where nobody is known it is said what brought it in, and the books only where that is not known either', () => {
  const who = broughtBy([
    write({ number: 'JRN-7', account: '2150' }),
    write({ table: 'payment', number: 'PAY 3' }),
    write({ table: 'fx_rate' }),
  ]);
  expect(who(line({ ref: 'JRN-7 Rent', account: '2150' }))).toBe('posting JRN-7');
  expect(who(line({ side: 'subledger', ref: 'x' }))).toBe('payment PAY 3');
  expect(broughtBy([write({ table: 'fx_rate' })])(line({}))).toBe(THE_BOOKS);
  expect(broughtBy([])(line({}))).toBe(THE_BOOKS);
});

test('of many the first are named and the rest counted', () => {
  const who = broughtBy(Array.from({ length: 9 }, (_, nth) => write({ user_name: `user${nth}` })));
  expect(who(line({}))).toBe('user0, user1, user2, user3, user4, user5 and 3 more');
});
