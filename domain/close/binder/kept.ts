/** A binder that was kept, beside one made anew of the rows as they stand today. */
import { type BinderPart, byCharacters } from './manifest.ts';

/** Rows of KPIs and margin count the month's orders: what is delivered, sent back or claimed later goes on changing them. */
const GOES_ON = /^rows\/(kpi|margin)/;
/** These show the same rows once more. */
const DRAWN = /^binder\.(pdf|xlsx)$/;

export interface SinceKept {
  /** Parts that are others today, as they may: facts that came after the lock. */
  readonly moved: readonly string[];
  /** Parts that the lock holds and that are others all the same: something is wrong, or another version of the program reads them otherwise. */
  readonly locked: readonly string[];
}

/** Paths of parts that differ, are missing or are new; sorted. */
export function sinceKept(kept: readonly BinderPart[], anew: readonly BinderPart[]): SinceKept {
  const before = new Map(kept.map(({ path, sha256 }) => [path, sha256]));
  const after = new Map(anew.map(({ path, sha256 }) => [path, sha256]));
  const differing = [...new Set([...before.keys(), ...after.keys()])]
    .filter((path) => !DRAWN.test(path) && before.get(path) !== after.get(path))
    .toSorted(byCharacters);
  return {
    moved: differing.filter((path) => GOES_ON.test(path)),
    locked: differing.filter((path) => !GOES_ON.test(path)),
  };
}
