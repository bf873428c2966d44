/** Exchange rates of a month: its average, which converts sales and margins, and that of its last day, which values what is open. */
import { currencyCodeProblem } from '#domain/currency/currencies.ts';
import { declareKind } from '#domain/imports/engine/kind.ts';
import { CURRENCY_NAMES } from './names.ts';
import { MONTH_NAMES, monthProblem } from './month.ts';

export const RATES = declareKind({
  kind: 'rates',
  title: 'Exchange rates',
  one: 'exchange rate',
  many: 'exchange rates',
  about:
    'One line a month and currency: how many units of that currency one unit of the company’s currency is worth, on average of the month and on its last day.',
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
      type: 'price',
      required: true,
      min: 0,
      strong: ['averagerate', 'average', 'avgrate', 'durchschnittskurs', 'mittelkurs', 'coursmoyen', 'gemiddeldekoers'],
      weak: ['rate', 'kurs', 'cours', 'koers'],
    },
    {
      name: 'closing_rate',
      label: 'rate of the last day',
      type: 'price',
      required: true,
      min: 0,
      strong: ['closingrate', 'closing', 'endrate', 'stichtagskurs', 'schlusskurs', 'courscloture', 'slotkoers'],
    },
  ],
  key: ['month', 'currency'],
  check: (row) => {
    const unknown = currencyCodeProblem(row.currency, 'GBP');
    if (unknown !== null) return unknown;
    if (row.average_rate === 0 || row.closing_rate === 0) return 'A rate of 0 converts nothing. Write the rate.';
    return monthProblem(row.month);
  },
  measures: [],
  examples: [
    ['2026-09', 'USD', '1.1052', '1.1018'],
    ['2026-10', 'USD', '1.0984', '1.0961'],
  ],
});
