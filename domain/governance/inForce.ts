/** Which version of a rule holds on a day, and what becomes of the versions when another takes effect. Pure. */

/** Days are both included; null = since ever, until further notice. */
export interface RuleVersion {
  readonly valid_from: number | null;
  readonly valid_to: number | null;
}

/** The version that holds on the day. Of two that overlap, which no change makes but an import may, the later one holds. */
export function inForceOn<V extends RuleVersion>(versions: readonly V[], day: number): V | undefined {
  let found: V | undefined;
  for (const version of versions) found = laterInForce(found, version, day);
  return found;
}

/** The same one version after the other: what holds of those before and this one. */
export function laterInForce<V extends RuleVersion>(found: V | undefined, version: V, day: number): V | undefined {
  if ((version.valid_from ?? -Infinity) > day || (version.valid_to ?? Infinity) < day) return found;
  return found === undefined || (version.valid_from ?? -Infinity) > (found.valid_from ?? -Infinity) ? version : found;
}

/** Versions by what they are a version of, for looking up many days. */
export class Versions<K, V extends RuleVersion> {
  readonly #byKey: ReadonlyMap<K, readonly V[]>;
  constructor(versions: readonly V[], keyOf: (version: V) => K) {
    this.#byKey = Map.groupBy(versions, keyOf);
  }
  on(key: K, day: number): V | undefined {
    const versions = this.#byKey.get(key);
    if (versions === undefined) return undefined;
    const [only] = versions;
    // nearly every key has one version that holds for ever
    if (versions.length === 1 && only?.valid_from === null && only.valid_to === null) return only;
    return inForceOn(versions, day);
  }
}

/** Rows whose end is the beginning of the next: a target holds from its month until another month has one. */
export function endedByNext<R extends { readonly valid_from: number }>(rows: readonly R[]): (R & RuleVersion)[] {
  const sorted = rows.toSorted((a, b) => a.valid_from - b.valid_from);
  return sorted.map((row, index) => {
    const next = sorted[index + 1];
    return { ...row, valid_to: next === undefined ? null : next.valid_from - 1 };
  });
}

export interface Succession<V extends RuleVersion> {
  /** Ends the day before. */
  readonly ends: V | null;
  /** Has its figures replaced: it began on that very day, or there are no versions. */
  readonly replaced: V | null;
  /** Is taken away: it began on that very day and nothing follows. */
  readonly removed: V | null;
  /** The days of the new version; null = nothing new is written. */
  readonly added: RuleVersion | null;
}

/**
 * What a rule that takes effect on the day does to the versions of its key: what held until then ends the day before, what
 * was to follow still follows. `ends` without a successor when the rule ends.
 */
export function succession<V extends RuleVersion>(
  versions: readonly V[],
  day: number,
  { ends, dated }: { readonly ends: boolean; readonly dated: boolean },
): Succession<V> {
  const held = inForceOn(versions, day) ?? null;
  const nothing = { ends: null, replaced: null, removed: null, added: null };
  if (!dated)
    return held === null ? { ...nothing, added: { valid_from: null, valid_to: null } } : { ...nothing, replaced: held };
  if (held?.valid_from === day) return ends ? { ...nothing, removed: held } : { ...nothing, replaced: held };
  if (ends) return { ...nothing, ends: held };
  const later = versions.flatMap(({ valid_from }) => (valid_from !== null && valid_from > day ? [valid_from - 1] : []));
  const last = Math.min(held?.valid_to ?? Infinity, ...later);
  return { ...nothing, ends: held, added: { valid_from: day, valid_to: Number.isFinite(last) ? last : null } };
}

/** The versions of a key once a rule took effect on the day: `make` gives the new one its figures, in place of `replaced` or beside. */
export function succeeded<V extends RuleVersion>(
  versions: readonly V[],
  day: number,
  how: { readonly ends: boolean; readonly dated: boolean },
  make: (days: RuleVersion, replaced: V | null) => V,
): readonly V[] {
  const { ends, replaced, removed, added } = succession(versions, day, how);
  const kept = versions.flatMap((version): V[] => {
    if (version === removed) return [];
    if (version === ends) return [{ ...version, valid_to: day - 1 }];
    if (version !== replaced) return [version];
    return [make({ valid_from: version.valid_from, valid_to: version.valid_to }, version)];
  });
  return added === null ? kept : [...kept, make(added, null)];
}
