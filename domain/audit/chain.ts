/**
 * The audit trail as a chain: each entry is sealed together with the seal before it, so that an entry that was altered, taken
 * out or put in between leaves a seal that does not fit any more. Whoever keeps a newer seal elsewhere also sees an end cut off.
 */
export interface ChainedEvent {
  readonly id: number;
  /** Epoch milliseconds. */
  readonly happened_at_ms: number;
  readonly kind: string;
  readonly user_name: string | null;
  readonly address: string | null;
  readonly about: string | null;
  readonly detail: Readonly<Record<string, string | number | null>>;
}

/** The seal before the first entry. */
export const FIRST_SEAL = '0'.repeat(64);

/** Text whose SHA-256 (hex) is the seal of an entry. The order of a detail's names does not matter. */
export function chainedContent(seal_before: string, seq: number, event: ChainedEvent): string {
  const { id, happened_at_ms, kind, user_name, address, about, detail } = event;
  const named = Object.keys(detail)
    .toSorted()
    .map((name) => [name, detail[name] ?? null]);
  return JSON.stringify([seal_before, seq, id, happened_at_ms, kind, user_name, address, about, named]);
}
