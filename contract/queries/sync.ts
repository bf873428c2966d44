/** Where this copy stands and what waits in it. */
import { z } from 'zod';
import type { RepairedRow } from '../actions.ts';
import type { MutationState, SyncPill } from '../events.ts';
import type { OutcomeReason } from '../wire/protocol.ts';
import { Limit, Offset } from './arguments.ts';

export const syncStatus = { args: z.strictObject({}) };
export interface SyncStatus {
  readonly pill: SyncPill;
  readonly server_url: string;
  readonly checkpoint: number;
  readonly rows: number;
  readonly bytes_on_disk: number;
  readonly tables: readonly {
    readonly name: string;
    readonly label: string;
    readonly rows: number;
    readonly buckets: number;
  }[];
  readonly next_try_at_ms: number | null;
  readonly last_error: string | null;
  readonly last_verified: {
    readonly at_ms: number;
    readonly equal: boolean;
    readonly rows: number;
    readonly tables: readonly string[];
  } | null;
  readonly verification: {
    /** The reading of every row that goes on in the background; null when none is under way. */
    readonly pass: {
      readonly done_parts: number;
      readonly total_parts: number;
      readonly paused: boolean;
      /** null until it can be told. */
      readonly left_ms: number | null;
    } | null;
    /** When every row was last read and compared. */
    readonly full: { readonly at_ms: number; readonly equal: boolean; readonly rows: number } | null;
    /** Rows that were mended, newest first. */
    readonly repaired: readonly (RepairedRow & { readonly at_ms: number })[];
    /** Kinds of rows that keep differing. */
    readonly stubborn: readonly string[];
  };
  /** Things the user was told and should still see: a replica set aside, a reset. */
  readonly notices: readonly { readonly at_ms: number; readonly text: string }[];
}
export const outbox = { args: z.strictObject({ offset: Offset, limit: Limit }) };
export interface OutboxRow {
  readonly id: string;
  readonly command: string;
  /** In words: 'Note on item FA-0840', 'Sign off GRNI, October 2026, as preparer'. */
  readonly title: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly state: MutationState;
  readonly made_at_ms: number;
  readonly decided_at_ms: number | null;
  readonly attempts: number;
  readonly reason: OutcomeReason | null;
  /** What the state allows, most useful first. */
  readonly actions: readonly ('retry' | 'edit' | 'discard' | 'export')[];
}
export interface Outbox {
  readonly rows: readonly OutboxRow[];
  readonly total_rows: number;
  readonly counts: Readonly<Record<MutationState, number>>;
}
