import { expect, test } from 'vitest';
import { accountsInWords, taskAccounts } from './taskAccounts.ts';

const line = (side: string, account: string | null) => ({ side, account });

test('a balance of several accounts names them all, and none an item was posted to by mistake', () => {
  const lines = [line('ledger', '2175'), line('subledger', '2180'), line('ledger', '2170'), line('item', '4000')];
  expect(taskAccounts('2170', lines)).toEqual(['2170', '2175', '2180']);
  expect(accountsInWords(taskAccounts('2170', lines))).toBe('accounts 2170, 2175 and 2180');
});

test('one account is one, also without lines; a task may have none', () => {
  expect(accountsInWords(taskAccounts('1300', [line('ledger', '1300'), line('subledger', null)]))).toBe('account 1300');
  expect(accountsInWords(taskAccounts('1300', []))).toBe('account 1300');
  expect(accountsInWords(taskAccounts(null, [line('ledger', '1300')]))).toBe('');
});
