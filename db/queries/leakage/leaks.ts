/**
 * Every leak of some months, of all causes in one shape, found once per state of the copy; and those of a selection, kept
 * by the filter that keeps its lines. A cause that is of no dimension of the filter is left out, not guessed.
 */
import { firstDayOfMonth, lastDayOfMonth } from '#domain/calendar.ts';
import { LEAKAGE_CAUSES, type LeakageCause } from '#domain/pricing/leakage.ts';
import type { LineDimension } from '#contract/queries.ts';
import type { QueryContext } from '../context.ts';
import { itemFacts, NOTHING_KNOWN } from '../facts.ts';
import { type FiledRow, keepsCredit } from '../margin/credits.ts';
import { type LineFilter, narrowedBy } from '../orders/linePredicate.ts';
import { DIMENSION_PLURAL } from '../pivot/dimensionNames.ts';
import { keepsDay } from '../pivot/periods.ts';
import { asOfDay } from '../provenance.ts';
import { rememberedOf } from '../readCache.ts';
import { companyById } from '../reference/companies.ts';
import { seesArea } from '../rights.ts';
import { costRises, RISES_MADE_OF } from './costRise.ts';
import { LEAKING_LINES_MADE_OF, linesBeyondRules } from './leakage.ts';
import { listPriceOwners } from './listPriceOwners.ts';

export interface Leak extends FiledRow {
  readonly cause: LeakageCause;
  readonly order_id: number | null;
  /** null = of a whole order, or of no order. */
  readonly order_line_id: number | null;
  readonly number: string | null;
  readonly on: number;
  /** null = the whole order leaks. */
  readonly qty_milli: number | null;
  readonly rule_bp: number | null;
  readonly given_bp: number | null;
  readonly leak_minor: number;
  /** Who allowed it; null = it leaks. */
  readonly approved_by: string | null;
  /** Who answers for it: of a cost rise the owner of the item's list price. */
  readonly owner: string | null;
}

export interface LeaksQuestion extends LineFilter {
  readonly from_month: number;
  readonly to_month: number;
}

/** Tables whose rows every answer about leaks needs. */
export const LEAKS_NEED = ['order_line', 'sales_order', 'channel_rule', 'price_rule'] as const;

/** What they are made of: while none of these changed, those that were found stand. */
const LEAKS_MADE_OF = [...new Set([...LEAKING_LINES_MADE_OF, ...RISES_MADE_OF])];

export function sumOf(leaks: readonly Leak[]): number {
  return leaks.reduce((sum, leak) => sum + leak.leak_minor, 0);
}

/** What a cause is of no part of. */
const UNTOLD: Readonly<Partial<Record<LeakageCause, { readonly by: readonly LineDimension[]; readonly why: string }>>> =
  {
    cost_rise: {
      by: ['channel', 'site', 'country', 'customer', 'salesperson'],
      why: 'a rise is of an item, whoever buys it: it is not told apart by',
    },
    freight_not_charged: {
      by: ['category', 'supplier', 'item'],
      why: 'freight is charged on whole orders: it is not told apart by',
    },
  };

export interface SelectedLeaks {
  readonly leaks: readonly Leak[];
  /** Beyond a rule as well, and allowed by somebody: told apart, and no leak. */
  readonly allowed: readonly Leak[];
  readonly left_out: readonly { readonly cause: LeakageCause; readonly reason: string }[];
  readonly currency: string;
  readonly cost_visible: boolean;
}

/** Those of the lines a filter keeps. */
export async function selectedLeaks(context: QueryContext, question: LeaksQuestion): Promise<SelectedLeaks> {
  const { leaks, currency, cost_visible } = await leaksOf(context, question);
  const { company_id: _company, ...filter } = question;
  const narrowed = narrowedBy(filter);
  const left_out = Object.entries(UNTOLD).flatMap(([name, { by, why }]) => {
    const cause = LEAKAGE_CAUSES.find((each) => each === name);
    const dimension = by.find((each) => narrowed.includes(each));
    if (cause === undefined || dimension === undefined || (cause === 'cost_rise' && !cost_visible)) return [];
    return [{ cause, reason: `${why} ${DIMENSION_PLURAL[dimension]}` }];
  });
  const inDays = keepsDay(question);
  const items = narrowed.length === 0 ? NOTHING_KNOWN : await itemFacts(context);
  const kept = leaks.filter(
    (leak) =>
      inDays(leak.on) && !left_out.some(({ cause }) => cause === leak.cause) && keepsCredit(leak, filter, items),
  );
  const allowed = kept.filter(({ approved_by }) => approved_by !== null);
  return { leaks: kept.filter(({ approved_by }) => approved_by === null), allowed, left_out, currency, cost_visible };
}

/** Largest first, with what somebody allowed. A cost rise counts when it fell into the months, with what was sold since. */
export async function leaksOf(
  context: QueryContext,
  question: LeaksQuestion,
): Promise<{ readonly leaks: readonly Leak[]; readonly currency: string; readonly cost_visible: boolean }> {
  const company = await companyById(context, question.company_id);
  const cost_visible = seesArea(context.user, company.id, 'cost');
  const from_on = firstDayOfMonth(question.from_month);
  const to_on = lastDayOfMonth(question.to_month);
  const as_of_on = asOfDay(context, company.time_zone);
  const leaks = await rememberedOf(
    context,
    (cache) => cache.leaks,
    JSON.stringify([company.id, from_on, to_on, as_of_on, cost_visible, [...context.replica.loading_tables]]),
    LEAKS_MADE_OF,
    async () => {
      const scope = { company_id: company.id, currency: company.currency };
      const lines: Leak[] = (await linesBeyondRules(context, { ...scope, from_on, to_on, cost_visible })).map(
        (line) => ({
          ...line,
          company_id: company.id,
          qty_milli: line.order_line_id === null ? null : line.qty_milli,
          on: line.ordered_on,
        }),
      );
      const rises = cost_visible ? await costRises(context, { ...scope, as_of_on, from_on }) : [];
      const owners = listPriceOwners(context, company.id, rises, as_of_on);
      for (const rise of rises) {
        if (rise.since_on < from_on || rise.since_on > to_on) continue;
        lines.push({
          cause: 'cost_rise',
          order_id: null,
          order_line_id: null,
          number: null,
          company_id: company.id,
          channel_id: null,
          site_id: null,
          country: null,
          party_id: rise.supplier_id,
          item_id: rise.item_id,
          on: rise.since_on,
          qty_milli: rise.sold_since_qty_milli,
          rule_bp: null,
          given_bp: rise.rise_bp,
          leak_minor: rise.leak_minor,
          approved_by: null,
          owner: owners.get(rise.item_id) ?? null,
        });
      }
      return lines.toSorted(
        (a, b) => b.leak_minor - a.leak_minor || a.on - b.on || (a.order_id ?? 0) - (b.order_id ?? 0),
      );
    },
  );
  return { leaks, currency: company.currency, cost_visible };
}
