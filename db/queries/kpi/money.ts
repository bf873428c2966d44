/** A KPI made of money over several companies: each company's month converted at its rate, then added up. */
import { monthRange } from '#domain/calendar.ts';
import { converterOf, type RateKind } from '#domain/currency/convert.ts';
import { convertSums } from '#domain/currency/moneySums.ts';
import type { KpiDefinition } from '#domain/kpi/definition.ts';
import { addLadderSums, emptyLadderSums } from '#domain/kpi/marginLadder.ts';
import { fractionMoney, LADDER_MONEY, tallyMoney } from '#domain/kpi/moneyShapes.ts';
import {
  addTally,
  emptyTally,
  figureOf,
  type KpiFigure,
  NO_FIGURE,
  ratioFigure,
  sumFigure,
} from '#domain/kpi/tally.ts';
import type { RateBook } from '../reference/rates.ts';
import { ladderFigure, type Measured } from './measure.ts';

/** A company's figure of a month by itself. */
export interface CompanyMonths {
  readonly company_id: number;
  readonly month: (month: number) => Measured;
}

/** What happened goes by the month's average rate, what is there on a day by the closing rate. */
export function rateKindOf(definition: Pick<KpiDefinition, 'period'>): RateKind {
  return definition.period === 'snapshot' ? 'closing' : 'average';
}

/** null = a rate is not here, which the book says. */
export function moneyTogether(
  definition: KpiDefinition,
  companies: readonly CompanyMonths[],
  from_month: number,
  to_month: number,
  book: RateBook,
): KpiFigure | null {
  const months = definition.period === 'snapshot' ? [to_month] : monthRange(from_month, to_month);
  const ladder = emptyLadderSums();
  let value_days_minor = 0;
  const total = emptyTally();
  const fraction = { numerator: 0, denominator: 0 };
  let made_of: 'ladder' | 'tally' | 'figure' | null = null;
  let lacking = false;
  for (const { company_id, month: measuredOf } of companies) {
    for (const month of months) {
      const measured = measuredOf(month);
      if (isNothing(measured)) continue;
      const rate = book.rateOf(company_id, month, rateKindOf(definition));
      if (rate === null) {
        lacking = true;
        continue;
      }
      if (measured.ladder !== null) {
        made_of = 'ladder';
        addLadderSums(ladder, convertSums(LADDER_MONEY, measured.ladder.sums, rate));
        value_days_minor += converterOf(rate)(measured.ladder.value_days_minor);
      } else if (measured.tally !== null) {
        made_of = 'tally';
        addTally(total, convertSums(tallyMoney(definition), measured.tally, rate));
      } else {
        const { numerator, denominator } = measured.figure;
        if (numerator === null) return NO_FIGURE;
        made_of = 'figure';
        const shown = convertSums(fractionMoney(definition), { numerator, denominator: denominator ?? 0 }, rate);
        fraction.numerator += shown.numerator;
        fraction.denominator += shown.denominator;
      }
    }
  }
  if (lacking) return null;
  switch (made_of) {
    case 'ladder':
      // a KPI that is not for this user was never measured
      return ladderFigure(definition.id, ladder, value_days_minor, true);
    case 'tally':
      return figureOf(definition, total);
    case 'figure':
    case null:
      return definition.measure === 'sum'
        ? sumFigure(fraction.numerator)
        : ratioFigure(fraction.numerator, fraction.denominator, definition.format);
  }
}

/** Nothing lies in the month: no rate is needed for it. */
function isNothing({ figure, tally, ladder }: Measured): boolean {
  if (ladder !== null) {
    const { margin, credits_minor, claims_minor } = ladder.sums;
    return margin.lines === 0 && credits_minor === 0 && claims_minor === 0 && ladder.value_days_minor === 0;
  }
  return tally === null ? figure.numerator === 0 && (figure.denominator ?? 0) === 0 : tally.rows === 0;
}
