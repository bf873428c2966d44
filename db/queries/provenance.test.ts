import { afterAll, beforeAll, expect, test } from 'vitest';
import { isoDate } from '#domain/calendar.ts';
import { asOfDay, provenance } from './provenance.ts';
import { createTestReplica, type TestReplica } from './testing/replicaFixture.ts';

let replica: TestReplica;
beforeAll(() => {
  replica = createTestReplica();
});
afterAll(() => replica.close());

test('the as-of date is the business date where the company is', () => {
  const at = (iso: string, zone: string) => isoDate(asOfDay(replica.context({ as_of_ms: Date.parse(iso) }), zone));
  expect(at('2026-11-05T23:30:00Z', 'UTC')).toBe('2026-11-05');
  expect(at('2026-11-05T23:30:00Z', 'Europe/Amsterdam')).toBe('2026-11-06');
  expect(at('2026-11-05T03:30:00Z', 'America/New_York')).toBe('2026-11-04');
  // the night the clocks go back
  expect(at('2026-10-25T00:30:00Z', 'Europe/Amsterdam')).toBe('2026-10-25');
});

test('before the first complete sync the clock stands in for it', () => {
  const context = { ...replica.context(), now_ms: Date.parse('2026-11-05T12:00:00Z') };
  expect(isoDate(asOfDay(context, 'UTC'))).toBe('2026-11-05');
});

test('coverage names only the tables the answer needs', () => {
  const as_of_ms = Date.parse('2026-11-05T12:00:00Z');
  const context = replica.context({ loading: ['shipment_line', 'order_line', 'po_line'], as_of_ms });
  expect(provenance(context, ['item']).coverage).toBe('complete');
  expect(provenance(context, ['order_line', 'shipment_line']).coverage).toBe(
    'still loading: order lines and shipments',
  );
  expect(provenance(context, ['po_line'], 202608).coverage).toBe(
    'complete since Aug 2026; older months are loading: purchase order lines',
  );
  // the month after the newest: none of those there are is whole
  expect(provenance(context, ['po_line'], 202612).coverage).toBe('still loading: purchase order lines');
  expect(provenance(context, ['item'], 202608).coverage).toBe(
    'complete since Aug 2026; older months are being prepared',
  );
  expect(provenance(context, ['item'], 202612).coverage).toBe('still being prepared');
});
