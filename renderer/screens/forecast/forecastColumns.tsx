/** The columns of the forecasts, one row an item at a site. */
import type { ForecastRow } from '#contract/queries.ts';
import { FORECAST_FLAGS } from '#contract/queries/columns.ts';
import { monthName } from '#renderer/format/dates.ts';
import { NO_DATA, percent, quantity, roughQuantity, scaled, signed } from '#renderer/format/numbers.ts';
import { CellCode, CellName } from '#renderer/grid/cellParts.tsx';
import type { GridColumn } from '#renderer/grid/columns.ts';
import { Shape } from '#renderer/ui/Mark.tsx';
import { CLASS_WORDS, FLAGS, METHOD_WORDS } from './forecastWords.ts';
import styles from './forecast.module.css';

export function forecastColumns(months: readonly number[]): readonly GridColumn<ForecastRow>[] {
  const right = { align: 'right' as const };
  const ahead = (step: 0 | 1 | 2): GridColumn<ForecastRow> => ({
    id: step === 0 ? 'next' : `next${step}`,
    header: months[step] === undefined ? `+${step}` : monthName(months[step]),
    help: step === 0 ? 'Expected of the running month, whole' : 'Expected of the month',
    width: 78,
    ...right,
    ...(step === 0 ? { sort: 'next', filter: { kind: 'number' as const, places: 3 }, tinted: true } : {}),
    text: (row) => roughQuantity(row.next_qty_milli[step]),
    figure: (row) => ({ value: row.next_qty_milli[step], places: 3, unit: row.uom }),
  });
  return [
    {
      id: 'name',
      header: 'Item',
      width: 250,
      sort: 'name',
      sortDescendingFirst: false,
      filter: { kind: 'text' },
      text: (row) => `${row.code} ${row.name}`,
      cell: (row) => (
        <>
          <CellCode>{row.code}</CellCode> <CellName>{row.name}</CellName>
        </>
      ),
    },
    { id: 'site', header: 'Site', width: 62, sort: 'site', filter: { kind: 'text' }, text: (row) => row.site },
    {
      id: 'class',
      header: 'Class',
      width: 88,
      sort: 'class',
      sortDescendingFirst: false,
      filter: { kind: 'set', options: options(CLASS_WORDS) },
      help: 'How it sells: by the interval between demands and how much their sizes vary',
      text: (row) => CLASS_WORDS[row.demand_class],
    },
    {
      id: 'method',
      header: 'Method',
      width: 108,
      filter: { kind: 'set', options: options(METHOD_WORDS) },
      text: (row) => METHOD_WORDS[row.method],
      tone: (row) => (row.beats_naive === null ? 'quiet' : undefined),
    },
    {
      id: 'wape',
      header: 'WAPE',
      width: 68,
      ...right,
      sort: 'wape',
      filter: { kind: 'number', places: 2 },
      help: 'Σ|error| ÷ Σ ordered, of forecasts made again in its past',
      text: (row) => percent(row.wape_bp),
    },
    {
      id: 'mase',
      header: 'MASE',
      width: 62,
      ...right,
      sort: 'mase',
      filter: { kind: 'number', places: 3 },
      help: 'Mean error over that of repeating last year within its past; below 1 is better',
      text: (row) => (row.mase_milli === null ? NO_DATA : scaled(row.mase_milli, 3, 2)),
    },
    {
      id: 'bias',
      header: 'Bias',
      width: 72,
      ...right,
      sort: 'bias',
      filter: { kind: 'number', places: 2 },
      help: 'Σ forecast ÷ Σ ordered − 1',
      text: (row) => (row.bias_bp === null ? NO_DATA : signed(percent(row.bias_bp), row.bias_bp)),
    },
    {
      id: 'last',
      header: 'Last month',
      width: 84,
      ...right,
      sort: 'last',
      text: (row) => quantity(row.last_qty_milli),
      figure: (row) => ({ value: row.last_qty_milli, places: 3, unit: row.uom }),
    },
    ahead(0),
    ahead(1),
    ahead(2),
    {
      id: 'change',
      header: 'Change',
      width: 72,
      ...right,
      sort: 'change',
      filter: { kind: 'number', places: 2 },
      help: 'Of the running month, against what was expected of it a month ago',
      text: (row) => (row.change_bp === null ? NO_DATA : signed(percent(row.change_bp), row.change_bp)),
    },
    {
      id: 'uom',
      header: 'Unit',
      width: 48,
      filter: { kind: 'text' },
      text: (row) => row.uom,
      tone: () => 'quiet',
    },
    {
      id: 'flag',
      header: 'Flags',
      width: 236,
      filter: { kind: 'set', options: FORECAST_FLAGS.map((value) => ({ value, label: FLAGS[value].word })) },
      text: (row) => row.flags.map((flag) => FLAGS[flag].word).join(', '),
      cell: (row) => (
        <span className={styles['flags']}>
          {row.flags.map((flag) => (
            <span key={flag} className={styles['flag']}>
              <Shape shape={FLAGS[flag].shape} />
              {FLAGS[flag].word}
            </span>
          ))}
        </span>
      ),
    },
    {
      id: 'category',
      header: 'Category',
      width: 130,
      hidden: true,
      filter: { kind: 'text' },
      text: (row) => row.category,
    },
  ];
}

function options<V extends string>(words: Readonly<Record<V, string>>) {
  return Object.entries<string>(words).map(([value, label]) => ({ value, label }));
}
