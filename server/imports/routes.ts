/** HTTP routes of imports; shapes in contract/wire/imports.ts. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  OpenOrderImport,
  OrderImportBlock,
  type OrderImportReport,
  QuarantineRequest,
} from '#contract/wire/imports.ts';
import type { SignedIn } from '#server/auth/guard.ts';
import { beforeBody, type RouteContext } from '#server/http/context.ts';
import { HttpError, parseWith } from '#server/http/errors.ts';
import { importableCompany, mayImport, ownCompanyCode } from './company.ts';
import { fileImportRoutes } from './files/fileRoutes.ts';
import { importBlock, type ImportSession, loadSession } from './importBlock.ts';
import { importerOf } from './importer.ts';
import { finishImport, openImport } from './openImport.ts';
import { quarantinePage } from './quarantine.ts';
import { importDatabase } from './schema.ts';

/** A block of 5,000 lines is about 1 MB; long descriptions may make it several. */
const BLOCK_BODY_BYTES = 32 * 1024 * 1024;
/** Imports remembered at a time; others are read again from the database. */
const MAX_SESSIONS = 8;

const ImportId = z.object({ id: z.coerce.number().int().min(1) });

export function importRoutes(app: FastifyInstance, context: RouteContext): void {
  const db = importDatabase(context.db);
  const signedInFirst = beforeBody(context);
  const sessions = new Map<number, ImportSession>();

  const sessionOf = async (user: SignedIn, request: FastifyRequest): Promise<ImportSession> => {
    const import_id = parseWith(ImportId, request.params).id;
    const session = sessions.get(import_id) ?? (await loadSession(db, import_id, user.name));
    if (!session || session.user_name !== user.name) {
      throw new HttpError(404, 'not_found', 'There is no such import under way for you.');
    }
    if (!mayImport(importerOf(user, request), session.place.company_id)) {
      throw new HttpError(403, 'not_permitted', 'You may no longer import into this company.');
    }
    sessions.delete(import_id);
    sessions.set(import_id, session);
    const [oldest] = sessions.keys();
    if (sessions.size > MAX_SESSIONS && oldest !== undefined) sessions.delete(oldest);
    return session;
  };

  app.post('/imports/orders', async (request) => {
    const user = await context.requireUser(request);
    const opened = await openImport(
      db,
      importerOf(user, request),
      parseWith(OpenOrderImport, request.body),
      new Date(context.clock()),
    );
    if (opened.company.created) {
      context.kick();
      context.accessChanged();
    }
    return opened;
  });

  app.post('/imports/orders/:id/lines', { bodyLimit: BLOCK_BODY_BYTES, onRequest: signedInFirst }, async (request) => {
    const user = await context.requireUser(request);
    const session = await sessionOf(user, request);
    const block = parseWith(OrderImportBlock, request.body);
    const progress = await importBlock(db, session, block, new Date(context.clock()), context.crashAt);
    context.kick();
    return progress;
  });

  app.post('/imports/orders/:id/finish', async (request): Promise<OrderImportReport> => {
    const user = await context.requireUser(request);
    const session = await sessionOf(user, request);
    const report = await finishImport(db, session, importerOf(user, request), new Date(context.clock()));
    sessions.delete(session.batch_id);
    return report;
  });

  app.post('/imports/quarantine', async (request) => {
    const user = await context.requireUser(request);
    const { source, company_code, after, limit } = parseWith(QuarantineRequest, request.body);
    const company = await importableCompany(db, importerOf(user, request), company_code ?? ownCompanyCode(source));
    return await quarantinePage(db, { company_id: company.id, source }, after, limit);
  });

  fileImportRoutes(app, context);
}
