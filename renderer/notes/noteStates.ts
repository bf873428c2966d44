/** A change's state in words and shape; the same on notes, sign-offs and the Sync screen. */
import type { MutationState } from '#contract/events.ts';
import type { MarkShape } from '#renderer/ui/Mark.tsx';

export const MUTATION_STATES: Readonly<Record<MutationState, { readonly word: string; readonly shape: MarkShape }>> = {
  pending: { word: 'Waiting', shape: 'waiting' },
  sent: { word: 'Sent', shape: 'working' },
  accepted: { word: 'Accepted', shape: 'done' },
  conflict: { word: 'Conflict', shape: 'bad' },
  rejected: { word: 'Refused', shape: 'refused' },
  held: { word: 'Held', shape: 'warn' },
};
