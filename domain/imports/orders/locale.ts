/** Currency and time zone assumed from where the orders came from: stated in the report as assumed. */

const LOCALES: ReadonlyMap<string, readonly [currency: string, time_zone: string]> = new Map([
  ['united kingdom', ['GBP', 'Europe/London']],
  ['uk', ['GBP', 'Europe/London']],
  ['gb', ['GBP', 'Europe/London']],
  ['great britain', ['GBP', 'Europe/London']],
  ['ireland', ['EUR', 'Europe/Dublin']],
  ['eire', ['EUR', 'Europe/Dublin']],
  ['germany', ['EUR', 'Europe/Berlin']],
  ['de', ['EUR', 'Europe/Berlin']],
  ['france', ['EUR', 'Europe/Paris']],
  ['fr', ['EUR', 'Europe/Paris']],
  ['netherlands', ['EUR', 'Europe/Amsterdam']],
  ['nl', ['EUR', 'Europe/Amsterdam']],
  ['belgium', ['EUR', 'Europe/Brussels']],
  ['be', ['EUR', 'Europe/Brussels']],
  ['spain', ['EUR', 'Europe/Madrid']],
  ['es', ['EUR', 'Europe/Madrid']],
  ['italy', ['EUR', 'Europe/Rome']],
  ['it', ['EUR', 'Europe/Rome']],
  ['austria', ['EUR', 'Europe/Vienna']],
  ['at', ['EUR', 'Europe/Vienna']],
  ['portugal', ['EUR', 'Europe/Lisbon']],
  ['finland', ['EUR', 'Europe/Helsinki']],
  ['poland', ['PLN', 'Europe/Warsaw']],
  ['sweden', ['SEK', 'Europe/Stockholm']],
  ['norway', ['NOK', 'Europe/Oslo']],
  ['denmark', ['DKK', 'Europe/Copenhagen']],
  ['switzerland', ['CHF', 'Europe/Zurich']],
  ['usa', ['USD', 'America/New_York']],
  ['us', ['USD', 'America/New_York']],
  ['united states', ['USD', 'America/New_York']],
  ['canada', ['CAD', 'America/Toronto']],
  ['australia', ['AUD', 'Australia/Sydney']],
  ['japan', ['JPY', 'Asia/Tokyo']],
]);

export interface AssumedLocale {
  readonly currency: string;
  readonly time_zone: string;
  /** The country most of the sample names; null when it names none we know, then UTC and EUR. */
  readonly country: string | null;
}

/** From the country that most of the given order lines name. */
export function assumedLocale(countries: Iterable<string>): AssumedLocale {
  const counts = new Map<string, number>();
  for (const country of countries) {
    const name = country.trim();
    if (name !== '') counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const majority = [...counts].toSorted((a, b) => b[1] - a[1])[0]?.[0];
  const locale = majority === undefined ? undefined : LOCALES.get(majority.toLowerCase());
  if (!locale || majority === undefined) return { currency: 'EUR', time_zone: 'UTC', country: null };
  return { currency: locale[0], time_zone: locale[1], country: majority };
}
