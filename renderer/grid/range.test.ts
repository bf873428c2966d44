import { describe, expect, test } from 'vitest';
import { arrangedColumns, type GridColumn, nextSorts } from './columns.ts';
import { asTabSeparated, isSingleCell, rangeBounds, summarise } from './range.ts';

interface Row {
  readonly name: string;
  readonly qty_milli: number | null;
  readonly uom: string;
}
const name: GridColumn<Row> = { id: 'name', header: 'Name', width: 100, sort: 'name', text: (row) => row.name };
const quantity: GridColumn<Row> = {
  id: 'qty',
  header: 'Free',
  width: 80,
  align: 'right',
  sort: 'free',
  text: (row) => String(row.qty_milli),
  figure: (row) => (row.qty_milli === null ? null : { value: row.qty_milli, places: 3, unit: row.uom }),
};
const amount: GridColumn<Row> = { ...quantity, id: 'amount', figure: () => ({ value: 150, places: 2, unit: 'pcs' }) };
const row = (qty_milli: number | null, uom = 'pcs', label = 'Bolt'): Row => ({ name: label, qty_milli, uom });

describe('range', () => {
  test('bounds do not depend on the direction it was drawn in', () => {
    const ids = ['name', 'qty', 'amount'];
    const range = { anchor: { row: 7, column: 'amount' }, head: { row: 3, column: 'qty' } };
    expect(rangeBounds(range, ids)).toEqual({ top: 3, bottom: 7, left: 1, right: 2 });
    expect(rangeBounds(range, ['name', 'qty'])).toBeNull();
    expect(isSingleCell({ anchor: { row: 1, column: 'a' }, head: { row: 1, column: 'a' } })).toBe(true);
  });

  test('sum and average of one unit', () => {
    const summary = summarise([row(2_200_000), row(26_300_000), row(13_250_000), row(2_200_000)], [quantity]);
    expect(summary).toMatchObject({ cells: 4, figures: 4, sum: '43,950', average: '10,988', unit: 'pcs' });
  });

  test('figures of different scale add up exactly; cells without a figure are not counted as zero', () => {
    expect(summarise([row(2_500), row(null)], [name, quantity, amount])).toMatchObject({
      cells: 6,
      figures: 3,
      sum: '5.5',
      average: '1.83',
    });
  });

  test('pieces and kilos are never added', () => {
    expect(summarise([row(1000), row(1000, 'kg')], [quantity])).toMatchObject({
      unit: 'mixed',
      sum: null,
      average: null,
    });
  });

  test('no sum over rows that are not read yet', () => {
    expect(summarise([row(1000), undefined], [quantity])).toMatchObject({ unread: 1, sum: null });
  });

  test('copies plain numbers, and text that a spreadsheet would run leaves as text', () => {
    expect(asTabSeparated([row(-24_600, 'pcs', '=1+1'), row(null, 'pcs', 'a\tb')], [name, quantity])).toBe(
      "'=1+1\t-24.6\r\na b\tnull",
    );
  });
});

describe('columns', () => {
  test('an arrangement orders, hides and shows; the first column stays', () => {
    const hidden = { ...amount, hidden: true };
    const ids = (order: string[], shown: Record<string, boolean>, pinned: string[] = []) =>
      arrangedColumns([name, quantity, hidden], { order, widths: {}, shown, pinned }).map((column) => column.id);
    expect(ids([], {})).toEqual(['name', 'qty']);
    expect(ids(['name', 'amount', 'qty'], { amount: true })).toEqual(['name', 'amount', 'qty']);
    expect(ids([], { qty: false, name: false })).toEqual(['name']);
    expect(ids([], { amount: true }, ['amount'])).toEqual(['name', 'amount', 'qty']);
  });

  test('a header click goes natural order, other order, none', () => {
    const first = nextSorts(quantity, [], false);
    expect(first).toEqual([{ column: 'free', descending: true }]);
    const second = nextSorts(quantity, first, false);
    expect(second).toEqual([{ column: 'free', descending: false }]);
    expect(nextSorts(quantity, second, false)).toEqual([]);
    expect(nextSorts(name, second, false)).toEqual([{ column: 'name', descending: false }]);
  });

  test('with Shift an order is added below the others, turned in its place, and taken out', () => {
    const one = nextSorts(name, [], true);
    const two = nextSorts(quantity, one, true);
    expect(two).toEqual([
      { column: 'name', descending: false },
      { column: 'free', descending: true },
    ]);
    const turned = nextSorts(name, two, true);
    expect(turned[0]).toEqual({ column: 'name', descending: true });
    expect(nextSorts(name, turned, true)).toEqual([{ column: 'free', descending: true }]);
    expect(nextSorts(quantity, two, false)).toEqual([{ column: 'free', descending: true }]);
    const { sort: _none, ...unsorted } = name;
    expect(nextSorts(unsorted, two, true)).toBe(two);
  });
});
