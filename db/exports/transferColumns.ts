/** What a file of transfers between sites holds. Ids are the grid's. */
import { TRANSFER_STATE_NAMES } from '#domain/transfers/transfer.ts';
import type { TransferRow } from '#contract/queries.ts';
import { type Column, date, moment, quantity, text } from './table.ts';

export const TRANSFER_COLUMNS: readonly Column<TransferRow>[] = [
  text('item', 'Item', (row) => row.code),
  text('item', 'Name', (row) => row.name, 28),
  text('number', 'Transfer', (row) => row.number),
  text('from', 'From', (row) => row.from_site, 10),
  text('to', 'To', (row) => row.to_site, 10),
  text('state', 'State', (row) => TRANSFER_STATE_NAMES[row.state], 20),
  quantity('asked', 'Asked', (row) => row.asked_qty_milli),
  quantity('spare', 'Can spare', (row) => row.giving?.spare_qty_milli ?? null),
  quantity('counts', 'Given', (row) => row.given_qty_milli),
  quantity('counts', 'Sent off', (row) => row.sent_qty_milli),
  quantity('counts', 'Arrived', (row) => row.arrived_qty_milli),
  text('asked', 'Unit', (row) => row.uom, 8),
  date('due', 'Due', (row) => row.due_on),
  text('next', 'Waits for', waitsFor, 12),
  date('until', 'Expires', (row) => row.until_on),
  text('by', 'Asked by', (row) => row.asked_by),
  moment('by', 'Asked at', (row) => row.asked_at_ms),
  text('last', 'Last word', (row) => row.last.by),
  moment('last', 'Last word at', (row) => row.last.at_ms),
  text('reason', 'Says', (row) => row.last.reason ?? row.reason, 40),
];

/** The site whose turn it is. */
function waitsFor({ state, from_site, to_site }: TransferRow): string | null {
  if (state === 'requested' || state === 'approved') return from_site;
  return state === 'in_transit' ? to_site : null;
}
