import { describe, expect, test } from 'vitest';
import type { SyncPill } from '#contract/events.ts';
import { pillWords } from './SyncPill.tsx';

const at = new Date(2026, 10, 5, 10, 41, 56).getTime();
const live: SyncPill = { connection: 'live', since_ms: at, as_of_ms: at, waiting: 0, needs_you: 0, progress: null };
const said = (pill: Partial<SyncPill>, link: 'open' | 'lost' = 'open'): string => {
  const words = pillWords({ ...live, ...pill }, link);
  return [words.shape, words.state, words.time, words.waiting, words.needsYou].filter(Boolean).join(' | ');
};

describe('sync pill', () => {
  test('says live with the time of the figures', () => {
    expect(said({})).toBe('good | Live | 10:41:56');
  });
  test('says what is being sent and what needs a person', () => {
    expect(said({ waiting: 3 })).toBe('working | Live | 3 changes sending');
    expect(said({ needs_you: 1 })).toBe('good | Live | 1 needs you');
    expect(said({ needs_you: 2 })).toBe('good | Live | 2 need you');
  });
  test('offline: since when, what waits', () => {
    const since_ms = new Date(2026, 10, 5, 10, 42).getTime();
    expect(said({ connection: 'offline', since_ms, waiting: 3, needs_you: 1 })).toBe(
      'warn | Offline since 10:42 | 3 changes waiting | 1 needs you',
    );
    expect(pillWords({ ...live, connection: 'offline' }, 'open').warns).toBe(true);
  });
  test('an ended session and a lost service are not called offline', () => {
    expect(said({ connection: 'sign_in_needed', waiting: 1 })).toBe('warn | Sign in to send | 1 change waiting');
    expect(said({}, 'lost')).toBe('warn | Reconnecting');
  });
  test('loading counts rows', () => {
    const progress = {
      rows: 12_400,
      bytes: 2_000_000,
      buckets_done: 1,
      buckets_total: 9,
      left_s: null,
      complete_from_month: null,
      oldest_month: 202510,
    };
    expect(said({ connection: 'syncing', progress })).toBe('working | Loading | 12,400 rows');
  });
});
