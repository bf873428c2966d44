import { expect, test } from 'vitest';
import { type GridColumn, NO_ARRANGEMENT } from './columns.ts';
import { givingWay } from './givingWay.ts';

const column = (id: string, width: number, more: Partial<GridColumn<string>> = {}): GridColumn<string> => ({
  id,
  header: id,
  width,
  text: (row) => row,
  ...more,
});
const COLUMNS = [
  column('name', 200),
  column('week', 60),
  column('spare', 90, { hidden: true }),
  column('days', 40),
  column('state', 100),
];
const ORDER = ['week', 'spare', 'days', 'name'];
const seen = (room_px: number | null, arrangement = NO_ARRANGEMENT) =>
  givingWay(COLUMNS, ORDER, arrangement, room_px)
    .filter((each) => arrangement.shown[each.id] ?? !each.hidden)
    .map(({ id }) => id);

test('columns give way in their order, no more of them than must, and only while there is no room', () => {
  expect(seen(412)).toEqual(['name', 'week', 'days', 'state']);
  expect(seen(411)).toEqual(['name', 'days', 'state']);
  expect(seen(351)).toEqual(['name', 'state']);
  expect(seen(10), 'what is not named, and the first, never go').toEqual(['name', 'state']);
  expect(seen(null), 'no width is known yet').toEqual(['name', 'week', 'days', 'state']);
  expect(givingWay(COLUMNS, ORDER, NO_ARRANGEMENT, 412), 'nothing changes: the same columns').toBe(COLUMNS);
});

test('what a person shows, hides or widens themselves counts, and is left to them', () => {
  const chosen = { ...NO_ARRANGEMENT, shown: { week: true } };
  expect(seen(411, chosen)).toEqual(['name', 'week', 'state']);
  expect(seen(411, { ...NO_ARRANGEMENT, shown: { state: false } })).toEqual(['name', 'week', 'days']);
  expect(seen(412, { ...NO_ARRANGEMENT, widths: { state: 101 } })).toEqual(['name', 'days', 'state']);
});
