/**
 * The desktop window's address for the command line: `POST /rpc` on 127.0.0.1 with the token of host.json and the
 * person's password. It serves no page, so a browser finds nothing here.
 */
import { createServer } from 'node:http';
import { errorValue } from '#contract/errors.ts';
import type { RandomSource } from '#db/machine.ts';
import type { ReplicaService } from '#db/service.ts';
import type { HostClaim } from './discovery.ts';
import { json, listenOnLoopback, refuse, requestJson, sameText } from './loopback.ts';
import { createRpc } from './rpc.ts';

export interface CommandHost {
  close(): Promise<void>;
}

export async function startCommandHost(options: {
  readonly service: ReplicaService;
  readonly claim: HostClaim;
  readonly serverUrl: string;
  readonly clock: () => number;
  readonly random: RandomSource;
  readonly pid: number;
}): Promise<CommandHost> {
  const token = Buffer.from(options.random.bytes(32)).toString('base64url');
  const rpc = createRpc(options);
  const server = createServer();
  const port = await listenOnLoopback(server, 0);
  const host_name = `127.0.0.1:${port}`;
  server.on('request', (request, response) => {
    const answer = async (): Promise<void> => {
      if (request.headers.host !== host_name) return refuse(response, 421, 'This address is not served here.');
      // a command line sends no Origin; whoever does is a page
      if (request.headers.origin !== undefined) return refuse(response, 403, 'Requests from pages are refused.');
      if (request.url !== '/rpc') return refuse(response, 404, 'There is nothing here.');
      if (!sameText(request.headers.authorization ?? '', `Bearer ${token}`)) {
        return refuse(response, 401, 'The token in host.json is needed.');
      }
      if (request.method !== 'POST') return refuse(response, 405, 'POST only.');
      json(response, 200, await rpc(await requestJson(request)));
    };
    answer().catch((error: unknown) => {
      const { code, message, retryable } = errorValue(error);
      if (response.headersSent) response.destroy();
      else json(response, code === 'too_large' ? 413 : 400, { error: { code, message, retryable } });
    });
  });
  options.claim.publish({
    pid: options.pid,
    url: `http://${host_name}`,
    token,
    server_url: options.serverUrl,
    shows: 'window',
  });
  return {
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
