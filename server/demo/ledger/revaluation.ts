/** What is open in the other currency at each month's end, at the closing rate, and its take-back on the first of the next. */
import { lastDayOfMonth } from '#domain/calendar.ts';
import { perOne } from '#domain/currency/rateValue.ts';
import { valueInOurs } from '#domain/close/reconcile/foreign.ts';
import type { ControlAccount } from '../foreign.ts';
import type { CompanyWorld } from '../world.ts';
import { dayText } from './journals.ts';

const SIDES: Readonly<Record<ControlAccount, string>> = { ar: 'receivables', ap: 'payables' };

/** Reads what is open when every document is in. */
export function bookRevaluations(world: CompanyWorld): void {
  for (const [nth, month] of world.horizon.months.entries()) {
    if (lastDayOfMonth(month) > world.horizon.today) break;
    for (const account of ['ar', 'ap'] as const) bookRevaluation(world, account, nth);
  }
}

/** What the closing rate makes of what is open at a month's end, as it moves the account, debit positive. */
export function revaluedAt(world: CompanyWorld, account: ControlAccount, nth: number): number {
  return revaluation(world, account, nth, world.foreign.rates[nth]?.closing_micro ?? 0);
}

/** The line it is in the subledger of its account. */
export function revaluationLine({ foreign }: CompanyWorld, account: ControlAccount, nth: number): string {
  const rate = (foreign.rates[nth]?.closing_micro ?? 0) / 1_000_000;
  return `Revaluation of ${foreign.currency} ${SIDES[account]} at ${rate}`;
}

function bookRevaluation(world: CompanyWorld, account: ControlAccount, nth: number): void {
  const { books, differences, foreign, horizon } = world;
  const month = horizon.months[nth] ?? 0;
  const booked_on = lastDayOfMonth(month);
  const right = revaluedAt(world, account, nth);
  if (right === 0) return;
  const line = revaluationLine(world, account, nth);
  const items = account === 'ar' ? books.receivables : books.payables;
  items.between(line, booked_on, booked_on + 1, account === 'ar' ? right : -right);
  const ref = `FXR ${month} ${foreign.currency} ${SIDES[account]}`;
  const found = { from_on: booked_on, until_on: booked_on + 1, ref };
  const before = foreign.rates[nth - 1];
  const other = before === undefined ? right : revaluation(world, account, nth, before.closing_micro);
  let used = right;
  const may = month < horizon.open_period;
  if (may && differences.strikes('revaluation_not_booked', booked_on)) used = 0;
  // one that comes to nothing was not booked
  else if (may && other !== right && other !== 0 && differences.strikes('revalued_at_old_rate', booked_on))
    used = other;
  if (used !== right) {
    const kind = used === 0 ? 'revaluation_not_booked' : 'revalued_at_old_rate';
    differences.plant({ kind, ...found, role: account, amount_minor: used - right });
    differences.plant({ kind, ...found, role: 'fx_gain', amount_minor: right - used });
  }
  for (const [day, amount, memo] of [
    [booked_on, used, `Open ${foreign.currency} ${SIDES[account]} at the closing rate ${month}`],
    [booked_on + 1, -used, `Revaluation of ${foreign.currency} ${SIDES[account]} ${month} taken back`],
  ] as const) {
    const number = `FXR/${dayText(day)}-${foreign.currency}-${account.toUpperCase()}`;
    const lines = [
      { role: account, channel_id: null, party_id: null, amount_minor: amount },
      { role: 'fx_gain' as const, channel_id: null, party_id: null, amount_minor: -amount },
    ];
    books.journals.single({ journal: 'FXR', number, booked_on: day, ref, memo, lines });
  }
}

function revaluation({ company, foreign }: CompanyWorld, account: ControlAccount, nth: number, rate_micro: number) {
  const upTo = (sums: Float64Array) => sums.subarray(0, nth + 1).reduce((sum, each) => sum + each, 0);
  const { foreign: open, booked } = foreign.open[account];
  const value = valueInOurs(upTo(open), { currency: foreign.currency, ours: company.currency, ...perOne(rate_micro) });
  return (account === 'ar' ? 1 : -1) * (value - upTo(booked)) + 0;
}
