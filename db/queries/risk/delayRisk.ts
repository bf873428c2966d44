/** Open order lines by the money that is likely to be late. */
import { isoDate } from '#domain/calendar.ts';
import type { QueryArgs } from '#contract/queries.ts';
import type { QueryHandler } from '../context.ts';
import { provenance } from '../provenance.ts';
import { atRiskMinor, delayRows, judgeOf, openValueMinor } from './delayRows.ts';
import { DELAY_TABLES, type OpenLine } from './delays.ts';
import { readyDelays } from './ready.ts';

type Args = QueryArgs<'delayRisk'>;

const RANK: Readonly<Record<Args['order_by'], (one: OpenLine) => number>> = {
  // without a probability all that is known of a line is what it is worth
  at_risk: (one) => -(atRiskMinor(one) ?? openValueMinor(one.line)),
  probability: ({ probability }) => (Number.isNaN(probability) ? 0 : -probability),
  committed_on: ({ line }) => line.committed_on,
  value: ({ line }) => -openValueMinor(line),
};

export const delayRisk: QueryHandler<'delayRisk'> = async (context, args) => {
  const { company, as_of_on, delays, missing } = await readyDelays(context, args.company_id);
  const said = {
    missing,
    currency: company.currency,
    as_of_date: isoDate(as_of_on),
    provenance: provenance(context, DELAY_TABLES),
  };
  if (delays === null) {
    return {
      judge: 'nothing',
      rows: [],
      total_lines: 0,
      total_value_minor: 0,
      total_at_risk_minor: null,
      late_already: { lines: 0, value_minor: 0 },
      undated_lines: 0,
      left_out_lines: 0,
      ...said,
    };
  }
  const found = delays.open.filter((one) => isAsked(args, one));
  const rank = RANK[args.order_by];
  const ranked = found
    .map((one) => ({ one, at: rank(one) }))
    .toSorted((a, b) => a.at - b.at || a.one.line.line_id - b.one.line.line_id)
    .slice(0, args.limit)
    .map(({ one }) => one);
  const { learned } = delays;
  const judgements = learned.kind === 'model' ? learned.model.judge(ranked.map(({ seen }) => seen)) : [];
  const sumOf = (some: readonly number[]): number => some.reduce((sum, each) => sum + each, 0);
  return {
    judge: judgeOf(delays),
    rows: delayRows(context, delays, ranked, judgements),
    total_lines: found.length,
    total_value_minor: sumOf(found.map(({ line }) => openValueMinor(line))),
    total_at_risk_minor: learned.kind === 'model' ? sumOf(found.map((one) => atRiskMinor(one) ?? 0)) : null,
    late_already: { lines: delays.late_already.length, value_minor: sumOf(delays.late_already.map(openValueMinor)) },
    undated_lines: delays.undated_lines,
    left_out_lines: delays.left_out_lines,
    ...said,
    provenance: provenance(context, DELAY_TABLES),
  };
};

function isAsked(args: Args, { line, supplier_id, probability }: OpenLine): boolean {
  return (
    (args.channel_id === undefined || line.channel_id === args.channel_id) &&
    (args.site_id === undefined || line.site_id === args.site_id) &&
    (args.supplier_id === undefined || supplier_id === args.supplier_id) &&
    (args.at_least_bp === 0 || probability * 10_000 >= args.at_least_bp)
  );
}
