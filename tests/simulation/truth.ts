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

/** A row each table: a table whose text is what it was holds what it held. */
const TRUTH_SQL = Object.entries(TRUTH)
  .map(
    ([name, { place, values }]) => `select '${name}' as name, coalesce(json_agg(json_build_array(id::text,
      ${place[0]}::int, ${place[1]}::int, ${place[2]}::int, ${place[3]}::int, ${place[4]}::text,
      json_build_array(ver, ${Object.values(values).join(', ')}))), '[]')::text as said from ${name}`,
  )
  .join(' union all ');

type SaidRow = readonly [key: string, ...place: TrueRow['place'], values: readonly unknown[]];

/** Planned once for each database: it is long, and read at every checkpoint. */
const planned = new WeakSet<PGlite>();
/** What was said of each table that was read. */
const said = new WeakMap<ReadonlyMap<string, TrueRow>, string>();

/** All of it at this moment; what did not change since `before` is the same object, so that many moments cost little. */
export async function readTruth(pglite: PGlite, before: Truth | undefined): Promise<Truth> {
  if (!planned.has(pglite)) {
    await pglite.exec(`prepare truth as ${TRUTH_SQL}`);
    planned.add(pglite);
  }
  const { rows } = await pglite.query<{ name: string; said: string }>('execute truth');
  const texts = new Map(rows.map((row) => [row.name, row.said]));
  return new Map(
    TRUTH_NAMES.map((name) => {
      const text = texts.get(name) ?? '[]';
      const old = before?.get(name);
      return [name, old && said.get(old) === text ? old : tableOf(text, old)];
    }),
  );
}

function tableOf(text: string, before: ReadonlyMap<string, TrueRow> | undefined): ReadonlyMap<string, TrueRow> {
  const table = new Map<string, TrueRow>();
  for (const [key, company, site, channel, month, client, values] of JSON.parse(text) as SaidRow[]) {
    const row: TrueRow = { place: [company, site, channel, month, client], text: JSON.stringify(values) };
    const old = before?.get(key);
    const kept = old?.text === row.text && old.place.every((value, at) => value === row.place[at]);
    table.set(key, kept ? old : row);
  }
  said.set(table, text);
  return table;
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
  'transfer_event',
  'replenishment_decision',
  'replenishment_approval',
  'draft_order',
  'draft_order_line',
  'draft_order_event',
  'draft_order_approval',
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
  'rule_change_finance',
  'rule_verdict_finance',
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
