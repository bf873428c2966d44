/** One screen's port served by the dispatcher: calls, cancels, events. The same for every transport. */
import { BinnacleError, errorValue } from '#contract/errors.ts';
import { type EventMessage, MAX_CALLS_IN_FLIGHT, type ServicePort } from '#contract/transport.ts';
import type { Dispatch } from '#db/dispatch.ts';

export interface Served {
  readonly port: ServicePort;
  send(event: EventMessage): void;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** `onClosed` runs once, after every call of the port was given up. */
export function servePort(port: ServicePort, dispatch: Dispatch, onClosed: (served: Served) => void): Served {
  const calls = new Map<number, AbortController>();
  let open = true;
  const reply = (id: number, run: () => Promise<unknown>): void => {
    void run().then(
      (value) => open && port.send({ kind: 'result', id, value }),
      (error: unknown) => open && port.send({ kind: 'error', id, error: errorValue(error) }),
    );
  };

  const onMessage = (message: unknown): void => {
    // what arrives was written by somebody else: its form is not taken for granted
    if (message === null || typeof message !== 'object' || !('kind' in message) || !('id' in message)) return;
    const { kind, id } = message;
    if (typeof id !== 'number' || !Number.isSafeInteger(id)) return;
    if (kind === 'cancel') {
      calls.get(id)?.abort();
      return;
    }
    if (kind !== 'call') return;
    const name = 'name' in message && typeof message.name === 'string' ? message.name : '';
    const args = 'args' in message ? message.args : {};
    const mutation_id = 'mutation_id' in message ? message.mutation_id : undefined;
    const again = 'again' in message && message.again === true;
    reply(id, async () => {
      if (calls.has(id)) throw new BinnacleError('bad_arguments', `Call ${id} is already under way.`);
      if (calls.size >= MAX_CALLS_IN_FLIGHT) throw new BinnacleError('too_large', 'Too many questions at once.', true);
      if (mutation_id !== undefined && (typeof mutation_id !== 'string' || !UUID.test(mutation_id))) {
        throw new BinnacleError('bad_arguments', 'The id of a change is a UUID.');
      }
      const stop = new AbortController();
      calls.set(id, stop);
      try {
        return await untilCancelled(dispatch(name, args, { signal: stop.signal, mutation_id, again }), stop.signal);
      } finally {
        calls.delete(id);
      }
    });
  };

  const served: Served = {
    port,
    send: (event) => {
      if (open) port.send(event);
    },
  };
  port.onMessage(onMessage);
  port.onClose(() => {
    if (!open) return;
    open = false;
    for (const call of calls.values()) call.abort();
    calls.clear();
    onClosed(served);
  });
  return served;
}

/** A cancelled call is answered at once, even when what it asked for cannot be interrupted. */
async function untilCancelled(work: Promise<unknown>, signal: AbortSignal): Promise<unknown> {
  return await new Promise<unknown>((resolve, reject) => {
    signal.addEventListener('abort', () => reject(new BinnacleError('cancelled', 'Cancelled.')), { once: true });
    work.then(resolve, reject);
  });
}
