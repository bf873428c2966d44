/** The three ways a screen reaches the service, each as real as it gets in one process. */
import { createServer } from 'node:http';
import { MessageChannel } from 'node:worker_threads';
import { WebSocket, WebSocketServer } from 'ws';
import type { ClientPort, RequestMessage, ResponseMessage, ServicePort } from '#contract/transport.ts';
import { memoryPorts } from '#db/transports/memory.ts';
import { nodeMessagePort } from '#db/transports/messagePort.ts';
import { webSocketPort } from '#db/transports/webSocket.ts';

export interface Transport {
  readonly name: string;
  /** Connects a new client; its other end is handed to `attach`. */
  connect(attach: (port: ServicePort) => void): Promise<ClientPort>;
  close(): Promise<void>;
}

export const TRANSPORTS: readonly (readonly [name: string, make: () => Promise<Transport>])[] = [
  ['in-memory', inMemory],
  ['MessagePort', messagePort],
  ['WebSocket', webSocket],
];

async function inMemory(): Promise<Transport> {
  return await Promise.resolve({
    name: 'in-memory',
    connect: async (attach) => {
      const { client, service } = memoryPorts();
      attach(service);
      return await Promise.resolve(client);
    },
    close: () => Promise.resolve(),
  });
}

async function messagePort(): Promise<Transport> {
  return await Promise.resolve({
    name: 'MessagePort',
    connect: async (attach) => {
      const { port1, port2 } = new MessageChannel();
      attach(nodeMessagePort(port1));
      return await Promise.resolve(nodeMessagePort<RequestMessage, ResponseMessage>(port2));
    },
    close: () => Promise.resolve(),
  });
}

async function webSocket(): Promise<Transport> {
  const http = createServer();
  const sockets = new WebSocketServer({ server: http, maxPayload: 1024 * 1024 });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const address = http.address();
  if (address === null || typeof address === 'string') throw new Error('no address');
  return {
    name: 'WebSocket',
    connect: async (attach) => {
      const attached = new Promise<void>((resolve) => {
        sockets.once('connection', (socket) => {
          attach(webSocketPort(socket));
          resolve();
        });
      });
      const socket = new WebSocket(`ws://127.0.0.1:${address.port}`);
      const port = webSocketPort<RequestMessage, ResponseMessage>(socket);
      await Promise.all([attached, new Promise<void>((resolve) => socket.once('open', () => resolve()))]);
      return port;
    },
    close: async () => {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      await new Promise<void>((resolve) => http.close(() => resolve()));
    },
  };
}
