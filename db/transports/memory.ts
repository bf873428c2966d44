/** Two ports in one process. Messages are cloned, so that neither side sees the other's objects. */
import type { ClientPort, Port, RequestMessage, ResponseMessage, ServicePort } from '#contract/transport.ts';

interface End<Out, In> {
  readonly port: Port<Out, In>;
  deliver(message: In): void;
  closed(): void;
}

function makeEnd<Out, In>(deliverToPeer: (message: Out) => void, closePeer: () => void): End<Out, In> {
  const listeners: ((message: In) => void)[] = [];
  const closers: (() => void)[] = [];
  let open = true;
  const closed = () => {
    if (!open) return;
    open = false;
    for (const closer of closers) closer();
  };
  return {
    port: {
      send: (message) => {
        if (open) deliverToPeer(message);
      },
      onMessage: (listener) => {
        listeners.push(listener);
      },
      onClose: (listener) => {
        closers.push(listener);
      },
      close: () => {
        closed();
        closePeer();
      },
    },
    deliver: (message) => {
      if (open) for (const listener of listeners) listener(message);
    },
    closed,
  };
}

export function memoryPorts(): { readonly client: ClientPort; readonly service: ServicePort } {
  const client: End<RequestMessage, ResponseMessage> = makeEnd(
    (message) => {
      const copy = structuredClone(message);
      queueMicrotask(() => service.deliver(copy));
    },
    () => service.closed(),
  );
  const service: End<ResponseMessage, RequestMessage> = makeEnd(
    (message) => {
      const copy = structuredClone(message);
      queueMicrotask(() => client.deliver(copy));
    },
    () => client.closed(),
  );
  return { client: client.port, service: service.port };
}
