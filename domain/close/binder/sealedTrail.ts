/**
 * The entries of the sealed audit trail that concern a month, as its binder holds them: whole, so that whoever holds the binder
 * makes their seals again, and beside them what the month's own rows say was done, each with the entry it stands on.
 */
import type { ChainedEvent } from '../../audit/chain.ts';
import { FIRST_SEAL } from '../../audit/chain.ts';
import { sealOf, type SealedLink, type Sha256 } from '../../audit/check.ts';

/** Also of a draft, whose name says so. */
export const TRAIL_FILE = 'entries.json';
const TRAIL_PATH = /^trail\/(draft-)?entries\.json$/;

export interface SealedEntry extends SealedLink {
  /** Of the entry before it in the chain, whomever that concerns. */
  readonly seal_before: string;
  readonly event: ChainedEvent;
}

/** What a row of the month says was done, and what its entry has to say of it. */
export interface DoneRow {
  /** In words, for people: 'ar_gl prepared by finance'. */
  readonly words: string;
  readonly kind: string;
  readonly who: string;
  /** Epoch milliseconds: when the server took it, which is when its entry was written. */
  readonly at_ms: number;
  /** What the entry's subject ends with: the company's code before it may have become another. */
  readonly about_end: string;
  readonly detail: ChainedEvent['detail'];
  /** Its entry tells of others too: one file of several entries, one proposal that stands in for another. */
  readonly shared: boolean;
}
export interface TracedRow extends DoneRow {
  /** Place of its entry in the chain; null = no entry tells of it. */
  readonly seq: number | null;
}

/** Kinds of which every entry stands beside a row; the others are told by the trail alone. */
const WITH_ROW: ReadonlySet<string> = new Set([
  'close_signed',
  'signature_withdrawn',
  'period_locked',
  'period_opened',
  'reopening_asked',
  'reopening_refused',
  'close_noted',
  'evidence_attached',
  'evidence_removed',
  'item_explained',
  'entry_proposed',
  'entry_reworded',
  'entry_withdrawn',
  'entry_approved',
  'entry_refused',
  'exported',
]);

export interface Traced {
  readonly rows: readonly TracedRow[];
  /** Entries that should stand beside a row and do not. */
  readonly alone: readonly SealedEntry[];
}

/** Each row with the entry that tells of it; an entry tells of one row, unless it is shared. */
export function traceRows(entries: readonly SealedEntry[], rows: readonly DoneRow[]): Traced {
  const byMoment = Map.groupBy(entries, ({ event }) => event.happened_at_ms);
  const taken = new Set<number>();
  const told = new Set<number>();
  const traced = rows.map((row): TracedRow => {
    const found = (byMoment.get(row.at_ms) ?? []).find(
      (entry) => (row.shared || !taken.has(entry.seq)) && tellsOf(entry.event, row),
    );
    if (!found) return { ...row, seq: null };
    if (!row.shared) taken.add(found.seq);
    told.add(found.seq);
    return { ...row, seq: found.seq };
  });
  return { rows: traced, alone: entries.filter(({ seq, event }) => WITH_ROW.has(event.kind) && !told.has(seq)) };
}

/** What a row says that is not what it is known by: words, by their hash or in full, and for how long. */
const SAID: ReadonlySet<string> = new Set(['words_sha256', 'reason_sha256', 'reason', 'hours']);
/** Entries of locks did not hold the hash of their own words from the beginning. */
const HASHED_LATER: ReadonlySet<string> = new Set([
  'period_locked',
  'reopening_asked',
  'period_opened',
  'reopening_refused',
]);

function tellsOf(event: ChainedEvent, row: DoneRow): boolean {
  return isOf(event, row) && differing(event, row).length === 0;
}

function isOf({ kind, user_name, about }: ChainedEvent, row: DoneRow): boolean {
  return kind === row.kind && user_name === row.who && (about ?? '').endsWith(row.about_end);
}

/** Names of what the row says otherwise than the entry. */
function differing({ kind, detail }: ChainedEvent, row: DoneRow): readonly string[] {
  return Object.entries(row.detail).flatMap(([name, value]) => {
    if (name === 'words_sha256' && !(name in detail) && HASHED_LATER.has(kind)) return [];
    return (detail[name] ?? null) === value ? [] : [name];
  });
}

/** Why each entry does not fit its seal, or the entry before it, in words; by place in the chain. None = the seals hold. */
export function sealFaults(sha256: Sha256, entries: readonly SealedEntry[]): readonly string[] {
  return entries.flatMap((entry, nth) => {
    const { seq, seal, seal_before, event } = entry;
    const before = entries[nth - 1];
    const faults: string[] = [];
    if (before !== undefined && before.seq >= seq) faults.push(`Entry ${seq} stands in the wrong place.`);
    if (sealOf(sha256, seal_before, seq, event) !== seal)
      faults.push(`${entryWords(entry)} was changed: it is not what its seal was made of.`);
    const follows = before?.seq === seq - 1 ? before.seal : seq === 1 ? FIRST_SEAL : seal_before;
    if (follows !== seal_before)
      faults.push(`Entry ${seq} does not follow entry ${seq - 1}: the seal before it is another.`);
    return faults;
  });
}

/**
 * What rows and entries do not say of each other, in words. Of a row that differs from an entry in no more than what was said,
 * both are named in one sentence; `apart`: each by itself, as binders were made that told it so.
 */
export function traceFaults({ rows, alone }: Traced, apart = false): readonly string[] {
  const left = new Set(alone);
  const faults = rows.flatMap((row) => {
    const { seq, words, at_ms } = row;
    if (seq !== null) return [];
    const meant = apart ? undefined : alone.find((entry) => left.has(entry) && isMeantBy(entry.event, row));
    if (meant === undefined)
      return [
        `No entry of the trail tells of this: ${words}, ${momentOf(at_ms)}. It was done before the trail told of it, was put in past the trail, or its words were changed since.`,
      ];
    left.delete(meant);
    return [
      `What was said is not what ${entryWords(meant)} was sealed with: ${words}. The words, the reason or the hours of its row were changed since.`,
    ];
  });
  return [
    ...faults,
    ...alone
      .filter((entry) => left.has(entry))
      .map(
        (entry) =>
          `${entryWords(entry)} tells of something this month's rows do not hold: they were changed or taken out.`,
      ),
  ];
}

function isMeantBy(event: ChainedEvent, row: DoneRow): boolean {
  return (
    event.happened_at_ms === row.at_ms && isOf(event, row) && differing(event, row).every((name) => SAID.has(name))
  );
}

/** 'Entry 12 (close signed by finance, HAL 2026-10 ar_gl, 2026-11-05T10:42:00.000Z)' */
export function entryWords({ seq, event: { kind, user_name, about, happened_at_ms } }: SealedEntry): string {
  const by = user_name === null ? '' : ` by ${user_name}`;
  const of = about === null ? '' : `, ${about}`;
  return `Entry ${seq} (${kind.replaceAll('_', ' ')}${by}${of}, ${momentOf(happened_at_ms)})`;
}

function momentOf(at_ms: number): string {
  return Number.isFinite(at_ms) && Math.abs(at_ms) <= 8.64e15 ? new Date(at_ms).toISOString() : String(at_ms);
}

export interface TrailFile {
  readonly entries: readonly SealedEntry[];
  readonly rows: readonly TracedRow[];
}
const FORMAT = 'binnacle trail 1';

/** Canonical: the same entries and rows make the same text. */
export function trailText({ entries, rows }: TrailFile): string {
  const list = (lines: readonly string[]): string => (lines.length === 0 ? '[]' : `[\n${lines.join(',\n')}\n]`);
  const sealed = entries.map(({ seq, seal_before, seal, event }) => {
    const { id, happened_at_ms, kind, user_name, address, about, detail } = event;
    const told = { id, happened_at_ms, kind, user_name, address, about, detail: inOrder(detail) };
    return JSON.stringify({ seq, ...told, seal_before, seal });
  });
  const done = rows.map(({ words, kind, who, at_ms, about_end, detail, shared, seq }) =>
    JSON.stringify({ seq, words, kind, who, at_ms, about_end, detail: inOrder(detail), shared }),
  );
  return `{"format":"${FORMAT}",\n"entries":${list(sealed)},\n"rows":${list(done)}}\n`;
}

/** By name: a copy keeps them in the order they came in, the trail's file does not. */
export function inOrder(detail: ChainedEvent['detail']): ChainedEvent['detail'] {
  return Object.fromEntries(Object.entries(detail).toSorted(([a], [b]) => (a < b ? -1 : Number(a > b))));
}

/** null = that is no trail of a binder, to the byte. */
export function parseTrail(text: string): TrailFile | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isRecord(value) || value['format'] !== FORMAT) return null;
  const entries = listOf(value['entries'], entryOf);
  const rows = listOf(value['rows'], rowOf);
  if (entries === null || rows === null) return null;
  const file = { entries, rows };
  return trailText(file) === text ? file : null;
}

export interface TrailJudgement {
  /** `sealed`: it holds entries of the chain; `computed`: it was made before binders held them, and its trail proves nothing. */
  readonly of: 'sealed' | 'computed';
  readonly entries: readonly SealedEntry[];
  /** What was changed, in words; none = every seal holds and every row stands on its entry. */
  readonly faults: readonly string[];
  /** What the binder itself says is not in order, in words: as it was made. */
  readonly told: readonly string[];
}

/** Of files of a binder by their path and text. */
export function trailFileIn<Of extends { readonly path: string }>(files: readonly Of[]): Of | undefined {
  return files.find(({ path }) => isTrailFile(path));
}

export function isTrailFile(path: string): boolean {
  return TRAIL_PATH.test(path);
}

/** `text`: of the binder's trail; null = it has none. */
export function judgeTrail(sha256: Sha256, text: string | null): TrailJudgement {
  if (text === null) return { of: 'computed', entries: [], faults: [], told: [] };
  const file = parseTrail(text);
  if (file === null)
    return { of: 'sealed', entries: [], faults: ['The entries of the trail cannot be read as such.'], told: [] };
  const { entries, rows } = file;
  const there = new Set(entries.map(({ seq }) => seq));
  const again = traceRows(entries, rows);
  const faults = rows.flatMap(({ seq, words }, nth) => {
    if (seq !== null && !there.has(seq)) return [`Entry ${seq} is missing, on which this stands: ${words}.`];
    if (seq !== again.rows[nth]?.seq)
      return [`What entry ${seq ?? 'that is none'} is said to tell is not what it tells: ${words}.`];
    return [];
  });
  const said = { rows: again.rows.filter((_, nth) => rows[nth]?.seq === null), alone: again.alone };
  return { of: 'sealed', entries, faults: [...sealFaults(sha256, entries), ...faults], told: traceFaults(said) };
}

/** What a whole trail comes to, for people. */
export function trailWords({ of, entries }: TrailJudgement): string {
  if (of === 'computed')
    return 'Its trail was computed of the month’s rows, as binders were made before they held the entries of the chain: it does not prove what stands there.';
  const [first, last] = [entries[0], entries.at(-1)];
  if (first === undefined || last === undefined)
    return 'It holds no entry of the audit trail: the chain had none of this month.';
  const others = last.seq - first.seq + 1 - entries.length;
  const between = others === 0 ? '' : `; of ${others} of other matters between them it holds no more than seals`;
  const open = entries.filter(({ seq }, nth) => entries[nth + 1]?.seq !== seq + 1).length;
  return `Its ${entries.length} entries of the audit trail, ${first.seq} to ${last.seq}, are what their seals were made of${between}. Whether ${open === 1 ? 'the one' : `one of the ${open}`} that no entry of the month follows at once was sealed anew shows only beside the chain of a copy or by the manifest hash kept elsewhere.`;
}

export interface HeldEntry extends SealedLink {
  readonly happened_at_ms: number;
}

/** A binder's entries beside those of the same month that a copy holds: what differs, in words. */
export function trailAgainst(
  entries: readonly SealedEntry[],
  held: readonly HeldEntry[],
  { final, moment }: { readonly final: boolean; readonly moment: string | null },
): readonly string[] {
  const here = new Map(held.map((entry) => [entry.seq, entry]));
  const own = new Set(entries.map(({ seq }) => seq));
  const newest = held.at(-1)?.seq ?? 0;
  const last = entries.at(-1)?.seq ?? 0;
  const until_ms = final && moment !== null ? Date.parse(moment) : Number.NEGATIVE_INFINITY;
  return [
    ...entries.flatMap((entry) => {
      const there = here.get(entry.seq);
      // a copy that is behind the binder cannot say anything of what came after
      if (there === undefined)
        return entry.seq > newest ? [] : [`${entryWords(entry)} is none of the chain that this copy holds.`];
      return there.seal === entry.seal
        ? []
        : [`${entryWords(entry)} has another seal in the chain that this copy holds.`];
    }),
    ...held
      .filter(({ seq, happened_at_ms }) => !own.has(seq) && (seq < last || happened_at_ms <= until_ms))
      .map(({ seq }) => `Entry ${seq} of the month stands in the chain that this copy holds, and not in the binder.`),
  ];
}

function listOf<T>(value: unknown, of: (each: Readonly<Record<string, unknown>>) => T | null): readonly T[] | null {
  if (!Array.isArray(value)) return null;
  const all: T[] = [];
  for (const each of value as readonly unknown[]) {
    const one = isRecord(each) ? of(each) : null;
    if (one === null) return null;
    all.push(one);
  }
  return all;
}

function entryOf(value: Readonly<Record<string, unknown>>): SealedEntry | null {
  const { seq, id, happened_at_ms, kind, user_name, address, about, detail, seal_before, seal } = value;
  if (!isWhole(seq) || !isWhole(id) || !isWhole(happened_at_ms) || typeof kind !== 'string') return null;
  if (!isTextOrNull(user_name) || !isTextOrNull(address) || !isTextOrNull(about) || !isDetail(detail)) return null;
  if (typeof seal_before !== 'string' || typeof seal !== 'string') return null;
  return { seq, seal_before, seal, event: { id, happened_at_ms, kind, user_name, address, about, detail } };
}

function rowOf(value: Readonly<Record<string, unknown>>): TracedRow | null {
  const { seq, words, kind, who, at_ms, about_end, detail, shared } = value;
  if (!(seq === null || isWhole(seq)) || typeof words !== 'string' || typeof kind !== 'string') return null;
  if (typeof who !== 'string' || !isWhole(at_ms) || typeof about_end !== 'string') return null;
  if (!isDetail(detail) || typeof shared !== 'boolean') return null;
  return { seq, words, kind, who, at_ms, about_end, detail, shared };
}

function isDetail(value: unknown): value is ChainedEvent['detail'] {
  return isRecord(value) && Object.values(value).every((each) => isTextOrNull(each) || typeof each === 'number');
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || typeof value === 'string';
}

function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
