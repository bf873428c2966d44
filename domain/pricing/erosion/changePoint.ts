/**
 * Since when a unit costs what it costs: the day that parts its days into two levels with the least squares left over (one
 * change of mean, as in Page 1955 and any text on change points since). null when the levels differ by less than half of what
 * is said to have changed: it came little by little.
 */
export interface DayUnits {
  readonly day: number;
  readonly qty_milli: number;
  readonly amount_minor: number;
}

/** `days` in order; `by` is the change looked for, minor units a thousandth, above nothing. */
export function sinceWhen(days: readonly DayUnits[], by: number): number | null {
  const known = days.filter(({ qty_milli }) => qty_milli > 0);
  let qty = 0;
  let amount = 0;
  for (const each of known) {
    qty += each.qty_milli;
    amount += each.amount_minor;
  }
  let best = 0;
  let since: number | null = null;
  let qty_before = 0;
  let amount_before = 0;
  for (const each of known) {
    const qty_after = qty - qty_before;
    if (qty_before > 0) {
      const step = (amount - amount_before) / qty_after - amount_before / qty_before;
      // what two levels explain of the squares: the product of their weights and the step's square
      const explained = qty_before * qty_after * step * step;
      if (step >= by / 2 && explained > best) {
        best = explained;
        since = each.day;
      }
    }
    qty_before += each.qty_milli;
    amount_before += each.amount_minor;
  }
  return since;
}
