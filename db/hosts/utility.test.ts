import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ResponseMessage } from '#contract/transport.ts';
import { lockedByKeychain, openKeys } from '#db/keys/keyFile.ts';
import { knownReplicas } from '#db/keys/place.ts';
import { scriptedServer, smallDistributor } from '#db/testing/scriptedServer.ts';
import { testKeychain } from '#db/testing/testKeychain.ts';
import { freshFolder } from '#db/testing/testService.ts';
import type { ElectronPort } from '#db/transports/messagePort.ts';
import { callRunningHost, findRunningHost } from './discovery.ts';
import { serveParentPort, type UtilityNews } from './utility.ts';

/** Node's port behind the face of Electron's: events carry the message in `data`, and nothing flows before `start`. */
function electronFace(port: MessagePort): ElectronPort {
  return {
    postMessage: (message) => port.postMessage(message),
    on: (event: 'message' | 'close', listener: (event: { data: unknown }) => void) => {
      if (event === 'close') port.on('close', () => listener({ data: undefined }));
      else port.addListener('message', (data: unknown) => listener({ data }));
      return port;
    },
    start: () => port.start(),
    close: () => port.close(),
  };
}

test('starts once, serves every window over its own port, and stops', async () => {
  const news: UtilityNews[] = [];
  const exits: number[] = [];
  let order: (event: { data: unknown; ports: readonly ElectronPort[] }) => void = () => undefined;
  serveParentPort(
    {
      on: (_event, listener) => {
        order = listener;
      },
      postMessage: (message) => news.push(message),
    },
    (code) => exits.push(code),
  );
  const early = new MessageChannel();
  const closed = new Promise((resolve) => early.port2.on('close', () => resolve(true)));
  order({ data: { kind: 'attach' }, ports: [electronFace(early.port1)] });
  expect(await closed).toBe(true);

  const dataDir = freshFolder();
  order({ data: { kind: 'unknown' }, ports: [] });
  order({ data: { kind: 'start', dataDir, serverUrl: 'http://127.0.0.1:9', device: 'test' }, ports: [] });
  order({ data: { kind: 'start', dataDir, serverUrl: 'http://127.0.0.1:9' }, ports: [] });
  expect(news).toEqual([{ kind: 'started' }]);
  await expect.poll(() => findRunningHost(dataDir)).toMatchObject({ pid: process.pid, shows: 'window' });

  for (let window = 0; window < 2; window++) {
    const { port1, port2 } = new MessageChannel();
    const answer = new Promise<ResponseMessage>((resolve) => port2.on('message', resolve));
    order({ data: { kind: 'attach' }, ports: [electronFace(port1)] });
    port2.postMessage({ kind: 'call', id: 1, name: 'signInState', args: {} });
    expect(await answer).toMatchObject({ kind: 'result', id: 1, value: { signed_in: false, server_reachable: false } });
  }
  order({ data: { kind: 'stop' }, ports: [] });
  await expect.poll(() => exits, { timeout: 20_000 }).toEqual([0]);
  expect(news.at(-1)).toEqual({ kind: 'stopped' });
  expect(findRunningHost(dataDir)).toBeNull();
});

/** A utility process in this one: its orders and news, and a screen that calls. */
function utilityHere() {
  const news: UtilityNews[] = [];
  const exits: number[] = [];
  let order: (event: { data: unknown; ports: readonly ElectronPort[] }) => void = () => undefined;
  const answer = { keychain: null as ReturnType<typeof testKeychain> | null };
  serveParentPort(
    {
      on: (_event, listener) => {
        order = listener;
      },
      postMessage: (message) => {
        news.push(structuredClone(message));
        if (message.kind !== 'wrap' && message.kind !== 'unwrap') return;
        const { keychain } = answer;
        if (!keychain) return order({ data: { kind: 'keychain', id: message.id, value: null }, ports: [] });
        void keychain[message.kind](Buffer.from(message.value)).then(
          (value) => order({ data: { kind: 'keychain', id: message.id, value: new Uint8Array(value) }, ports: [] }),
          () => order({ data: { kind: 'keychain', id: message.id, value: null }, ports: [] }),
        );
      },
    },
    (code) => exits.push(code),
  );
  return {
    news,
    answer,
    order: (data: object) => order({ data, ports: [] }),
    call: async (name: string, args: object) => {
      const { port1, port2 } = new MessageChannel();
      const answered = new Promise<ResponseMessage>((resolve) =>
        port2.on('message', (message: ResponseMessage) => {
          if (message.kind !== 'event') resolve(message);
        }),
      );
      order({ data: { kind: 'attach' }, ports: [electronFace(port1)] });
      port2.postMessage({ kind: 'call', id: 1, name, args });
      const message = await answered;
      port2.close();
      return message;
    },
    stop: async () => {
      order({ data: { kind: 'stop' }, ports: [] });
      await expect.poll(() => exits, { timeout: 20_000 }).toEqual([0]);
    },
  };
}

describe('with the keychain of its parent', () => {
  const server = scriptedServer();
  smallDistributor(server);
  const realFetch = globalThis.fetch;
  beforeAll(() => {
    globalThis.fetch = (input, init) =>
      new URL(input instanceof Request ? input.url : input).origin === server.url
        ? server.fetch(input, init)
        : realFetch(input, init);
  });
  afterAll(() => {
    globalThis.fetch = realFetch;
  });
  const signIn = { user_name: 'planner', password: 'right' };

  test('both lock the copy; a service started anew goes on; the command line goes through it', async () => {
    const dataDir = freshFolder();
    const keychain = testKeychain();
    const start = { kind: 'start', dataDir, serverUrl: server.url, device: 'test', keychain: true };
    const first = utilityHere();
    first.answer.keychain = keychain;
    first.order(start);
    expect(await first.call('signIn', signIn)).toMatchObject({ kind: 'result' });
    const told = first.news.find((each) => each.kind === 'ticket');
    const keysFile = knownReplicas(dataDir)[0]?.place.keys_file ?? '';
    expect(lockedByKeychain(keysFile)).toBe(true);

    const host = findRunningHost(dataDir);
    if (!host) throw new Error('the window has no address');
    const ask = (password: string) =>
      callRunningHost(host, realFetch, { user: 'planner', password, name: 'session', args: {} });
    expect(await ask('right')).toMatchObject({ user_name: 'planner' });
    await expect(ask('wrong')).rejects.toMatchObject({ code: 'wrong_password' });
    const post = (headers: Record<string, string>) => realFetch(`${host.url}/rpc`, { method: 'POST', headers });
    expect((await post({})).status).toBe(401);
    expect((await post({ authorization: `Bearer ${host.token}`, origin: 'https://example.com' })).status).toBe(403);
    expect((await realFetch(host.url)).status).toBe(404);
    await first.stop();
    await expect(openKeys(keysFile, { server_id: server.server_id, user_name: 'planner' }, 'right')).rejects.toThrow(
      'only the Binnacle window can open',
    );

    const second = utilityHere();
    second.order({ ...start, resume: told?.kind === 'ticket' ? told.ticket : undefined });
    expect(await second.call('session', {})).toMatchObject({ value: { user_name: 'planner' } });
    expect(second.news.filter((each) => each.kind === 'unwrap')).toEqual([]);
    await second.call('signOut', {});
    expect(second.news.at(-1)).toEqual({ kind: 'ticket', ticket: null });
    // the parent's keychain is another's, or locked
    second.answer.keychain = testKeychain();
    expect(await second.call('signIn', signIn)).toMatchObject({ error: { code: 'not_permitted' } });
    second.answer.keychain = null;
    expect(await second.call('signIn', signIn)).toMatchObject({ error: { code: 'not_permitted' } });
    second.answer.keychain = keychain;
    expect(await second.call('signIn', { ...signIn, password: 'wrong' })).toMatchObject({
      error: { code: 'wrong_password' },
    });
    expect(await second.call('signIn', signIn)).toMatchObject({ kind: 'result' });
    await second.stop();
  });
});
