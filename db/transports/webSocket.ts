/** A port over a WebSocket: one JSON text per message. What is no JSON ends the socket. */
import type { RawData, WebSocket } from 'ws';
import type { Port } from '#contract/transport.ts';

/** Behind this many unsent bytes the other end is taken for gone. */
const MAX_UNSENT_BYTES = 64 * 1024 * 1024;

export function webSocketPort<Out, In>(socket: WebSocket): Port<Out, In> {
  return {
    send: (message) => {
      if (socket.readyState !== socket.OPEN) return;
      if (socket.bufferedAmount > MAX_UNSENT_BYTES) {
        socket.terminate();
        return;
      }
      socket.send(JSON.stringify(message));
    },
    onMessage: (listener) => {
      socket.on('message', (data, isBinary) => {
        if (isBinary) {
          socket.close(1003, 'text only');
          return;
        }
        let message: In;
        try {
          message = JSON.parse(textOf(data)) as In;
        } catch {
          socket.close(1007, 'no JSON');
          return;
        }
        listener(message);
      });
    },
    onClose: (listener) => {
      socket.on('close', listener);
      // an error is always followed by close; without a listener it would end the process
      socket.on('error', () => undefined);
    },
    close: () => socket.close(),
  };
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return (data instanceof ArrayBuffer ? Buffer.from(data) : data).toString('utf8');
}
