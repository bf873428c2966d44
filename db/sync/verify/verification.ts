/**
 * What this copy knows of its own verification, kept in replica.db: which buckets a pass has read, what they added up
 * to, which rows had to be mended. A copy that is forgotten forgets it too.
 */
import type { RepairedRow, VerifyResult } from '#contract/actions.ts';
import { type WireTable, wireTableById } from '#contract/wire/tables.ts';
import type { Connection } from '#db/connection.ts';
import { TABLE_LABELS } from '#db/schema/tableLabels.ts';

/** Mending is tried afresh after this; before it, a bucket that differs again is taken a step further or left. */
const TROUBLE_LASTS_MS = 3_600_000;
/** Mended rows that are remembered. */
const REPAIRS_KEPT = 500;

/** How far the mending of a bucket had to go: not at all, its rows, the bucket as a whole, to no avail. */
export const TROUBLE = { none: 0, rows: 1, bucket: 2, stubborn: 3 } as const;

export interface CopyBucket {
  readonly id: number;
  readonly table: WireTable;
  readonly month: number;
  readonly rows: number;
  /** What its rows added up to when they were last read, if they have not changed since. */
  readonly hash: string | null;
  readonly read: boolean;
}

export interface PassProgress {
  readonly done_parts: number;
  readonly total_parts: number;
  readonly done_rows: number;
  readonly total_rows: number;
  readonly paused: boolean;
}

export interface LastVerified {
  readonly at_ms: number;
  readonly equal: boolean;
  readonly rows: number;
  readonly tables: readonly string[];
}

interface Row {
  readonly pass: number;
  readonly under_way: number;
  readonly paused: number;
  readonly differed: number;
  readonly last_at_ms: number | null;
  readonly last_equal: number | null;
  readonly last_rows: number | null;
  readonly last_tables: string | null;
  readonly full_at_ms: number | null;
  readonly full_equal: number | null;
  readonly full_rows: number | null;
}

export interface VerificationStore {
  /** Complete buckets; `read` says whether the pass has read them. */
  buckets(): readonly CopyBucket[];
  /** Begins a pass, unless one is under way and `anew` does not ask for another. Its paused state ends. */
  beginPass(anew: boolean): void;
  /** Every bucket of it was read. */
  finishPass(at_ms: number): void;
  /** Nobody reads on. */
  endPass(): void;
  pause(paused: boolean): void;
  /** null when none is under way. */
  pass(): PassProgress | null;
  /** The buckets were read; of those that equal the server, what they add up to. */
  keepRead(buckets: readonly number[], equal: readonly (readonly [bucket: number, hash: string])[]): void;
  /** The pass found a difference. */
  noteDifference(): void;
  trouble(bucket: number, now_ms: number): number;
  setTrouble(bucket: number, trouble: number, now_ms: number): void;
  /** Kinds of rows with a bucket that could not be mended. */
  stubborn(now_ms: number): readonly string[];
  keepRepairs(rows: readonly RepairedRow[], at_ms: number): void;
  /** Newest first. */
  repairs(limit: number): readonly (RepairedRow & { readonly at_ms: number })[];
  keepLast(result: VerifyResult, at_ms: number): void;
  last(): LastVerified | null;
  full(): { readonly at_ms: number; readonly equal: boolean; readonly rows: number } | null;
}

/** Inside the transaction that forgets the copy. */
export function forgetVerification(replica: Connection): void {
  replica.exec('DELETE FROM repaired_row');
  replica.exec(
    `UPDATE verification SET under_way = 0, paused = 0, differed = 0, last_at_ms = NULL, last_equal = NULL,
       last_rows = NULL, last_tables = NULL, full_at_ms = NULL, full_equal = NULL, full_rows = NULL`,
  );
}

export function labelOf(table: WireTable | undefined): string {
  return table ? TABLE_LABELS[table.name] : 'Rows of a later Binnacle';
}

export function createVerificationStore(replica: Connection): VerificationStore {
  const row = (): Row => {
    const found = replica.prepare<[], Row>('SELECT * FROM verification').get();
    if (!found) throw new Error('replica.db says nothing of its verification');
    return found;
  };
  const parseTables = (text: string | null): readonly string[] => {
    const parsed: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(parsed) ? parsed.filter((each) => typeof each === 'string') : [];
  };
  return {
    buckets: () => {
      const { pass } = row();
      return replica
        .prepare<[number], { id: number; tbl: number; month: number; rows: number; hash: string | null; read: number }>(
          "SELECT id, tbl, month, rows, hash, read_pass IS ? AS read FROM bucket WHERE state = 'complete'",
        )
        .all(pass)
        .flatMap(({ id, tbl, month, rows, hash, read }) => {
          const table = wireTableById(tbl);
          return table ? [{ id, table, month, rows, hash, read: read !== 0 }] : [];
        })
        .toSorted(
          (a, b) =>
            a.table.loadOrder - b.table.loadOrder || b.month - a.month || a.table.id - b.table.id || a.id - b.id,
        );
    },
    beginPass: (anew) => {
      replica
        .prepare(
          `UPDATE verification SET paused = 0, pass = pass + (? OR NOT under_way),
             differed = CASE WHEN ? OR NOT under_way THEN 0 ELSE differed END, under_way = 1`,
        )
        .run(Number(anew), Number(anew));
    },
    finishPass: (at_ms) => {
      replica
        .prepare(
          `UPDATE verification SET under_way = 0, paused = 0, full_at_ms = ?, full_equal = NOT differed,
             full_rows = (SELECT coalesce(sum(rows), 0) FROM bucket)`,
        )
        .run(at_ms);
    },
    endPass: () => {
      replica.exec('UPDATE verification SET under_way = 0, paused = 0');
    },
    pause: (paused) => {
      replica.prepare('UPDATE verification SET paused = ? WHERE under_way').run(Number(paused));
    },
    pass: () => {
      const { pass, under_way, paused } = row();
      if (under_way === 0) return null;
      const counted = replica
        .prepare<[number, number], Omit<PassProgress, 'paused'>>(
          `SELECT count(*) AS total_parts, coalesce(sum(read_pass IS ?), 0) AS done_parts, coalesce(sum(rows), 0) AS total_rows,
             coalesce(sum(CASE WHEN read_pass IS ? THEN rows END), 0) AS done_rows
           FROM bucket WHERE state = 'complete'`,
        )
        .get(pass, pass);
      if (!counted) throw new Error('a count has a row');
      return { ...counted, paused: paused !== 0 };
    },
    keepRead: (buckets, equal) => {
      const { pass } = row();
      const read = replica.prepare('UPDATE bucket SET read_pass = ?, hash = NULL WHERE id = ?');
      const sum = replica.prepare("UPDATE bucket SET hash = ? WHERE id = ? AND state = 'complete'");
      replica
        .transaction(() => {
          for (const bucket of buckets) read.run(pass, bucket);
          for (const [bucket, hash] of equal) sum.run(hash, bucket);
        })
        .immediate();
    },
    noteDifference: () => {
      replica.exec('UPDATE verification SET differed = 1');
    },
    trouble: (bucket, now_ms) => {
      const found = replica
        .prepare<[number], { trouble: number; trouble_at_ms: number }>(
          'SELECT trouble, trouble_at_ms FROM bucket WHERE id = ?',
        )
        .get(bucket);
      return found && now_ms - found.trouble_at_ms < TROUBLE_LASTS_MS ? found.trouble : TROUBLE.none;
    },
    setTrouble: (bucket, trouble, now_ms) => {
      replica.prepare('UPDATE bucket SET trouble = ?, trouble_at_ms = ? WHERE id = ?').run(trouble, now_ms, bucket);
    },
    stubborn: (now_ms) =>
      replica
        .prepare<[number, number], number>(
          'SELECT DISTINCT tbl FROM bucket WHERE trouble = ? AND hash IS NULL AND trouble_at_ms > ? ORDER BY tbl',
        )
        .pluck()
        .all(TROUBLE.stubborn, now_ms - TROUBLE_LASTS_MS)
        .map((tbl) => labelOf(wireTableById(tbl))),
    keepRepairs: (rows, at_ms) => {
      const insert = replica.prepare('INSERT INTO repaired_row (at_ms, tbl, id, what, columns) VALUES (?, ?, ?, ?, ?)');
      replica
        .transaction(() => {
          for (const { table_id, id, what, columns } of rows) {
            insert.run(at_ms, table_id, id, what, columns.join(', '));
          }
          replica
            .prepare('DELETE FROM repaired_row WHERE number <= (SELECT max(number) FROM repaired_row) - ?')
            .run(REPAIRS_KEPT);
        })
        .immediate();
    },
    repairs: (limit) =>
      replica
        .prepare<[number], { at_ms: number; tbl: number; id: string; what: RepairedRow['what']; columns: string }>(
          'SELECT at_ms, tbl, id, what, columns FROM repaired_row ORDER BY number DESC LIMIT ?',
        )
        .all(limit)
        .map(({ at_ms, tbl, id, what, columns }) => ({
          at_ms,
          table_id: tbl,
          label: labelOf(wireTableById(tbl)),
          id,
          what,
          columns: columns === '' ? [] : columns.split(', '),
        })),
    keepLast: (result, at_ms) => {
      replica
        .prepare('UPDATE verification SET last_at_ms = ?, last_equal = ?, last_rows = ?, last_tables = ?')
        .run(at_ms, Number(result.equal), result.rows, JSON.stringify(result.unequal_tables));
    },
    last: () => {
      const { last_at_ms, last_equal, last_rows, last_tables } = row();
      if (last_at_ms === null) return null;
      return { at_ms: last_at_ms, equal: last_equal === 1, rows: last_rows ?? 0, tables: parseTables(last_tables) };
    },
    full: () => {
      const { full_at_ms, full_equal, full_rows } = row();
      return full_at_ms === null ? null : { at_ms: full_at_ms, equal: full_equal === 1, rows: full_rows ?? 0 };
    },
  };
}
