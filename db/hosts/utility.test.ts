import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { expect, test } from 'vitest';
import type { ResponseMessage } from '#contract/transport.ts';
import { freshFolder } from '#db/testing/testService.ts';
import type { ElectronPort } from '#db/transports/messagePort.ts';
import { findRunningHost } from './discovery.ts';
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
  // the folder is claimed, though there is no address to call
  expect(findRunningHost(dataDir)).toBeNull();

  for (let window = 0; window < 2; window++) {
    const { port1, port2 } = new MessageChannel();
    const answer = new Promise<ResponseMessage>((resolve) => port2.on('message', resolve));
    order({ data: { kind: 'attach' }, ports: [electronFace(port1)] });
    port2.postMessage({ kind: 'call', id: 1, name: 'signInState', args: {} });
    expect(await answer).toMatchObject({ kind: 'result', id: 1, value: { signed_in: false, server_reachable: false } });
  }
  order({ data: { kind: 'stop' }, ports: [] });
  await expect.poll(() => exits).toEqual([0]);
  expect(news.at(-1)).toEqual({ kind: 'stopped' });
});
