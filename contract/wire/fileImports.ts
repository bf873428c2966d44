/**
 * Importing files of every kind but orders, with a preview: lines are staged on the server, run in transactions that are
 * rolled back, and applied only if the same would happen again. A file up to FILE_PART_LINES is one transaction; a larger
 * one is applied part by part, and a part that would do something else by now ends it there.
 *
 *   POST /imports/files               OpenFileImport      → FileImportOpened
 *   POST /imports/files/:id/lines     FileImportBlock     → FileImportStaged
 *   POST /imports/files/:id/preview   {}                  → FileImportOutcome   (nothing is written)
 *   POST /imports/files/:id/apply     ApplyFileImport     → FileImportOutcome   (goes on where it was cut off)
 *   POST /imports/files/earlier       EarlierImports      → FileImportPage
 *   POST /imports/files/refused       RefusedRequest      → RefusedPage
 *   POST /imports/files/dismiss       DismissRefused      → DismissedLines
 *   POST /imports/files/held          HeldRequest         → HeldFile            (what is kept, as a file that goes in again)
 */
import { z } from 'zod';
import { DATE_ORDERS } from '#domain/imports/text/dateText.ts';
import { KIND_NAMES, type KindName } from '#domain/imports/kinds/kinds.ts';
import type { Value } from '#domain/imports/engine/field.ts';
import type { TieLine } from '#domain/imports/engine/tie.ts';
import { CurrencyCode, ImportSource } from './imports.ts';

export const MAX_FILE_BLOCK_LINES = 2000;
/** Rows of each sort an outcome shows; the counts are of all. */
export const MAX_SHOWN_LINES = 500;
const MAX_COLUMNS = 500;

const CompanyCode = z.string().min(1).max(40);
const ImportId = z.int().min(1);

export const FileColumnMap = z.strictObject({
  columns: z.record(z.string().min(1).max(60), z.string().max(10_000)),
  date_order: z.enum(DATE_ORDERS),
  decimal_mark: z.enum(['.', ',']),
});
/** A map a person wrote: what is absent is guessed. */
export const PartialFileColumnMap = FileColumnMap.partial();

export const OpenFileImport = z.strictObject({
  kind: z.enum(KIND_NAMES),
  company_code: CompanyCode,
  /** Given = the company is made with the import if it does not exist; needs an administrator. */
  new_company: z
    .strictObject({
      name: z.string().min(1).max(200),
      currency: CurrencyCode,
      time_zone: z.string().min(1).max(64),
    })
    .nullable(),
  /** Written on new rows: which system they come from. */
  source: ImportSource,
  file_name: z.string().max(500),
  header: z.array(z.string().max(10_000)).min(1).max(MAX_COLUMNS).readonly(),
  /** null only for a retry: each line is then read with the map it was refused under. */
  map: FileColumnMap.nullable(),
  /** 'retry' = corrected lines of the quarantine. */
  mode: z.enum(['file', 'retry']),
  /** Stock only: balances the file does not name become 0 at the sites it names. */
  complete: z.boolean(),
  /** Sites, suppliers and accounts that are missing are made instead of refusing the lines that name them. */
  make_missing: z.boolean(),
});
export type OpenFileImport = z.infer<typeof OpenFileImport>;
export interface FileImportOpened {
  readonly import_id: number;
}

export const FileImportLine = z.strictObject({
  line_number: z.int().min(1).max(2_000_000_000),
  fields: z
    .array(z.string().max(100_000))
    .max(MAX_COLUMNS * 2)
    .readonly(),
  raw: z.string().max(100_000).optional(),
  /** The record could not be split into the header's columns; `raw` is then its text. */
  problem: z.string().max(500).optional(),
  /** Its cells stand in their columns; `problem` is of the whole it belongs to, such as a bank's statement. */
  whole: z.boolean().optional(),
  /** Retry: the quarantined line this one corrects. */
  refused_id: z.int().min(1).optional(),
});
export type FileImportLine = z.infer<typeof FileImportLine>;
export const FileImportBlock = z.strictObject({
  /** 1, 2, 3 …: a block sent again after a lost answer is not staged twice. */
  block: z.int().min(1),
  lines: z.array(FileImportLine).min(1).max(MAX_FILE_BLOCK_LINES).readonly(),
});
export type FileImportBlock = z.infer<typeof FileImportBlock>;
export interface FileImportStaged {
  readonly lines: number;
}

export const ApplyFileImport = z.strictObject({
  /** Of the preview; a part of the file that would do something else by now is not applied. */
  fingerprint: z.string().min(1).max(100),
});

export interface ChangedField {
  /** A stored column; its suffix is its unit (domain/imports/engine/columnText.ts). References travel as codes. */
  readonly column: string;
  readonly before: Value;
  readonly after: Value;
}
export interface ChangedLine {
  /** null = a row the file does not name, changed because the file is complete. */
  readonly line_number: number | null;
  readonly label: string;
  readonly fields: readonly ChangedField[];
}
export interface RefusedLineView {
  readonly line_number: number;
  readonly label: string;
  readonly reason: string;
  readonly fields: readonly string[];
}
export interface FileImportOutcome {
  readonly import_id: number;
  readonly kind: KindName;
  readonly applied: boolean;
  readonly file_name: string;
  readonly company: {
    readonly code: string;
    readonly name: string;
    readonly currency: string;
    readonly created: boolean;
  };
  /** lines = created + changed + unchanged + quarantined; `outside` counts rows the file does not name. */
  readonly counts: {
    readonly lines: number;
    readonly created: number;
    readonly changed: number;
    readonly unchanged: number;
    readonly quarantined: number;
    /** Of the quarantined: lines that were corrected or dismissed before and come again as they were. */
    readonly settled_earlier: number;
    readonly outside: number;
  };
  /** What else was made: 'site' → codes. */
  readonly made: readonly { readonly what: string; readonly codes: readonly string[] }[];
  readonly tie: readonly TieLine[];
  /** Taken in, but worth a look. */
  readonly flagged: readonly { readonly line_number: number; readonly label: string; readonly text: string }[];
  readonly flags: number;
  readonly reasons: readonly { readonly reason: string; readonly lines: number }[];
  /** The first of each sort. */
  readonly created: readonly ChangedLine[];
  readonly changed: readonly ChangedLine[];
  readonly quarantined: readonly RefusedLineView[];
  readonly fingerprint: string;
}

export const EarlierImports = z.strictObject({ limit: z.int().min(1).max(200).default(50) });
export interface EarlierImport {
  readonly import_id: number;
  readonly kind: KindName | 'orders';
  readonly mode: 'file' | 'retry';
  readonly file_name: string;
  readonly company_code: string;
  readonly user_name: string;
  readonly applied_at_ms: number;
  readonly counts: FileImportOutcome['counts'];
  readonly tie: readonly TieLine[];
}
export interface FileImportPage {
  readonly imports: readonly EarlierImport[];
}

export const HeldRequest = z.strictObject({ kind: z.enum(KIND_NAMES), company_code: CompanyCode });
export interface HeldFile {
  readonly csv: string;
}

export const RefusedRequest = z.strictObject({
  kind: z.enum(KIND_NAMES),
  company_code: CompanyCode,
  /** Continue behind this id. */
  after: z.int().min(0).default(0),
  limit: z.int().min(1).max(1000).default(500),
});
export interface RefusedEntry {
  readonly id: number;
  readonly line_number: number;
  readonly label: string;
  readonly reason: string;
  readonly file_name: string;
  readonly raw: string | null;
  readonly header: readonly string[];
  readonly fields: readonly string[];
  /** Refused with the whole it belongs to: nothing in the line itself can be put right. */
  readonly of_whole: boolean;
}
/** A line that somebody decided is no data; the latest first. */
export interface DismissedEntry {
  readonly id: number;
  readonly line_number: number;
  readonly label: string;
  readonly reason: string;
  readonly file_name: string;
  readonly dismissed_at_ms: number;
  /** null: dismissed before names were kept. */
  readonly by: string | null;
  readonly why: string | null;
}
export interface RefusedPage {
  readonly lines: readonly RefusedEntry[];
  readonly total: number;
  /** The latest, with the first page. */
  readonly dismissed: readonly DismissedEntry[];
}

export const DismissRefused = z.strictObject({
  kind: z.enum(KIND_NAMES),
  company_code: CompanyCode,
  ids: z.array(ImportId).min(1).max(1000).readonly(),
  /** Kept with who dismissed them. */
  reason: z.string().trim().min(3, 'Say why.').max(500),
});
export interface DismissedLines {
  readonly dismissed: number;
}
