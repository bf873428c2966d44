/** Decisions on the queue and on orders, made without a connection: predicted here, sent once, decided by the server. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isoDate } from '#domain/calendar.ts';
import { dayInWords } from '#domain/calendarWords.ts';
import type { ReplicaService } from '#db/service.ts';
import { type ScriptedServer, scriptedServer, smallDistributor } from '#db/testing/scriptedServer.ts';
import { codeOf, loadedService } from '#db/testing/testService.ts';

let server: ScriptedServer;
let service: ReplicaService;
const LINE = 202611004;
const NEXT_WEEK = isoDate(Math.floor(Date.now() / 86_400_000) + 7);

async function begin(role: string): Promise<void> {
  server = scriptedServer();
  server.role = role;
  smallDistributor(server);
  const place = { company: 1, site: 2, channel: 3 };
  server.bucket(30, 'sales_order', { ...place, month: 202611 });
  server.bucket(31, 'stock_balance', { company: 1, site: 2 });
  server.put(30, 7, [1, 2, 3, 202611, 'test', 'SO-7', null, 20000, 1_728_000_000_000, null, 'open']);
  // 1 + 2 + 3 + 4 of three months are open, 12 lie there
  server.put(31, 60, [1, 2, 840, 12_000, 30_000, null]);
  server.checkpoint();
  service = await loadedService(server);
}
beforeEach(() => begin('planner'));
afterEach(() => service.close());

const lineNow = async () => {
  const { rows } = await service.call('fulfilment', { company_id: 1 });
  const row = rows.find((each) => each.order_line_id === LINE);
  return row && [row.state, row.standing, row.now_qty_milli, row.decision_state];
};

test('a line that is raised without a connection is served first at once; releasing it gives back', async () => {
  expect((await lineNow())?.[1]).toBe('rule');
  server.down = true;
  const decide = { order_id: 7, order_line_id: LINE, reason: 'line stands still' };
  await service.call('overrideFulfilment', { ...decide, kind: 'held', until_on: NEXT_WEEK });
  expect(await lineNow()).toEqual(['held', 'held', 0, 'pending']);
  await service.call('overrideFulfilment', { ...decide, kind: 'raised', until_on: NEXT_WEEK });
  expect(await lineNow()).toEqual(['ready', 'raised', 4_000, 'pending']);
  const working = await service.call('fulfilmentLine', { company_id: 1, order_line_id: LINE });
  expect(working.decisions.map((each) => [each.kind, each.state])).toEqual([
    ['raised', 'pending'],
    ['held', 'pending'],
  ]);
  const { rows } = await service.call('outbox', {});
  expect(rows.map((row) => row.title).toSorted()).toEqual([
    `Hold line 4 of order SO-7 until ${dayInWords(NEXT_WEEK)}`,
    `Raise line 4 of order SO-7 until ${dayInWords(NEXT_WEEK)}`,
  ]);
});

test('what the copy shows to be refused is not queued', async () => {
  const decide = { order_id: 7, order_line_id: null, reason: 'x', until_on: NEXT_WEEK, kind: 'held' } as const;
  expect(await codeOf(service.call('overrideFulfilment', { ...decide, order_line_id: 1 }))).toBe('not_found');
  expect(await codeOf(service.call('overrideFulfilment', { ...decide, order_id: 8 }))).toBe('not_found');
  expect(await codeOf(service.call('overrideFulfilment', { ...decide, until_on: '2190-01-01' }))).toBe('bad_arguments');
  const approve = {
    order_id: 7,
    kind: 'discount',
    decision: 'approved',
    reason: 'x',
    content_hash: '0'.repeat(64),
  } as const;
  expect(await codeOf(service.call('approveOrder', approve))).toBe('not_permitted');
  expect(await codeOf(service.call('approveOrder', { ...approve, decision: 'asked' }))).toBe('conflict');
  expect(await codeOf(service.call('approveOrder', { ...approve, kind: 'credit', decision: 'asked' }))).toBe(
    'not_found',
  );
  expect((await service.call('outbox', {})).rows).toEqual([]);
  await service.close();
  await begin('warehouse');
  expect(await codeOf(service.call('overrideFulfilment', decide))).toBe('not_permitted');
});
