/** Fills an empty server with the demo distributor and its accounts. */
import type { Clock } from '#server/clock.ts';
import type { Database } from '#server/schema/database.ts';
import { createDemoAccounts } from './accounts.ts';
import { type BulkLoaded, bulkLoad } from './bulkLoad.ts';
import { tellCloses } from './close/trail.ts';
import { generateDemo } from './generate.ts';
import { untilNow } from './moments.ts';
import type { DemoOptions, DemoSize } from './size.ts';

export interface SeedOptions extends DemoOptions {
  readonly clock: Clock;
  /** Rows written and rows expected; the expectation is an estimate until the end. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** True when there is neither business data nor an account: only such a server may be seeded. */
export async function isUnseeded(db: Database): Promise<boolean> {
  const company = await db.selectFrom('company').select('id').limit(1).executeTakeFirst();
  const user = await db.selectFrom('app_user').select('id').limit(1).executeTakeFirst();
  return company === undefined && user === undefined;
}

/**
 * Rows and accounts in one transaction: an interrupted seed leaves an empty database and the next start seeds again.
 * Runs before the server listens. Throws when the database is not empty.
 */
export async function seedDemo(db: Database, options: SeedOptions): Promise<BulkLoaded> {
  const { clock, onProgress } = options;
  return await bulkLoad(db, untilNow(generateDemo(options), options.today, clock()), {
    clock,
    expected_rows: expectedRows(options.size),
    ...(onProgress ? { onProgress } : {}),
    afterwards: async (tx) => {
      await createDemoAccounts(tx, clock);
      await tellCloses(tx);
    },
  });
}

/** An estimate for the progress bar: what comes with lines, with items, and with months alone. */
export function expectedRows(size: DemoSize): number {
  return Math.round(size.order_lines * 4.55 + size.items * 46 + size.customers * 2 + 44_000);
}
