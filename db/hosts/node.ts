/**
 * The browser host: the same screens without Electron. HTTP and WebSocket on 127.0.0.1 only; a single-use code is
 * exchanged for a cookie; every request's Host and Origin must be exactly ours.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { errorValue } from '#contract/errors.ts';
import { MAX_REQUEST_BYTES } from '#contract/transport.ts';
import type { RandomSource } from '#db/machine.ts';
import type { ReplicaService } from '#db/service.ts';
import { webSocketPort } from '#db/transports/webSocket.ts';
import { claimDataDir } from './discovery.ts';
import { createDoor } from './door.ts';
import { BASE_HEADERS, json, listenOnLoopback, refuse, requestJson, sameText } from './loopback.ts';
import { contentSecurityPolicy, readPageFile, withStyleNonce } from './pages.ts';
import { createRpc } from './rpc.ts';

export interface BrowserHostOptions {
  readonly service: ReplicaService;
  readonly dataDir: string;
  readonly serverUrl: string;
  /** The built renderer: a folder with index.html. */
  readonly rendererDir: string;
  /** 0 = any free port. */
  readonly port: number;
  readonly clock: () => number;
  readonly random: RandomSource;
  readonly pid: number;
}

export interface BrowserHost {
  readonly url: string;
  /** An address with a fresh single-use code, good for 60 seconds. */
  openAddress(): string;
  close(): Promise<void>;
}

const SOCKET_PATH = '/replica';
const MAX_SOCKETS = 64;

/** Throws BinnacleError `replica_in_use` when another host has the data folder. */
export async function startBrowserHost(options: BrowserHostOptions): Promise<BrowserHost> {
  const claim = claimDataDir(options.dataDir);
  try {
    const token = Buffer.from(options.random.bytes(32)).toString('base64url');
    const server = createServer();
    const port = await listenOnLoopback(server, options.port);
    const door = createDoor({ ...options, port });
    const host_name = `127.0.0.1:${port}`;
    const url = `http://${host_name}`;
    const openAddress = () => `${url}/open?code=${door.newCode()}`;
    const rpc = createRpc(options);
    const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_REQUEST_BYTES * 4 });

    const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      const method = request.method ?? '';
      const { pathname, searchParams } = new URL(request.url ?? '/', url);
      if (request.headers.host !== host_name) return refuse(response, 421, 'This address is not served here.');
      const { origin } = request.headers;
      if (origin !== undefined && origin !== url)
        return refuse(response, 403, 'Requests from other sites are refused.');
      if (pathname === '/rpc' || pathname === '/code') {
        if (!sameText(request.headers.authorization ?? '', `Bearer ${token}`)) {
          return refuse(response, 401, 'The token in host.json is needed.');
        }
        if (method !== 'POST') return refuse(response, 405, 'POST only.');
        if (pathname === '/code') return json(response, 200, { open: openAddress() });
        return json(response, 200, await rpc(await requestJson(request)));
      }
      if (method !== 'GET' && method !== 'HEAD') return refuse(response, 405, 'GET only.');
      if (pathname === '/open') {
        const cookie = door.exchange(searchParams.get('code') ?? '');
        if (cookie === undefined) {
          return refuse(
            response,
            401,
            'This address was used already or is too old. Start Binnacle again to get a new one.',
          );
        }
        response.writeHead(303, { location: '/', 'set-cookie': cookie, 'cache-control': 'no-store', ...BASE_HEADERS });
        response.end();
        return;
      }
      if (!door.admits(request.headers.cookie)) {
        return refuse(response, 401, 'Open Binnacle with the address it printed. Start it again to get a new one.');
      }
      const file = await readPageFile(options.rendererDir, pathname);
      if (!file) return refuse(response, 404, 'There is nothing here.');
      const nonce = file.isPage ? Buffer.from(options.random.bytes(16)).toString('base64') : undefined;
      const body = nonce === undefined ? file.body : withStyleNonce(file.body, nonce);
      response.writeHead(200, {
        'content-type': file.type,
        'content-length': body.length,
        'content-security-policy': contentSecurityPolicy(nonce, `ws://${host_name}`),
        'cache-control': file.immutable ? 'private, max-age=31536000, immutable' : 'no-store',
        ...BASE_HEADERS,
      });
      response.end(method === 'HEAD' ? undefined : body);
    };

    server.on('request', (request, response) => {
      answer(request, response).catch((error: unknown) => {
        const { code, message, retryable } = errorValue(error);
        if (!response.headersSent)
          json(response, code === 'too_large' ? 413 : 400, { error: { code, message, retryable } });
        else response.destroy();
      });
    });
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      socket.on('error', () => socket.destroy());
      const { pathname } = new URL(request.url ?? '/', url);
      const status =
        request.headers.host !== host_name
          ? '421 Misdirected Request'
          : request.headers.origin !== url
            ? '403 Forbidden'
            : !door.admits(request.headers.cookie)
              ? '401 Unauthorized'
              : pathname !== SOCKET_PATH
                ? '404 Not Found'
                : sockets.clients.size >= MAX_SOCKETS
                  ? '503 Service Unavailable'
                  : undefined;
      if (status !== undefined) {
        socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
        return;
      }
      sockets.handleUpgrade(request, socket, head, (connected) => options.service.attach(webSocketPort(connected)));
    });

    claim.publish({ pid: options.pid, url, token, server_url: options.serverUrl, shows: 'browser' });
    return {
      url,
      openAddress,
      close: async () => {
        for (const connected of sockets.clients) connected.close(1001, 'closing');
        sockets.close();
        server.closeAllConnections();
        await new Promise<void>((resolve) => server.close(() => resolve()));
        claim.release();
      },
    };
  } catch (error) {
    claim.release();
    throw error;
  }
}
