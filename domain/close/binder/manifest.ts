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

/** Layouts of manifests that were ever written, the newest last. Binders are kept for years: each goes on being read. */
export type ManifestFormat = 1 | 2 | 3;
/** The first whose binders all hold entries of the audit trail, and tables that are made of them again. */
export const FIRST_WITH_TRAIL = 3 satisfies ManifestFormat;

export interface BinderManifest {
  readonly format: ManifestFormat;
  readonly company: string;
  readonly company_id: number;
  /** yyyymm */
  readonly period: number;
  /** False: a draft. */
  readonly final: boolean;
  /** What a draft lacks to be final, in words; none of a final one, nor of any of format 1, which did not say. */
  readonly lacking: readonly string[];
  /** ISO moment of the lock for good, else of the month's newest entry; null in format 1, which did not say. */
  readonly moment: string | null;
  /** Of the copy a draft was made from; null of a final one, which is the same from each. */
  readonly checkpoint: number | null;
  readonly checkpoint_id: string | null;
  readonly parts: readonly BinderPart[];
}

/** Of binders that are made now. */
export const NEWEST_FORMAT = 3 satisfies ManifestFormat;
const FORMAT = /^binnacle binder (\d{1,4})$/;

export function manifestText(manifest: BinderManifest): string {
  const { format, company, company_id, period, final, lacking, moment, checkpoint, checkpoint_id, parts } = manifest;
  const of = { format: `binnacle binder ${format}`, company, company_id, period, final };
  const head = { ...of, ...(format === 1 ? {} : { lacking, moment }), checkpoint, checkpoint_id };
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
  const value = parsed(text);
  const format = formatIn(value);
  const manifest = format === 1 || format === 2 || format === 3 ? manifestOf(value, format) : null;
  return manifest !== null && manifestText(manifest) === text ? manifest : null;
}

/** It is of a later program than this one, which cannot say anything of it. */
export function isOfLaterFormat(text: string): boolean {
  const format = formatIn(parsed(text));
  return format !== null && format > NEWEST_FORMAT;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function formatIn(value: unknown): number | null {
  const said = isRecord(value) ? value['format'] : null;
  const number = typeof said === 'string' ? FORMAT.exec(said)?.[1] : undefined;
  return number === undefined ? null : Number(number);
}

/** By code units: no locale decides the order. */
export function byCharacters(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function manifestOf(value: unknown, format: ManifestFormat): BinderManifest | null {
  if (!isRecord(value) || !Array.isArray(value['parts'])) return null;
  const { company, company_id, period, final, checkpoint, checkpoint_id } = value;
  const { lacking, moment } = format === 1 ? { lacking: [], moment: null } : value;
  if (typeof company !== 'string' || typeof final !== 'boolean') return null;
  if (!isWhole(company_id) || !isWhole(period) || !isWords(lacking)) return null;
  if (moment !== null && typeof moment !== 'string') return null;
  if (checkpoint !== null && !isWhole(checkpoint)) return null;
  if (checkpoint_id !== null && typeof checkpoint_id !== 'string') return null;
  const parts: BinderPart[] = [];
  for (const part of value['parts'] as readonly unknown[]) {
    if (!isRecord(part)) return null;
    const { path, bytes, sha256 } = part;
    if (typeof path !== 'string' || typeof sha256 !== 'string' || !isWhole(bytes)) return null;
    parts.push({ path, bytes, sha256 });
  }
  return { format, company, company_id, period, final, lacking, moment, checkpoint, checkpoint_id, parts };
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
