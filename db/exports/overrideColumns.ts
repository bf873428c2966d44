/** What a file of overrides holds, one row an override. Ids are the grid's. */
import { minorDigits } from '#domain/money.ts';
import type { OverriddenForecast } from '#contract/queries.ts';
import { type Column, date, decimal, integer, moment, percent, quantity, text } from './table.ts';

const STATES: Readonly<Record<OverriddenForecast['state'], string>> = {
  in_force: 'in force',
  expired: 'over',
  replaced: 'replaced',
  withdrawn: 'withdrawn',
};

/** What it is worth at cost leaves only for those who see cost. */
export function overrideColumns(currency: string, cost_visible: boolean): readonly Column<OverriddenForecast>[] {
  return [
    text('name', 'Code', (row) => row.code),
    text('name', 'Name', (row) => row.name, 34),
    text('site', 'Site', (row) => row.site, 8),
    integer('months', 'From month', (row) => row.from_month),
    integer('months', 'To month', (row) => row.to_month),
    quantity('override', 'A month', (row) => row.qty_milli),
    percent('override', 'Of the forecast', (row) => row.factor_bp),
    text('unit', 'Unit', (row) => row.uom, 8),
    quantity('value', 'Came nearer by', (row) => row.better_qty_milli),
    ...(cost_visible
      ? [
          decimal<OverriddenForecast>(
            'money',
            `Came nearer by, ${currency}`,
            minorDigits(currency),
            (row) => row.better_minor,
          ),
        ]
      : []),
    text('standing', 'Verdict', ({ better_qty_milli: better }) =>
      better === null ? 'not over yet' : better === 0 ? 'made no odds' : better > 0 ? 'helped' : 'hurt',
    ),
    text('state', 'State', (row) => (row.waiting ? 'waiting' : STATES[row.state]), 10),
    date('until', 'Until', (row) => row.expires_on),
    text('author', 'Who', (row) => row.author, 14),
    moment('author', 'Written', (row) => row.written_at_ms),
    text('reason', 'Reason', (row) => row.reason, 40),
  ];
}
