/** What the jobs did and what the server holds, for an administrator of all companies. */
import type { FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import type { ServerCare } from '#contract/actions.ts';
import { requireAdministrator } from '#server/auth/guard.ts';
import type { RouteContext } from '#server/http/context.ts';
import { sendJson } from '#server/http/respond.ts';
import type { Database } from '#server/schema/database.ts';

export function jobRoutes(app: FastifyInstance, context: RouteContext): void {
  app.get('/admin/jobs', async (request, reply) => {
    requireAdministrator(await context.requireUser(request));
    return await sendJson(request, reply, await serverCare(context.db));
  });
}

export async function serverCare(db: Database): Promise<ServerCare> {
  const jobs = await db.selectFrom('server_job').selectAll().orderBy('name').execute();
  const { rows } = await sql<{ database_bytes: number; log_bytes: number; clients: number; retired_clients: number }>`
    select pg_database_size(current_database())::bigint as database_bytes,
      (pg_total_relation_size('sync_log') + pg_total_relation_size('sync_checkpoint'))::bigint as log_bytes,
      (select count(*) from sync_client where retired_at is null)::int as clients,
      (select count(*) from sync_client where retired_at is not null)::int as retired_clients`.execute(db);
  const sizes = rows[0];
  if (!sizes) throw new Error('the sizes answered nothing');
  return {
    ...sizes,
    jobs: jobs.map((job) => ({
      name: job.name,
      running: job.held_until !== null,
      last_finished_at_ms: job.finished_at?.getTime() ?? null,
      last_duration_ms: job.duration_ms,
      last_removed: job.removed,
      last_error: job.error,
      runs: job.runs,
      failures: job.failures,
      removed_ever: job.removed_ever,
      due_at_ms: job.due_at?.getTime() ?? null,
    })),
  };
}
