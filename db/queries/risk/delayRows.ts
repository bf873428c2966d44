/** Judged lines as screens show them: names are joined where there are few. */
import { isoDate } from '#domain/calendar.ts';
import { amountOfPart, divideRounded, safeNumber } from '#domain/money.ts';
import type { Judgement } from '#domain/risk/delayModel.ts';
import type { DelayFacts, DelayJudge, DelayRow } from '#contract/queries.ts';
import type { QueryContext } from '../context.ts';
import type { Delays, OpenLine } from './delays.ts';
import type { GoodsLine } from './goodsLines.ts';

export function judgeOf({ learned }: Delays): DelayJudge {
  return learned.kind === 'model' ? learned.model.used : 'nothing';
}

/** Net, of what is still open. */
export function openValueMinor({ net_minor, open_qty_milli, qty_milli }: GoodsLine): number {
  return amountOfPart(net_minor, open_qty_milli, qty_milli);
}

export function probabilityBp({ probability }: OpenLine): number | null {
  return Number.isNaN(probability) ? null : Math.round(probability * 10_000);
}

/** Probability × value, rounded once. */
export function atRiskMinor(one: OpenLine): number | null {
  const bp = probabilityBp(one);
  if (bp === null) return null;
  return safeNumber(divideRounded(BigInt(openValueMinor(one.line)) * BigInt(bp), 10_000n));
}

type NameRow = readonly [
  order_number: string | null,
  code: string | null,
  name: string | null,
  description: string | null,
  uom: string | null,
  party: string | null,
  channel: string | null,
  channel_kind: string | null,
  site: string | null,
  supplier: string | null,
];

/** In the order given. `judgements`: of the same lines. */
export function delayRows(
  context: QueryContext,
  delays: Delays,
  lines: readonly OpenLine[],
  judgements: readonly (Judgement | undefined)[],
): DelayRow[] {
  const ids = lines.map(({ line, supplier_id }) => [
    line.line_id,
    line.order_id,
    line.item_id,
    line.channel_id,
    line.site_id,
    supplier_id,
  ]);
  const names = context.scan<NameRow>(
    `SELECT o.number, i.code, i.name, l.description, i.uom, p.name, h.name, h.kind, s.name, u.name
     FROM json_each(?) j LEFT JOIN main.order_line l ON l.id = j.value ->> 0
       LEFT JOIN main.sales_order o ON o.id = j.value ->> 1 LEFT JOIN main.item i ON i.id = j.value ->> 2
       LEFT JOIN main.party p ON p.id = l.party_id LEFT JOIN main.channel h ON h.id = j.value ->> 3
       LEFT JOIN main.site s ON s.id = j.value ->> 4 LEFT JOIN main.party u ON u.id = j.value ->> 5
     ORDER BY j.key`,
    [JSON.stringify(ids)],
  );
  return lines.map((one, at) => {
    const { line } = one;
    const [number, code, name, description, uom, party, channel, kind, site, supplier] = names[at] ?? [];
    const { spread } = delays;
    return {
      order_line_id: line.line_id,
      order_id: line.order_id,
      order_number: number ?? String(line.order_id),
      item_id: line.item_id === 0 ? null : line.item_id,
      item_code: code ?? null,
      description: description ?? name ?? null,
      uom: uom ?? null,
      party: party ?? null,
      channel: channel ?? null,
      channel_kind: kind ?? 'unmapped',
      site: site ?? null,
      country: line.country === '' ? null : line.country,
      supplier: supplier ?? null,
      ordered_on: isoDate(line.ordered_on),
      committed_on: isoDate(line.committed_on),
      cut_off_on: isoDate(one.cut_off_on),
      open_qty_milli: line.open_qty_milli,
      value_minor: openValueMinor(line),
      probability_bp: probabilityBp(one),
      at_risk_minor: atRiskMinor(one),
      typical_delay_days: spread.byChannel.get(line.channel_id) ?? spread.all_days,
      facts: factsOf(one),
      reasons: judgements[at]?.reasons ?? [],
    };
  });
}

function factsOf({ seen, cover }: OpenLine): DelayFacts {
  const { channel_id: _channel, site_id: _site, qty_milli: _qty, ...facts } = seen;
  return { ...facts, covered_on: cover.covered_on === null ? null : isoDate(cover.covered_on) };
}
