/** For the tests of this folder: what the reconciliations of the month closed and of the one under way find, beside what was planted. */
import { expect } from 'vitest';
import { addMonths, firstDayOfMonth, lastDayOfMonth, monthOfDay } from '#domain/calendar.ts';
import { carriedFrom } from '#domain/close/reconcile/carry.ts';
import type { Cause } from '#domain/close/reconcile/causes.ts';
import type { Found } from '#domain/close/reconcile/facts.ts';
import { FIRST_LOOK_MONTHS, RECONCILIATIONS } from '#domain/close/reconcile/plan.ts';
import type { Reconciliation } from '#domain/close/reconcile/reconcile.ts';
import { computeReconciliations } from '#server/close/compute.ts';
import type { DifferenceKind, PlantedDifference } from '../differences/kinds.ts';
import { horizonOf } from '../size.ts';
import type { CollectedRows } from '../testing.ts';
import { rowSource } from './rowSource.ts';

const CAUSE_OF: Readonly<Record<DifferenceKind, Cause>> = {
  bill_posted_twice: 'posted_twice',
  receipt_in_wrong_month: 'posted_in_another_month',
  invoice_to_wrong_account: 'posted_to_another_account',
  payment_of_wrong_party: 'with_another_party',
  manual_journal_on_inventory: 'entry_by_hand',
  count_not_posted: 'document_not_posted',
  rebate_not_accrued: 'accrual_missing',
  fee_at_old_rate: 'accrued_at_old_rate',
  landed_cost_not_allocated: 'cost_not_allocated',
  rate_of_wrong_day: 'revalued_at_another_rate',
  intercompany_unmatched: 'no_counterpart',
  delivery_not_at_sister: 'not_at_sister',
  bank_charge_not_booked: 'charge_not_booked',
  payment_not_at_bank: 'outstanding_payment',
  revaluation_not_booked: 'not_revalued',
  revalued_at_old_rate: 'revalued_at_another_rate',
};

/** One line a difference: company, month, task, cause, amount, document, day. */
export async function markedAgainst(rows: CollectedRows, planted: readonly PlantedDifference[], today: number) {
  const { closed_period, open_period } = horizonOf(today);
  const found: string[] = [];
  const expected: string[] = [];
  for (const company of rows.company) {
    const source = rowSource(rows, company.id);
    let carried: readonly Found[] = [];
    for (const period of [closed_period, open_period]) {
      const cut_off = lastDayOfMonth(period);
      const first_look = period === closed_period;
      const from = first_look
        ? firstDayOfMonth(addMonths(period, -FIRST_LOOK_MONTHS))
        : firstDayOfMonth(monthOfDay(cut_off));
      const results = await computeReconciliations(source, { cut_off, from, first_look, today, carried });
      expect(results).toHaveLength(RECONCILIATIONS.length);
      carried = carriedFrom(results);
      found.push(...told(company.code, period, results));
      for (const each of planted) {
        if (each.company_code !== company.code || !standsAt(each, cut_off)) continue;
        const { code, sign } = RECONCILIATIONS.find(({ roles }) => roles.some((role) => role === each.role)) ?? {};
        expected.push(
          `${company.code} ${period} ${code} ${CAUSE_OF[each.kind]} ${(sign ?? 1) * each.amount_minor + 0} ${each.ref} ${each.from_on}`,
        );
      }
    }
  }
  return { found, expected };
}

export function standsAt({ from_on, until_on }: PlantedDifference, day: number): boolean {
  return from_on <= day && (until_on === null || day < until_on);
}

function told(company: string, period: number, results: readonly Reconciliation[]): readonly string[] {
  return results.flatMap(({ code, items, difference_minor }) => {
    expect(items.reduce((sum, item) => sum + item.amount_minor, 0)).toBe(difference_minor);
    return items.map(
      ({ cause, amount_minor, ref, arose_on }) =>
        `${company} ${period} ${code} ${cause} ${amount_minor} ${ref} ${arose_on}`,
    );
  });
}
