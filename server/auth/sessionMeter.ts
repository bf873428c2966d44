/** How often one session may ask: far above what a replica and its imports need, far below what stops the others. */
import type { Clock } from '#server/clock.ts';
import { HttpError } from '#server/http/errors.ts';

const WINDOW_MS = 60_000;
export const REQUESTS_PER_SESSION = 3_000;
/** Sessions remembered before the quiet ones are dropped. */
const REMEMBERED = 10_000;

export interface SessionMeter {
  /** Throws 429 `rate_limited`. */
  count(session_id: string): void;
}

export function createSessionMeter(clock: Clock): SessionMeter {
  const seen = new Map<string, { since_ms: number; requests: number }>();
  const isOver = (since_ms: number, now_ms: number): boolean => Math.abs(now_ms - since_ms) >= WINDOW_MS;
  return {
    count: (session_id) => {
      const now_ms = clock();
      let own = seen.get(session_id);
      if (!own || isOver(own.since_ms, now_ms)) {
        if (seen.size >= REMEMBERED) {
          for (const [id, each] of seen) if (isOver(each.since_ms, now_ms)) seen.delete(id);
          if (seen.size >= REMEMBERED) seen.clear();
        }
        own = { since_ms: now_ms, requests: 0 };
        seen.set(session_id, own);
      }
      own.requests += 1;
      if (own.requests <= REQUESTS_PER_SESSION) return;
      const wait_s = Math.max(1, Math.ceil((own.since_ms + WINDOW_MS - now_ms) / 1000));
      throw new HttpError(429, 'rate_limited', 'Too many requests. Try again in a moment.', true, wait_s);
    },
  };
}
