/**
 * What the server truly holds, read by SQL written here by hand: which rows, in which of their values, and who may see
 * them. Shares no code with the feed, the registry or the grants of the product, so that it cannot share their faults.
 */
import type { PGlite } from '@electric-sql/pglite';
import type { Grant } from './world.ts';

export type Area = 'general' | 'cost' | 'finance' | 'outcome';

interface TableTruth {
  readonly area: Area;
  /** Company, site, channel, month, client of a row, as SQL. */
  readonly place: readonly [company: string, site: string, channel: string, month: string, client: string];
  /** Each value of a row as PostgreSQL gives it for the wire, and the name of the replica's column. */
  readonly values: Readonly<Record<string, string>>;
}

const same = (...names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, name]));
const day = (name: string): Record<string, string> => ({ [name]: `${name} - date '1970-01-01'` });
const moment = (name: string): Record<string, string> => ({
  [name]: `floor(extract(epoch from ${name}) * 1000)::bigint`,
});
const COMPANY = ['company_id', '0', '0', '0', `''`] as const;
const SITE = ['company_id', 'site_id', '0', '0', `''`] as const;
const CHANNELLED = ['company_id', 'coalesce(site_id, 0)', 'coalesce(channel_id, 0)', '0', `''`] as const;
const FACT = ['company_id', 'coalesce(site_id, 0)', 'coalesce(channel_id, 0)', 'month', `''`] as const;

const mark = (area: Area): TableTruth => ({
  area,
  place: CHANNELLED,
  values: {
    ...same('company_id', 'site_id', 'channel_id', 'exception_key', 'kind'),
    ...day('until_on'),
    ...same('assigned_to', 'author'),
    ...moment('written_at'),
    ...moment('accepted_at'),
  },
});

/** Every table anything is written to here; the others have to stay empty. */
export const TRUTH: Readonly<Record<string, TableTruth>> = {
  company: {
    area: 'general',
    place: ['id', '0', '0', '0', `''`],
    values: same('code', 'name', 'currency', 'time_zone'),
  },
  site: {
    area: 'general',
    place: ['company_id', 'id', '0', '0', `''`],
    values: same('company_id', 'code', 'name', 'kind'),
  },
  channel: {
    area: 'general',
    place: ['company_id', '0', 'id', '0', `''`],
    values: same('company_id', 'code', 'name', 'kind', 'grace_days'),
  },
  item: {
    area: 'general',
    place: COMPANY,
    values: {
      ...same('company_id', 'code', 'name', 'category', 'uom', 'supplier_id'),
      active: 'active::int',
      ...day('introduced_on'),
      ...same('barcode', 'weight_g'),
    },
  },
  item_cost: { area: 'cost', place: COMPANY, values: same('company_id', 'unit_cost_micro') },
  stock_balance: {
    area: 'general',
    place: SITE,
    values: {
      ...same('company_id', 'site_id', 'item_id', 'on_hand_qty_milli', 'reserved_qty_milli'),
      ...day('counted_on'),
    },
  },
  stock_move: {
    area: 'general',
    place: SITE,
    values: { ...same('company_id', 'site_id', 'item_id', 'kind', 'qty_milli', 'ref'), ...day('moved_on') },
  },
  sales_order: {
    area: 'general',
    place: FACT,
    values: {
      ...same('company_id', 'site_id', 'channel_id', 'month', 'source', 'number', 'party_id', 'country', 'state'),
      ...day('ordered_on'),
      ...moment('ordered_at'),
    },
  },
  order_line: {
    area: 'general',
    place: FACT,
    values: {
      ...same('company_id', 'site_id', 'channel_id', 'month', 'order_id', 'ordinal', 'item_id', 'party_id'),
      ...same('description', 'kind', 'ordered_qty_milli', 'cancelled_qty_milli', 'cancelled_by', 'unit_price_micro'),
      ...same('gross_minor', 'discount_minor', 'net_minor', 'country', 'approved_by'),
      ...day('ordered_on'),
      ...day('requested_on'),
      ...day('committed_on'),
      ...day('promised_on'),
    },
  },
  order_line_cost: {
    area: 'cost',
    place: FACT,
    values: same(
      'company_id',
      'site_id',
      'channel_id',
      'month',
      'cost_minor',
      'freight_minor',
      'rebate_minor',
      'fee_minor',
    ),
  },
  item_note: {
    area: 'general',
    place: COMPANY,
    values: {
      ...same('company_id', 'item_id', 'body', 'author'),
      ...moment('written_at'),
      ...moment('accepted_at'),
    },
  },
  order_note: {
    area: 'general',
    place: CHANNELLED,
    values: {
      ...same('company_id', 'site_id', 'channel_id', 'order_id', 'body', 'author'),
      ...moment('written_at'),
      ...moment('accepted_at'),
    },
  },
  close_period: {
    area: 'finance',
    place: COMPANY,
    values: { ...same('company_id', 'period', 'state'), ...day('cut_off_on') },
  },
  close_task: {
    area: 'finance',
    place: COMPANY,
    values: {
      ...same('company_id', 'period_id', 'code', 'title', 'account'),
      depends_on: 'depends_on::text',
      ...same('owner', 'reviewer', 'due_day', 'state', 'amount_minor', 'content_hash'),
      ...day('due_on'),
    },
  },
  close_task_line: {
    area: 'finance',
    place: COMPANY,
    values: {
      ...same('company_id', 'task_id', 'side', 'ref', 'account', 'amount_minor', 'currency', 'explanation'),
      ...day('booked_on'),
    },
  },
  signoff: {
    area: 'finance',
    place: COMPANY,
    values: {
      ...same('company_id', 'task_id', 'role', 'user_name', 'content_hash', 'amount_minor', 'device'),
      ...moment('signed_at'),
      ...moment('accepted_at'),
    },
  },
  exception_mark: mark('general'),
  exception_mark_cost: mark('cost'),
  exception_mark_finance: mark('finance'),
  mutation_outcome: {
    area: 'outcome',
    place: ['0', '0', '0', '0', 'client_id'],
    values: { ...same('client_id', 'command', 'state'), reason: 'reason::text', ...moment('decided_at') },
  },
};
export const TRUTH_NAMES: readonly string[] = Object.keys(TRUTH);

export interface TrueRow {
  readonly place: readonly [company: number, site: number, channel: number, month: number, client: string];
  /** Version and values as JSON text. */
  readonly text: string;
}
/** Table, then key of a row. */
export type Truth = ReadonlyMap<string, ReadonlyMap<string, TrueRow>>;

const TRUTH_SQL = Object.entries(TRUTH)
  .map(
    ([
      name,
      { place, values },
    ]) => `select '${name}' as t, id::text as k, ${place[0]}::int as company, ${place[1]}::int as site,
      ${place[2]}::int as channel, ${place[3]}::int as month, ${place[4]}::text as client,
      json_build_array(ver, ${Object.values(values).join(', ')})::text as v from ${name}`,
  )
  .join(' union all ');

interface TruthRow {
  readonly t: string;
  readonly k: string;
  readonly company: number;
  readonly site: number;
  readonly channel: number;
  readonly month: number;
  readonly client: string;
  readonly v: string;
}

/** All of it at this moment; what did not change since `before` is the same object, so that many moments cost little. */
export async function readTruth(pglite: PGlite, before: Truth | undefined): Promise<Truth> {
  const { rows } = await pglite.query<TruthRow>(TRUTH_SQL);
  const read = new Map<string, Map<string, TrueRow>>(TRUTH_NAMES.map((name) => [name, new Map()]));
  const unchanged = new Map(TRUTH_NAMES.map((name) => [name, true]));
  for (const row of rows) {
    const old = before?.get(row.t)?.get(row.k);
    const text = JSON.stringify(JSON.parse(row.v));
    const place = [row.company, row.site, row.channel, row.month, row.client] as const;
    const kept = old?.text === text && old.place.every((value, at) => value === place[at]);
    if (!kept) unchanged.set(row.t, false);
    read.get(row.t)?.set(row.k, kept ? old : { place, text });
  }
  const truth = new Map<string, ReadonlyMap<string, TrueRow>>(read);
  for (const name of TRUTH_NAMES) {
    const old = before?.get(name);
    if (old && unchanged.get(name) === true && old.size === read.get(name)?.size) truth.set(name, old);
  }
  return truth;
}

const SEES: Readonly<Record<string, readonly Area[]>> = {
  planner: ['general', 'cost'],
  buyer: ['general', 'cost'],
  warehouse: ['general'],
  sales: ['general'],
  finance: ['general', 'cost', 'finance'],
  controller: ['general', 'cost', 'finance'],
  auditor: ['general', 'cost', 'finance'],
};
/** Tables whose rows know a site or a channel: a narrow grant never reaches rows of theirs without one. */
const KNOWS_SITE = new Set(['site', 'stock_balance', 'stock_move']);
const KNOWS_CHANNEL = new Set(['channel']);
const KNOWS_BOTH = new Set([
  'sales_order',
  'order_line',
  'order_line_cost',
  'order_note',
  'exception_mark',
  'exception_mark_cost',
  'exception_mark_finance',
]);

/** May somebody with these grants see the row? */
export function maySee(
  grants: readonly Grant[],
  table: string,
  place: TrueRow['place'],
  client_id: string | undefined,
): boolean {
  const area = TRUTH[table]?.area;
  const [company, site, channel, , client] = place;
  if (area === 'outcome') return client === client_id;
  if (area === undefined) return false;
  return grants.some(
    (grant) =>
      (SEES[grant.role] ?? []).includes(area) &&
      (grant.company === null || grant.company === company) &&
      (grant.site === null || !(KNOWS_SITE.has(table) || KNOWS_BOTH.has(table)) || grant.site === site) &&
      (grant.channel === null || !(KNOWS_CHANNEL.has(table) || KNOWS_BOTH.has(table)) || grant.channel === channel),
  );
}

/** May somebody with these grants see a text that lies there? 0 = the text belongs to no single site or channel. */
export function mayReadText(
  grants: readonly Grant[],
  area: Area,
  company: number,
  site: number,
  channel: number,
): boolean {
  return grants.some(
    (grant) =>
      (SEES[grant.role] ?? []).includes(area) &&
      (grant.company === null || grant.company === company) &&
      (grant.site === null || site === 0 || grant.site === site) &&
      (grant.channel === null || channel === 0 || grant.channel === channel),
  );
}
