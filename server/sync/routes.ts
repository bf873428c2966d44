/** The sync endpoints (contract/wire/protocol.ts). Each request is authorised and scoped on its own. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { DeltaRequest, OpenRequest, SnapshotRequest, Uuid, VerifyRequest } from '#contract/wire/protocol.ts';
import { bearerHash } from '#server/auth/guard.ts';
import type { CrashAt } from '#server/crashPoints.ts';
import type { RouteContext } from '#server/http/context.ts';
import { parseWith } from '#server/http/errors.ts';
import { pieceJoiner } from '#server/http/packing.ts';
import { sendJson, sendLines, sendShared } from '#server/http/respond.ts';
import { claimClient } from './clients.ts';
import { DELTA_ROWS, deltaLines } from './delta.ts';
import { type Heartbeat, type LiveStream, openLive } from './live.ts';
import { createNews } from './news.ts';
import { openSync } from './open.ts';
import { createScopeRegistry, type Scope, whilePermitted } from './scope.ts';
import type { Sequencer } from './sequencer.ts';
import { type SharedDeltaParts, sharedDelta } from './sharedDelta.ts';
import { snapshotLines } from './snapshot.ts';
import { shareStanding } from './standing.ts';
import { verifyScope } from './verify.ts';

const HEARTBEAT_MS = 15_000;
const every15s: Heartbeat = (beat) => {
  const timer = setInterval(beat, HEARTBEAT_MS);
  return () => clearInterval(timer);
};
/** Open live streams of one user: more than any person has windows. */
const STREAMS_PER_USER = 64;
const LiveQuery = z.object({ client_id: Uuid.optional(), scope_hash: z.string().min(1).max(64).optional() });

export function syncRoutes(
  app: FastifyInstance,
  context: RouteContext,
  sequencer: Sequencer,
  delta_rows = DELTA_ROWS,
  heartbeat: Heartbeat = every15s,
): { readonly recheckAll: () => void } {
  const { db, clock, requireUser, stillSignedIn, admit, crashAt } = context;
  const registry = createScopeRegistry(db);
  const streams = new Map<LiveStream, number>();
  const news = createNews(db, registry.refresh);
  sequencer.onCheckpoint(() => {
    if (streams.size === 0) return;
    news.read().then(
      () => {
        for (const stream of streams.keys()) stream.wake();
      },
      // they come again, and are told then
      () => {
        for (const stream of streams.keys()) stream.end();
      },
    );
  });
  const recheckAll = (): void => {
    for (const stream of streams.keys()) stream.recheck();
  };
  app.addHook('preClose', () => {
    for (const stream of streams.keys()) stream.end();
  });

  const scopeOf = async (request: FastifyRequest, client_id: string): Promise<Scope> => {
    const user = await requireUser(request);
    await claimClient(db, user, client_id, clock);
    return await registry.scopeOf(user, client_id);
  };

  app.post('/sync/open', async (request, reply) => {
    const body = parseWith(OpenRequest, request.body);
    const user = await requireUser(request);
    await claimClient(db, user, body.client_id, clock);
    await sequencer.drain();
    const scopeNow = async (): Promise<Scope> => await registry.scopeOf(user, body.client_id);
    return await sendJson(request, reply, await openSync(db, scopeNow, body));
  });

  const most_shared_rows = Math.min(delta_rows, context.most_delta_rows);
  const standing = shareStanding(db, news);
  const { drain } = sequencer;
  const [most_rows, join] = [most_shared_rows, pieceJoiner()];
  const shared: SharedDeltaParts = { db, clock, admit, news, registry, standing, drain, most_rows, join };

  app.post('/sync/delta', async (request, reply) => {
    const body = parseWith(DeltaRequest, request.body);
    const answer = await sharedDelta(shared, { request, hash: bearerHash(request) }, body);
    if (answer?.whole) return await sendShared(request, reply, answer.whole);
    if (answer) return await sendLines(request, reply, answer.lines);
    const user = await requireUser(request);
    await claimClient(db, user, body.client_id, clock);
    // What a snapshot read before this request must be in reach of this delta, or a client could stand between checkpoints.
    await sequencer.drain();
    const scopeNow = async (): Promise<Scope> => await registry.scopeOf(await stillSignedIn(request), body.client_id);
    return await sendLines(request, reply, deltaLines(db, scopeNow, body, context.most_delta_rows, delta_rows));
  });

  app.post('/sync/snapshot', async (request, reply) => {
    const body = parseWith(SnapshotRequest, request.body);
    const scope = await scopeOf(request, body.client_id);
    const scopeNow = async (): Promise<Scope> => await registry.scopeOf(await stillSignedIn(request), body.client_id);
    const lines = whilePermitted(
      scopeNow,
      body.buckets.map(({ bucket }) => bucket),
      snapshotLines(db, scope, body),
    );
    return await sendLines(request, reply, passing(lines, crashAt));
  });

  app.post('/sync/verify', async (request, reply) => {
    const body = parseWith(VerifyRequest, request.body);
    const scope = await scopeOf(request, body.client_id);
    return await sendJson(request, reply, await verifyScope(db, scope, body, () => sequencer.drain(), clock));
  });

  app.get('/sync/live', async (request, reply) => {
    const { client_id, scope_hash } = parseWith(LiveQuery, request.query);
    const user = await requireUser(request);
    if (client_id !== undefined) await claimClient(db, user, client_id, clock);
    const open = [...streams].filter(([, owner]) => owner === user.id);
    // The oldest gives way: it is the one whose window is most likely gone.
    for (const [oldest] of open.slice(0, Math.max(0, open.length + 1 - STREAMS_PER_USER))) oldest.end();
    reply.hijack();
    for (const [name, value] of Object.entries(reply.getHeaders())) {
      if (value !== undefined) reply.raw.setHeader(name, value);
    }
    reply.raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'private, no-store',
    });
    reply.raw.flushHeaders();
    const opened = openLive({
      db,
      clock,
      response: reply.raw,
      authorise: async () => await requireUser(request),
      scopeOf: async (current) => await registry.scopeOf(current, client_id ?? null),
      knownScopeOf: (current) => registry.known(current, client_id ?? null),
      news,
      known_scope_hash: scope_hash,
      heartbeat,
      onEnd: (ended) => streams.delete(ended),
    });
    // The headers are out: a failure can only end the stream, and the client comes again.
    const stream = await opened.catch(() => {
      reply.raw.end();
      return null;
    });
    if (stream && !reply.raw.writableEnded) streams.set(stream, user.id);
  });

  return { recheckAll };
}

async function* passing(pieces: AsyncIterable<string>, crashAt: CrashAt): AsyncGenerator<string, void, undefined> {
  for await (const piece of pieces) {
    yield piece;
    crashAt('server.snapshot.piece');
  }
}
