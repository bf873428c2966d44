/** The columns of the overrides of a company. */
import type { OverriddenForecast } from '#contract/queries.ts';
import { monthSpan, shortDate } from '#renderer/format/dates.ts';
import { NO_DATA, percent, quantity, roughQuantity, signed } from '#renderer/format/numbers.ts';
import { CellCode, CellName } from '#renderer/grid/cellParts.tsx';
import type { GridColumn } from '#renderer/grid/columns.ts';
import { moneyColumn } from '#renderer/grid/moneyColumn.ts';
import { Status } from '#renderer/ui/Mark.tsx';
import { STATE_WORDS } from './Overrides.tsx';

export function overrideColumns(currency: string, cost_visible: boolean): readonly GridColumn<OverriddenForecast>[] {
  return [
    {
      id: 'name',
      header: 'Item',
      width: 250,
      sort: 'name',
      text: (row) => `${row.code} ${row.name}`,
      cell: (row) => (
        <>
          <CellCode>{row.code}</CellCode> <CellName>{row.name}</CellName>
        </>
      ),
    },
    { id: 'site', header: 'Site', width: 62, sort: 'site', text: (row) => row.site },
    { id: 'months', header: 'Months', width: 152, text: (row) => monthSpan(row.from_month, row.to_month) },
    {
      id: 'override',
      header: 'A month',
      width: 92,
      align: 'right',
      text: (row) => (row.qty_milli === null ? percent(row.factor_bp) : quantity(row.qty_milli)),
    },
    { id: 'unit', header: 'Unit', width: 54, text: (row) => row.uom },
    {
      id: 'value',
      header: 'Came nearer by',
      help: 'The forecast’s error less the override’s, of the months that are over',
      width: 128,
      align: 'right',
      sort: 'value',
      text: (row) =>
        row.better_qty_milli === null
          ? NO_DATA
          : signed(roughQuantity(row.better_qty_milli), Math.round(row.better_qty_milli)),
      figure: (row) =>
        row.better_qty_milli === null ? null : { value: row.better_qty_milli, places: 3, unit: row.uom },
    },
    moneyColumn<OverriddenForecast>(
      currency,
      'money',
      'At cost',
      (row) => row.better_minor,
      cost_visible ? {} : { lockedFor: 'Purchasing' },
    ),
    {
      id: 'standing',
      header: 'Verdict',
      width: 110,
      text: (row) => verdictOf(row).word,
      cell: (row) => {
        const { word, shape } = verdictOf(row);
        return shape === null ? word : <Status shape={shape}>{word}</Status>;
      },
    },
    { id: 'state', header: 'State', width: 92, text: (row) => (row.waiting ? 'waiting' : STATE_WORDS[row.state]) },
    { id: 'until', header: 'Until', width: 76, text: (row) => shortDate(row.expires_on) },
    { id: 'author', header: 'Who', width: 90, sort: 'author', text: (row) => row.author },
    { id: 'reason', header: 'Reason', width: 320, text: (row) => row.reason },
  ];
}

function verdictOf({ better_qty_milli: better }: OverriddenForecast): {
  readonly word: string;
  readonly shape: 'done' | 'warn' | null;
} {
  if (better === null) return { word: 'not over yet', shape: null };
  if (better === 0) return { word: 'Made no odds', shape: null };
  return better > 0 ? { word: 'Helped', shape: 'done' } : { word: 'Hurt', shape: 'warn' };
}
