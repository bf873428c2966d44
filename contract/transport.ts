/**
 * What crosses a MessagePort, a WebSocket or a pair of in-memory ports between a screen and the replica service.
 * The transports carry these messages as they are (JSON over WebSocket, structured clone over MessagePort).
 */
import type { OperationError } from './errors.ts';
import type { ServiceEvents } from './events.ts';

export type RequestMessage =
  | {
      readonly kind: 'call';
      readonly id: number;
      readonly name: string;
      readonly args: unknown;
      /** Made by the client, for commands: the same id again is the same change. */
      readonly mutation_id?: string;
      /** The answer to the same call was lost with another port, so it may have been done already. */
      readonly again?: true;
    }
  | { readonly kind: 'cancel'; readonly id: number };

export type ResponseMessage =
  | { readonly kind: 'result'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'error'; readonly id: number; readonly error: OperationError }
  | EventMessage;

export type EventMessage = {
  readonly [K in keyof ServiceEvents]: { readonly kind: 'event'; readonly event: K; readonly data: ServiceEvents[K] };
}[keyof ServiceEvents];

/** One end of a duplex message pipe. */
export interface Port<Out, In> {
  send(message: Out): void;
  onMessage(listener: (message: In) => void): void;
  onClose(listener: () => void): void;
  close(): void;
}

export type ClientPort = Port<RequestMessage, ResponseMessage>;
export type ServicePort = Port<ResponseMessage, RequestMessage>;

/** Limits that both ends keep. */
export const MAX_REQUEST_BYTES = 256 * 1024;
export const MAX_RESULT_BYTES = 8 * 1024 * 1024;
export const MAX_CALLS_IN_FLIGHT = 64;
