/**
 * What the copies of those who may see the whole trail hold of it, and what they make of the seals they saw before. A chain
 * that was computed anew from its beginning is whole in itself; only who remembers a seal of the old one notices.
 */
import { FIRST_SEAL } from './chain.ts';
import type { SealedLink } from './check.ts';

/** So many of the newest entries reach the copies (some 35 MB); older ones are searched at the server. */
export const ENTRIES_ON_COPIES = 100_000;
/** So many more may be there before the oldest leave, a block at a time. */
export const ENTRIES_OVER = 5_000;

/** Where checking begins: at the beginning, or at the first entry that is here, whose seal is taken as it is. */
export function chainStart(first: SealedLink): SealedLink {
  return first.seq === 1 ? { seq: 0, seal: FIRST_SEAL } : first;
}

/** True when the oldest entries are missing although fewer are here than the server sends. */
export function beginningIsMissing(first: SealedLink, entries: number): boolean {
  return first.seq > 1 && entries < ENTRIES_ON_COPIES;
}

/** A seal as the copy held it at a moment: `epoch` names the life of the server's change log it came in. */
export interface SeenSeal extends SealedLink {
  readonly epoch: string;
  readonly seen_at_ms: number;
  /** When the last restored backup the trail told of then was put in place, by the server's clock; 0 = it told of none. */
  readonly restored_at_ms: number;
}
export interface HeldChain {
  readonly epoch: string;
  readonly first_seq: number;
  readonly last_seq: number;
  /** Undefined when no such entry is here. */
  readonly sealAt: (seq: number) => string | undefined;
  /** The entries that tell of a restored backup, ascending. */
  readonly restored: readonly { readonly seq: number; readonly happened_at_ms: number }[];
}

/**
 * How the seals seen before stand to the chain that is here:
 * `agrees`; `restored`: those after a backup are gone, and an entry of the trail says that it was put in place;
 * `starting_over`: the server began anew and its trail is shorter than it was, which no entry explains yet (it is sealed within a
 * minute); `rewritten`: the trail is another than the one that was seen, from `seq` at the latest.
 */
export type SeenBefore =
  | { readonly state: 'agrees'; readonly seals: number }
  | {
      readonly state: 'restored' | 'starting_over' | 'rewritten';
      readonly seals: number;
      /** Of the first seal that does not hold any more. */
      readonly seq: number;
      readonly seen_at_ms: number;
      /** The entry that tells of the backup. */
      readonly restored_seq: number | null;
    };

const WORSE = { restored: 0, starting_over: 1, rewritten: 2 } as const;

export function judgeSeen(seen: readonly SeenSeal[], held: HeldChain): SeenBefore {
  let agreeing_seq = held.first_seq - 1;
  let worst: Extract<SeenBefore, { readonly seq: number }> | null = null;
  const comparable = seen.filter(({ seq }) => seq >= held.first_seq).toSorted((a, b) => a.seq - b.seq);
  for (const { seq, seal, epoch, seen_at_ms, restored_at_ms } of comparable) {
    if (held.sealAt(seq) === seal) {
      agreeing_seq = seq;
      continue;
    }
    // within one life of the log nothing of it is ever put back, and what was known already explains nothing
    const restored =
      epoch === held.epoch
        ? undefined
        : held.restored.find(
            (entry) => entry.seq > agreeing_seq && entry.seq <= seq && entry.happened_at_ms > restored_at_ms,
          );
    const state =
      restored !== undefined ? 'restored' : epoch !== held.epoch && seq > held.last_seq ? 'starting_over' : 'rewritten';
    if (worst === null || WORSE[state] > WORSE[worst.state]) {
      worst = { state, seals: comparable.length, seq, seen_at_ms, restored_seq: restored?.seq ?? null };
    }
  }
  return worst ?? { state: 'agrees', seals: comparable.length };
}
