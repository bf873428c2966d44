/** Today while the first load goes on: no alarm is made of rows that are only not here yet. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Today } from '#contract/queries.ts';
import { wireTable, type WireTableName } from '#contract/wire/tables.ts';
import type { TestReplica } from '../testing/replicaFixture.ts';
import { AS_OF_MS, COMPANY, troubledDistributor } from '../testing/troubledDistributor.ts';
import { today } from './today.ts';

let replica: TestReplica;
beforeAll(() => {
  replica = troubledDistributor();
});
afterAll(() => replica.close());

const whileLoading = (loading: readonly WireTableName[]) =>
  today(replica.context({ role: 'controller', as_of_ms: AS_OF_MS, loading }), {
    company_ids: [COMPANY],
    whose: 'all',
    snoozed: false,
    escalated: false,
    at_once: false,
    limit: 200,
  });
const bucket = (id: number, month: number, state: 'missing' | 'complete') =>
  replica.writer
    .prepare(
      `INSERT INTO main.bucket (id, tbl, company, site, channel, month, client, rows, state)
       VALUES (?, ?, ?, 11, 21, ?, '', 5, ?)`,
    )
    .run(id, wireTable('shipment_line').id, COMPANY, month, state);
const groups = (answer: Today) => new Set(answer.rows.map((row) => row.group));

test('an invoice is not overdue before the payments are here, and the answer says what it did not look for', async () => {
  const answer = await whileLoading(['payment']);
  expect(answer.waiting).toEqual(['credit']);
  expect(groups(answer)).toEqual(new Set(['stock', 'supply', 'price', 'service']));
  expect(answer.provenance.coverage).toBe('still loading: payments');
  expect((await whileLoading([])).waiting).toEqual([]);
});
test('nothing runs out before the purchases that come are here', async () => {
  const answer = await whileLoading(['po_line']);
  expect(answer.waiting).toEqual(['stock', 'supply', 'service']);
  expect(groups(answer)).toEqual(new Set(['price', 'service', 'credit']));
});
test('orders of the last months are enough for what is open and what leaked, and since when is said', async () => {
  bucket(1, 202607, 'missing');
  bucket(2, 202611, 'complete');
  const answer = await whileLoading(['shipment_line']);
  expect(answer.waiting).toEqual([]);
  expect(groups(answer)).toEqual(new Set(['stock', 'supply', 'price', 'service', 'credit']));
  expect(answer.provenance.coverage).toBe('complete since Aug 2026; older months are loading: shipments');
  replica.writer.exec('UPDATE main.bucket SET month = 202608 WHERE id = 1');
  expect((await whileLoading(['shipment_line'])).waiting).toEqual(['stock', 'supply', 'service']);
});
