/** Who gets what of the goods that are there and come? */
import { LINE_STATES } from '#domain/allocation/servePosition.ts';
import { isoDate } from '#domain/calendar.ts';
import type { Fulfilment } from '#contract/queries.ts';
import type { QueryContext, QueryHandler } from '../context.ts';
import { questionKey } from '../editions.ts';
import { asOfDay, provenance } from '../provenance.ts';
import { keptOf } from '../readCache.ts';
import { companyById } from '../reference/companies.ts';
import { FULFILMENT_NEEDS, type KeptView, type QueueGround, queueEdition } from './ground.ts';
import { groupRow, rowsOf } from './queueRows.ts';
import { type FulfilmentArgs, queueView, type ViewEntry } from './queueView.ts';
import { type Served, servedQueue } from './serve.ts';

const MOST_VIEWS = 4;

export const fulfilment: QueryHandler<'fulfilment'> = async (context, args) => {
  const company = await companyById(context, args.company_id);
  if (isWaiting(context)) {
    return nothingYet(context, args, company.currency, asOfDay(context, company.time_zone));
  }
  const { edition, newer } = await queueEdition(context, company, args.edition);
  const ground = edition.value;
  const served = await servedQueue(context, ground);
  const { view, totals } = viewOf(ground, served, args);
  const page = view.entries.slice(args.offset, args.offset + args.limit);
  return {
    rows: await rowsOf(context, ground, served, page),
    total_rows: view.entries.length,
    totals,
    picking: { ...view.picking, until_on: isoDate(view.picking.until_on) },
    counts: view.counts,
    waiting: false,
    edition: edition.id,
    newer,
    located: args.locate.map((key) => placeOf(view.entries, key)),
    currency: company.currency,
    as_of_date: isoDate(ground.as_of_on),
    provenance: provenance({ ...context, replica: edition.standing }, FULFILMENT_NEEDS),
  };
};

/** Half of the lines, or of what lies there, would give goods to the wrong ones. */
export function isWaiting({ replica }: QueryContext): boolean {
  return FULFILMENT_NEEDS.some((table) => replica.loading_tables.has(table));
}

function viewOf(ground: QueueGround, served: Served, args: FulfilmentArgs): KeptView {
  const { offset: _offset, limit: _limit, edition: _edition, locate: _locate, ...arrangement } = args;
  const key = `${served.key} ${questionKey(arrangement)}`;
  return keptOf(ground.views, key, MOST_VIEWS, () => newView(ground, served, args));
}

function newView(ground: QueueGround, served: Served, args: FulfilmentArgs): KeptView {
  const view = queueView(ground, served, args);
  const all = { key: 'total', label: 'All lines', lines: view.lines };
  return { view, totals: groupRow(ground, served, all, false) };
}

function placeOf(entries: readonly ViewEntry[], key: string): number | null {
  const at = entries.findIndex((entry) =>
    entry.kind === 'group' ? entry.group.key === key : `l:${entry.line.order_line_id}` === key,
  );
  return at < 0 ? null : at;
}

function nothingYet(context: QueryContext, args: FulfilmentArgs, currency: string, as_of_on: number): Fulfilment {
  const zero = Object.fromEntries(LINE_STATES.map((state) => [state, 0])) as Fulfilment['counts'];
  return {
    rows: [],
    total_rows: 0,
    totals: NOTHING,
    picking: { until_on: isoDate(as_of_on + args.pick_days), lines: 0, short_lines: 0, short_minor: 0 },
    counts: zero,
    waiting: true,
    edition: `waiting ${context.replica.checkpoint}`,
    newer: false,
    located: args.locate.map(() => null),
    currency,
    as_of_date: isoDate(as_of_on),
    provenance: provenance(context, FULFILMENT_NEEDS),
  };
}

const NOTHING: Fulfilment['totals'] = {
  key: 'total',
  kind: 'group',
  level: 0,
  label: 'All lines',
  expanded: false,
  lines: 0,
  at_risk: 0,
  order_id: null,
  order_line_id: null,
  number: null,
  ordinal: null,
  party: null,
  item_id: null,
  item_code: null,
  item: null,
  uom: null,
  site_id: null,
  site: null,
  channel: null,
  channel_kind: null,
  due_on: null,
  open_qty_milli: null,
  now_qty_milli: null,
  in_time_qty_milli: null,
  short_qty_milli: null,
  open_minor: 0,
  short_minor: 0,
  state: 'ready',
  whole_on: null,
  waits_for: null,
  why: null,
  standing: 'rule',
  standing_by: null,
  standing_until_on: null,
  decision_state: null,
  on_hand_qty_milli: null,
  left_qty_milli: null,
};
