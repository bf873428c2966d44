/** Columns of open lines by their risk of delay. */
import type { DelayRow } from '#contract/queries.ts';
import { shortDate } from '#renderer/format/dates.ts';
import { integer, NO_DATA, percentBare, quantity } from '#renderer/format/numbers.ts';
import type { GridColumn } from '#renderer/grid/columns.ts';
import { moneyColumn } from '#renderer/grid/moneyColumn.ts';
import { ChannelMark } from '#renderer/ui/Mark.tsx';
import { mainReasonsText } from './delayWords.ts';
import styles from './delays.module.css';

export function delayColumns(currency: string, year: number): readonly GridColumn<DelayRow>[] {
  const money = (id: string, header: string, value: (row: DelayRow) => number | null) =>
    moneyColumn<DelayRow>(currency, id, header, value, { width: 84 });
  const words = (
    id: string,
    header: string,
    width: number,
    text: (row: DelayRow) => string | null,
    more: Partial<GridColumn<DelayRow>> = {},
  ): GridColumn<DelayRow> => ({ id, header, width, sort: id, text: (row) => text(row) ?? NO_DATA, ...more });
  return [
    words('order', 'Order', 104, (row) => row.order_number),
    {
      id: 'probability',
      header: 'Late, %',
      help: 'Chance that it is not shipped whole by its last day in time',
      width: 118,
      align: 'right',
      sort: 'probability',
      text: (row) => percentBare(row.probability_bp),
      cell: (row) => <Probability bp={row.probability_bp} />,
      figure: (row) =>
        row.probability_bp === null ? null : { value: row.probability_bp, places: 2, unit: 'probability' },
    },
    money('at_risk', 'At risk', (row) => row.at_risk_minor),
    money('value', 'Open', (row) => row.value_minor),
    words('reasons', 'Main reasons', 372, (row) => mainReasonsText(row) || 'nothing out of the usual'),
    words('committed', 'Committed', 78, (row) => shortDate(row.committed_on, year), { align: 'right' }),
    {
      ...words('delay', 'Days, if late', 92, (row) =>
        row.typical_delay_days === null ? null : integer(row.typical_delay_days),
      ),
      help: 'Half of the late lines of its channel had left so many days after their last day in time',
      align: 'right',
    },
    words('party', 'Customer', 176, (row) => row.party),
    words('channel', 'Channel', 118, (row) => row.channel, {
      cell: (row) => (
        <span className={styles['channel']}>
          <ChannelMark kind={row.channel_kind} size={9} />
          {row.channel ?? NO_DATA}
        </span>
      ),
    }),
    words('item', 'Item', 220, (row) => [row.item_code, row.description].filter(Boolean).join(' ')),
    words('supplier', 'Supplier', 150, (row) => row.supplier),
    words('site', 'Site', 96, (row) => row.site),
    words('country', 'To', 44, (row) => row.country),
    {
      id: 'open',
      header: 'Quantity',
      width: 82,
      align: 'right',
      sort: 'open',
      text: (row) => quantity(row.open_qty_milli),
      figure: (row) => ({ value: row.open_qty_milli, places: 3, unit: row.uom ?? 'no unit' }),
    },
    words('cut_off', 'Last day in time', 104, (row) => shortDate(row.cut_off_on, year), {
      align: 'right',
      hidden: true,
    }),
  ];
}

/** A bar beside the number; the number alone says it. */
export function Probability({ bp }: { readonly bp: number | null }) {
  if (bp === null) return NO_DATA;
  return (
    <span className={styles['probability']}>
      <span className={styles['bar']} aria-hidden="true" data-high={bp >= HIGH_BP ? '' : undefined}>
        <i style={{ width: `${bp / 100}%` }} />
      </span>
      <b>{percentBare(bp)}</b>
    </span>
  );
}

/** From here on a line is more likely late than not. */
const HIGH_BP = 5_000;
