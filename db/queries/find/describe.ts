/** The rows behind found names as they are now, read from their own tables: what is not there any more is not shown. */
import { isoDate } from '#domain/calendar.ts';
import { claimReason } from '#domain/claims/claim.ts';
import type { FindHit, FindKind } from '#contract/queries/find.ts';
import type { QueryContext } from '../context.ts';

export interface Described {
  readonly id: number;
  readonly company_id: number;
  readonly code: string;
  readonly title: string | null;
  readonly about: string | null;
  readonly active: boolean;
  readonly opens: FindHit['opens'];
}

export async function describe(
  context: QueryContext,
  kind: FindKind,
  ids: readonly number[],
): Promise<Map<number, Described>> {
  if (ids.length === 0) return new Map();
  const rows = await DESCRIBERS[kind](context, ids);
  return new Map(rows.map((row) => [row.id, row]));
}

type Describer = (context: QueryContext, ids: readonly number[]) => Promise<Described[]>;

const DESCRIBERS: Readonly<Record<FindKind, Describer>> = {
  item: async ({ db }, ids) => {
    const rows = await db
      .selectFrom('item')
      .select(['id', 'company_id', 'code', 'name', 'category', 'active'])
      .where('id', 'in', ids)
      .execute();
    return rows.map(({ id, company_id, code, name, category, active }) => ({
      id,
      company_id,
      code,
      title: name,
      about: category,
      active: active === 1,
      opens: { kind: 'item', id, label: code },
    }));
  },
  customer: (context, ids) => parties(context, ids, 'customer'),
  supplier: (context, ids) => parties(context, ids, 'supplier'),
  order: async ({ db }, ids) => {
    const rows = await db
      .selectFrom('sales_order as o')
      .leftJoin('party as p', 'p.id', 'o.party_id')
      .select(['o.id', 'o.company_id', 'o.number', 'o.ordered_on', 'o.state', 'p.name as party'])
      .where('o.id', 'in', ids)
      .execute();
    return rows.map(({ id, company_id, number, ordered_on, state, party }) => ({
      id,
      company_id,
      code: number,
      title: party,
      about: isoDate(ordered_on),
      active: state === 'open',
      opens: { kind: 'order', id, label: number },
    }));
  },
  claim: async ({ db }, ids) => {
    const rows = await db
      .selectFrom('claim as c')
      .leftJoin('party as p', 'p.id', 'c.party_id')
      .select(['c.id', 'c.company_id', 'c.number', 'c.opened_on', 'c.kind', 'c.state', 'p.name as party'])
      .where('c.id', 'in', ids)
      .execute();
    return rows.map(({ id, company_id, number, opened_on, kind, state, party }) => ({
      id,
      company_id,
      code: number,
      title: party,
      about: `${claimReason(kind)}, ${isoDate(opened_on)}`,
      active: state !== 'resolved',
      opens: { kind: 'claim', id, label: number },
    }));
  },
  purchase_order: async ({ db }, ids) => {
    const rows = await db
      .selectFrom('purchase_order as o')
      .leftJoin('party as p', 'p.id', 'o.supplier_id')
      .select(['o.id', 'o.company_id', 'o.number', 'o.ordered_on', 'o.state', 'p.name as party'])
      .where('o.id', 'in', ids)
      .execute();
    return rows.map(({ id, company_id, number, ordered_on, state, party }) => ({
      id,
      company_id,
      code: number,
      title: party,
      about: isoDate(ordered_on),
      active: state === 'open',
      opens: { kind: 'purchase_order', id, label: number },
    }));
  },
  site: async ({ db }, ids) => {
    const rows = await db
      .selectFrom('site')
      .select(['id', 'company_id', 'code', 'name', 'kind'])
      .where('id', 'in', ids)
      .execute();
    return rows.map(({ id, company_id, code, name, kind }) => ({
      id,
      company_id,
      code,
      title: name,
      about: kind === 'dc' ? 'distribution centre' : kind,
      active: true,
      opens: { kind: 'site', id, label: name },
    }));
  },
  channel: async ({ db }, ids) => {
    const rows = await db
      .selectFrom('channel')
      .select(['id', 'company_id', 'code', 'name'])
      .where('id', 'in', ids)
      .execute();
    return rows.map(({ id, company_id, code, name }) => ({
      id,
      company_id,
      code,
      title: name,
      about: null,
      active: true,
      opens: { kind: 'channel', id, label: name },
    }));
  },
};

async function parties(
  { db }: QueryContext,
  ids: readonly number[],
  kind: 'customer' | 'supplier',
): Promise<Described[]> {
  const rows = await db
    .selectFrom('party')
    .select(['id', 'company_id', 'code', 'name', 'country'])
    .where('id', 'in', ids)
    .execute();
  return rows.map(({ id, company_id, code, name, country }) => ({
    id,
    company_id,
    code,
    title: name,
    about: country,
    active: true,
    opens: { kind, id, label: name },
  }));
}
