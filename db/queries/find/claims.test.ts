/** Find knows claims: by number however it is written, by the customer's name, nobody's but those in the copy. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { QUERIES, type QueryInput } from '#contract/queries.ts';
import { createNameIndex } from '#db/search/nameIndex.ts';
import { type ContextOptions, createTestReplica, type TestReplica } from '../testing/replicaFixture.ts';
import { find } from './find.ts';
import { named } from './named.ts';

let replica: TestReplica;
beforeEach(() => {
  replica = createTestReplica();
  replica.insert(
    'company',
    [1, 2].map((id) => ({ id, code: `C${id}`, name: `Company ${id}`, currency: 'EUR', time_zone: 'UTC' })),
  );
  replica.insert('party', [
    { id: 7, company_id: 1, code: 'K-7', name: 'Rijnmond Havens', kind: 'customer' },
    { id: 8, company_id: 1, code: 'K-8', name: 'Zeeland Staal', kind: 'customer' },
  ]);
  const claim = (id: number, number: string, more: object = {}) => ({
    id,
    company_id: 1,
    month: 202611,
    number,
    party_id: 7,
    kind: 'damaged',
    opened_on: 20_700 + id,
    state: 'open',
    claimed_minor: 100,
    ...more,
  });
  replica.insert('claim', [
    claim(1, 'CL 1001', { state: 'resolved', resolved_on: 20_720 }),
    claim(2, 'CL 1002'),
    claim(3, 'CL 10010', { party_id: 8 }),
    claim(4, 'CL 1001', { company_id: 2, party_id: null }),
    claim(5, 'CL 2000', { state: 'waiting' }),
  ]);
  const index = createNameIndex(replica.writer);
  while (index.putIn(100) > 0);
});
afterEach(() => replica.close());

const ask = (args: QueryInput<'find'>, options?: ContextOptions) =>
  find(replica.context({ cached: true, ...options }), QUERIES.find.args.parse(args));
const claims = async (text: string, more: Partial<QueryInput<'find'>> = {}) =>
  (await ask({ text, company_id: 1, ...more })).groups.find(({ kind }) => kind === 'claim')?.hits ?? [];
const ids = async (...asked: Parameters<typeof claims>) => (await claims(...asked)).map(({ id }) => id);

test.each(['CL 1001', 'cl1001', 'cl-1001', '1001'])(
  '%s is the number itself, of the own company first',
  async (typed) => {
    expect(await ids(typed)).toEqual([1, 4, 3]);
    expect((await ids(typed, { company_id: 2 }))[0]).toBe(4);
    expect((await ask({ text: typed, company_id: 1 })).groups[0]?.kind).toBe('claim');
  },
);

test('part of a number finds it, one letter or letters alone do not', async () => {
  expect(await ids('200')).toEqual([5]);
  expect(await ids('1')).toEqual([]);
  expect(await ids('cl')).toEqual([]);
});

test('by its customer, after the customer: open ones first, the newest of them; alone too', async () => {
  const { groups } = await ask({ text: 'rijnmond', company_id: 1 });
  expect(groups.map(({ kind }) => kind)).toEqual(['customer', 'claim']);
  expect(groups[1]?.hits.map(({ id }) => id)).toEqual([5, 2, 1]);
  expect(await ids('rijnmond', { kinds: ['claim'] })).toEqual([5, 2, 1]);
  expect((await ask({ text: 'rijnmond', kinds: ['claim'] })).groups.map(({ kind }) => kind)).toEqual(['claim']);
  expect(await ids('rijnmond', { limit: 1 })).toEqual([5]);
  expect((await ask({ text: 'rijnmond', limit: 1 })).groups[1]).toMatchObject({ found: 3, more: false });
});

test('it says whose it is, of when, whether it is open, and opens itself; again by its id', async () => {
  const [hit] = await claims('CL 1001');
  expect(hit).toMatchObject({
    kind: 'claim',
    code: 'CL 1001',
    title: 'Rijnmond Havens',
    active: false,
    code_parts: [
      [0, 2],
      [3, 7],
    ],
    opens: { kind: 'claim', id: 1, label: 'CL 1001' },
  });
  expect(hit?.about).toContain('2026-');
  expect((await claims('2000'))[0]?.active).toBe(true);
  const again = await named(replica.context(), {
    rows: [
      { kind: 'claim', id: 2 },
      { kind: 'claim', id: 99 },
    ],
  });
  expect(again.hits.map(({ code }) => code)).toEqual(['CL 1002']);
});

test('claims that are still loading are said to be', async () => {
  expect((await ask({ text: 'x' }, { loading: ['claim'] })).loading).toEqual(['claim']);
});
