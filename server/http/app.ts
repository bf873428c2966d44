/** The Fastify app: limits, headers and refusals that hold for every route. */
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import fastify, { type FastifyInstance } from 'fastify';
import { PROTOCOL_HEADER, PROTOCOL_VERSION, type WireError } from '#contract/wire/protocol.ts';
import { periodLockedMessage } from '#server/close/periodLocked.ts';
import type { ServerLog } from '#server/log.ts';
import { DatabaseUnreachable } from '#server/watchedPool.ts';
import { addressOf } from './address.ts';
import { HttpError } from './errors.ts';
import type { ServerTls } from './exposure.ts';

const BODY_LIMIT_BYTES = 1024 * 1024;
/** Per address and minute: far above what one machine's replicas and imports need. */
const REQUESTS_PER_MINUTE = 12_000;

/** A year. */
const HSTS_S = 31_536_000;

export interface AppOptions {
  readonly log: ServerLog;
  /** True for a Host header value this server answers to. */
  readonly isOwnHost: (host: string) => boolean;
  readonly tls?: ServerTls | undefined;
  /** See Exposure. */
  readonly trustedProxies?: readonly string[] | undefined;
}

export async function createApp(options: AppOptions): Promise<FastifyInstance> {
  const proxies = options.trustedProxies ?? [];
  const secure = options.tls !== undefined || proxies.length > 0;
  const app = fastify({
    logger: false,
    // The plain and the TLS server differ in type only where nothing here looks.
    ...(options.tls ? { https: { ...options.tls, minVersion: 'TLSv1.2' as const } as unknown as null } : {}),
    ...(proxies.length > 0 ? { trustProxy: [...proxies] } : {}),
    bodyLimit: BODY_LIMIT_BYTES,
    routerOptions: { maxParamLength: 200 },
    // Live streams end in preClose; whatever is left is idle keep-alive.
    forceCloseConnections: true,
    requestTimeout: 60_000,
    keepAliveTimeout: 30_000,
  });

  app.setErrorHandler(async (error: unknown, _request, reply) => {
    const known = asHttpError(error);
    if (error instanceof DatabaseUnreachable) options.log.warn({ error: error.stack }, 'the database was not reached');
    if (!known) options.log.error({ error: error instanceof Error ? error.stack : String(error) }, 'request failed');
    const answer = known ?? new HttpError(500, 'server_error', 'Something went wrong on the server. Try again.', true);
    if (answer.retry_after_s !== undefined) reply.header('retry-after', String(answer.retry_after_s));
    return await reply
      .status(answer.status)
      .removeHeader('content-encoding')
      .type('application/json; charset=utf-8')
      .send(errorBody(answer.toValue()));
  });
  app.setNotFoundHandler(async (_request, reply) => {
    const answer = new HttpError(404, 'not_found', 'There is nothing at this address.');
    return await reply.status(404).send(errorBody(answer.toValue()));
  });

  // Before all else: a page of another site that points its name at this machine must not get through.
  app.addHook('onRequest', async (request, reply) => {
    reply.header('cache-control', 'private, no-store');
    if (!options.isOwnHost(request.headers.host ?? '')) {
      throw new HttpError(421, 'misdirected', 'This server does not answer to that host name.');
    }
    // Behind a proxy the plain port is for the proxy alone, and for what came to it by TLS.
    if (proxies.length > 0 && (request.ip === request.socket.remoteAddress || request.protocol !== 'https')) {
      throw new HttpError(403, 'not_permitted', 'Ask by the https address of this server.');
    }
    // Nothing here unpacks a request, so none can burst.
    if ((request.headers['content-encoding'] ?? 'identity') !== 'identity') {
      throw new HttpError(415, 'bad_arguments', 'Requests are sent unpacked, without content-encoding.');
    }
    // No page is served here, so a browser has no business with it; the desktop and the command line send no Origin.
    if (request.headers.origin !== undefined) {
      throw new HttpError(403, 'not_permitted', 'This server does not answer to web pages.');
    }
    const spoken = request.headers[PROTOCOL_HEADER];
    const required = request.url.startsWith('/sync/');
    if ((required || spoken !== undefined) && spoken !== String(PROTOCOL_VERSION)) {
      throw new HttpError(
        426,
        'protocol_unsupported',
        `This server speaks protocol ${PROTOCOL_VERSION}. Update Binnacle to work with it.`,
      );
    }
  });
  await app.register(helmet, {
    contentSecurityPolicy: { directives: { defaultSrc: ["'none'"] } },
    strictTransportSecurity: secure ? { maxAge: HSTS_S, includeSubDomains: false } : false,
  });
  await app.register(rateLimit, {
    max: REQUESTS_PER_MINUTE,
    timeWindow: 60_000,
    keyGenerator: addressOf,
    errorResponseBuilder: (_request, limit) =>
      new HttpError(
        429,
        'rate_limited',
        'Too many requests. Try again in a moment.',
        true,
        Math.ceil(limit.ttl / 1000),
      ),
  });
  return app;
}

function errorBody(error: WireError): { readonly error: WireError } {
  return { error };
}

/** Our own errors, and Fastify's refusals of a malformed request; null for what nobody expected. */
function asHttpError(error: unknown): HttpError | null {
  if (error instanceof HttpError) return error;
  const locked = periodLockedMessage(error);
  if (locked !== null) return new HttpError(409, 'period_locked', locked);
  if (error instanceof DatabaseUnreachable) {
    return new HttpError(503, 'server_error', 'The server cannot reach its database. Try again in a moment.', true, 1);
  }
  if (!(error instanceof Error) || !('statusCode' in error) || typeof error.statusCode !== 'number') return null;
  const status = error.statusCode;
  if (status === 413) return new HttpError(413, 'too_large', 'The request is too large.');
  if (status === 429) return new HttpError(429, 'rate_limited', 'Too many requests. Try again in a moment.', true, 1);
  if (status >= 400 && status < 500) return new HttpError(status, 'bad_arguments', 'The request is malformed.');
  return null;
}
