/** Tables of imports; no replica receives them. */
import type { ColumnType, Generated, Kysely, Transaction } from 'kysely';
import type { ColumnMap } from '#domain/imports/engine/field.ts';
import type { KindName } from '#domain/imports/kinds/kinds.ts';
import type { OrderMap } from '#domain/imports/orders/orderMap.ts';
import type { FileImportOutcome } from '#contract/wire/fileImports.ts';
import type { Instant, Json } from '#server/schema/columns.ts';
import type { Database, ServerSchema } from '#server/schema/database.ts';

export interface ImportBatchTable {
  readonly id: Generated<number>;
  readonly company_id: number;
  readonly source: string;
  readonly mode: 'file' | 'retry';
  readonly file_name: string;
  readonly header: Json<readonly string[]>;
  readonly map: Json<OrderMap> | null;
  readonly user_name: string;
  readonly opened_at: Instant;
  readonly finished_at: Instant | null;
  readonly last_block: Generated<number>;
  readonly last_answer: Json<unknown> | null;
  readonly lines: Generated<number>;
  readonly imported: Generated<number>;
  readonly quarantined: Generated<number>;
  readonly created: Generated<number>;
  readonly changed: Generated<number>;
  readonly corrected_earlier: Generated<number>;
  readonly source_total: Generated<string>;
  readonly imported_total: Generated<string>;
  readonly quarantined_total: Generated<string>;
  readonly rounding: Generated<string>;
  /** reason → lines */
  readonly reasons: ColumnType<Record<string, number>, string | undefined, string>;
}
export interface QuarantineLineTable {
  readonly id: Generated<number>;
  readonly company_id: number;
  readonly source: string;
  readonly invoice: string;
  readonly ordinal: number;
  readonly line_number: number;
  readonly fields: Json<readonly string[]>;
  readonly raw: string | null;
  readonly reason: string;
  readonly state: 'open' | 'corrected';
  readonly batch_id: number;
  readonly corrected_invoice: string | null;
  readonly corrected_ordinal: number | null;
  readonly written_at: Instant;
}
/** What the last preview said; applying must meet it part by part. */
export interface FilePreview {
  readonly outcome: FileImportOutcome;
  /** A fingerprint a part. */
  readonly parts: readonly string[];
  /** Lines the data refuses, by number: those that can be read but not stored. */
  readonly refused: readonly (readonly [line_number: number, reason: string])[];
}
export interface ImportFileTable {
  readonly id: Generated<number>;
  readonly kind: KindName;
  readonly company_code: string;
  readonly company_id: number | null;
  readonly new_company: Json<{ readonly name: string; readonly currency: string; readonly time_zone: string }> | null;
  readonly source: string;
  readonly mode: 'file' | 'retry';
  readonly complete: boolean;
  readonly make_missing: boolean;
  readonly file_name: string;
  readonly header: Json<readonly string[]>;
  readonly map: Json<ColumnMap> | null;
  readonly user_name: string;
  readonly opened_at: Instant;
  readonly last_block: Generated<number>;
  readonly lines: Generated<number>;
  readonly applied_at: Instant | null;
  readonly outcome: Json<Pick<FileImportOutcome, 'counts' | 'tie'>> | null;
  readonly parts_applied: Generated<number>;
  readonly preview: ColumnType<FilePreview | null, string | null | undefined, string | null>;
}
export interface ImportFileLineTable {
  readonly import_id: number;
  readonly line_number: number;
  readonly fields: Json<readonly string[]>;
  readonly raw: string | null;
  readonly problem: string | null;
  readonly refused_id: number | null;
  readonly of_whole: Generated<boolean>;
}
export interface ImportRefusedTable {
  readonly id: Generated<number>;
  readonly company_id: number;
  readonly kind: KindName;
  readonly content_hash: string;
  readonly ordinal: number;
  readonly import_id: number;
  readonly line_number: number;
  readonly label: string;
  readonly fields: Json<readonly string[]>;
  readonly raw: string | null;
  readonly reason: string;
  readonly state: 'open' | 'corrected' | 'dismissed';
  readonly written_at: Instant;
  readonly of_whole: Generated<boolean>;
}
interface ImportTables {
  import_batch: ImportBatchTable;
  quarantine_line: QuarantineLineTable;
  import_file: ImportFileTable;
  import_file_line: ImportFileLineTable;
  import_refused: ImportRefusedTable;
}
export type ImportDatabase = Kysely<ServerSchema & ImportTables>;
export type ImportTransaction = Transaction<ServerSchema & ImportTables>;

export function importDatabase(db: Database): ImportDatabase {
  return db.withTables<{
    import_batch: ImportBatchTable;
    quarantine_line: QuarantineLineTable;
    import_file: ImportFileTable;
    import_file_line: ImportFileLineTable;
    import_refused: ImportRefusedTable;
  }>();
}
