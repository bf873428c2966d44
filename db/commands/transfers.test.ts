import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CommandInput } from '#contract/commands.ts';
import type { ReplicaService } from '#db/service.ts';
import { type ScriptedServer, scriptedServer, smallDistributor } from '#db/testing/scriptedServer.ts';
import { codeOf, loadedService } from '#db/testing/testService.ts';

type Request = CommandInput<'requestTransfers'>['transfers'][number];

const [from_site_id, to_site_id] = [3, 2];
let server: ScriptedServer;
let service: ReplicaService;
beforeEach(async () => {
  server = scriptedServer();
  smallDistributor(server);
  for (const id of [from_site_id, to_site_id]) {
    server.bucket(30 + id, 'site', { company: 1, site: id });
    server.put(30 + id, id, [1, `S${id}`, `Site ${id}`, 'dc']);
  }
  server.checkpoint();
  service = await loadedService(server);
  server.down = true;
});
afterEach(() => service.close());

const request = (more: Partial<Request> = {}): Request => ({
  item_id: 840,
  from_site_id,
  to_site_id,
  qty_milli: 40_000,
  wanted_on: null,
  reason: 'Two orders wait',
  decision_id: null,
  ...more,
});
const ask = (...transfers: Request[]) => service.call('requestTransfers', { company_id: 1, transfers });

test('asked for without a connection: it waits for the server, counts nowhere, and who asked does not answer', async () => {
  const before = await service.call('stockPositions', { company_id: 1 });
  const { id } = await ask(request());
  const { rows } = await service.call('transfers', { company_id: 1 });
  expect(rows).toMatchObject([{ state: 'requested', number: null, asked_qty_milli: 40_000, waiting: true }]);
  const after = await service.call('stockPositions', { company_id: 1 });
  expect(after.totals).toEqual(before.totals);

  expect(await codeOf(ask(request()))).toBe('conflict');
  const back = { from_site_id: to_site_id, to_site_id: from_site_id };
  expect(await codeOf(ask(request(back)))).toBe('not_permitted');
  const answer = {
    company_id: 1,
    verdict: 'approved' as const,
    transfers: [{ transfer_id: `${id}/0`, qty_milli: 1000 }],
    reason: null,
  };
  expect(await codeOf(service.call('answerTransfers', answer))).toBe('not_permitted');
  const early = { company_id: 1, transfer_id: `${id}/0`, step: 'dispatched', qty_milli: 1000, reason: null } as const;
  expect(await codeOf(service.call('moveTransfer', early))).toBe('conflict');
  await service.call('endTransfer', { company_id: 1, transfer_id: `${id}/0`, step: 'withdrawn', reason: 'Found some' });
  expect(await service.call('transfers', { company_id: 1 })).toMatchObject({ open: 0, over: 1 });
  expect(await codeOf(ask(request()))).toBe('ok');
});

test('goods that came from there lately, or go there in the same breath, are not asked back: known here already', async () => {
  server.down = false;
  const today_on = Math.floor(Date.now() / 86_400_000);
  const other_site_id = 4;
  server.bucket(30 + other_site_id, 'site', { company: 1, site: other_site_id });
  server.put(30 + other_site_id, other_site_id, [1, 'S4', 'Site 4', 'dc']);
  // to 3 from 2, and long ago to 3 from 4
  for (const [at, days_ago, from] of [
    [1, 10, to_site_id],
    [2, 90, other_site_id],
  ] as const) {
    server.bucket(50 + at * 2, 'stock_move', { company: 1, site: from });
    server.bucket(51 + at * 2, 'stock_move', { company: 1, site: from_site_id });
    const on = today_on - days_ago;
    server.put(50 + at * 2, 500 + at * 2, [1, from, 840, 'transfer_out', on, -5000, `T-${at}`]);
    server.put(51 + at * 2, 501 + at * 2, [1, from_site_id, 840, 'transfer_in', on, 5000, `T-${at}`]);
  }
  server.checkpoint();
  await service.syncOnce();
  await expect(ask(request())).rejects.toThrow('come back to where they came from');
  await expect(
    ask(request({ to_site_id: other_site_id }), request({ from_site_id: other_site_id, to_site_id: from_site_id })),
  ).rejects.toThrow('come back to where they came from');
  expect(await codeOf(ask(request({ to_site_id: other_site_id })))).toBe('ok');
});
