/** A binder held against its manifest: which file differs, and in what. */
import type { Sha256 } from '../../audit/check.ts';
import type { ArchiveLook } from './archiveLook.ts';
import {
  type BinderManifest,
  byCharacters,
  FIRST_WITH_TRAIL,
  isOfLaterFormat,
  MANIFEST_FILE,
  parseManifest,
  SEAL_FILE,
  sealText,
} from './manifest.ts';
import { isTrailFile, judgeTrail, parseTrail, type TrailJudgement } from './sealedTrail.ts';
import { judgedTable, tableFaults, trailTable } from './trailTables.ts';

const SEAL = /^[0-9a-f]{64} {2}manifest\.json\n$/;

/** Bytes and their SHA-256. */
export interface Content {
  readonly bytes: number;
  readonly sha256: string;
}

export interface FoundFile extends Content {
  readonly path: string;
}

export interface BinderFault {
  /** Of the file in the binder; of what lies around its files, of the archive itself. */
  readonly path: string;
  readonly fault:
    | 'changed'
    | 'missing'
    | 'added'
    /** An archive holds two files of that name. */
    | 'twice'
    /** The manifest or its seal does not say what it said, or nothing that can be read. */
    | 'not_whole'
    /** The manifest is not the one that was kept elsewhere: the binder was made anew, or rewritten altogether. */
    | 'other_manifest'
    /** Its bytes are as they were; what the archive says of it is not. */
    | 'entry'
    /** Bytes of the archive that belong to no file. */
    | 'frame'
    | 'later_format';
  /** What it was, and what lies there; null where it is not known or not there. */
  readonly expected: Content | null;
  readonly found: Content | null;
}

const WORDS: Readonly<Record<BinderFault['fault'], string>> = {
  changed: 'was changed',
  missing: 'is missing',
  added: 'was added',
  twice: 'is in it twice',
  not_whole: 'is not as it was made',
  other_manifest: 'is not the manifest that was kept',
  entry: 'has another name, size or checksum in the archive than its bytes',
  frame: 'was changed, lengthened or cut off outside its files',
  later_format: 'is of a later version of Binnacle: verify the binder with that one',
};

/** 'rows/notes.csv was changed: 1204 bytes instead of 1203' */
export function faultWords({ path, fault, expected, found }: BinderFault): string {
  const said = `${path} ${WORDS[fault]}`;
  if (found === null || fault === 'later_format') return said;
  if (expected === null) return fault === 'added' ? `${said}: ${found.bytes} bytes` : said;
  if (expected.bytes !== found.bytes) return `${said}: ${found.bytes} bytes instead of ${expected.bytes}`;
  return `${said}: SHA-256 ${shown(found)} instead of ${shown(expected)}`;
}

/** As much of a hash as people compare by eye. */
function shown({ sha256 }: Content): string {
  return `${sha256.slice(0, 8)}…`;
}

export interface BinderJudgement {
  /** null = it cannot be read. */
  readonly manifest: BinderManifest | null;
  /** Of the manifest as it lies there. */
  readonly manifest_hash: string | null;
  /** None = every byte is as it was made; sorted by path. */
  readonly faults: readonly BinderFault[];
  /** Of its entries of the audit trail, from what is in it, whatever its manifest says. */
  readonly trail: TrailJudgement;
}

export interface BinderTexts {
  readonly manifest: string | null;
  readonly seal: string | null;
  readonly trail: string | null;
  /** Its readable tables, by `judgedTable`. */
  readonly trail_tables: ReadonlyMap<string, string>;
}

/** What a binder is judged with beside its files. */
export interface Judging {
  readonly sha256: Sha256;
  /** A manifest hash kept elsewhere (the recorded one), which also shows a binder that was made anew altogether. */
  readonly known_hash: string | null;
}

const NO_TRAIL: TrailJudgement = { of: 'computed', entries: [], faults: [], told: [] };

/** What could not even be read as an archive. */
export function noArchive(name: string): BinderJudgement {
  return { manifest: null, manifest_hash: null, faults: [fault(name, 'not_whole')], trail: NO_TRAIL };
}

/** Of a binder in one file: also what of the archive belongs to no file. `name`: the archive's own. */
export function judgeArchive(
  name: string,
  look: Pick<ArchiveLook, 'entries' | 'frame'>,
  files: readonly FoundFile[],
  texts: BinderTexts,
  judging: Judging,
): BinderJudgement {
  const judged = judgeBinder(files, texts, judging);
  const told = new Set(judged.faults.map(({ path }) => path));
  const faults = [
    ...judged.faults,
    // a file that was changed has another entry too: that is said already
    ...look.entries.filter((path) => !told.has(path)).map((path) => fault(path, 'entry')),
    ...(look.frame ? [fault(name, 'frame')] : []),
  ];
  return { ...judged, faults: inOrder(faults) };
}

/** Holds files against their manifest. */
export function judgeBinder(
  files: readonly FoundFile[],
  texts: BinderTexts,
  { sha256, known_hash }: Judging,
): BinderJudgement {
  const found = new Map<string, FoundFile>();
  const twice = new Set<string>();
  for (const file of files) {
    if (found.has(file.path)) twice.add(file.path);
    else found.set(file.path, file);
  }
  const of = (path: string): Content | null => content(found.get(path));
  const manifest_file = of(MANIFEST_FILE);
  const manifest = texts.manifest === null ? null : parseManifest(texts.manifest);
  const faults: BinderFault[] = [];
  if (manifest_file === null || texts.manifest === null) faults.push(fault(MANIFEST_FILE, 'missing'));
  else if (isOfLaterFormat(texts.manifest)) faults.push(fault(MANIFEST_FILE, 'later_format'));
  else if (manifest === null) faults.push(fault(MANIFEST_FILE, 'not_whole', null, manifest_file));
  else if (known_hash !== null && known_hash !== manifest_file.sha256)
    faults.push(fault(MANIFEST_FILE, 'other_manifest', { ...manifest_file, sha256: known_hash }, manifest_file));
  if (texts.seal === null) faults.push(fault(SEAL_FILE, 'missing'));
  else if (manifest_file !== null && texts.seal !== sealText(manifest_file.sha256)) {
    faults.push(fault(SEAL_FILE, 'not_whole'));
    // one that reads well may be right: then the manifest is what was changed
    const blamed = faults.some(({ path }) => path === MANIFEST_FILE);
    if (SEAL.test(texts.seal) && !blamed) faults.push(fault(MANIFEST_FILE, 'not_whole', null, manifest_file));
  }
  const listed = new Map(manifest?.parts.map((part) => [part.path, part]) ?? []);
  for (const part of listed.values()) {
    const there = of(part.path);
    if (there === null) faults.push(fault(part.path, 'missing', content(part)));
    else if (there.sha256 !== part.sha256) faults.push(fault(part.path, 'changed', content(part), there));
  }
  if (manifest !== null) {
    for (const { path } of files)
      if (path !== MANIFEST_FILE && path !== SEAL_FILE && !listed.has(path))
        faults.push(fault(path, 'added', null, of(path)));
  }
  // which of the two a person gets to see depends on the program that unpacks it
  for (const path of twice) if (!faults.some((each) => each.path === path)) faults.push(fault(path, 'twice'));
  const trail = trailOf(files, manifest, texts, sha256);
  return { manifest, manifest_hash: manifest_file?.sha256 ?? null, faults: inOrder(faults), trail };
}

function trailOf(
  files: readonly FoundFile[],
  manifest: BinderManifest | null,
  { trail: text, trail_tables }: BinderTexts,
  sha256: Sha256,
): TrailJudgement {
  const judged = judgeTrail(sha256, text);
  const kinds = files.map(({ path }) => (isTrailFile(path) ? 'trail/entries.json' : judgedTable(path)));
  const second = kinds.find((kind, nth) => kind !== null && kinds.indexOf(kind) < nth);
  if (second !== undefined) return { ...judged, faults: [`There are two of ${second}, of which one was added.`] };
  if (text === null) {
    const said = manifest !== null && manifest.format >= FIRST_WITH_TRAIL;
    // one made before binders held entries has a table that later ones have no more: what it says of itself is no proof
    const tables = files.some(({ path }) => trailTable(path) !== null);
    const before = files.some(({ path }) => COMPUTED_TRAIL.test(path));
    const held = said || tables || (manifest !== null && !before);
    return held ? { ...judged, of: 'sealed', faults: [TAKEN_OUT] } : judged;
  }
  const file = parseTrail(text);
  if (file === null) return judged;
  const any_order = manifest !== null && manifest.format < FIRST_WITH_TRAIL;
  const table_faults = tableFaults(sha256, file, trail_tables, any_order);
  // of entries that were changed themselves it says nothing that a table is another
  const faults = judged.faults.length > 0 ? judged.faults : table_faults;
  if (manifest?.final !== true || judged.told.length === 0) return { ...judged, faults };
  return { ...judged, faults: [...faults, ...judged.told, FINAL_NOT_IN_ORDER], told: [] };
}
const FINAL_NOT_IN_ORDER =
  'It says that it is final, and its audit trail is not in order, as named: no final binder is made so. One that was made before Binnacle held to that proves no more: ask who keeps the server whether it is recorded.';
const COMPUTED_TRAIL = /^rows\/(?:draft-)?audit-trail\.csv$/;
const TAKEN_OUT =
  'The entries of the audit trail were taken out: the binder is of a layout that holds them, and trail/entries.json is missing.';

/** Texts whose SHA-256 is asked for of the trail: for who can only make one at a time and later. */
export function trailHashes(
  files: readonly Pick<FoundFile, 'path'>[],
  texts: Pick<BinderTexts, 'manifest' | 'trail' | 'trail_tables'>,
): readonly string[] {
  const asked: string[] = [];
  const manifest = texts.manifest === null ? null : parseManifest(texts.manifest);
  const found = files.map(({ path }) => ({ path, bytes: 0, sha256: '' }));
  trailOf(found, manifest, { ...texts, seal: null }, (each) => {
    asked.push(each);
    return '';
  });
  return asked;
}

function fault(
  path: string,
  kind: BinderFault['fault'],
  expected: Content | null = null,
  found: Content | null = null,
): BinderFault {
  return { path, fault: kind, expected, found };
}

function content(of: Content | undefined): Content | null {
  return of === undefined ? null : { bytes: of.bytes, sha256: of.sha256 };
}

function inOrder(faults: readonly BinderFault[]): readonly BinderFault[] {
  return faults.toSorted((a, b) => byCharacters(a.path, b.path));
}
