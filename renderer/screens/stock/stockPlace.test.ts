import { expect, test } from 'vitest';
import { openItem, supplierIn, withoutPolicyAt, withoutPolicyPlace } from './stockPlace.ts';

test('an address names an item, a supplier, what has no policy, or nothing', () => {
  expect(openItem('/stock/840/3')).toEqual({ item_id: 840, site_id: 3 });
  expect(openItem('/stock/840')).toEqual({ item_id: 840, site_id: null });
  expect(supplierIn('/stock/supplier/12')).toBe(12);
  expect(withoutPolicyAt(withoutPolicyPlace(3))).toBe(3);
  for (const place of ['/stock', '/stock/', '/stock/supplier/12', '/stock/no-policy/3', '/stock/0/1', '/stock/-1']) {
    expect(openItem(place), place).toBeNull();
  }
  for (const place of ['/stock/840/3', '/stock/no-policy/x', '/stock/supplier/12']) {
    expect(withoutPolicyAt(place), place).toBeNull();
  }
  expect(supplierIn('/stock/supplier/x')).toBeNull();
});
