import type { FastifyInstance } from 'fastify';
import { PushRequest, type PushResponse } from '#contract/wire/protocol.ts';
import type { RouteContext } from '#server/http/context.ts';
import { parseWith } from '#server/http/errors.ts';
import { sendJson } from '#server/http/respond.ts';
import { claimClient } from '#server/sync/clients.ts';
import { pushMutations } from './push.ts';

export function commandRoutes(app: FastifyInstance, context: RouteContext): void {
  app.post('/sync/push', async (request, reply) => {
    const body = parseWith(PushRequest, request.body);
    const user = await context.requireUser(request);
    await claimClient(context.db, user, body.client_id, context.clock);
    try {
      const outcomes = await pushMutations(context, { user, client_id: body.client_id }, body.mutations);
      const response: PushResponse = { outcomes };
      return await sendJson(request, reply, response);
    } finally {
      // Also when a later mutation failed: earlier ones are committed.
      context.kick();
    }
  });
}
