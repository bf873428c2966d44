/** A screen's end of a port: numbered calls, their answers, and the events that came unasked. */
import type { OperationError } from '#contract/errors.ts';
import type { ClientPort, EventMessage } from '#contract/transport.ts';

export type Answer = { readonly value: unknown } | { readonly error: OperationError };

interface More {
  readonly mutation_id?: string;
  readonly again?: true;
}

export interface TestClient {
  call(name: string, args: unknown, more?: More): Promise<Answer>;
  /** Also gives the call's id, to cancel it by. */
  begin(name: string, args: unknown, more?: More): { readonly id: number; readonly answer: Promise<Answer> };
  cancel(id: number): void;
  readonly events: EventMessage[];
  readonly closed: Promise<void>;
  close(): void;
}

export function testClient(port: ClientPort): TestClient {
  const waiting = new Map<number, (answer: Answer) => void>();
  const events: EventMessage[] = [];
  let nextId = 1;
  port.onMessage((message) => {
    if (message.kind === 'event') {
      events.push(message);
      return;
    }
    const resolve = waiting.get(message.id);
    waiting.delete(message.id);
    resolve?.(message.kind === 'result' ? { value: message.value } : { error: message.error });
  });
  const closed = new Promise<void>((resolve) => port.onClose(resolve));
  const begin = (name: string, args: unknown, more: More = {}) => {
    const id = nextId++;
    const answer = new Promise<Answer>((resolve) => waiting.set(id, resolve));
    port.send({ kind: 'call', id, name, args, ...more });
    return { id, answer };
  };
  return {
    begin,
    call: (name, args, more) => begin(name, args, more).answer,
    cancel: (id) => port.send({ kind: 'cancel', id }),
    events,
    closed,
    close: () => port.close(),
  };
}
