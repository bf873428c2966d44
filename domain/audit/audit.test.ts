import { expect, test } from 'vitest';
import { type ChainedEvent, FIRST_SEAL } from './chain.ts';
import { type ChainLink, sealOf, whyBroken } from './check.ts';
import {
  beginningIsMissing,
  chainStart,
  ENTRIES_ON_COPIES,
  type HeldChain,
  judgeSeen,
  type SeenSeal,
} from './copied.ts';

/** Any function that tells texts apart will do: the rule is handed the real one. */
function sha256(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const sign of text) hash = BigInt.asUintN(64, (hash ^ BigInt(sign.codePointAt(0) ?? 0)) * 0x100000001b3n);
  return hash.toString(16).padStart(64, '0');
}
const event = (id: number, about: string): ChainedEvent => ({
  id,
  happened_at_ms: 1_780_000_000_000 + id,
  kind: about === 'a backup' ? 'restored' : 'signed_in',
  user_name: 'ines',
  address: null,
  about,
  detail: { hours: id },
});
function chainOf(...abouts: readonly string[]): ChainLink[] {
  let seal = FIRST_SEAL;
  return abouts.map((about, at) => {
    const made = event(at + 1, about);
    seal = sealOf(sha256, seal, at + 1, made);
    return { seq: at + 1, seal, event_id: at + 1, event: made };
  });
}
function firstBroken(links: readonly ChainLink[]) {
  const [first] = links;
  if (!first) return null;
  let before = chainStart(first);
  for (const link of links) {
    if (link.seq === before.seq) continue;
    const broken = whyBroken(sha256, before, link);
    if (broken) return broken;
    before = link;
  }
  return null;
}

test('whatever is done to one entry of a chain is found there, from its beginning and from a known seal on', () => {
  const whole = chainOf('a', 'b', 'c', 'd', 'e', 'f');
  for (const from of [0, 2]) {
    const links = whole.slice(from);
    expect(firstBroken(links)).toBeNull();
    for (let at = from === 0 ? 0 : 1; at < links.length; at++) {
      const link = links[at];
      if (!link) throw new Error('no such link');
      const altered = links.with(at, { ...link, event: event(link.seq, 'another') });
      expect(firstBroken(altered)).toMatchObject({ seq: link.seq, why: expect.stringContaining('altered') as string });
      const resealed = links.with(at, { ...link, seal: sha256('another') });
      expect(firstBroken(resealed)).toMatchObject({ seq: link.seq });
      expect(firstBroken(links.with(at, { ...link, event: null }))).toMatchObject({ seq: link.seq });
      // an end that is cut off is told by the seals seen before only
      if (at > 0 && at < links.length - 1) {
        expect(firstBroken(links.toSpliced(at, 1))).toMatchObject({ seq: link.seq });
      }
    }
  }
});

test('a beginning that is missing is told from one that copies do not hold any more', () => {
  expect(beginningIsMissing({ seq: 1, seal: '' }, 7)).toBe(false);
  expect(beginningIsMissing({ seq: 2, seal: '' }, 7)).toBe(true);
  expect(beginningIsMissing({ seq: 2, seal: '' }, ENTRIES_ON_COPIES)).toBe(false);
});

const held = (links: readonly ChainLink[], epoch: string): HeldChain => ({
  epoch,
  first_seq: links[0]?.seq ?? 1,
  last_seq: links.at(-1)?.seq ?? 0,
  sealAt: (seq) => links.find((link) => link.seq === seq)?.seal,
  restored: links.flatMap(({ seq, event: told }) =>
    told?.kind === 'restored' ? [{ seq, happened_at_ms: told.happened_at_ms }] : [],
  ),
});
const seen = (links: readonly ChainLink[], epoch: string, ...places: readonly number[]): SeenSeal[] =>
  places.map((seq) => ({ seq, seal: links[seq - 1]?.seal ?? '', epoch, seen_at_ms: seq, restored_at_ms: 0 }));

test('seals seen before agree while the chain only grows, also past what copies hold', () => {
  const before = chainOf('a', 'b', 'c');
  const after = chainOf('a', 'b', 'c', 'd', 'e');
  expect(judgeSeen(seen(before, 'one', 1, 3), held(after, 'one'))).toEqual({ state: 'agrees', seals: 2 });
  expect(judgeSeen(seen(before, 'one', 1, 3), held(after.slice(2), 'two'))).toEqual({ state: 'agrees', seals: 1 });
});

test('a chain computed anew is noticed, whole as it is; so is an end cut off', () => {
  const before = chainOf('a', 'b', 'c', 'd');
  const rewritten = chainOf('a', 'x', 'c', 'd', 'e');
  expect(firstBroken(rewritten)).toBeNull();
  for (const epoch of ['one', 'two']) {
    expect(judgeSeen(seen(before, 'one', 1, 3, 4), held(rewritten, epoch))).toMatchObject({
      state: 'rewritten',
      seq: 3,
    });
  }
  expect(judgeSeen(seen(before, 'one', 1, 3, 4), held(before.slice(0, 2), 'one'))).toMatchObject({
    state: 'rewritten',
    seq: 3,
  });
});

test('a restored backup is told apart by its entry, and by a new life of the log', () => {
  const before = chainOf('a', 'b', 'c', 'd', 'e');
  const restored = chainOf('a', 'b', 'a backup', 'f');
  expect(judgeSeen(seen(before, 'one', 2, 4, 5), held(restored, 'two'))).toMatchObject({
    state: 'restored',
    seq: 4,
    restored_seq: 3,
  });
  // not sealed yet
  expect(judgeSeen(seen(before, 'one', 2, 4), held(restored.slice(0, 2), 'two'))).toMatchObject({
    state: 'starting_over',
    seq: 4,
  });
  // an entry that says so does not excuse it within one life of the log, nor what lies before it
  expect(judgeSeen(seen(before, 'one', 2, 4), held(restored, 'one'))).toMatchObject({ state: 'rewritten' });
  const worse = chainOf('x', 'b', 'a backup', 'f');
  expect(judgeSeen(seen(before, 'one', 2, 4), held(worse, 'two'))).toMatchObject({ state: 'rewritten', seq: 2 });
  // nor does one that was known when the seal was seen
  const known = seen(chainOf('a', 'x', 'a backup', 'c'), 'one', 4).map((seal) => ({
    ...seal,
    restored_at_ms: event(3, 'a backup').happened_at_ms,
  }));
  expect(judgeSeen(known, held(chainOf('a', 'y', 'a backup', 'c'), 'two'))).toMatchObject({ state: 'rewritten' });
});
