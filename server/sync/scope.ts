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
  /** Reads which buckets there are, if one came or went; `edition` when that was read by EDITION_SQL already. */
  refresh(edition?: string): Promise<void>;
  /** Whether the buckets read last are those of that edition. */
  isOf(edition: string): boolean;
  /** Whether a client's private bucket is among them. */
  hasOwn(client_id: string): boolean;
  /** As scopeOf, of the buckets read last. */
  known(user: SignedIn, client_id: string | null): Scope;
}

/** Scopes remembered between requests, one a client: lists of some thousands of numbers; what grants cover is shared. */
const SCOPES_KEPT = 1_000;
/** Different sets of grants: there are about as many as roles and branches. */
const GRANTS_KEPT = 200;
const OUTCOME = wireTable('mutation_outcome');

/** Another text whenever a bucket came or went. */
export const EDITION_SQL = sql<string>`(select count(*) || '/' || coalesce(max(id), 0) from sync_bucket)`;

/** Reads the registry again only when it grew or shrank: buckets never change, and an id is never given twice. */
export function createScopeRegistry(db: Database): ScopeRegistry {
  let known: readonly Bucket[] = [];
  /** Edition of what was read. */
  let read = '';
  let scopes = new Map<string, Scope>();
  /** Private buckets by the client they are of. */
  let own: ReadonlyMap<string, readonly Bucket[]> = new Map();
  /** What each set of grants covers, private buckets apart. */
  let covered = new Map<string, Scope>();

  /** Those behind that id, and the edition of all, at one moment. */
  const readBehind = async (id: number): Promise<{ readonly edition: string; readonly found: readonly Bucket[] }> => {
    const { rows } = await sql<{ edition: string; found: readonly ScopeBucket[] }>`
      select ${EDITION_SQL} as edition, (
        select coalesce(json_agg(json_build_array(id, tbl, company, site, channel, month, client) order by id), '[]'::json)
        from sync_bucket where id > ${id}) as found`.execute(db);
    const [read_now] = rows;
    if (!read_now) throw new Error('the buckets could not be read');
    const found = read_now.found.map((row) => {
      const table = wireTableById(row[1]);
      if (!table) throw new Error(`bucket ${row[0]} belongs to the unknown table ${row[1]}`);
      return { row, table };
    });
    return { edition: read_now.edition, found };
  };

  const refresh = async (edition?: string): Promise<void> => {
    if (edition !== undefined && edition === read) return;
    const before = known;
    let now = await readBehind(before.at(-1)?.row[0] ?? 0);
    if (now.edition === read) return;
    let all = [...before, ...now.found];
    const added = known === before && now.edition === `${all.length}/${all.at(-1)?.row[0] ?? 0}`;
    if (!added) {
      now = await readBehind(0);
      all = [...now.found];
    }
    known = all;
    own = Map.groupBy(
      known.filter(({ table }) => isPrivate(table)),
      ({ row }) => row[6],
    );
    // a first contact changes nobody else's scope
    if (added && now.found.every(({ table }) => isPrivate(table))) {
      const clients = new Set(now.found.map(({ row }) => row[6]));
      for (const key of scopes.keys()) if (clients.has(clientOf(key))) scopes.delete(key);
    } else {
      scopes = new Map();
      covered = new Map();
    }
    read = now.edition;
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
    const key = `${client_id} ${grants_key}`;
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
    isOf: (edition) => edition === read,
    hasOwn: (client_id) => own.has(client_id),
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

/** The client a remembered scope is of. */
function clientOf(key: string): string {
  return key.slice(0, key.indexOf(' '));
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
