/** HTTP routes of importing files with a preview; shapes in contract/wire/fileImports.ts. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { templateCsv } from '#domain/imports/engine/template.ts';
import { importKind } from '#domain/imports/kinds/kinds.ts';
import {
  ApplyFileImport,
  type DismissedLines,
  DismissRefused,
  EarlierImports,
  FileImportBlock,
  type FileImportOutcome,
  type HeldFile,
  HeldRequest,
  OpenFileImport,
  RefusedRequest,
} from '#contract/wire/fileImports.ts';
import type { SignedIn } from '#server/auth/guard.ts';
import { beforeBody, type RouteContext } from '#server/http/context.ts';
import { HttpError, parseWith } from '#server/http/errors.ts';
import { type Importer, importerOf } from '#server/imports/importer.ts';
import { type ImportDatabase, importDatabase } from '#server/imports/schema.ts';
import { earlierImports } from './earlierImports.ts';
import { companyOfFile, type FileRequest } from './companyOfFile.ts';
import { kindStore } from './kindStores.ts';
import { dismissRefused, refusedPage } from './refusedLines.ts';
import { applyFile, type FileRun, previewFile } from './runFile.ts';
import { openFile, stageBlock } from './stageFile.ts';

const BLOCK_BODY_BYTES = 32 * 1024 * 1024;
const ImportId = z.object({ id: z.coerce.number().int().min(1) });

export function fileImportRoutes(app: FastifyInstance, context: RouteContext): void {
  const db = importDatabase(context.db);
  const signedInFirst = beforeBody(context);
  const runOf = (user: SignedIn, request: FastifyRequest): FileRun => ({
    db,
    importer: importerOf(user, request),
    import_id: parseWith(ImportId, request.params).id,
    now: new Date(context.clock()),
    crashAt: context.crashAt,
    committed: (made_company) => {
      context.kick();
      if (made_company) context.accessChanged();
    },
  });

  app.post('/imports/files', async (request) => {
    const user = await context.requireUser(request);
    return await openFile(
      db,
      importerOf(user, request),
      parseWith(OpenFileImport, request.body),
      new Date(context.clock()),
    );
  });

  app.post('/imports/files/:id/lines', { bodyLimit: BLOCK_BODY_BYTES, onRequest: signedInFirst }, async (request) => {
    const user = await context.requireUser(request);
    const { id } = parseWith(ImportId, request.params);
    return await stageBlock(db, user.name, id, parseWith(FileImportBlock, request.body));
  });

  app.post('/imports/files/:id/preview', async (request) => {
    const user = await context.requireUser(request);
    return await previewFile(runOf(user, request));
  });

  app.post('/imports/files/:id/apply', async (request): Promise<FileImportOutcome> => {
    const user = await context.requireUser(request);
    const { fingerprint } = parseWith(ApplyFileImport, request.body);
    return await applyFile(runOf(user, request), fingerprint);
  });

  app.post('/imports/files/earlier', async (request) => {
    const user = await context.requireUser(request);
    const { limit } = parseWith(EarlierImports, request.body ?? {});
    return await earlierImports(db, importerOf(user, request), limit);
  });

  app.post('/imports/files/refused', async (request) => {
    const user = await context.requireUser(request);
    const { kind, company_code, after, limit } = parseWith(RefusedRequest, request.body);
    const company_id = await standingCompany(db, importerOf(user, request), { kind, company_code });
    return company_id === null
      ? { lines: [], total: 0, dismissed: [] }
      : await refusedPage(db, { company_id, kind }, after, limit);
  });

  app.post('/imports/files/held', async (request): Promise<HeldFile> => {
    const user = await context.requireUser(request);
    const { kind, company_code } = parseWith(HeldRequest, request.body);
    const company_id = await standingCompany(db, importerOf(user, request), { kind, company_code });
    const declared = importKind(kind);
    const held = kindStore(kind).held;
    if (held === undefined) throw new HttpError(400, 'bad_arguments', `${declared.title} do not leave as a file.`);
    if (company_id === null) throw new HttpError(404, 'not_found', `There is no company ${company_code}.`);
    return { csv: templateCsv({ fields: declared.fields, examples: await held(db, company_id) }) };
  });

  app.post('/imports/files/dismiss', async (request): Promise<DismissedLines> => {
    const user = await context.requireUser(request);
    const { kind, company_code, ids, reason } = parseWith(DismissRefused, request.body);
    const importer = importerOf(user, request);
    const company_id = await standingCompany(db, importer, { kind, company_code });
    const now = new Date(context.clock());
    if (company_id === null) return { dismissed: 0 };
    return { dismissed: await dismissRefused(db, importer, { company_id, kind }, { ids, reason }, now) };
  });
}

/** Refused lines may hold what the kind's fields hold: they are for whoever may bring all of them. */
async function standingCompany(
  db: ImportDatabase,
  importer: Importer,
  request: Pick<FileRequest, 'kind' | 'company_code'>,
): Promise<number | null> {
  const columns = Object.fromEntries(importKind(request.kind).fields.map(({ name }) => [name, name]));
  const map = { columns, date_order: 'ymd', decimal_mark: '.' } as const;
  const company = await companyOfFile(db, importer, { ...request, new_company: null, map });
  return company?.id ?? null;
}
