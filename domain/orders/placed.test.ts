import { expect, test } from 'vitest';
import { unplacedBecause } from './placed.ts';

test('a line without an item, without a site, or without both says which is to be recorded first', () => {
  expect(unplacedBecause({ item_id: 1, site_id: 2 })).toBeNull();
  expect(unplacedBecause({ item_id: null, site_id: 2 })).toBe('no_item');
  expect(unplacedBecause({ item_id: 1, site_id: null })).toBe('no_site');
  expect(unplacedBecause({ item_id: null, site_id: null })).toBe('no_item');
});
