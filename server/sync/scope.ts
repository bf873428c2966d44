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
  readonly ids: Pick<ReadonlySet<number>, 'has'>;
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
  /** Reads which buckets there are, if one came or went. */
  refresh(): Promise<void>;
  /** As scopeOf, of the buckets read last. */
  known(user: SignedIn, client_id: string | null): Scope;
}

/** Scopes remembered between requests, one a client: lists of some thousands of numbers; what grants cover is shared. */
const SCOPES_KEPT = 1_000;
/** Different sets of grants: there are about as many as roles and branches. */
const GRANTS_KEPT = 200;
const OUTCOME = wireTable('mutation_outcome');

/** Reads the registry again only when it grew or shrank: buckets never change, and an id is never given twice. */
export function createScopeRegistry(db: Database): ScopeRegistry {
  let known: readonly Bucket[] = [];
  /** Count and newest id of what was read. */
  let read = '';
  let scopes = new Map<string, Scope>();
  /** Private buckets by the client they are of. */
  let own: ReadonlyMap<string, readonly Bucket[]> = new Map();
  /** What each set of grants covers, private buckets apart. */
  let covered = new Map<string, Scope>();

  const refresh = async (): Promise<void> => {
    const { rows: counted } = await sql<{ count: number; newest: number }>`
      select count(*)::int as count, coalesce(max(id), 0) as newest from sync_bucket`.execute(db);
    const now = `${counted[0]?.count}/${counted[0]?.newest}`;
    if (now === read) return;
    const rows = await db.selectFrom('sync_bucket').selectAll().orderBy('id').execute();
    known = rows.map((row) => {
      const table = wireTableById(row.tbl);
      if (!table) throw new Error(`bucket ${row.id} belongs to the unknown table ${row.tbl}`);
      return { row: [row.id, row.tbl, row.company, row.site, row.channel, row.month, row.client], table };
    });
    own = Map.groupBy(
      known.filter(({ table }) => isPrivate(table)),
      ({ row }) => row[6],
    );
    scopes = new Map();
    covered = new Map();
    read = now;
  };

  const knownScope = (user: SignedIn, client_id: string | null): Scope => {
    const grants_key = JSON.stringify(
      user.grants.map((grant) => [grant.role, grant.company_id, grant.site_id, grant.channel_id]),
    );
    let shared = covered.get(grants_key);
    if (!shared) {
      if (covered.size >= GRANTS_KEPT) covered.clear();
      shared = makeScope(known.filter((bucket) => covers(user, bucket)));
      covered.set(grants_key, shared);
    }
    if (client_id === null) return shared;
    const key = `${client_id}|${grants_key}`;
    let scope = scopes.get(key);
    if (!scope) {
      if (scopes.size >= SCOPES_KEPT) scopes.clear();
      scope = withOwn(shared, own.get(client_id) ?? []);
      scopes.set(key, scope);
    }
    return scope;
  };

  return {
    scopeOf: async (user, client_id) => {
      await refresh();
      if (client_id !== null && !own.has(client_id)) {
        await sql`select sync_bucket_id(${OUTCOME.id}::smallint, 0, 0, 0, 0, ${client_id})`.execute(db);
        await refresh();
      }
      return knownScope(user, client_id);
    },
    refresh,
    known: knownScope,
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

function isPrivate(table: WireTable): boolean {
  return table.dimensions.includes('client');
}

function covers(user: SignedIn, { row, table }: Bucket): boolean {
  if (isPrivate(table)) return false;
  const [, , company, site, channel] = row;
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
    hash: hashOf(list),
  };
}

/** The same with a client's private buckets, without another copy of what many share. */
function withOwn(shared: Scope, own: readonly Bucket[]): Scope {
  const tables = new Map(own.map(({ row, table }) => [row[0], table]));
  const buckets = [...shared.buckets, ...own.map(({ row }) => row)].toSorted((a, b) => a[0] - b[0]);
  const list = buckets.map(([bucket]) => bucket);
  return {
    ids: { has: (bucket) => tables.has(bucket) || shared.ids.has(bucket) },
    list,
    buckets,
    tableOf: (bucket) => tables.get(bucket) ?? shared.tableOf(bucket),
    hash: hashOf(list),
  };
}

function hashOf(list: readonly number[]): string {
  return createHash('sha256').update(list.join(',')).digest('hex');
}
