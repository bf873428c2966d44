import { TRANSFER_STATE_NAMES } from '#domain/transfers/transfer.ts';
import type { TransferRow } from '#contract/queries.ts';
import { shortDate } from '#renderer/format/dates.ts';
import { NO_DATA, quantity } from '#renderer/format/numbers.ts';
import { CellCode, CellName } from '#renderer/grid/cellParts.tsx';
import type { GridColumn } from '#renderer/grid/columns.ts';
import { Status } from '#renderer/ui/Mark.tsx';
import { nextWords, qtyOf, TRANSFER_STATE_SHAPES, transferNumber } from './transferWords.ts';

export function transferColumns(show: 'open' | 'over'): readonly GridColumn<TransferRow>[] {
  const qty = (
    id: string,
    header: string,
    value: (row: TransferRow) => number | null,
    help?: string,
  ): GridColumn<TransferRow> => ({
    id,
    header,
    ...(help === undefined ? {} : { help }),
    width: 82,
    align: 'right',
    sort: id,
    sortDescendingFirst: true,
    text: (row) => (value(row) === null ? NO_DATA : quantity(value(row))),
    figure: (row) => {
      const own = value(row);
      return own === null ? null : { value: own, places: 3, unit: row.uom };
    },
  });
  return [
    {
      id: 'item',
      header: 'Item',
      width: 210,
      sort: 'item',
      text: (row) => `${row.code} ${row.name}`,
      cell: (row) => (
        <>
          <CellCode>{row.code}</CellCode>
          <CellName>{row.name}</CellName>
        </>
      ),
    },
    { id: 'number', header: 'Transfer', width: 92, sort: 'number', text: transferNumber },
    { id: 'from', header: 'From', width: 58, sort: 'from', text: (row) => row.from_site },
    { id: 'to', header: 'To', width: 58, sort: 'to', text: (row) => row.to_site },
    {
      id: 'state',
      header: 'State',
      width: 136,
      sort: 'state',
      text: (row) => TRANSFER_STATE_NAMES[row.state],
      cell: (row) => (
        <Status shape={row.waiting ? 'waiting' : TRANSFER_STATE_SHAPES[row.state]}>
          {TRANSFER_STATE_NAMES[row.state]}
        </Status>
      ),
    },
    qty('asked', 'Asked', (row) => row.asked_qty_milli),
    ...(show === 'open'
      ? [
          qty(
            'spare',
            'Can spare',
            (row) => row.giving?.spare_qty_milli ?? null,
            'What the giving site can give now without going below its own need',
          ),
        ]
      : []),
    qty(
      'counts',
      'Counts',
      qtyOf,
      'What of it counts: asked for, given, sent off, arrived; nothing once it is over without goods',
    ),
    {
      id: 'due',
      header: 'Due',
      width: 68,
      sort: 'due',
      text: (row) => (row.due_on === null ? NO_DATA : shortDate(row.due_on)),
    },
    ...(show === 'open'
      ? [
          { id: 'next', header: 'Waits for', width: 150, sort: 'next', text: nextWords },
          {
            id: 'until',
            header: 'Expires',
            help: 'The last day on which the next step may be taken',
            width: 70,
            sort: 'until',
            text: (row: TransferRow) => (row.until_on === null ? NO_DATA : shortDate(row.until_on)),
          },
        ]
      : []),
    { id: 'by', header: 'Asked by', width: 84, sort: 'by', text: (row) => row.asked_by },
    { id: 'last', header: 'Last word', width: 84, hidden: true, sort: 'last', text: (row) => row.last.by },
    { id: 'reason', header: 'Says', width: 240, sort: 'reason', text: (row) => row.last.reason ?? row.reason ?? '' },
  ];
}
