/** The two ways a host offers its port: a WebSocket on the page's own origin, or a MessagePort posted by the preload. */
import type { ClientPort, ResponseMessage } from '#contract/transport.ts';

/** Browser host: JSON messages over ws(s)://<this origin>/replica. Rejects when the socket cannot be opened. */
export function openSocketPort(origin: string): Promise<ClientPort> {
  const socket = new WebSocket(`${origin.replace(/^http/, 'ws')}/replica`);
  return new Promise((resolve, reject) => {
    const closeListeners = new Set<() => void>();
    const messageListeners = new Set<(message: ResponseMessage) => void>();
    let open = false;
    socket.addEventListener('open', () => {
      open = true;
      resolve({
        send: (message) => {
          if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
        },
        onMessage: (listener) => messageListeners.add(listener),
        onClose: (listener) => closeListeners.add(listener),
        close: () => socket.close(),
      });
    });
    socket.addEventListener('message', (event: MessageEvent<unknown>) => {
      if (typeof event.data !== 'string') return;
      const message = JSON.parse(event.data) as ResponseMessage;
      for (const listener of messageListeners) listener(message);
    });
    socket.addEventListener('close', () => {
      if (!open) reject(new Error('the socket could not be opened'));
      for (const listener of closeListeners) listener();
    });
  });
}

/**
 * Electron: the preload posts { type: 'binnacle:port' } with a port, again whenever the service was restarted. A new
 * port replaces the old one. Only messages of this very window count.
 */
export function messagePortSource(self: Window): () => Promise<ClientPort> {
  let offered: MessagePort | null = null;
  let waiting: ((port: ClientPort) => void) | null = null;
  let closeCurrent: (() => void) | null = null;

  self.addEventListener('message', (event: MessageEvent<unknown>) => {
    if (event.source !== self || !isPortOffer(event.data)) return;
    const port = event.ports[0];
    if (!port) return;
    offered = port;
    if (waiting) hand(waiting);
    else closeCurrent?.();
  });

  function hand(resolve: (port: ClientPort) => void): void {
    if (!offered) return;
    const port = offered;
    offered = null;
    waiting = null;
    const closeListeners = new Set<() => void>();
    const close = (): void => {
      port.close();
      for (const listener of closeListeners) listener();
    };
    closeCurrent = close;
    port.addEventListener('close', () => {
      for (const listener of closeListeners) listener();
    });
    resolve({
      send: (message) => port.postMessage(message),
      onMessage: (listener) => {
        port.addEventListener('message', (event: MessageEvent<ResponseMessage>) => listener(event.data));
        port.start();
      },
      onClose: (listener) => closeListeners.add(listener),
      close,
    });
  }

  return () =>
    new Promise((resolve) => {
      waiting = resolve;
      hand(resolve);
    });
}

function isPortOffer(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'type' in data && data.type === 'binnacle:port';
}
