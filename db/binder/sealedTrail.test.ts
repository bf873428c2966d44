/** A binder's entries of the trail: changed, taken out, put in or taken from elsewhere, each is told, whatever the manifest says. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ChainedEvent, FIRST_SEAL } from '#domain/audit/chain.ts';
import { sealOf } from '#domain/audit/check.ts';
import { monthSteps, traceMonth } from '#domain/close/binder/monthSteps.ts';
import {
  type DoneRow,
  judgeTrail,
  parseTrail,
  type SealedEntry,
  traceRows,
  trailAgainst,
  trailText,
  trailWords,
} from '#domain/close/binder/sealedTrail.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const AT = 1_793_100_000_000;

const signed = (nth: number, role: string, who: string): ChainedEvent => ({
  id: 700 + nth,
  happened_at_ms: AT + nth,
  kind: 'close_signed',
  user_name: who,
  address: '10.0.0.7',
  about: 'HAL 2026-10 grni',
  detail: { role, content: sha256(`lines ${nth}`) },
});

/** The whole chain, of which every third is another company's. */
function chain(length: number): readonly SealedEntry[] {
  const links: SealedEntry[] = [];
  let seal_before = FIRST_SEAL;
  for (let seq = 1; seq <= length; seq++) {
    const event = signed(seq, seq % 2 === 0 ? 'reviewer' : 'preparer', seq % 2 === 0 ? 'controller' : 'finance');
    const seal = sealOf(sha256, seal_before, seq, event);
    links.push({ seq, seal_before, seal, event });
    seal_before = seal;
  }
  return links;
}
const ofMonth = (links: readonly SealedEntry[]): readonly SealedEntry[] => links.filter(({ seq }) => seq % 3 !== 0);
const rowOf = ({ event }: SealedEntry): DoneRow => ({
  words: `signed by ${event.user_name}`,
  kind: event.kind,
  who: event.user_name ?? '',
  at_ms: event.happened_at_ms,
  about_end: ' 2026-10 grni',
  detail: event.detail,
  shared: false,
});
const textOf = (entries: readonly SealedEntry[], rows: readonly DoneRow[]): string =>
  trailText({ entries, rows: traceRows(entries, rows).rows });
const ENTRIES = ofMonth(chain(12));
const TEXT = textOf(ENTRIES, ENTRIES.map(rowOf));
const faultsOf = (text: string): readonly string[] => judgeTrail(sha256, text).faults;
const DRAFT = { final: false, moment: null };

describe('as it was made', () => {
  test('every seal holds, every row has its entry, and the others in between are said to be no more than seals', () => {
    const judged = judgeTrail(sha256, TEXT);
    expect(judged).toMatchObject({ of: 'sealed', faults: [], told: [] });
    expect(trailWords(judged)).toContain('8 entries of the audit trail, 1 to 11');
    expect(trailWords(judged)).toContain('of 3 of other matters');
    expect(parseTrail(TEXT)?.entries).toEqual(ENTRIES);
  });

  test('an old binder without entries says what it is, and one of a month without any too', () => {
    const old = judgeTrail(sha256, null);
    expect(old).toMatchObject({ of: 'computed', faults: [], told: [] });
    expect(trailWords(old)).toContain('does not prove');
    expect(trailWords(judgeTrail(sha256, textOf([], [])))).toContain('no entry of the audit trail');
  });
});

describe('forged', () => {
  const forged = (nth: number, change: (entry: SealedEntry) => SealedEntry): readonly SealedEntry[] =>
    ENTRIES.map((entry, at) => (at === nth ? change(entry) : entry));

  test('an entry that says another person, moment, address or content is named', () => {
    for (const change of [
      { user_name: 'mallory' },
      { happened_at_ms: AT },
      { address: null },
      { about: 'HAL 2026-10 bank' },
      { detail: { role: 'preparer', content: sha256('other lines') } },
      { id: 1 },
    ]) {
      const entries = forged(3, (entry) => ({ ...entry, event: { ...entry.event, ...change } }));
      // whoever forges it rewrites the rows beside it, and every hash of the binder
      const faults = faultsOf(textOf(entries, entries.map(rowOf)));
      expect(faults, JSON.stringify(change)).toEqual([expect.stringMatching(/^Entry 5 .*was changed/)]);
    }
  });

  test('one that was sealed anew does not fit the entry after it, nor the chain of a copy', () => {
    const anew = (entry: SealedEntry): SealedEntry => {
      const event = { ...entry.event, user_name: 'mallory' };
      return { ...entry, event, seal: sealOf(sha256, entry.seal_before, entry.seq, event) };
    };
    const followed = forged(0, anew);
    expect(faultsOf(textOf(followed, followed.map(rowOf)))).toEqual([
      'Entry 2 does not follow entry 1: the seal before it is another.',
    ]);
    // another's entry follows: what is in the binder cannot tell, the copy can
    const alone = forged(1, anew);
    expect(faultsOf(textOf(alone, alone.map(rowOf)))).toEqual([]);
    const held = ENTRIES.map(({ seq, seal, event }) => ({ seq, seal, happened_at_ms: event.happened_at_ms }));
    expect(trailAgainst(alone, held, DRAFT)).toEqual([expect.stringMatching(/^Entry 2 .*another seal/)]);
    expect(trailAgainst(ENTRIES, held, DRAFT)).toEqual([]);
  });

  test('an entry taken out leaves its row without one; with its row it is missed by the copy', () => {
    const without = ENTRIES.filter((_, nth) => nth !== 2);
    const rows = traceRows(ENTRIES, ENTRIES.map(rowOf)).rows;
    expect(faultsOf(trailText({ entries: without, rows }))).toEqual([expect.stringContaining('Entry 4 is missing')]);
    const cut = textOf(without, without.map(rowOf));
    expect(faultsOf(cut)).toEqual([]);
    const held = ENTRIES.map(({ seq, seal, event }) => ({ seq, seal, happened_at_ms: event.happened_at_ms }));
    expect(trailAgainst(without, held, DRAFT)).toEqual([
      expect.stringContaining('Entry 4 of the month stands in the chain'),
    ]);
    // the end of a final one is missed as well; a draft may be older than the copy
    const end = ENTRIES.slice(0, -1);
    const final = { final: true, moment: new Date(AT + 11).toISOString() };
    expect(trailAgainst(end, held, final)).toEqual([expect.stringContaining('Entry 11')]);
    expect(trailAgainst(end, held, DRAFT)).toEqual([]);
    // one that is newer than the copy says nothing of it
    expect(trailAgainst(ENTRIES, held.slice(0, -1), DRAFT)).toEqual([]);
  });

  test('an entry of another company put in is none of the chain the copy holds of this month', () => {
    const [stranger] = chain(12).filter(({ seq }) => seq === 9);
    if (!stranger) throw new Error('no entry');
    const entries = [...ENTRIES, stranger].toSorted((a, b) => a.seq - b.seq);
    const held = ENTRIES.map(({ seq, seal, event }) => ({ seq, seal, happened_at_ms: event.happened_at_ms }));
    expect(trailAgainst(entries, held, DRAFT)).toEqual([expect.stringMatching(/^Entry 9 .*none of the chain/)]);
  });

  test('a row that is said to stand on another entry than tells of it is named', () => {
    const rows = traceRows(ENTRIES, ENTRIES.map(rowOf)).rows.map((row, nth) =>
      nth === 1 ? { ...row, who: 'mallory' } : row,
    );
    expect(faultsOf(trailText({ entries: ENTRIES, rows }))).toEqual([expect.stringContaining('is said to tell')]);
  });

  test('any other text is no trail; any byte of an entry that is changed is told', () => {
    for (const text of ['', '{}', '[]', TEXT.trim(), TEXT.replace('"entries"', '"entries" ')])
      expect(faultsOf(text), text).toEqual(['The entries of the trail cannot be read as such.']);
    fc.assert(
      fc.property(fc.nat(TEXT.indexOf('"rows":') - 1), fc.integer({ min: 32, max: 126 }), (at, code) => {
        const changed = `${TEXT.slice(0, at)}${String.fromCharCode(code)}${TEXT.slice(at + 1)}`;
        if (changed !== TEXT) expect(faultsOf(changed), changed.slice(at - 20, at + 20)).not.toEqual([]);
      }),
    );
  });
});

describe('rows and entries beside each other', () => {
  test('a row without an entry and an entry without a row are told as the binder was made, not as forged', () => {
    const [first, second] = ENTRIES;
    if (!first || !second) throw new Error('two entries');
    const past: DoneRow = { ...rowOf(first), who: 'ines', words: 'signed by ines' };
    const judged = judgeTrail(sha256, textOf([first, second], [rowOf(first), past]));
    expect(judged.faults).toEqual([]);
    expect(judged.told).toEqual([
      expect.stringMatching(/^No entry of the trail tells of this: signed by ines/),
      expect.stringMatching(/^Entry 2 .*do not hold/),
    ]);
  });

  test('one entry tells of one row, unless it tells of several', () => {
    const [first] = ENTRIES;
    if (!first) throw new Error('an entry');
    const row = rowOf(first);
    expect(traceRows([first], [row, row]).rows.map(({ seq }) => seq)).toEqual([1, null]);
    const shared = { ...row, shared: true };
    expect(traceRows([first], [shared, shared]).rows.map(({ seq }) => seq)).toEqual([1, 1]);
  });

  test('of a lock the reason, the hours and an answer’s own words are held against its entries, old ones as far as they say it', () => {
    const lock = (id: string, step: string, who: string, nth: number, more: object) => {
      const bare = { id, step, who, at_ms: AT + nth, areas: 'ledger', hours: null, answers_id: null, reason: null };
      return { ...bare, ...more };
    };
    const LOCKS = [
      lock('a', 'reopening_asked', 'finance', 1, { hours: 4, reason: 'A late credit' }),
      lock('b', 'reopening_refused', 'controller', 2, { answers_id: 'a', reason: 'Book it next month' }),
    ];
    const none = { period: 202610, tasks: [], signoffs: [], explanations: [], notes: [], files: [], changes: [] };
    const facts = { ...none, proposals: [], proposal_steps: [], itemName: () => '' };
    const told = (own: readonly (string | null)[]): readonly SealedEntry[] => {
      let seal_before = FIRST_SEAL;
      return LOCKS.map(({ step, who, at_ms }, nth) => {
        const asked = { company: 1, areas: 'ledger', step, reason: 'A late credit', hours: 4 };
        const words = own[nth];
        const detail = {
          ...asked,
          asked_by: nth === 0 ? null : 'finance',
          ...(words === undefined ? {} : { words_sha256: words === null ? null : sha256(words) }),
        };
        const event = {
          id: nth,
          happened_at_ms: at_ms,
          kind: step,
          user_name: who,
          address: null,
          about: '202610',
          detail,
        };
        const seal = sealOf(sha256, seal_before, nth + 1, event);
        const entry = { seq: nth + 1, seal_before, seal, event };
        seal_before = seal;
        return entry;
      });
    };
    const faultsWith = (entries: readonly SealedEntry[], change: object, at = 0) => {
      const locks = LOCKS.map((row, nth) => (nth === at ? { ...row, ...change } : row));
      return traceMonth(sha256, entries, monthSteps(sha256, { ...facts, locks }, Number.MAX_SAFE_INTEGER)).faults;
    };
    const [now, before] = [told(['A late credit', 'Book it next month']), told([])];
    expect([faultsWith(now, {}), faultsWith(before, {})]).toEqual([[], []]);
    // what was asked for is what the answer was given to
    const both = [expect.stringMatching(/^What was said is not what Entry 1 /), expect.stringMatching(/Entry 2 /)];
    for (const entries of [now, before]) {
      expect(faultsWith(entries, { reason: 'A late debit' })).toEqual(both);
      expect(faultsWith(entries, { hours: 40 })).toEqual(both);
    }
    expect(faultsWith(now, { reason: 'No' }, 1)).toEqual([
      expect.stringMatching(/Entry 2 .*reopening refused by controller/),
    ]);
    expect(faultsWith(before, { reason: 'No' }, 1)).toEqual([]);
  });
});
