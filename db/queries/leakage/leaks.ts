/** Every leak of some months, of all causes in one shape, found once per state of the copy. */
import { firstDayOfMonth, lastDayOfMonth } from '#domain/calendar.ts';
import type { LeakageCause } from '#domain/pricing/leakage.ts';
import type { QueryContext } from '../context.ts';
import { asOfDay } from '../provenance.ts';
import { remembered } from '../readCache.ts';
import { companyById } from '../reference/companies.ts';
import { seesArea } from '../rights.ts';
import { costRises } from './costRise.ts';
import { leakingLines } from './leakage.ts';

export interface Leak {
  readonly cause: LeakageCause;
  readonly order_id: number | null;
  readonly number: string | null;
  readonly channel_id: number | null;
  readonly party_id: number | null;
  readonly item_id: number | null;
  readonly on: number;
  readonly qty_milli: number;
  readonly rule_bp: number | null;
  readonly given_bp: number | null;
  readonly leak_minor: number;
}

export interface LeaksQuestion {
  readonly company_id: number;
  readonly from_month: number;
  readonly to_month: number;
}

/** Largest first. A cost rise counts when it fell into the months, with what was sold since. */
export async function leaksOf(
  context: QueryContext,
  question: LeaksQuestion,
): Promise<{ readonly leaks: readonly Leak[]; readonly currency: string; readonly cost_visible: boolean }> {
  const company = await companyById(context, question.company_id);
  const cost_visible = seesArea(context.user, company.id, 'cost');
  const from_on = firstDayOfMonth(question.from_month);
  const to_on = lastDayOfMonth(question.to_month);
  const as_of_on = asOfDay(context, company.time_zone);
  const leaks = await remembered(
    context,
    (cache) => cache.leaks,
    JSON.stringify([company.id, from_on, to_on, as_of_on, cost_visible]),
    async () => {
      const scope = { company_id: company.id, currency: company.currency };
      const lines: Leak[] = (await leakingLines(context, { ...scope, from_on, to_on, cost_visible })).map((line) => ({
        ...line,
        on: line.ordered_on,
      }));
      const rises = cost_visible ? await costRises(context, { ...scope, as_of_on }) : [];
      for (const rise of rises) {
        if (rise.since_on < from_on || rise.since_on > to_on) continue;
        lines.push({
          cause: 'cost_rise',
          order_id: null,
          number: null,
          channel_id: null,
          party_id: rise.supplier_id,
          item_id: rise.item_id,
          on: rise.since_on,
          qty_milli: rise.sold_since_qty_milli,
          rule_bp: null,
          given_bp: rise.rise_bp,
          leak_minor: rise.leak_minor,
        });
      }
      return lines.toSorted(
        (a, b) => b.leak_minor - a.leak_minor || a.on - b.on || (a.order_id ?? 0) - (b.order_id ?? 0),
      );
    },
  );
  return { leaks, currency: company.currency, cost_visible };
}
