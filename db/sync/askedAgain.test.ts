/** A real server that closes a connection instead of answering what came over it. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { machineTimers } from '#db/machine.ts';
import { createServerSession } from './serverSession.ts';
import { createWireClient, type WireClient } from './wireClient.ts';

const LOGIN = {
  access_token: 'a'.repeat(40),
  refresh_token: 'r'.repeat(40),
  access_ttl_s: 900,
  server_id: '00000000-0000-4000-8000-000000000000',
  user: { id: 1, name: 'planner', display_name: 'Planner', grants: [] },
};

let server: Server;
let asked: string[];
/** Which requests, counted from 1, are not answered: their connection is closed. */
let closed: (count: number) => boolean;

beforeEach(async () => {
  asked = [];
  closed = (count) => count === 2;
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (closed(asked.length)) {
      request.socket.destroy();
      return;
    }
    request.resume().on('end', () => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ outcomes: [] }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

function client(): WireClient {
  const server_url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const timers = machineTimers();
  const session = createServerSession({
    server_url,
    fetch,
    clock: () => Date.now(),
    timers,
    onRotated: () => undefined,
  });
  session.adopt(LOGIN);
  return createWireClient({ server_url, fetch, timers, session });
}

test('what may be asked twice is asked again on a new connection', async () => {
  const wire = client();
  const push = () => wire.push({ client_id: 'c', mutations: [] }, AbortSignal.timeout(5_000));
  const first = await push().catch((error: unknown) => error);
  const second = await push().catch((error: unknown) => error);
  expect(asked).toEqual(['/sync/push', '/sync/push', '/sync/push']);
  expect(second).toEqual(first);
});

test('what may be done twice is not, and a server that closes every connection does not answer', async () => {
  const wire = client();
  await wire.request('POST', '/admin/users', {});
  await expect(wire.request('POST', '/admin/users', {})).rejects.toMatchObject({ kind: 'unreachable' });
  expect(asked).toEqual(['/admin/users', '/admin/users']);
  closed = () => true;
  await expect(wire.open({} as never, AbortSignal.timeout(5_000))).rejects.toMatchObject({ kind: 'unreachable' });
  expect(asked.filter((path) => path === '/sync/open')).toHaveLength(2);
});
