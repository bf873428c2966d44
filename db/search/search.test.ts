/** The index against a naive scan of all rows, whatever was written, changed and removed in whichever order. */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { QUERIES, type QueryInput } from '#contract/queries.ts';
import { FIND_KINDS, type FindKind, type Found } from '#contract/queries/find.ts';
import { QUERY_HANDLERS } from '#db/queries/handlers.ts';
import {
  type ContextOptions,
  createTestReplica,
  type RowValues,
  type TestReplica,
} from '#db/queries/testing/replicaFixture.ts';
import { foldWithPlaces } from '#domain/names/fold.ts';
import { createNameIndex, forgetNames } from './nameIndex.ts';
import { nameText } from './names.ts';
import { codesNear, errorsBetween } from './vocabulary.ts';
import { matchedParts, matches, wanted } from './wanted.ts';

let replica: TestReplica;
beforeEach(() => {
  replica = createTestReplica();
});
afterEach(() => replica.close());

const ask = (args: QueryInput<'find'>, options?: ContextOptions): Promise<Found> =>
  QUERY_HANDLERS.find(replica.context({ cached: true, ...options }), QUERIES.find.args.parse(args));
const putAllIn = () => {
  const index = createNameIndex(replica.writer);
  while (index.putIn(100) > 0);
};
const codes = (found: Found, kind: FindKind = 'item'): string[] =>
  found.groups.find((group) => group.kind === kind)?.hits.map((hit) => hit.code) ?? [];

function items(rows: readonly RowValues[]): void {
  replica.insert(
    'item',
    rows.map((row, index) => ({ id: index + 1, company_id: 1, active: 1, uom: 'pcs', ...row })),
  );
}

describe('what is found', () => {
  beforeEach(() => {
    items([
      { code: 'FA-0840', name: 'Hex bolt M8×40 A2', category: 'Fasteners' },
      { code: 'FA-0841', name: 'Hex bolt M8×45 A2', barcode: '4006381333931' },
      { code: 'FL-0001', name: 'Bride à souder Façade DN50' },
      { code: 'FL-0002', name: 'Welding flange (DN50)' },
      { code: 'GR-0001', name: 'Größe Straße' },
      { code: 'ZZ-9999', name: 'Kit for FA-0840', active: 0 },
      { code: 'ZZ-9998', name: 'Unfastened bolts' },
      { code: '85123A', name: 'White hanging heart' },
    ]);
    putAllIn();
  });

  test.each([
    ['fa0840', ['FA-0840']],
    ['FA 0840', ['FA-0840', 'ZZ-9999']],
    ['fa.0840', ['FA-0840']],
    ['bolt hex', ['FA-0840', 'FA-0841']],
    ['m8x45', ['FA-0841']],
    ['facade', ['FL-0001']],
    ['FAÇADE', ['FL-0001']],
    ['grosse strasse', ['GR-0001']],
    ['dn50)', ['FL-0001', 'FL-0002']],
    ['w', ['FL-0002', '85123A']],
    ['85 123 a', ['85123A']],
    ['4006381333931', ['FA-0841']],
    ['olt', ['FA-0840', 'FA-0841', 'ZZ-9998']],
    // below three letters only beginnings of words count
    ['lt', []],
  ])('%s', async (text, expected) => {
    const hits = (await ask({ text, kinds: ['item'] })).groups[0]?.hits.filter((hit) => !hit.alike) ?? [];
    expect(hits.map((hit) => hit.code).toSorted()).toEqual(expected.toSorted());
  });

  test('typing errors are forgiven in words and codes, after what is exact', async () => {
    expect(codes(await ask({ text: 'weldnig flange' }))).toEqual(['FL-0002']);
    expect(codes(await ask({ text: 'wellding' }))).toEqual(['FL-0002']);
    expect(codes(await ask({ text: 'flagne dn50' }))).toEqual(['FL-0002']);
    expect(codes(await ask({ text: 'facaed' }))).toEqual(['FL-0001']);
    const near = await ask({ text: 'fa-0842' });
    expect(near.groups[0]?.hits.map((hit) => [hit.code, hit.alike])).toEqual([
      ['FA-0840', true],
      ['FA-0841', true],
      ['ZZ-9999', true],
    ]);
    expect(near.groups[0]?.hits[0]?.code_parts).toEqual([[0, 7]]);
    expect(codes(await ask({ text: 'f0a840' }))).toEqual(['FA-0840']);
    expect((await ask({ text: 'qqqqqqq' })).groups).toEqual([]);
  });

  test('marks what was matched, in the text as it is written', async () => {
    const marked = async (text: string) => {
      const hit = (await ask({ text })).groups[0]?.hits[0];
      const cut = (written: string, parts: readonly (readonly [number, number])[]) =>
        parts.map(([from, to]) => written.slice(from, to));
      return hit ? [cut(hit.code, hit.code_parts), cut(hit.title ?? '', hit.title_parts)] : null;
    };
    expect(await marked('fa0840')).toEqual([['FA-0840'], []]);
    expect(await marked('facade')).toEqual([[], ['Façade']]);
    expect(await marked('strasse')).toEqual([[], ['Straße']]);
    expect(await marked('m8x45 bol')).toEqual([[], ['bol', 'M8×45']]);
    expect(await marked('weldnig')).toEqual([[], ['Welding']]);
  });

  test('nothing typed finds nothing', async () => {
    expect((await ask({ text: '' })).groups).toEqual([]);
    expect((await ask({ text: ' ()," ' })).groups).toEqual([]);
  });

  test('what FTS5 would take for syntax is only text', async () => {
    for (const text of [
      '"',
      'a" OR "b',
      'text:bolt',
      'NEAR(',
      'bolt*',
      '-bolt',
      '^bolt',
      "'; --",
      '%%%',
      'a\u0000bc',
    ]) {
      expect(Array.isArray((await ask({ text })).groups), text).toBe(true);
    }
  });
});

test('order: exact code, beginning, beginning of a word, anywhere, alike; own company and active first', async () => {
  items([
    { code: 'AB-1', name: 'rebolting kit' },
    { code: 'AB-2', name: 'hex bolt' },
    { code: 'AB-3', name: 'bolt, long' },
    { code: 'BOLT', name: 'a thing' },
    { code: 'BOLT-7', name: 'another' },
    { code: 'AB-4', name: 'bolt, old', active: 0 },
    { code: 'AB-5', name: 'bolt of the other company', company_id: 2 },
    { code: 'AB-6', name: 'boult' },
  ]);
  putAllIn();
  expect(codes(await ask({ text: 'bolt', company_id: 1, limit: 50 }))).toEqual([
    'BOLT',
    'AB-3',
    'BOLT-7',
    'AB-4',
    'AB-5',
    'AB-2',
    'AB-1',
  ]);
  // what was typed to the letter is there, so nothing else is guessed; without it, the alike come last
  expect(codes(await ask({ text: 'hex bolt', company_id: 1, limit: 50 }))).toEqual(['AB-2']);
  expect(codes(await ask({ text: 'rebolt', company_id: 1, limit: 50 }))).toEqual(['AB-1']);
  expect(codes(await ask({ text: 'boul', company_id: 1, limit: 50 }))[0]).toBe('AB-6');
  expect(codes(await ask({ text: 'bolt', company_id: 2, limit: 3 }))).toEqual(['BOLT', 'AB-5', 'AB-3']);
});

test('the best of thousands comes first, and more than were counted is said', async () => {
  items(
    Array.from({ length: 3000 }, (_, n) => ({ code: `X${String(n).padStart(5, '0')}`, name: `steel rebolted ${n}` })),
  );
  replica.insert('item', [
    { id: 9001, company_id: 1, active: 1, code: 'BOLT', name: 'the very one' },
    { id: 9002, company_id: 1, active: 1, code: 'Y1', name: 'bolt at the beginning' },
    { id: 9003, company_id: 2, active: 1, code: 'Y2', name: 'bolt elsewhere' },
  ]);
  putAllIn();
  const found = await ask({ text: 'bolt', company_id: 1, limit: 4 });
  expect(codes(found).slice(0, 3)).toEqual(['BOLT', 'Y1', 'Y2']);
  expect(found.groups[0]?.more).toBe(true);
  expect(found.groups[0]?.found).toBeGreaterThanOrEqual(200);
});

test('order numbers open from their digits, with or without letters and separators before them', async () => {
  replica.insert('company', [
    { id: 1, code: 'A', name: 'A' },
    { id: 2, code: 'B', name: 'B' },
  ]);
  const order = (id: number, number: string, company_id = 1) => ({
    id,
    number,
    company_id,
    state: 'open',
    ordered_on: 20_000,
  });
  replica.insert('sales_order', [
    order(1, 'SO-88214'),
    order(2, 'SO-882140'),
    order(3, 'WEB 88214'),
    order(4, '88214'),
    order(5, 'C536379'),
    order(6, 'SO-88214', 2),
    order(7, '536365a'),
    order(8, 'DRAFT'),
  ]);
  const ids = async (text: string, company_id = 1) =>
    (await ask({ text, company_id, kinds: ['order'], limit: 10 })).groups[0]?.hits.map((hit) => hit.id) ?? [];
  expect(await ids('so-88214')).toEqual([1, 6, 2]);
  expect(await ids('SO 88214')).toEqual([1, 6, 2]);
  expect(await ids('so88214', 2)).toEqual([6, 1, 2]);
  expect((await ids('88214')).toSorted()).toEqual([1, 2, 3, 4, 6]);
  expect(await ids('c5363')).toEqual([5]);
  expect(await ids('536365A')).toEqual([7]);
  expect(await ids('so')).toEqual([]);
  expect(await ids('99')).toEqual([]);
});

test('parties by kind, purchase orders by number, sites and channels', async () => {
  replica.insert('party', [
    { id: 1, company_id: 1, code: 'C1', name: 'Würth Customer', kind: 'customer', country: 'DE' },
    { id: 2, company_id: 1, code: 'S1', name: 'Würth', kind: 'supplier' },
  ]);
  replica.insert('purchase_order', [
    { id: 5, company_id: 1, site_id: 1, number: 'PO-40862', supplier_id: 2, state: 'open', ordered_on: 20_000 },
  ]);
  replica.insert('site', [{ id: 3, company_id: 1, code: 'RTM', name: 'Rotterdam DC', kind: 'dc' }]);
  replica.insert('channel', [{ id: 4, company_id: 1, code: 'WEB', name: 'E-commerce', kind: 'ecommerce' }]);
  putAllIn();
  const wurth = await ask({ text: 'wurth' });
  expect(wurth.groups.map((group) => [group.kind, group.hits[0]?.title])).toEqual([
    ['customer', 'Würth Customer'],
    ['supplier', 'Würth'],
  ]);
  const purchase = (await ask({ text: '40862' })).groups[0]?.hits[0];
  expect(purchase).toMatchObject({
    kind: 'purchase_order',
    code: 'PO-40862',
    title: 'Würth',
    opens: { kind: 'purchase_order', id: 5 },
  });
  expect(codes(await ask({ text: 'rotter' }), 'site')).toEqual(['RTM']);
  expect((await ask({ text: 'ecommerce' })).groups[0]?.hits[0]).toMatchObject({ code: 'WEB', alike: true });
  expect(codes(await ask({ text: 'e-comm' }), 'channel')).toEqual(['WEB']);
  expect((await ask({ text: 'wurth', kinds: ['site'] })).groups).toEqual([]);
});

test('what is loading is said, for the kinds that were asked for', async () => {
  const found = await ask({ text: 'x' }, { loading: ['party', 'sales_order'] });
  expect(found.loading).toEqual(['customer', 'supplier', 'order']);
  expect((await ask({ text: 'x', kinds: ['item'] }, { loading: ['party'] })).loading).toEqual([]);
});

test('a cancelled question stops', async () => {
  items([{ code: 'A', name: 'bolt' }]);
  const stop = () => {
    throw new Error('gave up');
  };
  await expect(ask({ text: 'bolt' }, { checkCancelled: stop })).rejects.toThrow('gave up');
});

// ---------- against a naive scan ----------
const LETTERS = ['a', 'b', 'o', 'B', 'é', 'ß', 'Ø', '-', ' ', '1', '2', '"', '🙂', 'e\u0301', '('];
const words = fc.array(fc.constantFrom(...LETTERS), { maxLength: 9 }).map((letters) => letters.join(''));
const row = fc.record({
  id: fc.integer({ min: 1, max: 12 }),
  kind: fc.constantFrom('item', 'customer', 'supplier'),
  code: words,
  name: words,
});
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('write' as const), row }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('remove' as const), row }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('index' as const), rows: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('forget' as const) }) },
);

interface Kept {
  readonly kind: FindKind;
  readonly id: number;
  readonly code: string;
  readonly name: string;
}

test('finds what a naive scan finds, at every moment of any history', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 25 }),
      fc.array(words, { minLength: 1, maxLength: 4 }),
      async (steps, typed) => {
        const { writer } = replica;
        writer.exec('DELETE FROM item; DELETE FROM party');
        const index = createNameIndex(writer);
        const kept = new Map<string, Kept>();
        for (const each of steps) {
          if (each.do === 'index') index.putIn(each.rows);
          else if (each.do === 'forget') forgetNames(writer);
          else write(each.do, each.row, kept);
        }
        for (const text of typed) {
          const sought = wanted(text);
          const expected = [...kept.values()]
            .filter(({ code, name }) => sought !== null && matches(nameText({ code, title: name, also: '' }), sought))
            .map(({ kind, id }) => `${kind} ${id}`);
          const found = await ask({ text, limit: 50 });
          const hits = found.groups.flatMap((group) => group.hits).filter((hit) => !hit.alike);
          expect(hits.map((hit) => `${hit.kind} ${hit.id}`).toSorted(), JSON.stringify(text)).toEqual(
            expected.toSorted(),
          );
        }
      },
    ),
    { numRuns: 120 },
  );
});

function write(
  what: 'write' | 'remove',
  { id, kind, code, name }: Kept | { id: number; kind: string; code: string; name: string },
  kept: Map<string, Kept>,
): void {
  const { writer } = replica;
  const table = kind === 'item' ? 'item' : 'party';
  if (what === 'remove') {
    writer.prepare(`DELETE FROM ${table} WHERE id = ?`).run(id);
    kept.delete(`${table} ${id}`);
    return;
  }
  if (table === 'item') {
    writer
      .prepare(
        `INSERT INTO item (id, ver, bucket, company_id, code, name, uom, active) VALUES (?, 1, 1, 1, ?, ?, 'pcs', 1)
         ON CONFLICT (id) DO UPDATE SET code = excluded.code, name = excluded.name`,
      )
      .run(id, code, name);
  } else {
    writer
      .prepare(
        `INSERT INTO party (id, ver, bucket, company_id, code, name, kind) VALUES (?, 1, 1, 1, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET code = excluded.code, name = excluded.name, kind = excluded.kind`,
      )
      .run(id, code, name, kind);
  }
  const known = FIND_KINDS.find((each) => each === kind);
  if (known) kept.set(`${table} ${id}`, { kind: known, id, code, name });
}

test('the trigrams of a removed or renamed item are in no page of the index', () => {
  items([
    { code: 'AA-1', name: 'zanzibar' },
    { code: 'AA-2', name: 'quixotic' },
  ]);
  putAllIn();
  const grams = () => replica.writer.prepare("SELECT group_concat(hex(block), '') FROM search_gram_data").pluck().get();
  const hex = (text: string) => Buffer.from(text).toString('hex').toUpperCase();
  expect(String(grams())).toContain(hex('nzi'));
  expect(String(grams())).toContain(hex('xot'));
  replica.writer.exec("DELETE FROM item WHERE id = 1; UPDATE item SET name = 'plain' WHERE id = 2");
  expect(String(grams())).not.toContain(hex('nzi'));
  expect(String(grams())).not.toContain(hex('xot'));
  expect(replica.writer.prepare('SELECT count(*) FROM search_name').pluck().get()).toBe(0);
});

describe('errors between what was typed and a word', () => {
  test.each([
    ['bolt', 'bolt', 0],
    ['bol', 'bolted', 0],
    ['blot', 'bolt', 1],
    ['bollt', 'bolt', 1],
    ['bot', 'bolt', 1],
    ['xolt', 'bolts', 1],
    ['weldnig', 'welding', 1],
    ['wleding', 'welding', 1],
    ['flngae', 'flange', 2],
  ])('%s %s: %i', (typed, word, errors) => {
    expect(errorsBetween(typed, word, 2)).toBe(errors);
  });

  test('never more than asked for, and never fewer than the difference in length', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 10 }),
        fc.string({ maxLength: 10 }),
        fc.integer({ min: 0, max: 2 }),
        (typed, word, most) => {
          const errors = errorsBetween(typed, word, most);
          expect(errors).toBeLessThanOrEqual(most + 1);
          expect(errors).toBeGreaterThanOrEqual(Math.min(most + 1, typed.length - word.length));
          expect(errors === 0).toBe(word.startsWith(typed));
        },
      ),
    );
  });
});

test('codes one error away are those whose distance is one', () => {
  const near = codesNear('ab12');
  expect(near).toEqual(expect.arrayContaining(['b12', 'ab1', 'ab21', 'ba12', 'ab13', 'xab12', 'ab127', 'aab12']));
  expect(near).not.toContain('ab12');
  expect(near.every((code) => errorsBetween(code, 'ab12', 2) <= 1 || errorsBetween('ab12', code, 2) <= 1)).toBe(true);
  expect(codesNear('ab1')).toEqual([]);
  expect(codesNear('abcd')).toEqual([]);
});

test('folded places lead back into the text as it is written', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 12 }), (text) => {
      const { text: folded, from, to } = foldWithPlaces(text);
      expect(from).toHaveLength(folded.length);
      from.forEach((start, at) => {
        expect(start).toBeGreaterThanOrEqual(0);
        expect(to[at]).toBeLessThanOrEqual(text.length);
        expect(start).toBeLessThan(to[at] ?? 0);
      });
      for (const [start, end] of matchedParts(text, [folded.slice(0, 3)].filter(Boolean), ''))
        expect(start).toBeLessThan(end);
    }),
  );
});
