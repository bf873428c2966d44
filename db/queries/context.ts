/** What every query handler is given. Handlers are pure readers: one read transaction, no clock, no writes. */
import type { Kysely } from 'kysely';
import type { QueryArgs, QueryName, QueryResults } from '#contract/queries.ts';
import type { SignedInUser } from '#contract/wire/protocol.ts';
import type { WireTableName } from '#contract/wire/tables.ts';
import type { FactView } from '#db/analysis/factView.ts';
import type { Scan } from '#db/connection.ts';
import type { ReadSchema } from '#db/schema/tables.ts';
import type { ReadCache } from './readCache.ts';

export interface QueryContext {
  /**
   * Read-only, inside one read transaction: `main` is replica.db, `work` is attached, and the temporary views `v_…` show
   * base rows and this user's undecided changes together.
   */
  readonly db: Kysely<ReadSchema>;
  /** Rows of the same transaction as arrays, in the order of the columns: for scans of many thousand rows. */
  readonly scan: Scan;
  readonly user: SignedInUser;
  readonly replica: {
    readonly checkpoint: number;
    readonly as_of_ms: number | null;
    /** Tables of which buckets in scope are not yet loaded. */
    readonly loading_tables: ReadonlySet<WireTableName>;
  };
  readonly now_ms: number;
  /** Throws BinnacleError 'cancelled' when the caller gave up; call it between segments (months) of a scan. */
  readonly checkCancelled: () => void;
  /** What this connection computed before, one per connection and user; without it every query computes afresh. */
  readonly cache?: ReadCache;
  /**
   * Order lines as columns, equal to the tables of this transaction; null while they are not loaded. `patient`: rather
   * wait for many lines to be read than have none.
   */
  readonly facts?: (patient?: boolean) => FactView | null;
  /** Milliseconds since the query began, for the answer's provenance; 0 without it. */
  readonly elapsedMs?: () => number;
}

export type QueryHandler<N extends QueryName> = (context: QueryContext, args: QueryArgs<N>) => Promise<QueryResults[N]>;
