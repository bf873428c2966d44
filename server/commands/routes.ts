import type { FastifyInstance } from 'fastify';
import { PushRequest, type PushResponse } from '#contract/wire/protocol.ts';
import { writeAudit } from '#server/audit/trail.ts';
import { addressOf } from '#server/http/address.ts';
import type { RouteContext } from '#server/http/context.ts';
import { HttpError, parseWith } from '#server/http/errors.ts';
import { sendJson } from '#server/http/respond.ts';
import { RECONCILE_OPEN_PERIODS } from '#server/jobs/reconcile.ts';
import { claimClient } from '#server/sync/clients.ts';
import { pushMutations } from './push.ts';

export function commandRoutes(app: FastifyInstance, context: RouteContext): void {
  app.post('/sync/push', async (request, reply) => {
    const body = parseWith(PushRequest, request.body);
    const user = await context.requireUser(request);
    const by = { name: user.name, address: addressOf(request) };
    try {
      await claimClient(context.db, user, body.client_id, context.clock);
      const pusher = { user, client_id: body.client_id, address: by.address };
      const outcomes = await pushMutations(context, pusher, body.mutations);
      const response: PushResponse = { outcomes };
      return await sendJson(request, reply, response);
    } catch (error) {
      // Refused whole: somebody else's installation or change, or a change that is not what it was.
      if (error instanceof HttpError && (error.status === 403 || error.status === 409)) {
        const detail = { code: error.code, client: body.client_id, mutations: body.mutations.length };
        await writeAudit(context.db, context.clock(), { kind: 'push_refused', by, detail });
      }
      throw error;
    } finally {
      // Also when a later mutation failed: earlier ones are committed.
      context.kick();
      if (body.mutations.some(({ command }) => command === 'openClose')) context.runSoon(RECONCILE_OPEN_PERIODS);
    }
  });
}
