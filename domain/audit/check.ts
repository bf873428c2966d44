/** Holding a chain against its seals, link by link. Server and copies walk their own rows by this one rule. */
import { type ChainedEvent, chainedContent } from './chain.ts';

/** SHA-256 as hex: the one thing the rule cannot do itself. */
export type Sha256 = (text: string) => string;

export interface SealedLink {
  readonly seq: number;
  readonly seal: string;
}
/** A seal, and the entry it was made of; null = the entry is not there. */
export interface ChainLink extends SealedLink {
  readonly event_id: number | null;
  readonly event: ChainedEvent | null;
}
/** The first link that does not fit, and why. */
export interface BrokenLink {
  readonly seq: number;
  readonly event_id: number | null;
  readonly why: string;
}

export function sealOf(sha256: Sha256, seal_before: string, seq: number, event: ChainedEvent): string {
  return sha256(chainedContent(seal_before, seq, event));
}

/** Null when the link follows the one before it. */
export function whyBroken(sha256: Sha256, before: SealedLink, link: ChainLink): BrokenLink | null {
  const seq = before.seq + 1;
  const { event_id, event } = link;
  if (link.seq !== seq) return { seq, event_id, why: `the seal of entry ${seq} was taken out` };
  if (event === null) return { seq, event_id, why: 'the entry was taken out' };
  const fits = sealOf(sha256, before.seal, seq, event) === link.seal;
  return fits ? null : { seq, event_id, why: 'the entry, or its seal, was altered' };
}
