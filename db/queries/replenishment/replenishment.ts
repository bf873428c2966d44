/** What should be ordered and moved now, of everything? */
import { isoDate } from '#domain/calendar.ts';
import { REPLENISHMENT_REFUSALS, type Replenishment, type ReplenishmentRefusal } from '#contract/queries.ts';
import type { QueryContext, QueryHandler } from '../context.ts';
import { questionKey } from '../editions.ts';
import { provenance } from '../provenance.ts';
import { keptOf } from '../readCache.ts';
import { companyById } from '../reference/companies.ts';
import { stockQuestion } from '../stock/stockAhead.ts';
import { linesView, rowOfKey, rowsWithin } from './linesView.ts';
import { type KeptProposals, REPLENISHMENT_TABLES, replenishmentEdition } from './replenishmentEdition.ts';
import { summed } from './summedLines.ts';

/** Arrangements kept of one edition. */
const MOST_VIEWS = 4;

export const replenishment: QueryHandler<'replenishment'> = async (context, args) => {
  const company = await companyById(context, args.company_id);
  const { offset, limit, edition: wanted, locate, ...arrangement } = args;
  const { edition, newer } = await replenishmentEdition(context, stockQuestion(context, company), wanted);
  context.checkCancelled();
  const kept = edition.value;
  const waiting = isWaiting({ ...context, replica: edition.standing });
  const view = keptOf(kept.views, questionKey(arrangement), MOST_VIEWS, () => linesView(kept, args));
  const none = summed(kept, []);
  return {
    rows: waiting ? [] : rowsWithin(kept, view, { offset, limit }),
    total_rows: waiting ? 0 : view.order.length,
    edition: edition.id,
    newer,
    located: locate.map((key) => (waiting ? null : rowOfKey(kept, view, key))),
    totals: waiting ? none : view.totals,
    all: waiting ? none : summed(kept, kept.proposals.lines),
    positions_checked: waiting ? 0 : kept.question.stock.count,
    refusals: waiting ? [] : refusalCounts(kept),
    took_ms: kept.took_ms,
    cost_visible: kept.question.cost_visible,
    currency: company.currency,
    waiting,
    forecast_at_ms: kept.question.forecasts.made?.made_at_ms ?? null,
    as_of_on: isoDate(kept.question.as_of_on),
    provenance: provenance({ ...context, replica: edition.standing }, REPLENISHMENT_TABLES),
  };
};

/** While rows it is made of are still loading, too much would be proposed. */
export function isWaiting(context: QueryContext): boolean {
  return REPLENISHMENT_TABLES.some((table) => context.replica.loading_tables.has(table));
}

export function refusalCounts({ proposals }: KeptProposals): Replenishment['refusals'] {
  const counts = new Map<ReplenishmentRefusal, number>();
  for (const { reason } of proposals.refusals.values()) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return REPLENISHMENT_REFUSALS.map((reason) => ({ reason, positions: counts.get(reason) ?? 0 }))
    .filter(({ positions }) => positions > 0)
    .toSorted((a, b) => b.positions - a.positions);
}
