/** Ports over a MessagePort: Node's own (worker_threads) and Electron's MessagePortMain. Structured clone carries them. */
import type { MessagePort as NodeMessagePort } from 'node:worker_threads';
import type { Port } from '#contract/transport.ts';

export function nodeMessagePort<Out, In>(port: NodeMessagePort): Port<Out, In> {
  return {
    send: (message) => port.postMessage(message),
    onMessage: (listener) => {
      port.on('message', (message: In) => listener(message));
    },
    onClose: (listener) => {
      port.on('close', listener);
    },
    close: () => port.close(),
  };
}

/** The part of Electron's MessagePortMain that is used. */
export interface ElectronPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  start(): void;
  close(): void;
}

export function electronMessagePort<Out, In>(port: ElectronPort): Port<Out, In> {
  return {
    send: (message) => port.postMessage(message),
    onMessage: (listener) => {
      port.on('message', (event) => listener(event.data as In));
      port.start();
    },
    onClose: (listener) => {
      port.on('close', listener);
    },
    close: () => port.close(),
  };
}
