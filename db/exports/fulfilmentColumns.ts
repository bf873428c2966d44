/** What the file of the fulfilment queue holds. Ids are the grid's. */
import type { LineState, ServingRule } from '#domain/allocation/servePosition.ts';
import { minorDigits } from '#domain/money.ts';
import type { FulfilmentRow } from '#contract/queries.ts';
import { type Column, date, decimal, integer, quantity, text } from './table.ts';

export const LINE_STATES: Readonly<Record<LineState, string>> = {
  short: 'Short',
  late: 'Late',
  held: 'Held',
  coming: 'Coming',
  ready: 'Ready',
  left_out: 'Left out',
};
const RULES: Readonly<Record<ServingRule, string>> = {
  whole: 'All there',
  held: 'Held by a decision',
  not_countable: 'Quantities that cannot be',
  left_out: 'Due too long ago or too far ahead',
  earlier_turn: 'Nothing left by those before it',
  priority: 'Higher priorities take the rest',
  fair_share: 'Fair share of its priority',
};

export function fulfilmentColumns(currency: string): readonly Column<FulfilmentRow>[] {
  const money = (id: string, title: string, value: (row: FulfilmentRow) => number | null) =>
    decimal<FulfilmentRow>(id, `${title}, ${currency}`, minorDigits(currency), value);
  return [
    text('name', 'Order or group', (row) => row.label, 22),
    integer('name', 'Line', (row) => row.ordinal),
    integer('lines', 'Lines', (row) => row.lines),
    text('party', 'Customer', (row) => row.party, 28),
    text('item', 'Item', (row) => row.item_code),
    text('item', 'Name', (row) => row.item, 34),
    text('site', 'Site', (row) => row.site, 18),
    text('channel', 'Channel', (row) => row.channel, 18),
    date('due', 'Due on', (row) => row.due_on),
    text('state', 'State', (row) => LINE_STATES[row.state], 10),
    quantity('ordered', 'Open', (row) => row.open_qty_milli),
    quantity('allocated', 'Allocated now', (row) => row.now_qty_milli),
    quantity('in_time', 'In time', (row) => row.in_time_qty_milli),
    quantity('short', 'Short', (row) => row.short_qty_milli),
    text('uom', 'Unit', (row) => row.uom ?? 'mixed', 8),
    money('value', 'Short value', (row) => row.short_minor),
    date('whole', 'Whole on', (row) => row.whole_on),
    text('waits', 'Waits for', (row) => row.waits_for?.number ?? null),
    text('why', 'Why', (row) => (row.why === null ? null : RULES[row.why.rule]), 30),
    integer('why', 'Priority', (row) => row.why?.priority ?? null),
    text('standing', 'Decision', (row) => (row.standing === 'rule' ? null : row.standing), 10),
    text('standing', 'Decided by', (row) => row.standing_by, 14),
    date('standing', 'Until', (row) => row.standing_until_on),
    quantity('on_hand', 'On hand', (row) => row.on_hand_qty_milli),
    quantity('left', 'Left after all', (row) => row.left_qty_milli),
  ];
}
