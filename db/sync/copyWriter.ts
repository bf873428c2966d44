/**
 * The one writer of replica.db. Rows, bucket states and the cursor commit in one transaction, so that the complete
 * buckets always equal the server at exactly one checkpoint.
 */
import type { Checkpoint, DeltaRow, ScopeBucket } from '#contract/wire/protocol.ts';
import { WIRE_TABLES, type WireTable, type WireTableName, wireTableById } from '#contract/wire/tables.ts';
import { forgetFacts, forgetWithdrawn } from '#db/analysis/factWriter.ts';
import type { Connection } from '#db/connection.ts';
import type { CrashAt } from '#db/machine.ts';
import { LATE_INDEXES } from '#db/schema/replicaDdl.ts';
import { raiseVersions } from '#db/schema/tableVersions.ts';
import { beforeLosing, forgetNames } from '#db/search/nameIndex.ts';
import { checkRow, type ColumnBlock } from './columnBlock.ts';
import { brokenAnswer } from './failure.ts';
import { forgetVerification } from './verify/verification.ts';
import { type TableStatements, tableStatements } from './tableStatements.ts';

/** Where the copy stands. */
export interface Standing {
  readonly epoch: string | null;
  readonly checkpoint: Checkpoint | null;
  readonly scope_hash: string | null;
  readonly as_of_ms: number | null;
}

export interface MissingBucket {
  readonly id: number;
  readonly table: WireTable;
  readonly month: number;
}

export interface BucketCounts {
  readonly total: number;
  readonly complete: number;
  readonly rows: number;
  /** Of buckets with a month: how many are here, with how many rows, and how many are not. */
  readonly monthly: { readonly complete: number; readonly rows: number; readonly missing: number };
}

export interface ApplyInput {
  readonly to: Checkpoint;
  /** Buckets read whole since the last apply, and their rows as read. */
  readonly completed: readonly number[];
  readonly snapshot: readonly ColumnBlock[];
  /** Every change from the copy's checkpoint to `to`, in log order. */
  readonly delta: readonly DeltaRow[];
  /** Buckets of which the delta holds nothing: missing from now on, their rows readable until they are loaded. */
  readonly reload: readonly number[];
  /** Set when the copy now equals the server's head. */
  readonly as_of_ms: number | null;
}

export interface Applied {
  readonly rows: number;
  readonly tables: ReadonlySet<WireTableName>;
  /** True when a change lay in a bucket that is not in the known scope: ask for the scope again. */
  readonly unknown_buckets: boolean;
}

export interface CopyWriter {
  standing(): Standing;
  /** First contact: the cursor is the server's head, every bucket is missing, and the late indexes wait for the rows. */
  begin(epoch: string, checkpoint: Checkpoint): void;
  /** Takes the scope over: rows of lost buckets go, new buckets are missing. Returns the tables that lost rows. */
  applyScope(scope_hash: string, scope: readonly ScopeBucket[]): ReadonlySet<WireTableName>;
  /** In load order: reference, stock and open documents, then facts, newest month first. */
  missing(): MissingBucket[];
  bucketCounts(): BucketCounts;
  /** The months of the scope, newest first. */
  months(): { readonly month: number; readonly complete: boolean }[];
  apply(input: ApplyInput): Applied;
  /** The copy equals the server's head as of now; moves nothing else. */
  touch(as_of_ms: number): void;
  /** Buckets to be loaded again; their rows stay readable until then, marked as loading. */
  markMissing(buckets: readonly number[]): void;
  /** Takes rows out that lie in no bucket of their table. Returns how many. */
  removeStrays(rows: readonly (readonly [table: number, id: string | number])[]): number;
  /** Forgets everything that came from the server. work.db is not this writer's business. */
  reset(): void;
  knows(bucket: number): boolean;
  tableOf(bucket: number): WireTable | undefined;
  /** Another connection wrote buckets: what is kept in memory is read anew. */
  refresh(): void;
  /** True from the first contact until `makeIndexes` has gone through. */
  lacksIndexes(): boolean;
  /** Makes the late indexes that are not there, each in a transaction of its own: a crash leaves the rest for later. */
  makeIndexes(): void;
  /** Writes the log back into the file, so that removed rows are in neither. */
  truncateLog(): void;
}

export function createCopyWriter(replica: Connection, crashAt: CrashAt): CopyWriter {
  const statements = new Map<number, TableStatements>(
    WIRE_TABLES.map((table) => [table.id, tableStatements(replica, table)]),
  );
  const of = (table: WireTable): TableStatements => {
    const found = statements.get(table.id);
    if (!found) throw new Error(`no statements for ${table.name}`);
    return found;
  };
  const clear = (table: WireTable, bucket: number): number => {
    const { count, clear: remove } = of(table);
    beforeLosing(replica, table, () => count(bucket));
    return remove(bucket);
  };
  const bucketRow = replica.prepare<[number], { tbl: number; state: string }>(
    'SELECT tbl, state FROM bucket WHERE id = ?',
  );
  const setMissing = replica.prepare("UPDATE bucket SET state = 'missing' WHERE id = ?");
  // whatever was known of the bucket's sum is of other rows
  const setState = replica.prepare(
    `UPDATE bucket SET rows = ?, hash = NULL, read_pass = CASE state WHEN 'complete' THEN read_pass END, state = 'complete'
     WHERE id = ?`,
  );
  const setCursor = replica.prepare(
    'UPDATE replica_meta SET checkpoint_number = ?, checkpoint_id = ?, as_of_ms = coalesce(?, as_of_ms)',
  );
  const isIndex = replica.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'index' AND name = ?").pluck();
  const counting = replica
    .prepare<unknown[], [number, number, number, number, number, number]>(
      `SELECT count(*), coalesce(sum(state = 'complete'), 0), coalesce(sum(rows), 0),
         coalesce(sum(month > 0 AND state = 'complete'), 0),
         coalesce(sum(CASE WHEN month > 0 AND state = 'complete' THEN rows END), 0), coalesce(sum(month > 0), 0)
       FROM bucket`,
    )
    .raw();
  const byMonth = replica
    .prepare<unknown[], [number, number]>(
      "SELECT month, sum(state = 'missing') FROM bucket WHERE month > 0 GROUP BY month ORDER BY month DESC",
    )
    .raw();
  /** bucket id → its table, and whether its rows are complete. Filled from the file, kept in step with it. */
  let known: Map<number, { table: WireTable; complete: boolean }>;
  const readKnown = () => {
    known = new Map();
    const rows = replica
      .prepare<unknown[], { id: number; tbl: number; state: string }>('SELECT id, tbl, state FROM bucket')
      .all();
    for (const row of rows) {
      const table = wireTableById(row.tbl);
      if (!table) throw new Error(`bucket ${row.id} belongs to unknown table ${row.tbl}`);
      known.set(row.id, { table, complete: row.state === 'complete' });
    }
  };
  readKnown();

  const standing = (): Standing => {
    const row = replica
      .prepare<
        unknown[],
        {
          epoch: string | null;
          checkpoint_number: number | null;
          checkpoint_id: string | null;
          scope_hash: string | null;
          as_of_ms: number | null;
        }
      >('SELECT epoch, checkpoint_number, checkpoint_id, scope_hash, as_of_ms FROM replica_meta')
      .get();
    if (!row) throw new Error('replica.db has no standing');
    const { epoch, checkpoint_number, checkpoint_id, scope_hash, as_of_ms } = row;
    const checkpoint =
      checkpoint_number === null || checkpoint_id === null ? null : { number: checkpoint_number, id: checkpoint_id };
    if ((epoch === null) !== (checkpoint === null)) throw new Error('replica.db has half a cursor');
    return { epoch, checkpoint, scope_hash, as_of_ms };
  };

  /** One transaction; what is kept in memory is read anew when it fails. */
  const transact = <T>(run: () => T): T => {
    try {
      return replica.transaction(run).immediate();
    } catch (error) {
      readKnown();
      throw error;
    }
  };

  const apply = (input: ApplyInput): Applied =>
    transact(() => {
      const before = standing();
      if (before.checkpoint === null) throw new Error('a copy without a cursor takes no rows');
      if (input.to.number < before.checkpoint.number) throw new Error('a copy never moves back');
      const touched = new Set<number>();
      const tables = new Set<WireTableName>();
      let rows = 0;
      let unknown_buckets = false;
      // a bucket may have left the scope while it was being read
      const completed = new Set(input.completed.filter((bucket) => known.has(bucket)));
      for (const bucket of completed) {
        const entry = known.get(bucket);
        if (!entry) continue;
        rows += clear(entry.table, bucket);
        entry.complete = true;
        touched.add(bucket);
        tables.add(entry.table.name);
      }
      for (const block of input.snapshot) rows += of(block.table).upsertBlock(block, completed);
      for (const change of input.delta) {
        const bucket = change[0];
        const entry = known.get(bucket);
        if (!entry) {
          unknown_buckets = true;
          continue;
        }
        if (change[1] === 'D') {
          const removed = of(entry.table).remove(change[2], bucket);
          rows += removed;
        } else if (entry.complete) {
          const [, , id, ver, image] = change;
          checkRow(entry.table, id, image);
          of(entry.table).upsert(id, ver, bucket, image);
          rows += 1;
        }
        touched.add(bucket);
        tables.add(entry.table.name);
      }
      for (const bucket of input.reload) {
        const entry = known.get(bucket);
        if (!entry) {
          unknown_buckets = true;
          continue;
        }
        entry.complete = false;
        setMissing.run(bucket);
        // nothing of it changed yet, but what is said about it did
        tables.add(entry.table.name);
      }
      for (const bucket of touched) {
        const entry = known.get(bucket);
        if (entry?.complete) setState.run(of(entry.table).count(bucket), bucket);
      }
      raiseVersions(replica, tables);
      setCursor.run(input.to.number, input.to.id, input.as_of_ms);
      crashAt('host.apply.before_commit');
      return { rows, tables, unknown_buckets };
    });

  return {
    standing,
    begin: (epoch, checkpoint) => {
      transact(() => {
        if (standing().checkpoint !== null) throw new Error('a copy begins once');
        replica
          .prepare('UPDATE replica_meta SET epoch = ?, checkpoint_number = ?, checkpoint_id = ?')
          .run(epoch, checkpoint.number, checkpoint.id);
        for (const { name } of LATE_INDEXES) replica.exec(`DROP INDEX IF EXISTS ${name}`);
      });
      crashAt('host.begin.committed');
    },
    applyScope: (scope_hash, scope) => {
      const lost_tables = new Set<WireTableName>();
      transact(() => {
        const wanted = new Map(scope.map((entry) => [entry[0], entry]));
        for (const [bucket, { table }] of known) {
          if (wanted.has(bucket)) continue;
          clear(table, bucket);
          replica.prepare('DELETE FROM bucket WHERE id = ?').run(bucket);
          lost_tables.add(table.name);
        }
        const insert = replica.prepare(
          `INSERT INTO bucket (id, tbl, company, site, channel, month, client, state, rows)
           VALUES (?, ?, ?, ?, ?, ?, ?, 'missing', 0)`,
        );
        for (const [id, tbl, company, site, channel, month, client] of scope) {
          const table = wireTableById(tbl);
          if (!table) throw brokenAnswer(`bucket ${id} belongs to unknown table ${tbl}`);
          const had = bucketRow.get(id);
          if (had && had.tbl !== tbl) throw brokenAnswer(`bucket ${id} changed its table`);
          if (!had) insert.run(id, tbl, company, site, channel, month, client);
        }
        if (lost_tables.size > 0) {
          forgetWithdrawn(replica);
          replica.exec('UPDATE replica_meta SET withdrawals = withdrawals + 1');
        }
        raiseVersions(replica, lost_tables);
        replica.prepare('UPDATE replica_meta SET scope_hash = ?').run(scope_hash);
      });
      readKnown();
      crashAt('host.scope.committed');
      return lost_tables;
    },
    missing: () => {
      const rows = replica
        .prepare<unknown[], { id: number; tbl: number; month: number }>(
          "SELECT id, tbl, month FROM bucket WHERE state = 'missing'",
        )
        .all();
      return rows
        .flatMap(({ id, tbl, month }) => {
          const table = wireTableById(tbl);
          return table ? [{ id, table, month }] : [];
        })
        .toSorted(
          (a, b) =>
            a.table.loadOrder - b.table.loadOrder || b.month - a.month || a.table.id - b.table.id || a.id - b.id,
        );
    },
    bucketCounts: () => {
      const [total, complete, rows, monthly_complete, monthly_rows, monthly] = counting.get() ?? [0, 0, 0, 0, 0, 0];
      return {
        total,
        complete,
        rows,
        monthly: { complete: monthly_complete, rows: monthly_rows, missing: monthly - monthly_complete },
      };
    },
    months: () => byMonth.all().map(([month, missing]) => ({ month, complete: missing === 0 })),
    apply: (input) => {
      const applied = apply(input);
      crashAt('host.apply.committed');
      return applied;
    },
    touch: (as_of_ms) => {
      replica.prepare('UPDATE replica_meta SET as_of_ms = ?').run(as_of_ms);
    },
    markMissing: (buckets) => {
      transact(() => {
        for (const bucket of buckets) setMissing.run(bucket);
      });
      readKnown();
    },
    removeStrays: (rows) =>
      transact(() => {
        let removed = 0;
        for (const [tbl, ids] of Map.groupBy(rows, ([table]) => table)) {
          const table = wireTableById(tbl);
          if (!table) continue;
          beforeLosing(replica, table, () => ids.length);
          const remove = replica.prepare(
            `DELETE FROM ${table.name} WHERE id = ? AND bucket NOT IN (SELECT id FROM bucket WHERE tbl = ${tbl})`,
          );
          for (const [, id] of ids) removed += remove.run(id).changes;
          raiseVersions(replica, [table.name]);
        }
        return removed;
      }),
    reset: () => {
      transact(() => {
        forgetFacts(replica);
        replica.exec('DELETE FROM forecast_made');
        forgetNames(replica);
        for (const table of WIRE_TABLES) replica.exec(`DELETE FROM ${table.name}`);
        raiseVersions(
          replica,
          WIRE_TABLES.map((table) => table.name),
        );
        replica.exec('DELETE FROM bucket');
        forgetVerification(replica);
        replica.exec(
          'UPDATE replica_meta SET epoch = NULL, checkpoint_number = NULL, checkpoint_id = NULL, scope_hash = NULL, as_of_ms = NULL, withdrawals = withdrawals + 1',
        );
        crashAt('host.reset.before_commit');
      });
      readKnown();
    },
    knows: (bucket) => known.has(bucket),
    tableOf: (bucket) => known.get(bucket)?.table,
    refresh: readKnown,
    lacksIndexes: () => LATE_INDEXES.some(({ name }) => isIndex.get(name) === undefined),
    makeIndexes: () => {
      for (const { name, ddl } of LATE_INDEXES) {
        if (isIndex.get(name) !== undefined) continue;
        replica.exec(ddl);
        crashAt('host.index.made');
      }
    },
    truncateLog: () => {
      replica.pragma('wal_checkpoint(TRUNCATE)');
    },
  };
}
