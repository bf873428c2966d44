/** One line: every reason, and the late lines of its supplier and of its way that the rates are made of. */
import { isoDate } from '#domain/calendar.ts';
import { WINDOW_DAYS } from '#domain/risk/lineCase.ts';
import type { LateLine } from '#contract/queries.ts';
import type { QueryContext, QueryHandler } from '../context.ts';
import { provenance } from '../provenance.ts';
import { delayRows, judgeOf } from './delayRows.ts';
import { DELAY_TABLES, goodsLinesOf, lineRules } from './delays.ts';
import type { GoodsLine } from './goodsLines.ts';
import { isPast } from './lateHistory.ts';
import { completeOn, shipmentsOf } from './lineCases.ts';
import { readyDelays } from './ready.ts';

const MOST_LATE = 10;

export const delayRiskWorking: QueryHandler<'delayRiskWorking'> = async (context, { company_id, order_line_id }) => {
  const { company, as_of_on, delays } = await readyDelays(context, company_id);
  const one = delays?.open.find(({ line }) => line.line_id === order_line_id);
  const said = { currency: company.currency, provenance: provenance(context, DELAY_TABLES) };
  if (!delays || !one) {
    return { judge: 'nothing', row: null, usual_log_odds: null, supplier_late: [], lane_late: [], ...said };
  }
  const { learned } = delays;
  const [judgement] = learned.kind === 'model' ? learned.model.judge([one.seen]) : [];
  const [row] = delayRows(context, delays, [one], [judgement]);
  const rules = await lineRules(context, { company_id, as_of_on });
  const each = await goodsLinesOf(context, company_id);
  const { site_id, country } = one.line;
  const supplier = latest();
  const lane = latest();
  each((line) => {
    const cut_off_on = rules.cutOffOf(line);
    if (!line.late || !isPast(line, cut_off_on, as_of_on)) return;
    if (cut_off_on >= as_of_on - WINDOW_DAYS.supplier && rules.supplierOf(line.item_id) === one.supplier_id) {
      supplier.see(line, cut_off_on);
    }
    if (cut_off_on >= as_of_on - WINDOW_DAYS.lane && line.site_id === site_id && line.country === country) {
      lane.see(line, cut_off_on);
    }
  });
  return {
    judge: judgeOf(delays),
    row: row ?? null,
    usual_log_odds: judgement?.usual_log_odds ?? null,
    supplier_late: lateLines(context, supplier.lines()),
    lane_late: lateLines(context, lane.lines()),
    ...said,
    provenance: provenance(context, DELAY_TABLES),
  };
};

interface Seen {
  readonly line: GoodsLine;
  readonly cut_off_on: number;
}

/** Keeps the latest few, whatever comes by. */
function latest() {
  let kept: Seen[] = [];
  const inOrder = () =>
    kept.toSorted((a, b) => b.cut_off_on - a.cut_off_on || b.line.line_id - a.line.line_id).slice(0, MOST_LATE);
  return {
    see: (line: Readonly<GoodsLine>, cut_off_on: number) => {
      kept.push({ line: { ...line }, cut_off_on });
      if (kept.length >= 20 * MOST_LATE) kept = inOrder();
    },
    lines: inOrder,
  };
}

type NameRow = readonly [number: string | null, description: string | null, name: string | null];

function lateLines(context: QueryContext, some: readonly Seen[]): LateLine[] {
  const names = context.scan<NameRow>(
    `SELECT o.number, l.description, i.name FROM json_each(?) j LEFT JOIN main.order_line l ON l.id = j.value
       LEFT JOIN main.sales_order o ON o.id = l.order_id LEFT JOIN main.item i ON i.id = l.item_id ORDER BY j.key`,
    [JSON.stringify(some.map(({ line }) => line.line_id))],
  );
  const shipped = shipmentsOf(
    context,
    some.map(({ line }) => line),
  );
  return some.map(({ line, cut_off_on }, at) => {
    const complete_on = completeOn(line, shipped.get(line.line_id) ?? []);
    const [number, description, name] = names[at] ?? [];
    return {
      order_line_id: line.line_id,
      order_id: line.order_id,
      order_number: number ?? String(line.order_id),
      description: description ?? name ?? null,
      cut_off_on: isoDate(cut_off_on),
      days_late: complete_on === null ? null : Math.max(0, complete_on - cut_off_on),
    };
  });
}
