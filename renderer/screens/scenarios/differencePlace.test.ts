import { expect, test } from 'vitest';
import { placeOf } from './differencePlace.ts';

const place = { item_id: 840, site_id: 3 };

test('what is proposed opens the stock of its own site, an order line its queue', () => {
  expect(placeOf({ kind: 'proposal', ...place, buy: true, change: 'appears' })).toBe('/stock/840/3');
  expect(placeOf({ kind: 'proposal', ...place, buy: false, change: 'goes' })).toBe('/replenishment');
  expect(placeOf({ kind: 'line', ...place, order_line_id: 345 })).toBe('/fulfilment/345');
  expect(placeOf({ kind: 'line', ...place, order_line_id: null })).toBe('/stock/840/3');
});
