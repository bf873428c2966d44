/** Exchange rates of a month: its average, which converts sales and margins, and that of its last day, which values what is open. */
import { currencyCodeProblem } from '#domain/currency/currencies.ts';
import { keptTogether, perPlaces, RATE_PLACES } from '#domain/currency/rateValue.ts';
import { type Decimal, parseDecimal } from '#domain/decimal.ts';
import { declareKind } from '#domain/imports/engine/kind.ts';
import { CURRENCY_NAMES } from './names.ts';
import { MONTH_NAMES, monthProblem } from './month.ts';

export const RATES = declareKind({
  kind: 'rates',
  title: 'Exchange rates',
  one: 'exchange rate',
  many: 'exchange rates',
  about:
    'One line a month and currency: how many units of that currency one unit of the company’s currency is worth, on average of the month and on its last day. Rates for 100 or 1000 units say so in a column of their own; of small rates give all the digits you have, up to 18 decimals.',
  area: 'finance',
  fields: [
    { name: 'month', label: 'month', type: 'code', required: true, strong: MONTH_NAMES, weak: ['date', 'datum'] },
    {
      name: 'currency',
      label: 'currency',
      type: 'code',
      required: true,
      strong: CURRENCY_NAMES,
      weak: ['code', 'iso'],
    },
    {
      name: 'average_rate',
      label: 'average rate',
      type: 'rate',
      required: true,
      strong: ['averagerate', 'average', 'avgrate', 'durchschnittskurs', 'mittelkurs', 'coursmoyen', 'gemiddeldekoers'],
      weak: ['rate', 'kurs', 'cours', 'koers'],
    },
    {
      name: 'closing_rate',
      label: 'rate of the last day',
      type: 'rate',
      required: true,
      strong: ['closingrate', 'closing', 'endrate', 'stichtagskurs', 'schlusskurs', 'courscloture', 'slotkoers'],
    },
    {
      name: 'per_units',
      label: 'units of the company’s currency the rates are for',
      type: 'whole',
      strong: [
        'perunits',
        'per',
        'units',
        'unit',
        'einheiten',
        'einheit',
        'unites',
        'unités',
        'unite',
        'unité',
        'eenheden',
        'eenheid',
      ],
    },
  ],
  key: ['month', 'currency'],
  check: (row) => {
    const unknown = currencyCodeProblem(row.currency, 'GBP');
    if (unknown !== null) return unknown;
    const rates = ratesOf(row);
    return typeof rates === 'string' ? rates : monthProblem(row.month);
  },
  measures: [],
  examples: [
    ['2026-09', 'USD', '1.1052', '1.1018', ''],
    ['2026-10', 'USD', '1.0984', '1.0961', ''],
    ['2026-10', 'JPY', '16312.5', '16280', '100'],
  ],
});

interface RateCells {
  readonly average_rate: string;
  readonly closing_rate: string;
  readonly per_units?: number | null | undefined;
}

/** The rates of a line as they are kept, or a sentence why they cannot be. */
export function ratesOf(
  row: RateCells,
): { readonly average_rate_micro: number; readonly closing_rate_micro: number; readonly per_units: number } | string {
  const zeros = perPlaces(row.per_units ?? 1);
  if (zeros === null) return 'The units the rates are for are 1, 10, 100 and so on, up to 1000000000000.';
  const forOne = (text: string): Decimal => {
    const { units, places } = parseDecimal(text) ?? { units: 0n, places: 0 };
    return { units, places: places + zeros };
  };
  const rates = [forOne(row.average_rate), forOne(row.closing_rate)];
  if (rates.some(({ units }) => units === 0n)) return 'A rate of 0 converts nothing. Write the rate.';
  const kept = keptTogether(rates);
  const [average_rate_micro, closing_rate_micro] = kept?.rates_micro ?? [];
  if (!kept || average_rate_micro === undefined || closing_rate_micro === undefined)
    return `The rates have too many digits to be kept exactly: 15 in all, and up to ${RATE_PLACES} decimals for one unit. Round them.`;
  return { average_rate_micro, closing_rate_micro, per_units: kept.per_units };
}
