/** The columns of the grid of suppliers. */
import type { SupplierRow } from '#contract/queries.ts';
import { integer, NO_DATA, percent, percentBare, scaled, signed } from '#renderer/format/numbers.ts';
import type { GridColumn } from '#renderer/grid/columns.ts';
import { moneyColumn } from '#renderer/grid/moneyColumn.ts';
import { Sparkline } from '#renderer/grid/Sparkline.tsx';
import { slipWords } from '#renderer/screens/today/costWords.ts';
import { Status } from '#renderer/ui/Mark.tsx';

export interface SupplierColumnOptions {
  readonly currency: string;
  readonly cost_visible: boolean;
}

export const days = (value: number | null): string => (value === null ? NO_DATA : scaled(Math.round(value * 10), 1, 1));

export function supplierColumns({ currency, cost_visible }: SupplierColumnOptions): readonly GridColumn<SupplierRow>[] {
  const money = (id: string, header: string, help: string, value: (row: SupplierRow) => number | null) =>
    moneyColumn<SupplierRow>(currency, id, header, value, {
      help,
      ...(cost_visible ? {} : { lockedFor: 'Purchasing' }),
    });
  const count = (id: string, header: string, value: (row: SupplierRow) => number): GridColumn<SupplierRow> => ({
    id,
    header,
    width: 72,
    align: 'right',
    sort: id,
    text: (row) => integer(value(row)),
    figure: (row) => ({ value: value(row), places: 0, unit: 'lines' }),
  });
  return [
    { id: 'name', header: 'Supplier', width: 190, sort: 'name', text: (row) => row.name },
    { id: 'code', header: 'Code', width: 70, sort: 'code', hidden: true, text: (row) => row.code },
    {
      id: 'slip',
      header: 'Standing',
      width: 92,
      sort: 'slip',
      help: 'Slipping: late or slow more often in 90 days than in the year before, beyond chance',
      text: (row) => (row.slip === null ? '' : `Slipping: ${slipWords(row.slip).join('; ')}`),
      cell: (row) => (row.slip === null ? null : <Status shape="warn">Slipping</Status>),
    },
    money('open', 'On order', 'What has not come yet, at the orders’ prices', (row) => row.open_minor),
    count('open_lines', 'Lines', (row) => row.open_lines),
    count('overdue_lines', 'Overdue', (row) => row.overdue_lines),
    money('overdue', 'Overdue', 'Past the latest date and not there', (row) => row.overdue_minor),
    {
      id: 'otif',
      header: 'OTIF, %',
      help: 'Lines whole by the supplier’s first promise ÷ lines due in twelve months, those that never came too',
      width: 74,
      align: 'right',
      sort: 'otif',
      text: (row) => percentBare(row.otif_bp),
    },
    {
      id: 'trend',
      header: 'By month',
      width: 92,
      onPaper: false,
      text: (row) => row.otif_months_bp.map((value) => percent(value)).join(' '),
      cell: (row) => <Sparkline label={`OTIF of ${row.name} by month`} values={row.otif_months_bp} />,
    },
    {
      id: 'lead',
      header: 'Lead time, d',
      help: 'Mean from approval to the receipt that made a line whole, twelve months',
      width: 86,
      align: 'right',
      sort: 'lead',
      text: (row) => days(row.lead_days),
    },
    {
      id: 'deviation',
      header: 'σ, d',
      help: 'Standard deviation of the lead time',
      width: 54,
      align: 'right',
      sort: 'deviation',
      text: (row) => days(row.lead_deviation_days),
    },
    {
      id: 'agreed',
      header: 'Agreed, d',
      help: 'The middle of the lead times agreed for its articles',
      width: 74,
      align: 'right',
      sort: 'agreed',
      text: (row) => (row.agreed_days === null ? NO_DATA : integer(row.agreed_days)),
    },
    count('moved', 'Moved', (row) => row.moved_lines),
    money('spend', 'Spend', 'What came in twelve months, at the orders’ prices', (row) => row.spend_minor),
    {
      id: 'price',
      header: 'Price, %',
      help: 'The middle of its articles’ price changes in twelve months',
      width: 70,
      align: 'right',
      sort: 'price',
      text: (row) =>
        row.price_change_bp === null ? NO_DATA : signed(percentBare(row.price_change_bp), row.price_change_bp),
      ...(cost_visible ? {} : { lockedFor: 'Purchasing' }),
    },
  ];
}
