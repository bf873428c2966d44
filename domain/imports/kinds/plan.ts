/** The plan of a month: net sales and margin by channel and category. */
import { declareKind } from '#domain/imports/engine/kind.ts';
import { BOOK_CURRENCY } from './documentFields.ts';
import { MONTH_NAMES, monthProblem } from './month.ts';
import { CATEGORY_NAMES, CHANNEL_NAMES } from './names.ts';

export const PLAN = declareKind({
  kind: 'plan',
  title: 'Plan',
  one: 'plan line',
  many: 'plan lines',
  about:
    'One line a month, channel and category: planned net sales and the margin after rebates, fees and claims (GM3). An empty channel or category means all that no other line names.',
  area: 'finance',
  fields: [
    { name: 'month', label: 'month', type: 'code', required: true, strong: MONTH_NAMES, weak: ['date', 'datum'] },
    { name: 'channel', label: 'channel', type: 'code', strong: CHANNEL_NAMES },
    { name: 'category', label: 'category', type: 'code', strong: CATEGORY_NAMES },
    {
      name: 'net_sales',
      label: 'net sales',
      type: 'money',
      required: true,
      area: 'cost',
      strong: ['netsales', 'plannednetsales', 'net', 'sales', 'revenue', 'umsatz', 'nettoumsatz', 'chiffredaffaires'],
      weak: ['amount', 'betrag'],
    },
    {
      name: 'gm3',
      label: 'margin (GM3)',
      type: 'money',
      required: true,
      area: 'cost',
      strong: ['gm3', 'plannedgm3', 'margin', 'marge', 'deckungsbeitrag', 'db3', 'margen', 'margine'],
    },
    BOOK_CURRENCY,
  ],
  key: ['month', 'channel', 'category'],
  check: (row) => {
    if (row.gm3 > row.net_sales && row.net_sales >= 0) return 'The margin is more than the net sales it is made of.';
    return monthProblem(row.month);
  },
  measures: [
    { label: 'Net sales', type: 'money', factors: ['net_sales'], area: 'cost' },
    { label: 'GM3', type: 'money', factors: ['gm3'], area: 'cost' },
  ],
  examples: [
    ['2026-10', '', 'Fasteners', '184000.00', '31280.00', ''],
    ['2026-10', '', '', '12000.00', '1800.00', ''],
  ],
});
