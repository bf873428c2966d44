/** Which row is called that? Items, parties, orders, claims, purchase orders, sites and channels by name, code or number. */
import { FIND_KINDS, type FindGroup, type FindHit, type FindKind } from '#contract/queries/find.ts';
import type { WireTableName } from '#contract/wire/tables.ts';
import { NAMED_KINDS } from '#db/search/names.ts';
import { matchedParts, type Wanted, wanted } from '#db/search/wanted.ts';
import type { QueryContext, QueryHandler } from '../context.ts';
import { provenance } from '../provenance.ts';
import { knownWords } from './alikeWords.ts';
import { findClaims } from './claims.ts';
import { describe } from './describe.ts';
import { addAlike, byRank, type Collected, findNames, type FoundName, manyNoted, type NameQuestion } from './names.ts';
import { findOrders } from './orderNumbers.ts';

const TABLE_OF: Readonly<Record<FindKind, WireTableName>> = {
  item: 'item',
  customer: 'party',
  supplier: 'party',
  order: 'sales_order',
  claim: 'claim',
  purchase_order: 'purchase_order',
  site: 'site',
  channel: 'channel',
};

/** A group with the rank of its best hit: 0 is what was typed, to the letter. */
interface RankedGroup {
  readonly best: number;
  readonly group: FindGroup;
}

export const find: QueryHandler<'find'> = async (context, args) => {
  const asked = FIND_KINDS.filter((kind) => args.kinds === undefined || args.kinds.includes(kind));
  const sought = wanted(args.text);
  // opening the palette asks for nothing: the words are read while the person begins to type
  if (sought === null) await knownWords(context);
  const groups = sought === null ? [] : await foundGroups(context, args, asked, sought);
  const many_noted = await manyNoted(context);
  const { loading_tables } = context.replica;
  return {
    groups: groups.toSorted((a, b) => a.best - b.best).map(({ group }) => group),
    loading: asked.filter((kind) => loading_tables.has(TABLE_OF[kind]) || (many_noted && kind !== 'order')),
    provenance: provenance(context, [...new Set(asked.map((kind) => TABLE_OF[kind]))]),
  };
};

async function foundGroups(
  context: QueryContext,
  args: { readonly text: string; readonly company_id?: number | undefined; readonly limit: number },
  asked: readonly FindKind[],
  sought: Wanted,
): Promise<RankedGroup[]> {
  const claims = asked.includes('claim');
  // claims are found by their customers too
  const kinds = NAMED_KINDS.filter((kind) => asked.includes(kind) || (claims && kind === 'customer'));
  const question: NameQuestion = { sought, company_id: args.company_id, kinds };
  const found = await findNames(context, question);
  const names = [...found.values()].flatMap((each) => [...each.names.values()]);
  // what was typed to the letter needs no guess
  const guess = names.length < args.limit && !names.some((name) => name.rank === 0);
  const alike = guess ? await alikeWords(context, sought) : new Map<string, string[]>();
  if (guess) await addAlike(context, question, alike, found);

  const groups: RankedGroup[] = [];
  for (const kind of asked) {
    context.checkCancelled();
    if (kind === 'order') {
      const group = await orderGroup(context, args, sought);
      if (group) groups.push(group);
      continue;
    }
    if (kind === 'claim') {
      const group = await claimGroup(context, args, sought, customersOf(found));
      if (group) groups.push(group);
      continue;
    }
    const collected = found.get(kind);
    if (!collected || collected.names.size === 0) continue;
    const best = [...collected.names.values()].toSorted(byRank).slice(0, args.limit);
    const hits = await nameHits(context, kind, best, sought, alike);
    if (hits.length === 0) continue;
    const group = { kind, hits, found: collected.names.size, more: collected.more };
    groups.push({ best: best[0]?.rank ?? 4, group });
  }
  return groups;
}

/** What each typed word may have meant, from the vocabulary; empty when every word is too short or has no like. */
async function alikeWords(context: QueryContext, sought: Wanted): Promise<Map<string, string[]>> {
  const vocabulary = await knownWords(context);
  return new Map(
    sought.words.flatMap((word): [string, string[]][] => {
      const others = vocabulary.alike(word);
      return others.length === 0 ? [] : [[word, others]];
    }),
  );
}

async function nameHits(
  context: QueryContext,
  kind: FindKind,
  names: readonly FoundName[],
  sought: Wanted,
  alike: ReadonlyMap<string, readonly string[]>,
): Promise<FindHit[]> {
  const rows = await describe(
    context,
    kind,
    names.map((name) => name.id),
  );
  return names.flatMap((name): FindHit[] => {
    const row = rows.get(name.id);
    if (!row) return [];
    const is_alike = name.rank === 4;
    const marked = is_alike
      ? [...sought.words, ...sought.words.flatMap((word) => alike.get(word) ?? [])]
      : sought.words;
    return [
      {
        ...row,
        kind,
        alike: is_alike,
        code_parts: matchedParts(row.code, marked, name.near_code ? name.code : sought.code),
        // a purchase order is found by its number; its supplier's name is only said
        title_parts: kind === 'purchase_order' || row.title === null ? [] : matchedParts(row.title, marked, ''),
      },
    ];
  });
}

async function orderGroup(
  context: QueryContext,
  args: { readonly text: string; readonly company_id?: number | undefined; readonly limit: number },
  sought: Wanted,
): Promise<RankedGroup | null> {
  const companies = await context.db.selectFrom('company').select('id').orderBy('id').execute();
  const inTurn = companies
    .map(({ id }) => id)
    .toSorted((a, b) => Number(b === args.company_id) - Number(a === args.company_id));
  const { orders, more } = await findOrders(context, args.text, inTurn, args.limit);
  if (orders.length === 0) return null;
  const rows = await describe(
    context,
    'order',
    orders.map((order) => order.id),
  );
  const hits = orders.flatMap((order): FindHit[] => {
    const row = rows.get(order.id);
    if (!row) return [];
    const code_parts = matchedParts(row.code, sought.words, sought.code);
    return [{ ...row, kind: 'order', alike: false, code_parts, title_parts: [] }];
  });
  const group: FindGroup = { kind: 'order', hits, found: hits.length, more };
  return { best: orders.some((order) => order.exact) ? 0 : 1, group };
}

/** Of so many customers who are called that, the best: a word of many names is not the name of one. */
const MOST_CUSTOMERS = 20;

function customersOf(found: Collected): readonly FoundName[] {
  const customers = found.get('customer')?.names.values() ?? [];
  return [...customers].toSorted(byRank).slice(0, MOST_CUSTOMERS);
}

async function claimGroup(
  context: QueryContext,
  args: { readonly text: string; readonly company_id?: number | undefined; readonly limit: number },
  sought: Wanted,
  customers: readonly FoundName[],
): Promise<RankedGroup | null> {
  const party_ids = customers.map(({ id }) => id);
  const { company_id, limit } = args;
  const { claims, found, more } = findClaims(context, { typed: args.text, company_id, party_ids, limit });
  const [best] = claims;
  if (best === undefined) return null;
  const rows = await describe(
    context,
    'claim',
    claims.map(({ id }) => id),
  );
  const hits = claims.flatMap(({ id, rank }): FindHit[] => {
    const row = rows.get(id);
    if (!row) return [];
    const numbered = rank < 2;
    return [
      {
        ...row,
        kind: 'claim',
        alike: !numbered && customers.every((customer) => customer.rank === 4),
        code_parts: numbered ? matchedParts(row.code, sought.words, sought.code) : [],
        title_parts: numbered || row.title === null ? [] : matchedParts(row.title, sought.words, ''),
      },
    ];
  });
  // a customer comes before what they complained of
  return { best: best.rank < 2 ? best.rank : 4, group: { kind: 'claim', hits, found, more } };
}
