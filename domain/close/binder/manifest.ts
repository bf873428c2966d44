/**
 * The manifest of a binder: every part with its SHA-256, and beside it the hash of the manifest itself. Its text is
 * canonical: the same parts make the same bytes, and any other text is not a manifest.
 */
export const MANIFEST_FILE = 'manifest.json';
export const SEAL_FILE = 'manifest.sha256';

export interface BinderPart {
  /** With '/' between folders. */
  readonly path: string;
  readonly bytes: number;
  /** 64 hex digits. */
  readonly sha256: string;
}

export interface BinderManifest {
  readonly company: string;
  readonly company_id: number;
  /** yyyymm */
  readonly period: number;
  /** False: a draft. */
  readonly final: boolean;
  /** What a draft lacks to be final, in words; none of a final one. */
  readonly lacking: readonly string[];
  /** ISO moment of the lock for good, else of the month's newest entry. */
  readonly moment: string;
  /** Of the copy a draft was made from; null of a final one, which is the same from each. */
  readonly checkpoint: number | null;
  readonly checkpoint_id: string | null;
  readonly parts: readonly BinderPart[];
}

const FORMAT = 'binnacle binder 2';
const SEAL = /^[0-9a-f]{64} {2}manifest\.json\n$/;

export function manifestText(manifest: BinderManifest): string {
  const { company, company_id, period, final, lacking, moment, checkpoint, checkpoint_id, parts } = manifest;
  const head = { format: FORMAT, company, company_id, period, final, lacking, moment, checkpoint, checkpoint_id };
  const lines = parts
    .toSorted((a, b) => byCharacters(a.path, b.path))
    .map(({ path, bytes, sha256 }) => `    ${JSON.stringify({ path, bytes, sha256 })}`);
  return `${JSON.stringify(head, null, 2).slice(0, -2)},\n  "parts": [\n${lines.join(',\n')}\n  ]\n}\n`;
}

/** What stands in the file beside the manifest, as sha256sum reads it. */
export function sealText(manifest_hash: string): string {
  return `${manifest_hash}  ${MANIFEST_FILE}\n`;
}

/** null = that is no manifest, to the byte. */
export function parseManifest(text: string): BinderManifest | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const manifest = manifestOf(value);
  return manifest !== null && manifestText(manifest) === text ? manifest : null;
}

export interface FoundFile {
  readonly path: string;
  readonly sha256: string;
}

export type BinderFault =
  | { readonly path: string; readonly fault: 'changed' | 'missing' | 'added' }
  /** The manifest or its seal does not say what it said, or nothing that can be read. */
  | { readonly path: string; readonly fault: 'not_whole' };

export const FAULT_WORDS: Readonly<Record<BinderFault['fault'], string>> = {
  changed: 'was changed',
  missing: 'is missing',
  added: 'was added',
  not_whole: 'is not as it was made',
};

export interface BinderJudgement {
  /** null = it cannot be read. */
  readonly manifest: BinderManifest | null;
  /** Of the manifest as it lies there. */
  readonly manifest_hash: string | null;
  /** None = every byte is as it was made; sorted by path. */
  readonly faults: readonly BinderFault[];
}

/**
 * Holds files against their manifest. `known_hash`: a manifest hash kept elsewhere (the recorded one), which also shows a
 * binder that was made anew altogether.
 */
export function judgeBinder(
  files: readonly FoundFile[],
  texts: { readonly manifest: string | null; readonly seal: string | null },
  known_hash: string | null = null,
): BinderJudgement {
  const found = new Map(files.map(({ path, sha256 }) => [path, sha256]));
  const manifest_hash = found.get(MANIFEST_FILE) ?? null;
  const manifest = texts.manifest === null ? null : parseManifest(texts.manifest);
  const faults: BinderFault[] = [];
  if (manifest_hash === null || texts.manifest === null) faults.push({ path: MANIFEST_FILE, fault: 'missing' });
  else if (manifest === null || (known_hash !== null && known_hash !== manifest_hash))
    faults.push({ path: MANIFEST_FILE, fault: 'not_whole' });
  if (texts.seal === null) faults.push({ path: SEAL_FILE, fault: 'missing' });
  else if (manifest_hash !== null && texts.seal !== sealText(manifest_hash)) {
    faults.push({ path: SEAL_FILE, fault: 'not_whole' });
    // one that reads well may be right: then the manifest is what was changed
    const blamed = faults.some(({ path }) => path === MANIFEST_FILE);
    if (SEAL.test(texts.seal) && !blamed) faults.push({ path: MANIFEST_FILE, fault: 'not_whole' });
  }
  const listed = new Map(manifest?.parts.map((part) => [part.path, part]) ?? []);
  for (const { path, sha256 } of listed.values()) {
    const there = found.get(path);
    if (there === undefined) faults.push({ path, fault: 'missing' });
    else if (there !== sha256) faults.push({ path, fault: 'changed' });
  }
  if (manifest !== null) {
    for (const { path } of files)
      if (path !== MANIFEST_FILE && path !== SEAL_FILE && !listed.has(path)) faults.push({ path, fault: 'added' });
  }
  return { manifest, manifest_hash, faults: faults.toSorted((a, b) => byCharacters(a.path, b.path)) };
}

/** By code units: no locale decides the order. */
export function byCharacters(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function manifestOf(value: unknown): BinderManifest | null {
  if (!isRecord(value) || value['format'] !== FORMAT || !Array.isArray(value['parts'])) return null;
  const { company, company_id, period, final, lacking, moment, checkpoint, checkpoint_id } = value;
  if (typeof company !== 'string' || typeof moment !== 'string' || typeof final !== 'boolean') return null;
  if (!isWhole(company_id) || !isWhole(period) || !isWords(lacking)) return null;
  if (checkpoint !== null && !isWhole(checkpoint)) return null;
  if (checkpoint_id !== null && typeof checkpoint_id !== 'string') return null;
  const parts: BinderPart[] = [];
  for (const part of value['parts'] as readonly unknown[]) {
    if (!isRecord(part)) return null;
    const { path, bytes, sha256 } = part;
    if (typeof path !== 'string' || typeof sha256 !== 'string' || !isWhole(bytes)) return null;
    parts.push({ path, bytes, sha256 });
  }
  return { company, company_id, period, final, lacking, moment, checkpoint, checkpoint_id, parts };
}

function isWords(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
