/** A backup of a running server, for an administrator: written on the server's own machine, beside its database. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { writeAudit } from '#server/audit/trail.ts';
import { requireAdministrator } from '#server/auth/guard.ts';
import type { OpenDatabase } from '#server/database.ts';
import { addressOf } from '#server/http/address.ts';
import type { RouteContext } from '#server/http/context.ts';
import { HttpError } from '#server/http/errors.ts';
import { sendJson } from '#server/http/respond.ts';
import { clearKilledBackups, makeBackup } from './backup.ts';

/** `folder`: beside the embedded database; null where there is none, and PostgreSQL has its own ways. */
export function backupRoutes(
  app: FastifyInstance,
  context: RouteContext,
  database: OpenDatabase,
  folder: string | null,
): void {
  let busy = false;
  app.post('/admin/backup', async (request, reply) => {
    const user = await context.requireUser(request);
    requireAdministrator(user);
    if (folder === null) {
      throw new HttpError(409, 'conflict', 'This server’s database is no folder: use binnacle backup --database-url.');
    }
    if (busy) throw new HttpError(409, 'conflict', 'A backup is being made. Wait until it is done.');
    busy = true;
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await clearKilledBackups(folder);
      const stamp = new Date(context.clock()).toISOString().replaceAll(/[:.]/g, '-');
      const file = join(folder, `binnacle-${stamp}.tar.zst`);
      const manifest = await makeBackup({ database, file, clock: context.clock, crashAt: context.crashAt });
      await writeAudit(context.db, context.clock(), {
        kind: 'backed_up',
        by: { name: user.name, address: addressOf(request) },
        about: file,
        detail: { checkpoint: manifest.checkpoint },
      });
      return await sendJson(request, reply.status(201), { file, ...summaryOf(manifest) });
    } finally {
      busy = false;
    }
  });
}

/** The manifest without its list of files. */
export function summaryOf(manifest: Awaited<ReturnType<typeof makeBackup>>): {
  readonly engine: string;
  readonly server_id: string;
  readonly checkpoint: number;
  readonly made_at: string;
  readonly bytes: number;
} {
  const { engine, server_id, checkpoint, made_at, files } = manifest;
  return { engine, server_id, checkpoint, made_at, bytes: files.reduce((sum, file) => sum + file.bytes, 0) };
}
