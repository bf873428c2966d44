/**
 * GET /sync/live: server-sent events. Nothing is buffered for a client: when its socket is free it is told the newest
 * checkpoint and every bucket of its scope that changed since it was last told.
 */
import type { ServerResponse } from 'node:http';
import { sql } from 'kysely';
import type { LiveEvent } from '#contract/wire/protocol.ts';
import type { SignedIn } from '#server/auth/guard.ts';
import type { Clock } from '#server/clock.ts';
import type { Database } from '#server/schema/database.ts';
import type { Changed, News } from './news.ts';
import type { Scope } from './scope.ts';

export interface LiveStream {
  /** The news were read and may hold something. */
  wake(): void;
  /**
   * Somebody's grants or session changed: as wake, with user and grants read again; a stream whose session ended is cut
   * off even if nobody reads it.
   */
  recheck(): void;
  end(): void;
}

/** Beats from now on, until what it returns is called. */
export type Heartbeat = (beat: () => void) => () => void;

export interface LiveOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly response: ServerResponse;
  /** Reads user and grants again; rejects when the token expired or the session ended. */
  readonly authorise: () => Promise<SignedIn>;
  readonly scopeOf: (user: SignedIn) => Promise<Scope>;
  /** The same of what the server knows of its buckets already, without a question to the database. */
  readonly knownScopeOf: (user: SignedIn) => Scope;
  readonly news: News;
  /** What the client took for its scope when it asked; undefined = it does not say. */
  readonly known_scope_hash: string | undefined;
  readonly heartbeat: Heartbeat;
  readonly onEnd: (stream: LiveStream) => void;
}

export async function openLive(options: LiveOptions): Promise<LiveStream> {
  const { db, clock, response, authorise, scopeOf } = options;
  let user = await authorise();
  let scope_hash = (await scopeOf(user)).hash;
  let told = (await options.news.read()).number;
  let ended = false;
  let busy = false;
  let again = false;

  const write = (text: string): void => {
    if (!ended) response.write(text);
  };
  const send = (checkpoint: number, buckets: readonly number[], scope_changed: boolean): void => {
    const event: LiveEvent = {
      checkpoint,
      buckets,
      scope_changed,
      token_ttl_s: Math.max(0, Math.floor((user.expires_at_ms - clock()) / 1000)),
    };
    write(`event: checkpoint\nid: ${checkpoint}\ndata: ${JSON.stringify(event)}\n\n`);
  };

  const look = async (): Promise<void> => {
    const before = told;
    const now = options.news.since(before) ?? (await changedSince(db, before));
    const scope = options.knownScopeOf(user);
    const buckets = now.buckets.filter((bucket) => scope.ids.has(bucket));
    // New buckets count as a changed scope too: the client has to learn which table they belong to.
    const scope_changed = scope.hash !== scope_hash;
    told = now.number;
    scope_hash = scope.hash;
    if (buckets.length > 0 || scope_changed) send(now.number, buckets, scope_changed);
  };

  const wake = (): void => {
    if (ended) return;
    if (busy || response.writableNeedDrain) {
      again = true;
      return;
    }
    busy = true;
    again = false;
    look()
      .catch(() => end())
      .finally(() => {
        busy = false;
        if (again) wake();
      });
  };

  const recheck = (): void => {
    if (ended) return;
    authorise()
      .then(async (current) => {
        await scopeOf(current);
        user = current;
        wake();
      })
      .catch(() => end());
  };

  const end = (): void => {
    if (ended) return;
    ended = true;
    stopBeating();
    clearTimeout(expiry);
    if (response.writableNeedDrain) response.destroy();
    else response.end();
    options.onEnd(stream);
  };

  const stopBeating = options.heartbeat(() => {
    if (!response.writableNeedDrain) write(': here\n\n');
    // of a session or a grant that changed, word may not have come
    recheck();
  });
  const expiry = setTimeout(end, Math.max(0, user.expires_at_ms - clock()));
  // a server that has ended its work does not wait for a stream nobody hears
  expiry.unref();
  const stream: LiveStream = { wake, recheck, end };
  response.on('drain', () => {
    if (again) wake();
  });
  response.on('close', end);
  response.on('error', end);
  // grants may have changed between the client's last reading and this stream
  send(told, [], options.known_scope_hash !== undefined && options.known_scope_hash !== scope_hash);
  return stream;
}

/** For a stream that was told longer ago than the news reach back. */
async function changedSince(db: Database, told: number): Promise<Changed> {
  const { rows } = await sql<Changed>`
    select cp.number, coalesce((select array_agg(distinct b) from sync_checkpoint c, unnest(c.buckets) b
      where c.number > ${told} and c.number <= cp.number), '{}') as buckets from sync_cp cp`.execute(db);
  const now = rows[0];
  if (!now) throw new Error('the head is missing');
  return now;
}
