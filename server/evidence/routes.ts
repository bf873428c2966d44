/** The bytes of evidence over HTTP (contract/wire/evidence.ts): for whoever sees that company's close, and changes it to send some. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { grantsPermit, grantsSee } from '#domain/access/grants.ts';
import { MOST_EVIDENCE_BYTES } from '#domain/close/evidence.ts';
import { Sha256 } from '#contract/commands/evidence.ts';
import { EVIDENCE_PART_BYTES, evidenceParts } from '#contract/wire/evidence.ts';
import type { SignedIn } from '#server/auth/guard.ts';
import { beforeBody, type RouteContext } from '#server/http/context.ts';
import { HttpError, parseWith } from '#server/http/errors.ts';
import { sendJson } from '#server/http/respond.ts';
import { type EvidencePlace, finishFile, isOfBinder, keepPart, standingOf, wholePart } from './store.ts';

const Place = z.object({ company: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER), sha256: Sha256 });
const PartPlace = Place.extend({
  part: z.coerce
    .number()
    .int()
    .min(0)
    .max(evidenceParts(MOST_EVIDENCE_BYTES) - 1),
});
const PartSize = z.object({ size: z.coerce.number().int().min(1).max(MOST_EVIDENCE_BYTES) });

export function evidenceRoutes(app: FastifyInstance, context: RouteContext, key: Buffer): void {
  const { db, clock, crashAt } = context;
  const store = { db, key, clock, crashAt };
  const signedInFirst = beforeBody(context);

  app.get('/sync/evidence/:company/:sha256', async (request, reply) => {
    const place = placeOf(request.params);
    const user = await context.requireUser(request);
    requireReader(user, place);
    return await sendJson(request, reply, await standingOf(db, place, user.id));
  });

  app.get('/sync/evidence/:company/:sha256/:part', async (request, reply) => {
    const { part } = parseWith(PartPlace, request.params);
    const place = placeOf(request.params);
    const user = await context.requireUser(request);
    requireReader(user, place);
    // the parts of a binder hold costs and all sites: for whoever may make one
    if (!mayMakeBinders(user, place) && (await isOfBinder(db, place))) throw notHere();
    const bytes = await wholePart(store, place, part);
    if (bytes === null) throw notHere();
    return await asBytes(reply, bytes);
  });

  app.post('/sync/evidence/:company/:sha256/finish', async (request, reply) => {
    const place = placeOf(request.params);
    const user = await context.requireUser(request);
    requireSender(user, place);
    await finishFile(store, place, user.id);
    return await sendJson(request, reply, await standingOf(db, place, user.id));
  });

  // a scope of its own: no other route takes bytes
  void app.register((scope, _options, done) => {
    scope.addContentTypeParser('application/octet-stream', { parseAs: 'buffer' }, (_request, body, parsed) => {
      parsed(null, body);
    });
    scope.put(
      '/sync/evidence/:company/:sha256/:part',
      { bodyLimit: EVIDENCE_PART_BYTES, onRequest: signedInFirst },
      async (request, reply) => {
        const { part } = parseWith(PartPlace, request.params);
        const place = placeOf(request.params);
        const { size } = parseWith(PartSize, request.query);
        const user = await context.requireUser(request);
        requireSender(user, place);
        if (!Buffer.isBuffer(request.body)) throw new HttpError(400, 'bad_arguments', 'A part is sent as bytes.');
        await keepPart(store, place, user.id, { size_bytes: size, part, bytes: request.body });
        return await sendJson(request, reply, await standingOf(db, place, user.id));
      },
    );
    done();
  });
}

function placeOf(params: unknown): EvidencePlace {
  const { company, sha256 } = parseWith(Place, params);
  return { company_id: company, sha256 };
}

/** Also for a company that does not exist: the answer must not tell. */
function requireReader(user: SignedIn, { company_id }: EvidencePlace): void {
  if (!grantsSee(user.grants, 'finance', { company_id })) {
    throw notHere();
  }
}

function notHere(): HttpError {
  return new HttpError(404, 'not_found', 'The server does not have this file.');
}

function mayMakeBinders(user: SignedIn, { company_id }: EvidencePlace): boolean {
  return grantsPermit(user.grants, 'make_binder', { company_id, site_id: null, channel_id: null });
}

function requireSender(user: SignedIn, place: EvidencePlace): void {
  requireReader(user, place);
  const { company_id } = place;
  if (grantsPermit(user.grants, 'prepare_close', { company_id })) return;
  if (grantsPermit(user.grants, 'review_close', { company_id })) return;
  throw new HttpError(403, 'not_permitted', 'Your role may not attach evidence.');
}

/** Only ever bytes to be saved: no browser takes them for a page. */
async function asBytes(reply: FastifyReply, bytes: Buffer): Promise<FastifyReply> {
  return await reply
    .header('content-type', 'application/octet-stream')
    .header('content-disposition', 'attachment')
    .send(bytes);
}
