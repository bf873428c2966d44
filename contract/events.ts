import type { WireTableName } from './wire/tables.ts';

/** What the replica service tells every open screen, unasked. */
export interface ServiceEvents {
  /** The replica moved to another checkpoint; `tables` are those with changed rows. */
  readonly changed: { readonly checkpoint: number; readonly tables: readonly WireTableName[] };
  /** A mutation was queued, sent, decided, retried or discarded. */
  readonly outbox: { readonly mutation_id: string; readonly state: MutationState };
  /** Connection, waiting counts and progress: everything the sync pill shows. */
  readonly status: SyncPill;
  /** A saved view of this screen was kept, renamed, deleted or made the one it opens with. */
  readonly views: { readonly screen: string };
  /** A scenario was kept, deleted, brought back or sent. */
  readonly scenarios: { readonly id: string };
  /** Signed in, out, or locked: every screen starts afresh. */
  readonly session: { readonly signed_in: boolean };
}

export type MutationState = 'pending' | 'sent' | 'accepted' | 'conflict' | 'rejected' | 'held';

/** The server has not answered yet. */
export function isOnItsWay(state: MutationState | null): boolean {
  return state === 'pending' || state === 'sent';
}

/** It stands here: the server took it, or has not answered yet. */
export function isTaken(state: MutationState): boolean {
  return state === 'accepted' || isOnItsWay(state);
}

export type ConnectionState =
  /** connected, replica at the server's newest checkpoint */
  | 'live'
  /** connected, rows or changes are on their way */
  | 'syncing'
  | 'offline'
  /** the session on the server ended; work goes on locally, sending waits for a sign-in */
  | 'sign_in_needed';

export interface SyncPill {
  readonly connection: ConnectionState;
  /** Since when the connection is as it is, epoch milliseconds. */
  readonly since_ms: number;
  /** When the replica last equalled the server's head, epoch milliseconds; null before the first complete sync. */
  readonly as_of_ms: number | null;
  readonly waiting: number;
  readonly needs_you: number;
  /** Present while rows are loading. */
  readonly progress: LoadProgress | null;
}

/** How far a load is, for the person who waits for it. */
export interface LoadProgress {
  readonly rows: number;
  /** On the disk of this machine. */
  readonly bytes: number;
  readonly buckets_done: number;
  readonly buckets_total: number;
  /** Estimated from the months that are here; null before there are enough. */
  readonly left_s: number | null;
  /** Months load newest first: everything from this one (yyyymm) on is here; null before the newest is. */
  readonly complete_from_month: number | null;
  /** The oldest month there is to load; null when nothing comes by month. */
  readonly oldest_month: number | null;
}
