import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CommandInput } from '#contract/commands.ts';
import { BinnacleError } from '#contract/errors.ts';
import type { ReplicaService } from '#db/service.ts';
import { type ScriptedServer, scriptedServer, smallDistributor } from '#db/testing/scriptedServer.ts';
import { freshFolder, testService } from '#db/testing/testService.ts';

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
  service = testService({
    dataDir: freshFolder(),
    serverUrl: server.url,
    fetch: (input, init) => server.fetch(input, init),
  });
  await service.signIn({ user_name: 'planner', password: 'right' });
  await service.syncOnce();
  server.down = true;
});
afterEach(() => service.close());

test('asked for without a connection: it waits for the server, counts nowhere, and who asked does not answer', async () => {
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
  const code = async (act: Promise<unknown>) =>
    await act.then(
      () => 'ok',
      (error: unknown) => (error instanceof BinnacleError ? error.code : String(error)),
    );
  const before = await service.call('stockPositions', { company_id: 1 });
  const { id } = await ask(request());
  const { rows } = await service.call('transfers', { company_id: 1 });
  expect(rows).toMatchObject([{ state: 'requested', number: null, asked_qty_milli: 40_000, waiting: true }]);
  const after = await service.call('stockPositions', { company_id: 1 });
  expect(after.totals).toEqual(before.totals);

  expect(await code(ask(request()))).toBe('conflict');
  const back = { from_site_id: to_site_id, to_site_id: from_site_id };
  expect(await code(ask(request(back)))).toBe('not_permitted');
  const answer = {
    company_id: 1,
    verdict: 'approved' as const,
    transfers: [{ transfer_id: `${id}/0`, qty_milli: 1000 }],
    reason: null,
  };
  expect(await code(service.call('answerTransfers', answer))).toBe('not_permitted');
  const early = { company_id: 1, transfer_id: `${id}/0`, step: 'dispatched', qty_milli: 1000, reason: null } as const;
  expect(await code(service.call('moveTransfer', early))).toBe('conflict');
  await service.call('endTransfer', { company_id: 1, transfer_id: `${id}/0`, step: 'withdrawn', reason: 'Found some' });
  expect(await service.call('transfers', { company_id: 1 })).toMatchObject({ open: 0, over: 1 });
  expect(await code(ask(request()))).toBe('ok');
});
