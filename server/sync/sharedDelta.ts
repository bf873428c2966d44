/**
 * A delta made of what this server holds of the newest checkpoints: nothing is read of the log for one client alone. What
 * it may hold is decided as in delta.ts, by a reading that began after it was asked for; who is farther behind, or is
 * owed anything out of the ordinary, is answered there.
 */
import { createHash } from 'node:crypto';
import type { DeltaHeader, DeltaRequest, EndLine } from '#contract/wire/protocol.ts';
import type { Guard } from '#server/auth/guard.ts';
import type { Clock } from '#server/clock.ts';
import type { Database } from '#server/schema/database.ts';
import type { pieceJoiner, SharedText } from '#server/http/packing.ts';
import type { SharedReading } from '#server/sharedReading.ts';
import type { Excerpt } from './changes.ts';
import { claimKnownClient } from './clients.ts';
import type { Held, News } from './news.ts';
import { lostOnTheWay, type Scope, type ScopeRegistry } from './scope.ts';
import type { Sequencer } from './sequencer.ts';
import type { Asker, Standing } from './standing.ts';

export interface SharedDeltaParts {
  readonly db: Database;
  readonly clock: Clock;
  readonly admit: Guard['admit'];
  readonly news: News;
  readonly registry: ScopeRegistry;
  readonly standing: SharedReading<Asker, Standing>;
  readonly drain: Sequencer['drain'];
  /** Log rows a delta goes over at most; more are answered from the log. */
  readonly most_rows: number;
  /** Lines of several checkpoints, or several pieces of one, put together once for all who receive the same. */
  readonly join: ReturnType<typeof pieceJoiner>;
}

/** A request, and the hash of the access token it came with. */
export interface Caller {
  readonly request: object;
  readonly hash: string;
}

/** At the first something may be new: a client, a checkpoint, a bucket. Whoever still finds it so is answered from the log. */
const ROUNDS = 3;

/** A part of an answer is let out when it comes to this. */
const PART_CHARACTERS = 500_000;

/** Whole when it is let out in one go: then what others receive too is packed for all of them. */
export type SharedAnswer =
  | { readonly whole: SharedText }
  | { readonly whole: null; readonly lines: AsyncGenerator<string, void, undefined> };

/** Throws what delta.ts throws of who may not ask; null for whom it has to answer. */
export async function sharedDelta(
  parts: SharedDeltaParts,
  caller: Caller,
  asked: DeltaRequest,
): Promise<SharedAnswer | null> {
  const { news, registry } = parts;
  const asker: Asker = { hash: caller.hash, client_id: asked.client_id };
  let required: number | null = null;
  for (let round = 0; round < ROUNDS; round += 1) {
    const at = await parts.standing(asker);
    const user = await parts.admit(caller.request, at.bearers.get(asker.hash), round === 0);
    const owner = at.owners.get(asked.client_id);
    const claimed = await claimKnownClient(parts.db, user, asked.client_id, parts.clock, owner);
    if (required === null) {
      // What was committed before this request must be in reach of this delta, or a client could stand between checkpoints.
      required = at.waiting ? (await parts.drain()).number : at.head.number;
      if (at.waiting || at.held === null || at.held.number < required) {
        await news.reach(required);
        continue;
      }
    }
    // that took its time: ask again
    if (claimed) continue;
    if (at.held === null || at.held.number < required) return null;
    if (!registry.isOf(at.edition) || !registry.hasOwn(asked.client_id)) {
      await registry.scopeOf(user, asked.client_id);
      continue;
    }
    const within =
      asked.epoch === at.epoch && asked.from.number >= at.log_from ? news.between(asked.from, at.held) : null;
    if (within === null || within.span > parts.most_rows) return null;
    const scope = registry.known(user, asked.client_id);
    const excerpts = within.changes.map((changes) => changes.of((bucket) => scope.ids.has(bucket)));
    const whole = inOneGo(parts.join, asked, at.held, scope, excerpts);
    if (whole) return { whole };
    const lines = linesOf(asked, at.held, scope, excerpts, async () => {
      const now = await parts.standing(asker);
      return await registry.scopeOf(
        await parts.admit(caller.request, now.bearers.get(asker.hash), false),
        asked.client_id,
      );
    });
    return { whole: null, lines };
  }
  return null;
}

function headOf(asked: DeltaRequest, held: Held, scope: Scope): string {
  const to = { number: held.number, id: held.id };
  const header: DeltaHeader = { epoch: held.epoch, from: asked.from, to, head: to, scope_hash: scope.hash };
  return `${JSON.stringify(header)}\n`;
}

function endOf(excerpts: readonly Excerpt[], hash: string): string {
  const end: EndLine = { end: true, rows: excerpts.reduce((sum, excerpt) => sum + excerpt.rows, 0), hash };
  return `${JSON.stringify(end)}\n`;
}

/** Null when its receiver is asked about again on the way. */
function inOneGo(
  join: SharedDeltaParts['join'],
  asked: DeltaRequest,
  held: Held,
  scope: Scope,
  excerpts: readonly Excerpt[],
): SharedText | null {
  const pieces = excerpts.flatMap((excerpt) => excerpt.pieces);
  const characters = pieces.reduce((sum, { text }) => sum + text.length, 0);
  if (pieces.length > 1 && characters >= PART_CHARACTERS) return null;
  const middle = join(pieces);
  const before = headOf(asked, held, scope);
  const hash = createHash('sha256').update(before).update(middle.bytes()).digest('hex');
  return { before, middle, after: endOf(excerpts, hash) };
}

async function* linesOf(
  asked: DeltaRequest,
  held: Held,
  scope: Scope,
  excerpts: readonly Excerpt[],
  scopeNow: () => Promise<Scope>,
): AsyncGenerator<string, void, undefined> {
  const sent_hash = createHash('sha256');
  const said = (text: string): string => {
    sent_hash.update(text);
    return text;
  };
  let permitted = scope;
  let text = headOf(asked, held, scope);
  for (const piece of excerpts.flatMap(({ pieces }) => pieces)) {
    if (text.length >= PART_CHARACTERS) {
      yield said(text);
      text = '';
      // each part goes out only while its receiver may have all of these buckets, as in delta.ts
      const now = await scopeNow();
      if (now !== permitted && scope.list.some((bucket) => !now.ids.has(bucket))) throw lostOnTheWay();
      permitted = now;
    }
    text += piece.text;
  }
  said(text);
  yield `${text}${endOf(excerpts, sent_hash.digest('hex'))}`;
}
