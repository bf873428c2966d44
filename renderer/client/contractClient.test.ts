import { describe, expect, test } from 'vitest';
import type { ClientPort, RequestMessage, ResponseMessage } from '#contract/transport.ts';
import type { CallError } from './callError.ts';
import { contractClient, retryDelay_ms } from './contractClient.ts';
import { messagePortSource } from './ports.ts';

/** One end of a pipe whose other end the test plays. */
function pipe() {
  const sent: RequestMessage[] = [];
  const messages = new Set<(message: ResponseMessage) => void>();
  const closes = new Set<() => void>();
  const port: ClientPort = {
    send: (message) => sent.push(message),
    onMessage: (listener) => messages.add(listener),
    onClose: (listener) => closes.add(listener),
    close: () => undefined,
  };
  return {
    port,
    sent,
    calls: () => sent.filter((message) => message.kind === 'call'),
    say: (message: ResponseMessage) => {
      for (const listener of messages) listener(message);
    },
    drop: () => {
      for (const listener of closes) listener();
    },
  };
}

/** Delays that the test lets pass. */
function handClock() {
  const waiting: { ms: number; act: () => void }[] = [];
  return {
    delays: waiting,
    delay: (ms: number, act: () => void) => {
      const entry = { ms, act };
      waiting.push(entry);
      return () => void waiting.splice(waiting.indexOf(entry), 1);
    },
    pass: () => waiting.shift()?.act(),
  };
}

const settled = () => new Promise<void>((resolve) => setTimeout(resolve, 0));
const refusal = (promise: Promise<unknown>): Promise<CallError> =>
  promise.then(
    () => {
      throw new Error('it was answered');
    },
    (error: CallError) => error,
  );

describe('contract client', () => {
  test('answers and refusals reach their own call, in any order', async () => {
    const end = pipe();
    const client = contractClient({ openPort: () => Promise.resolve(end.port), delay: handClock().delay });
    const first = client.call('companies', {});
    const second = refusal(client.call('itemDetail', { item_id: 7 }));
    await settled();
    expect(end.calls().map((call) => call.kind === 'call' && call.name)).toEqual(['companies', 'itemDetail']);
    end.say({ kind: 'error', id: 2, error: { code: 'not_found', message: 'No such item.', retryable: false } });
    end.say({ kind: 'result', id: 1, value: [] });
    expect(await first).toEqual([]);
    expect(await second).toMatchObject({ code: 'not_found', retryable: false, message: 'No such item.' });
  });

  test('a lost port fails the calls in flight as retryable and is opened again; listeners stay', async () => {
    const ends = [pipe(), pipe()];
    const clock = handClock();
    let opened = 0;
    const client = contractClient({
      openPort: () => Promise.resolve((ends[opened++] ?? pipe()).port),
      delay: clock.delay,
    });
    const heard: unknown[] = [];
    client.on('session', (data) => heard.push(data));
    await settled();
    const lost = refusal(client.call('companies', {}));
    ends[0]?.drop();
    expect(await lost).toMatchObject({ code: 'offline', retryable: true });
    expect(client.link.get()).toBe('lost');
    expect(await refusal(client.call('companies', {}))).toMatchObject({ retryable: true });
    clock.pass();
    await settled();
    expect(client.link.get()).toBe('open');
    const again = client.call('companies', {});
    ends[1]?.say({ kind: 'result', id: ends[1].calls()[0]?.id ?? 0, value: [1] });
    expect(await again).toEqual([1]);
    ends[1]?.say({ kind: 'event', event: 'session', data: { signed_in: false } });
    // What an old port still says is not heard.
    ends[0]?.say({ kind: 'event', event: 'session', data: { signed_in: true } });
    expect(heard).toEqual([{ signed_in: false }]);
  });

  test('waits longer between attempts while nothing answers', async () => {
    const clock = handClock();
    contractClient({ openPort: () => Promise.reject(new Error('refused')), delay: clock.delay });
    const waits: number[] = [];
    for (let attempt = 0; attempt < 4; attempt++) {
      await settled();
      waits.push(clock.delays[0]?.ms ?? -1);
      clock.pass();
    }
    expect(waits).toEqual([0, 200, 400, 800]);
    expect(retryDelay_ms(50)).toBe(5000);
  });

  test('an aborted call is cancelled at the service and gives its place to the next', async () => {
    const end = pipe();
    const client = contractClient({ openPort: () => Promise.resolve(end.port), delay: handClock().delay });
    await settled();
    const aborts = new AbortController();
    const first = refusal(client.call('companies', {}, { signal: aborts.signal }));
    const others = Array.from({ length: 40 }, () => client.call('companies', {}));
    expect(end.calls()).toHaveLength(32);
    aborts.abort();
    expect(await first).toMatchObject({ code: 'cancelled' });
    expect(end.sent).toContainEqual({ kind: 'cancel', id: 1 });
    expect(end.calls()).toHaveLength(33);
    // The late answer of the cancelled call must not free a second place.
    end.say({ kind: 'result', id: 1, value: [] });
    expect(end.calls()).toHaveLength(33);
    expect(others).toHaveLength(40);
  });
});

describe('message port source', () => {
  function offer(self: EventTarget, source: EventTarget | null, data: unknown, port?: MessagePort): void {
    self.dispatchEvent(Object.assign(new Event('message'), { source, data, ports: port ? [port] : [] }));
  }

  test('takes a port only from its own window and with the agreed type', async () => {
    const self = new EventTarget();
    const opening = messagePortSource(self as Window)();
    let opened = false;
    void opening.then(() => {
      opened = true;
    });
    const channel = new MessageChannel();
    offer(self, new EventTarget(), { type: 'binnacle:port' }, channel.port1);
    offer(self, self, { type: 'other' }, channel.port1);
    offer(self, self, 'binnacle:port', channel.port1);
    offer(self, self, { type: 'binnacle:port' });
    await settled();
    expect(opened).toBe(false);

    offer(self, self, { type: 'binnacle:port' }, channel.port1);
    const port = await opening;
    const heard = new Promise<ResponseMessage>((resolve) => port.onMessage(resolve));
    channel.port2.postMessage({ kind: 'result', id: 1, value: 'hello' });
    expect(await heard).toEqual({ kind: 'result', id: 1, value: 'hello' });
    port.close();
    channel.port2.close();
  });

  test('a newly offered port ends the old one and is handed to the next opening', async () => {
    const self = new EventTarget();
    const open = messagePortSource(self as Window);
    const [first, second] = [new MessageChannel(), new MessageChannel()];
    offer(self, self, { type: 'binnacle:port' }, first.port1);
    const old = await open();
    const closed = new Promise<void>((resolve) => old.onClose(resolve));
    offer(self, self, { type: 'binnacle:port' }, second.port1);
    await closed;
    const fresh = await open();
    const received = new Promise<unknown>((resolve) => {
      second.port2.addEventListener('message', (event) => resolve(event.data));
      second.port2.start();
    });
    fresh.send({ kind: 'cancel', id: 9 });
    expect(await received).toEqual({ kind: 'cancel', id: 9 });
    fresh.close();
    for (const port of [first.port2, second.port2]) port.close();
  });
});
