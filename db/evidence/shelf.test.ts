import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { machineRandom } from '#db/machine.ts';
import { freshFolder } from '#db/testing/testService.ts';
import { createEvidenceShelf } from './shelf.ts';

test('a file taken over stays while nothing names it yet; one that was named, or only brought here, goes with its rows', () => {
  const shelf = createEvidenceShelf(freshFolder(), 'ab'.repeat(32), machineRandom());
  const writer = shelf.begin();
  writer.add(Buffer.from('a statement of the bank'));
  const own = writer.finish();
  const brought = createHash('sha256').update('count sheets').digest('hex');
  const arrival = shelf.arrive(brought, 12);
  arrival.add(Buffer.from('count sheets'));
  expect(arrival.finish()).toBe(true);
  expect([shelf.has(own), shelf.has(brought)]).toEqual([true, true]);
  // another person's row came in between: the change that names the file is next
  shelf.keepOnly(new Set());
  expect([shelf.check(own), shelf.has(brought)]).toEqual([true, false]);
  shelf.keepOnly(new Set([own]));
  shelf.keepOnly(new Set());
  expect(shelf.has(own)).toBe(false);
});
