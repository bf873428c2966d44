/** How PostgreSQL's values appear in TypeScript; server/database.ts parses them so on both engines. */
import type { ColumnType, Generated } from 'kysely';

/** Business date: ISO text. */
export type BusinessDate = string;
/** timestamptz */
export type Instant = Date;
/** jsonb: parsed when read, JSON text when written. */
export type Json<T> = ColumnType<T, string, string>;

export interface SyncedRow {
  readonly ver: Generated<number>;
  /** Set by a trigger on every write. */
  readonly bucket: Generated<number>;
}
/** Where a row came from; never leaves the server. */
export interface SourceKeys {
  readonly model: string | null;
  readonly external_id: string | null;
  readonly row_hash: string | null;
  readonly deleted_at: Instant | null;
}
export interface SourceColumns extends SourceKeys {
  readonly source: Generated<string>;
  readonly written_at: Instant | null;
}
