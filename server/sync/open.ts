/** POST /sync/open: does the client's cursor still hold, and what is in its scope? */
import { type OpenRequest, type OpenResponse, PROTOCOL_VERSION } from '#contract/wire/protocol.ts';
import { WIRE_SCHEMA_VERSION } from '#contract/wire/tables.ts';
import { HttpError } from '#server/http/errors.ts';
import type { Database } from '#server/schema/database.ts';
import { findCheckpoint, readHead } from './checkpoints.ts';
import type { Scope } from './scope.ts';

/** Days without contact after which a replica locks itself. */
export const OFFLINE_DAYS = 30;

/** Call after a drain, so that the head holds everything committed before. */
export async function openSync(
  db: Database,
  scopeNow: () => Promise<Scope>,
  request: OpenRequest,
): Promise<OpenResponse> {
  if (request.schema !== WIRE_SCHEMA_VERSION) {
    throw new HttpError(
      426,
      'protocol_unsupported',
      `This server speaks protocol ${PROTOCOL_VERSION} with schema ${WIRE_SCHEMA_VERSION}. Update Binnacle.`,
    );
  }
  const at = await readHead(db);
  // After the head: a bucket of any row up to it is then in the registry.
  const scope = await scopeNow();
  const known =
    request.epoch === at.epoch &&
    request.checkpoint !== null &&
    (await findCheckpoint(db, at, request.checkpoint)) !== null;
  return {
    epoch: at.epoch,
    plan: known ? 'continue' : 'reset',
    head: at.head,
    scope_hash: scope.hash,
    ...(scope.hash === request.scope_hash ? {} : { scope: scope.buckets }),
    offline_days: OFFLINE_DAYS,
  };
}
