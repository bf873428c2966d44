/** What a reading thread gives up of what it remembers when nobody asks for it: made again within seconds, and large where a company is. */
import { REST_MS } from './editions.ts';
import type { ReadCache } from './readCache.ts';

export const UNASKED_MS = 5 * 60_000;

/** What a first screen is made of stays. Whoever reads on in an edition that is gone is given the newest. */
export function forgetUnasked(cache: ReadCache, now_ms: number): void {
  for (const kept of [
    cache.approvals,
    cache.suppliers,
    cache.delays,
    cache.credit,
    cache.oldUnbilled,
    cache.billing,
    cache.ties,
    cache.leaks,
  ]) {
    for (const [key, { asked_at_ms }] of kept) if (now_ms - asked_at_ms > UNASKED_MS) kept.delete(key);
  }
  for (const editions of [
    cache.fulfilment,
    cache.claims,
    cache.scenarios,
    cache.classes,
    cache.leakLists,
    cache.marginLists,
  ]) {
    const rested = editions.findLastIndex(({ used_at_ms }) => now_ms - used_at_ms > REST_MS);
    // the latest used last
    editions.splice(0, rested + 1);
  }
}
