/** Which buckets a user may receive: the grants' rule of domain/access over the bucket registry. */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { grantsCoverBucket } from '#domain/access/grants.ts';
import type { ScopeBucket } from '#contract/wire/protocol.ts';
import { type Dimension, type WireTable, wireTable, wireTableById } from '#contract/wire/tables.ts';
import type { SignedIn } from '#server/auth/guard.ts';
import { HttpError } from '#server/http/errors.ts';
import type { Database } from '#server/schema/database.ts';

interface Bucket {
  readonly row: ScopeBucket;
  readonly table: WireTable;
}

/** The buckets one user may receive now. */
export interface Scope {
  readonly ids: ReadonlySet<number>;
  /** Ascending. */
  readonly list: readonly number[];
  readonly buckets: readonly ScopeBucket[];
  readonly tableOf: (bucket: number) => WireTable;
  /** sha-256 hex of the ascending ids joined by commas. */
  readonly hash: string;
}

export interface ScopeRegistry {
  /** `client_id`: adds the caller's own private bucket, made when missing; the caller must own it. */
  scopeOf(user: SignedIn, client_id: string | null): Promise<Scope>;
}

/** Scopes remembered between requests: one a client, some thousands of numbers each. */
const SCOPES_KEPT = 64;
const OUTCOME = wireTable('mutation_outcome');

/** Reads the registry again only when it grew: buckets are never removed or changed. */
export function createScopeRegistry(db: Database): ScopeRegistry {
  let known: readonly Bucket[] = [];
  let scopes = new Map<string, Scope>();

  const refresh = async (): Promise<void> => {
    const counted = await sql<{ count: number }>`select count(*)::int as count from sync_bucket`.execute(db);
    if (counted.rows[0]?.count === known.length) return;
    const rows = await db.selectFrom('sync_bucket').selectAll().orderBy('id').execute();
    known = rows.map((row) => {
      const table = wireTableById(row.tbl);
      if (!table) throw new Error(`bucket ${row.id} belongs to the unknown table ${row.tbl}`);
      return { row: [row.id, row.tbl, row.company, row.site, row.channel, row.month, row.client], table };
    });
    scopes = new Map();
  };

  return {
    scopeOf: async (user, client_id) => {
      if (client_id !== null) {
        await sql`select sync_bucket_id(${OUTCOME.id}::smallint, 0, 0, 0, 0, ${client_id})`.execute(db);
      }
      await refresh();
      const key = `${client_id ?? ''}|${JSON.stringify(
        user.grants.map((grant) => [grant.role, grant.company_id, grant.site_id, grant.channel_id]),
      )}`;
      let scope = scopes.get(key);
      if (!scope) {
        if (scopes.size >= SCOPES_KEPT) scopes.clear();
        scope = makeScope(known.filter((bucket) => covers(user, client_id, bucket)));
        scopes.set(key, scope);
      }
      return scope;
    },
  };
}

/**
 * An answer that takes its time, each part of it let out only while its receiver may have all of these buckets: what was
 * read before a grant was taken is not sent after it.
 */
export async function* whilePermitted(
  scopeNow: () => Promise<Scope>,
  buckets: readonly number[],
  parts: AsyncGenerator<string, void, undefined>,
): AsyncGenerator<string, void, undefined> {
  let seen: Scope | undefined;
  for await (const part of parts) {
    const scope = await scopeNow();
    if (scope !== seen && buckets.some((bucket) => !scope.ids.has(bucket))) throw lostOnTheWay();
    seen = scope;
    yield part;
  }
}

export function lostOnTheWay(): HttpError {
  return new HttpError(403, 'not_permitted', 'Your grants changed while this was sent. Open the sync again.');
}

function covers(user: SignedIn, client_id: string | null, { row, table }: Bucket): boolean {
  const [, , company, site, channel, , client] = row;
  if (table.dimensions.includes('client')) return client_id !== null && client === client_id;
  const held = (dimension: Dimension, value: number): number | undefined =>
    table.dimensions.includes(dimension) ? value : undefined;
  return grantsCoverBucket(user.grants, {
    area: table.area,
    company_id: held('company', company),
    site_id: held('site', site),
    channel_id: held('channel', channel),
  });
}

function makeScope(buckets: readonly Bucket[]): Scope {
  const tables = new Map(buckets.map(({ row, table }) => [row[0], table]));
  const list = buckets.map(({ row }) => row[0]);
  return {
    ids: new Set(list),
    list,
    buckets: buckets.map(({ row }) => row),
    tableOf: (bucket) => {
      const table = tables.get(bucket);
      if (!table) throw new Error(`bucket ${bucket} is not in this scope`);
      return table;
    },
    hash: createHash('sha256').update(list.join(',')).digest('hex'),
  };
}
