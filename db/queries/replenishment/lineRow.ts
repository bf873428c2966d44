/** A line of the proposals as it is shown: made when it is looked at, of the columns and what was decided. */
import { isoDate } from '#domain/calendar.ts';
import { lastsDays } from '#domain/planning/replenishment/proposal.ts';
import type { ReplenishmentLine } from '#contract/queries.ts';
import { isoDateOrNull } from '../provenance.ts';
import type { StockColumns } from '../stock/stockColumns.ts';
import type { BuyingColumns } from './buyingColumns.ts';
import type { Decision } from './decisions.ts';
import type { Line } from './engine.ts';
import { multipleOf } from './positionTerms.ts';
import type { KeptProposals } from './replenishmentEdition.ts';

export function keyOfLine(stock: StockColumns, line: Pick<Line, 'kind' | 'place' | 'from_site'>): string {
  const { items, sites } = stock.ground;
  const item_id = items.ids[stock.item[line.place] as number];
  const site_id = sites[stock.site[line.place] as number]?.id;
  return line.kind === 'buy'
    ? `buy:${item_id}:${site_id}`
    : `transfer:${item_id}:${site_id}:${sites[line.from_site]?.id}`;
}

export function lineRow(kept: KeptProposals, line: Line): ReplenishmentLine {
  const { question, proposals, decisions } = kept;
  const { stock, buying, demand } = question;
  const { items, sites, supplierNames } = stock.ground;
  const { figures } = proposals;
  const { place } = line;
  const item = stock.item[place] as number;
  const site = sites[stock.site[place] as number];
  const from = line.from_site < 0 ? undefined : sites[line.from_site];
  if (!site) throw new Error('a position of an unknown site');
  const supplier_id = line.kind === 'buy' ? (buying.supplier[item] as number) : null;
  const up_to = figures.up_to[place] as number;
  const price = buying.price_micro[item] as number;
  const category = items.categories.values[items.categories.codes[item] as number] ?? '';
  const key = keyOfLine(kept.question.stock, line);
  const said = decided(decisions.get(key));
  const slot = buying.policies.get(item * sites.length + (stock.site[place] as number));
  return {
    kind: line.kind,
    key,
    level: 1,
    item_id: items.ids[item] as number,
    code: items.codes[item] ?? '',
    name: items.names[item] ?? '',
    category: category === '' ? null : category,
    uom: items.uoms.values[items.uoms.codes[item] as number] ?? '',
    site_id: site.id,
    site: site.code,
    supplier_id,
    supplier: supplier_id === null ? null : (supplierNames.get(supplier_id) ?? `Supplier ${supplier_id}`),
    from_site_id: from?.id ?? null,
    from_site: from?.code ?? null,
    owner: slot < 0 ? null : (buying.owner[slot] ?? null),
    position_qty_milli: line.position_qty_milli,
    week_qty_milli: Math.round((demand.daily[place] as number) * 7),
    demand_by: question.forecasts.basisOf(items.ids[item] as number, site.id),
    reorder_qty_milli: figures.reorder[place] as number,
    up_to_qty_milli: Number.isNaN(up_to) ? null : up_to,
    need_qty_milli: line.need_qty_milli,
    qty_milli: line.qty_milli,
    proposed_qty_milli: line.qty_milli,
    ...soldIn(line, buying, item, slot),
    lasts_days: lastsDays(
      line.after_qty_milli + (said.qty_milli ?? line.qty_milli) - line.qty_milli,
      demand.daily[place] as number,
      line.receive_on - question.as_of_on,
    ),
    unit_price_micro: Number.isNaN(price) ? null : price,
    value_minor: line.value_minor,
    cost_minor: line.cost_minor,
    order_by_on: isoDateOrNull(line.order_by_on),
    order_on: isoDate(line.order_on),
    receive_on: isoDate(line.receive_on),
    runs_out_on: isoDateOrNull(line.runs_out_on),
    short_qty_milli: line.short_qty_milli,
    warnings: line.warnings,
    reason: line.reason,
    fill_qty_milli: line.fill_qty_milli,
    days_early: line.days_early,
    draft: line.draft?.key ?? null,
    below_minimum_minor: line.draft?.terms ? line.draft.below_minimum_minor : null,
    accepted_before_qty_milli: 0,
    ...said,
  };
}

/** As the rule was asked. */
function soldIn(
  { kind }: Line,
  buying: BuyingColumns,
  item: number,
  slot: number,
): Pick<ReplenishmentLine, 'minimum_qty_milli' | 'multiple_qty_milli'> {
  if (kind === 'transfer') return { minimum_qty_milli: 0, multiple_qty_milli: 0 };
  return {
    minimum_qty_milli: buying.minimum[item] as number,
    multiple_qty_milli: multipleOf(buying, item, slot),
  };
}

type Decided = Pick<ReplenishmentLine, 'state' | 'decided'> &
  Partial<Pick<ReplenishmentLine, 'qty_milli' | 'value_minor'>>;

function decided(decision: Decision | undefined): Decided {
  if (decision === undefined) return { state: 'new', decided: null };
  const { state, qty_milli, value_minor, by, at_ms, reason, waiting, draft_order } = decision;
  const counts = state === 'rejected' ? {} : { qty_milli, value_minor };
  return { ...counts, state, decided: { by, at_ms, reason, waiting, draft_order } };
}
