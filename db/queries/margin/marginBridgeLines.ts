/** Which lines make this effect of a margin bridge? */
import { minorDigits } from '#domain/money.ts';
import type { BridgeLineView } from '#contract/queries.ts';
import type { QueryHandler } from '../context.ts';
import { lineFigures } from '../orders/orderLineViews.ts';
import { provenance } from '../provenance.ts';
import { bridgeGround, bridgeLines } from './bridgeScan.ts';
import { comparisonOf } from './comparison.ts';
import { creditViews } from './creditViews.ts';
import { askBridge } from './marginBridge.ts';
import { marginLineViews } from './marginLines.ts';

export const marginBridgeLines: QueryHandler<'marginBridgeLines'> = async (context, asked) => {
  const { company_id, effect, limit, ...question } = asked;
  const { ask, facts, since_month, ground } = await askBridge(context, {
    ...question,
    company_ids: [company_id],
    rows: ['item'],
  });
  const { currency } = ask.book;
  const about = {
    currency,
    comparison: comparisonOf(ground),
    provenance: provenance(context, [...facts, 'sales_order', 'item'], since_month),
  };
  if (ask.compares === null) {
    return { ...about, lines: [], total_lines: 0, other_lines: 0, other_minor: 0, total_minor: 0 };
  }
  const found = bridgeLines(ask, await bridgeGround(ask, asked.step, ask.compares), effect, limit);
  context.checkCancelled();
  const idsOf = (source: 'line' | 'credit' | 'claim') =>
    found.lines.flatMap((line) => (line.source === source ? [line.id] : []));
  const figures = await lineFigures(context, idsOf('line'));
  const rows = figures.map((line) => ({ key: `line ${line.id}`, line, document: null }));
  const views = new Map([
    ...(await marginLineViews(context, company_id, rows, true)).map((view) => [view.key, view] as const),
    ...(await creditViews(context, idsOf('credit'), idsOf('claim'))),
  ]);
  const scale = 10 ** (9 - minorDigits(currency));
  const lines = found.lines.map(({ source, id, is_now, effect_minor, before_rate }): BridgeLineView => {
    const view = views.get(`${source} ${id}`);
    if (!view) throw new Error(`${source} ${id} of an effect vanished inside a read transaction`);
    const before_unit_micro = before_rate === null ? null : Math.round(before_rate * scale);
    return { ...view, key: `${view.key}${is_now ? '' : ' before'}`, is_now, before_unit_micro, effect_minor };
  });
  const shown = lines.reduce((sum, line) => sum + line.effect_minor, 0);
  return {
    ...about,
    lines,
    total_lines: found.total_lines,
    other_lines: found.total_lines - lines.length,
    other_minor: found.total_minor - shown,
    total_minor: found.total_minor,
  };
};
