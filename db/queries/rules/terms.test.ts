import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RuleSubject } from '#domain/governance/subjects.ts';
import { createTestReplica, type TestReplica } from '#db/queries/testing/replicaFixture.ts';
import { ruleDiff } from './ruleDiff.ts';

const NOW_MS = Date.UTC(2026, 10, 26, 9);
let copy: TestReplica;

beforeAll(() => {
  copy = createTestReplica();
  const { insert } = copy;
  const of = { company_id: 1, valid_from: 20_000 };
  insert('company', [{ id: 1, code: 'HAL', name: 'Halvorsen', currency: 'EUR', time_zone: 'Europe/Amsterdam' }]);
  insert('channel', [{ id: 12, company_id: 1, code: 'C1', name: 'Web', kind: 'ecommerce' }]);
  insert(
    'item',
    ['FA-1', 'FA-2'].map((code, at) => ({ id: 800 + at, company_id: 1, code, name: code, uom: 'pcs', active: 1 })),
  );
  insert('party', [{ id: 40, company_id: 1, code: 'K-1', name: 'Kade & Zn.', kind: 'customer' }]);
  insert('party', [{ id: 41, company_id: 1, code: 'S-1', name: 'Würth', kind: 'supplier' }]);
  insert('supplier_container', [
    { ...of, id: 1, party_id: 41, volume_litres: 33_200, least_fill_bp: 8_550, owner: 'buyer' },
  ]);
  insert('price_rule', [
    { ...of, id: 1, item_id: 800, list_price_micro: 9_000_000 },
    { ...of, id: 2, item_id: 800, max_discount_bp: 500, owner: 'controller' },
  ]);
  insert('rebate_agreement', [
    { ...of, id: 1, party_id: 40, name: 'Year bonus', rate_bp: 250, threshold_minor: 100_000, owner: 'controller' },
  ]);
  insert('channel_fee', [
    { ...of, id: 1, channel_id: 12, name: 'Portal', rate_bp: 750, owner: 'finance' },
    { ...of, id: 2, channel_id: 12, name: 'Card', rate_bp: 140, owner: 'finance' },
  ]);
});
afterAll(() => copy.close());

const diff = async (subject: RuleSubject, text: string) =>
  await ruleDiff(
    { ...copy.context({ role: 'controller', user_name: 'tester', as_of_ms: NOW_MS }), now_ms: NOW_MS },
    { company_id: 1, subject, effective_on: '2026-12-01', text },
  );

test('list prices, agreements and fees are rules of their own; two fees of a channel are two', async () => {
  const prices = await diff('list_price', 'item,list price,owner\nFA-1,9.5,controller\nFA-2,2,\n');
  expect(prices.lines.map(({ before, after }) => [before, after])).toEqual([
    [
      { list_price_micro: 9_000_000, owner: null },
      { list_price_micro: 9_500_000, owner: 'controller' },
    ],
  ]);
  expect(prices.refused.map(({ reason }) => reason)).toEqual([
    'The rule has no owner. Name the user who answers for it.',
  ]);
  const fees = await diff(
    'channel_fee',
    'channel,fee,"share of sales, %",owner\nC1,Portal,8,finance\nC1,Card,,\nC1,New,0,finance\n',
  );
  expect(fees.lines.map(({ name, after }) => [name, after])).toEqual([
    ['Portal', { rate_bp: 800, owner: 'finance' }],
    ['Card', null],
  ]);
  expect(fees.refused.map(({ reason }) => reason)).toEqual(['A fee of 0 % is none. Write its share, or end the fee.']);
  const rebates = await diff('rebate_agreement', 'customer,channel,"rebate, %"\nK-1,,3\nK-1,C1,3\n');
  expect(rebates.lines.map(({ differs }) => differs)).toEqual([['rate_bp']]);
  expect(rebates.refused.map(({ reason }) => reason)).toEqual([
    'The agreement has no name. Say in a few words what it is.',
  ]);
});

test('a container is of a supplier, holds something, and ends where its cells are emptied', async () => {
  const head = 'supplier,"volume, litres","weight, kg","least fill, %",owner\n';
  const after = async (cells: string) => {
    const answer = await diff('supplier_container', head + cells);
    return answer.refused[0]?.reason ?? answer.lines[0]?.after;
  };
  expect(await after('S-1,33200,26500,90,buyer')).toMatchObject({ weight_kg: 26_500, least_fill_bp: 9_000 });
  expect(await after('S-1,,,,buyer')).toBeNull();
  expect(await after('S-1,0,,90,buyer')).toBe(
    'A container of 0 litres holds nothing. Leave it empty where it does not bound.',
  );
  expect(await after('S-1,,,90,buyer')).toBe(
    'The container says neither volume nor weight. Write one of them, or end the rule.',
  );
  expect(await after('S-1,33200.5,,90,buyer')).toBe('The volume, litres 33200.5 is no whole number.');
  expect(await after('S-1,33200,,100.01,buyer')).toBe(
    'The least fill, % is larger than any rule can be. Check its unit.',
  );
  expect(await after('S-1,33200,,,buyer')).toBe('The least fill, % is missing. Write a number.');
  expect(await after('K-1,33200,,90,buyer')).toBe('There is no supplier K-1. Check the code, or bring it in first.');
});
