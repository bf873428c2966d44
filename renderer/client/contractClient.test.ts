import { describe, expect, test } from 'vitest';
import type { ClientPort, RequestMessage, ResponseMessage } from '#contract/transport.ts';
import type { CallError } from './callError.ts';
import { contractClient, MENDING_MS, retryDelay_ms } from './contractClient.ts';
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

const ID = '7c9e6679-7425-40de-944b-e07fc1f90ae7';
const newId = () => ID;
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
    const client = contractClient({ openPort: () => Promise.resolve(end.port), delay: handClock().delay, newId });
    const first = client.call('companies', {});
    const second = refusal(client.call('itemDetail', { item_id: 7 }));
    await settled();
    expect(end.calls().map((call) => call.kind === 'call' && call.name)).toEqual(['companies', 'itemDetail']);
    end.say({ kind: 'error', id: 2, error: { code: 'not_found', message: 'No such item.', retryable: false } });
    end.say({ kind: 'result', id: 1, value: [] });
    expect(await first).toEqual([]);
    expect(await second).toMatchObject({ code: 'not_found', retryable: false, message: 'No such item.' });
  });

  describe('when the port is lost', () => {
    async function connected() {
      const ends = [pipe(), pipe()];
      const clock = handClock();
      let opened = 0;
      const client = contractClient({
        openPort: () => {
          const end = ends[opened++];
          return end ? Promise.resolve(end.port) : Promise.reject(new Error('refused'));
        },
        delay: clock.delay,
        newId,
      });
      await settled();
      const [first, second] = ends;
      if (!first || !second) throw new Error('two ends were made');
      return { client, clock, first, second };
    }

    test('what was open is asked again over the next one, in order, and says that it may have been done', async () => {
      const { client, clock, first, second } = await connected();
      const question = client.call('companies', {});
      const note = client.call('addItemNote', { item_id: 840, body: 'typed' }, { change: true });
      first.drop();
      expect(client.link.get()).toBe('mending');
      const meanwhile = client.call('itemDetail', { item_id: 7 });
      expect(clock.delays.map(({ ms }) => ms)).toEqual([MENDING_MS, 0]);
      clock.delays.find(({ ms }) => ms === 0)?.act();
      await settled();
      expect(client.link.get()).toBe('open');
      expect(second.sent).toEqual([
        { kind: 'call', id: 1, name: 'companies', args: {}, again: true },
        {
          kind: 'call',
          id: 2,
          name: 'addItemNote',
          args: { item_id: 840, body: 'typed' },
          mutation_id: ID,
          again: true,
        },
        { kind: 'call', id: 3, name: 'itemDetail', args: { item_id: 7 } },
      ]);
      second.say({ kind: 'result', id: 2, value: { id: ID } });
      second.say({ kind: 'result', id: 1, value: [1] });
      second.say({ kind: 'error', id: 3, error: { code: 'not_found', message: 'No such item.', retryable: false } });
      expect(await question).toEqual([1]);
      expect(await note).toEqual({ id: ID });
      expect(await refusal(meanwhile)).toMatchObject({ code: 'not_found' });
    });

    test('one that was withdrawn meanwhile is not asked again', async () => {
      const { client, clock, first, second } = await connected();
      const aborts = new AbortController();
      const question = refusal(client.call('companies', {}, { signal: aborts.signal }));
      first.drop();
      aborts.abort();
      expect(await question).toMatchObject({ code: 'cancelled' });
      clock.delays.find(({ ms }) => ms === 0)?.act();
      await settled();
      expect(second.sent).toEqual([]);
    });

    test('a loss that lasts is told, fails what waits as retryable, and is still mended', async () => {
      const { client, clock, first, second } = await connected();
      const heard: unknown[] = [];
      client.on('session', (data) => heard.push(data));
      const question = refusal(client.call('companies', {}));
      first.drop();
      clock.delays.find(({ ms }) => ms === MENDING_MS)?.act();
      expect(await question).toMatchObject({ code: 'offline', retryable: true });
      expect(client.link.get()).toBe('lost');
      expect(await refusal(client.call('companies', {}))).toMatchObject({ retryable: true });
      clock.delays.find(({ ms }) => ms === 0)?.act();
      await settled();
      expect(client.link.get()).toBe('open');
      expect(second.sent).toEqual([]);
      second.say({ kind: 'event', event: 'session', data: { signed_in: false } });
      // What an old port still says is not heard.
      first.say({ kind: 'event', event: 'session', data: { signed_in: true } });
      expect(heard).toEqual([{ signed_in: false }]);
    });
  });

  test('waits longer between attempts while nothing answers', async () => {
    const clock = handClock();
    contractClient({ openPort: () => Promise.reject(new Error('refused')), delay: clock.delay, newId });
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
    const client = contractClient({ openPort: () => Promise.resolve(end.port), delay: handClock().delay, newId });
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
