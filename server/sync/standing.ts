/**
 * Who asks, what they may see and where the log stands, at one moment: one statement for all requests that wait for it.
 * It began after each of them came, so nothing here is older than the question.
 */
import { sql } from 'kysely';
import type { Checkpoint } from '#contract/wire/protocol.ts';
import { type Bearer, bearersSql } from '#server/auth/bearers.ts';
import { byHash } from '#server/auth/guard.ts';
import type { Database } from '#server/schema/database.ts';
import { type SharedReading, shareReadings } from '#server/sharedReading.ts';
import type { Owner } from './clients.ts';
import type { Held, News } from './news.ts';
import { EDITION_SQL } from './scope.ts';

export interface Asker {
  /** Of the access token. */
  readonly hash: string;
  readonly client_id: string;
}
export interface Standing {
  readonly epoch: string;
  readonly log_from: number;
  readonly head: Checkpoint;
  /** Something is committed that no checkpoint holds yet. */
  readonly waiting: boolean;
  /** Of the buckets there are: see ScopeRegistry. */
  readonly edition: string;
  /** The newest checkpoint that was known when the reading began; null when the database does not know it, or no delta may end there. */
  readonly held: Held | null;
  readonly bearers: ReadonlyMap<string, Bearer>;
  /** Installations by their client id; one at its first contact is not there. */
  readonly owners: ReadonlyMap<string, Owner>;
}

export function shareStanding(db: Database, news: Pick<News, 'newest' | 'forget'>): SharedReading<Asker, Standing> {
  return shareReadings(async (askers: readonly Asker[]) => {
    const newest = news.newest();
    const client_ids = [...new Set(askers.map(({ client_id }) => client_id))];
    const { rows } = await sql<{
      epoch: string;
      log_from: number;
      number: number;
      id: string;
      waiting: boolean;
      edition: string;
      held: boolean;
      bearers: readonly Bearer[];
      owners: readonly (readonly [client_id: string, user_id: number, last_seen_at_ms: number])[];
    }>`
      select e.epoch, e.log_from, cp.number, cp.id, exists (select 1 from sync_outbox) as waiting,
        ${EDITION_SQL} as edition,
        exists (select 1 from sync_checkpoint where number = ${newest?.number ?? null}::bigint and number <= cp.number
          and id = ${newest?.id ?? null}::uuid and delta_ends) as held,
        ${bearersSql(askers.map(({ hash }) => hash))} as bearers,
        (select coalesce(json_agg(json_build_array(client_id, user_id,
            floor(extract(epoch from last_seen_at) * 1000)::bigint)), '[]'::json)
          from sync_client where client_id = any(${client_ids}::text[])) as owners
      from sync_cp cp cross join sync_epoch e`.execute(db);
    const [read] = rows;
    if (!read) throw new Error('the head is missing');
    const of_this_history = read.held && newest?.epoch === read.epoch;
    if (newest && !of_this_history && news.newest() === newest) news.forget();
    return {
      epoch: read.epoch,
      log_from: read.log_from,
      head: { number: read.number, id: read.id },
      waiting: read.waiting,
      edition: read.edition,
      held: of_this_history ? newest : null,
      bearers: byHash(read.bearers),
      owners: new Map(
        read.owners.map(([client_id, user_id, last_seen_at_ms]) => [client_id, { user_id, last_seen_at_ms }]),
      ),
    };
  });
}
