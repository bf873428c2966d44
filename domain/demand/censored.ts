/**
 * A history as forecasts are fed with it: where a period was censored, what was ordered is only a lower bound, so what was
 * to be expected stands there if that is more. It is expected from what lies before, earlier replacements included: nothing
 * that came later is looked at, so the same history never changes when time goes on.
 */
import { forecastDemand } from '#domain/forecast/forecast.ts';

/** With fewer periods before it nothing is to be expected: the period stands as it is. */
const LEAST_BEFORE = 3;

/** `censored[i] === 1`: the period was. Answers the values themselves where none was. */
export function uncensored(values: Float64Array, censored: ArrayLike<number>, season: number): Float64Array {
  let fed = values;
  let at = 0;
  while (at < values.length) {
    if (censored[at] !== 1) {
      at += 1;
      continue;
    }
    let end = at;
    while (end < values.length && censored[end] === 1) end += 1;
    const before = fed.subarray(0, at);
    if (at >= LEAST_BEFORE && before.some((value) => value > 0)) {
      const { point } = forecastDemand({ values: before, season, horizon: end - at });
      if (fed === values) fed = values.slice();
      for (let each = at; each < end; each++) fed[each] = Math.max(values[each] ?? 0, point[each - at] ?? 0);
    }
    at = end;
  }
  return fed;
}
