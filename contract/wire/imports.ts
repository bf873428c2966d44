/**
 * Importing order files, spoken between the command line and the server. Lines travel as the file's own cells: the
 * server reads them with the same domain function as the client's preview, and its reading counts.
 *
 *   POST /imports/orders             OpenOrderImport      → OrderImportOpened
 *   POST /imports/orders/:id/lines   OrderImportBlock     → OrderImportProgress   (one transaction)
 *   POST /imports/orders/:id/finish  {}                   → OrderImportReport
 *   POST /imports/quarantine         QuarantineRequest    → QuarantinePage
 */
import { z } from 'zod';
import { currencyDigits } from '#domain/currency/currencies.ts';
import { DATE_ORDERS } from '#domain/imports/text/dateText.ts';
import { ORDER_FIELDS } from '#domain/imports/orders/orderMap.ts';
import type { ReportedTotals } from '#domain/imports/orders/totals.ts';

/** Lines of one block, which is one transaction on the server. */
export const MAX_IMPORT_BLOCK_LINES = 5000;
const MAX_COLUMNS = 500;

const Codes = z.array(z.string().min(1).max(200)).max(1000).readonly();
const KindRules = z.strictObject({
  freight_codes: Codes,
  discount_codes: Codes,
  fee_codes: Codes,
  adjustment_codes: Codes,
  cancellation_prefixes: Codes,
});
const Columns = z.partialRecord(z.enum(ORDER_FIELDS), z.string().max(10_000));

/** A complete map, as `--map-only` prints it. */
export const OrderMapFile = z.strictObject({
  columns: Columns,
  date_order: z.enum(DATE_ORDERS),
  decimal_mark: z.enum(['.', ',']),
  kinds: KindRules,
});
/** A map a person wrote: what is absent is guessed or has its default. */
export const PartialOrderMapFile = z.strictObject({
  columns: Columns.optional(),
  date_order: z.enum(DATE_ORDERS).optional(),
  decimal_mark: z.enum(['.', ',']).optional(),
  kinds: KindRules.partial().optional(),
});

/** Orders made here carry these: a file must never claim to be one of them. */
export const OWN_SOURCES: readonly string[] = ['binnacle', 'demo'];

/** Half of a line's identity: which system the orders come from. */
export const ImportSource = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,38}$/, 'a source is 1–39 characters: small letters, digits, dash, underscore')
  .refine((source) => !OWN_SOURCES.includes(source), 'that name is kept for orders made in Binnacle itself');

/** The currency of a company. */
export const CurrencyCode = z
  .string()
  .regex(/^[A-Z]{3}$/, 'a currency is three capital letters, such as GBP')
  .refine((code) => currencyDigits(code) !== null, 'there is no such currency in ISO 4217');

export const OpenOrderImport = z.strictObject({
  source: ImportSource,
  /** null = the source's own company, made when it does not exist. */
  company_code: z.string().min(1).max(40).nullable(),
  currency: CurrencyCode.nullable(),
  time_zone: z.string().min(1).max(64).nullable(),
  /** Used for a new company when `currency` or `time_zone` is null. */
  assumed: z.strictObject({ currency: CurrencyCode, time_zone: z.string().min(1).max(64) }),
  file_name: z.string().max(500),
  header: z.array(z.string().max(10_000)).min(1).max(MAX_COLUMNS).readonly(),
  /** null only for a retry: each line is then read with the map it was refused under. */
  map: OrderMapFile.nullable(),
  /** 'retry' = corrected lines of the quarantine. */
  mode: z.enum(['file', 'retry']),
});
export type OpenOrderImport = z.infer<typeof OpenOrderImport>;

export interface OrderImportOpened {
  readonly import_id: number;
  readonly company: {
    readonly id: number;
    readonly code: string;
    readonly name: string;
    readonly currency: string;
    readonly time_zone: string;
    readonly created: boolean;
  };
}

/** `problem` = the record could not be split into the header's columns; `raw` is then its text. */
export const ImportLine = z.strictObject({
  line_number: z.int().min(1),
  /** The invoice cell as the client read it, '' when there is none. */
  invoice: z.string().max(200),
  ordinal: z.int().min(1).max(100_000_000),
  fields: z
    .array(z.string())
    .max(MAX_COLUMNS * 2)
    .readonly(),
  raw: z.string().max(1_000_000).optional(),
  problem: z.string().max(500).optional(),
});
export type ImportLine = z.infer<typeof ImportLine>;

export const OrderImportBlock = z.strictObject({
  /** 1, 2, 3 …: a block sent again after a lost answer gets the first answer again. */
  block: z.int().min(1),
  lines: z.array(ImportLine).min(1).max(MAX_IMPORT_BLOCK_LINES).readonly(),
});
export type OrderImportBlock = z.infer<typeof OrderImportBlock>;

export interface OrderImportProgress {
  readonly lines: number;
  readonly imported: number;
  readonly quarantined: number;
  readonly created: number;
  readonly changed: number;
  /** Lines of this block that are quarantined. */
  readonly refused: readonly {
    readonly line_number: number;
    readonly invoice: string;
    readonly ordinal: number;
    readonly reason: string;
  }[];
}

/** The `done` event's figures: lines = imported + quarantined; source = imported + quarantined + rounding. */
export interface OrderImportReport {
  readonly totals: ReportedTotals;
  /** Stored lines whose content differed and was updated. */
  readonly changed: number;
  /** Refused lines that had been corrected through the quarantine before: counted as quarantined, nothing to do. */
  readonly corrected_earlier: number;
  readonly reasons: readonly { readonly reason: string; readonly lines: number }[];
}

export const QuarantineRequest = z.strictObject({
  source: ImportSource,
  company_code: z.string().min(1).max(40).nullable(),
  /** Continue behind this id. */
  after: z.int().min(0).default(0),
  limit: z.int().min(1).max(2000).default(1000),
});
export type QuarantineRequest = z.input<typeof QuarantineRequest>;
export interface QuarantineEntry {
  readonly id: number;
  readonly line_number: number;
  readonly invoice: string;
  readonly ordinal: number;
  readonly reason: string;
  readonly raw: string | null;
  readonly header: readonly string[];
  readonly fields: readonly string[];
}
export interface QuarantinePage {
  readonly lines: readonly QuarantineEntry[];
  readonly total: number;
}
