/** A binder that was kept, beside one made anew of the rows as they stand today. */
import { MOST_EVIDENCE_BYTES } from '../evidence.ts';
import { type BinderPart, byCharacters } from './manifest.ts';

/** Rows of KPIs and margin count the month's orders: what is delivered, sent back or claimed later goes on changing them. */
const GOES_ON = /^rows\/(kpi|margin)/;
/** Rows that programs before this one did not write: one that was kept then has none of them, and that says nothing of its month. */
const WRITTEN_SINCE = /^(rows\/(allocation|trail)-|trail\/)/;
/** Rows that programs before this one wrote: their trail was computed of other rows that still stand. */
const WRITTEN_NO_MORE = /^rows\/audit-trail\.csv$/;
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
    .filter((path) => before.has(path) || !WRITTEN_SINCE.test(path))
    .filter((path) => after.has(path) || !WRITTEN_NO_MORE.test(path))
    .toSorted(byCharacters);
  return {
    moved: differing.filter((path) => GOES_ON.test(path)),
    locked: differing.filter((path) => !GOES_ON.test(path)),
  };
}

/** Said when a binder is made that would have been kept: how much it is, and what to do. Null = it finds room. */
export function tooLargeToKeepWords(not_kept_bytes: number | null): string | null {
  if (not_kept_bytes === null) return null;
  const mb = (bytes: number): string => (Math.ceil((bytes * 10) / 1024 / 1024) / 10).toFixed(1).replace('.0', '');
  return `It is not kept at the server: packed it is ${mb(not_kept_bytes)} MB, and up to ${mb(MOST_EVIDENCE_BYTES)} MB is kept. Its hash alone is recorded, so keep this file where it is not lost; one made anew later counts what was delivered until then.`;
}

/** Of a final one that is recorded and not kept, as its maker does not review the close. */
export const WAITS_FOR_REVIEWER_WORDS =
  'The server keeps the final binder that somebody who reviews the close makes first. This one is recorded; have one of them make theirs.';
