/** Sums of a figure of which some are money: how they get into another currency and stay true to each other. */
import { converterOf, convertParts, type Rate } from './convert.ts';

/** What of some sums is money. */
export interface MoneyShape<S> {
  /** What is shown and must add up; the same order as `withMoney` takes. */
  readonly amounts: (sums: S) => readonly number[];
  /** What only weighs in a coverage: rounded one by one, because a part must not outgrow its whole. */
  readonly weights: (sums: S) => readonly number[];
  /** The sums with other money in them; what is no money stays. */
  readonly withMoney: (sums: S, amounts: readonly number[], weights: readonly number[]) => S;
}

/** Sums by themselves: those of a company and a month, or where nothing has to add up. */
export function convertSums<S>(shape: MoneyShape<S>, sums: S, rate: Rate): S {
  if (rate.from === rate.to) return sums;
  const convert = converterOf(rate);
  return shape.withMoney(sums, shape.amounts(sums).map(convert), shape.weights(sums).map(convert));
}

/** The parts of a company's month, whose amounts add up to those of `whole`: what all of them were converted to. */
export function convertCells<S>(shape: MoneyShape<S>, cells: readonly S[], rate: Rate, whole: S): S[] {
  if (rate.from === rate.to) return [...cells];
  const own = cells.map(shape.amounts);
  const shared = shape.amounts(whole).map((whole_minor, place) =>
    convertParts(
      own.map((amounts) => amounts[place] ?? 0),
      rate,
      whole_minor,
    ),
  );
  const convert = converterOf(rate);
  return cells.map((cell, at) =>
    shape.withMoney(
      cell,
      shared.map((parts) => parts[at] ?? 0),
      shape.weights(cell).map(convert),
    ),
  );
}
