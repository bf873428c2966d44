/**
 * What the server truly holds, read by SQL written here by hand: which rows, in which of their values, and who may see
 * them. Shares no code with the feed, the registry or the grants of the product, so that it cannot share their faults.
 */
import type { PGlite } from '@electric-sql/pglite';
import { type Area, TRUTH, TRUTH_NAMES } from './truthTables.ts';
import type { Grant } from './world.ts';

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
const KNOWS_SITE = new Set([
  'site',
  'stock_balance',
  'stock_move',
  'purchase_order',
  'po_line',
  'po_line_price',
  'forecast_override',
  'replenishment_decision',
  'replenishment_approval',
  'draft_order',
  'draft_order_line',
  'draft_order_event',
]);
const KNOWS_CHANNEL = new Set(['channel', 'channel_rule', 'price_floor']);
const KNOWS_BOTH = new Set([
  'sales_order',
  'order_line',
  'order_line_cost',
  'order_note',
  'exception_mark',
  'exception_mark_cost',
  'exception_mark_finance',
  'fulfilment_override',
  'order_approval',
  'order_approval_cost',
  'order_approval_finance',
  'rule_change',
  'rule_change_cost',
  'rule_verdict',
  'rule_verdict_cost',
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
