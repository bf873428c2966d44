/** Writers whose transactions truly overlap, on PostgreSQL: early transaction ids and late writes, rollbacks, rows that go and come back. */
import { sql } from 'kysely';
import type { Database } from '#server/schema/database.ts';
import type { Random } from './random.ts';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function give(tx: Database, id: number, qty_milli: number): Promise<void> {
  const { numAffectedRows } =
    await sql`update stock_balance set on_hand_qty_milli = on_hand_qty_milli + ${qty_milli} where id = ${id}`.execute(
      tx,
    );
  // deleted and not yet inserted again: this transaction gives up
  if (numAffectedRows !== 1n) throw new Error(`balance ${id} was away`);
}

async function insertAgain(tx: Database, id: number, giver: number): Promise<void> {
  const row = await tx.deleteFrom('stock_balance').where('id', '=', id).returningAll().executeTakeFirst();
  if (!row) throw new Error(`balance ${id} is gone`);
  await give(tx, giver, -3);
  const { company_id, site_id, item_id, on_hand_qty_milli } = row;
  await tx
    .insertInto('stock_balance')
    .values({
      id,
      company_id,
      site_id,
      item_id,
      on_hand_qty_milli: on_hand_qty_milli + 3,
      reserved_qty_milli: 0,
    })
    .execute();
}

export interface Written {
  committed: number;
  rolled_back: number;
  serialization_failures: number;
}

/** One writer; everything it does adds up to nothing. */
export async function write(
  db: Database,
  ids: readonly number[],
  transactions: number,
  random: Random,
  written: Written,
): Promise<void> {
  for (let count = 0; count < transactions; count++) {
    const first = random.pick(ids);
    const second = random.pick(ids.filter((id) => id !== first));
    const kind = random.below(10);
    const strict = random.chance(0.3);
    try {
      await db
        .transaction()
        .setIsolationLevel(strict ? 'repeatable read' : 'read committed')
        .execute(async (tx) => {
          await sql`select pg_current_xact_id()`.execute(tx);
          if (random.chance(0.4)) await pause(random.below(15));
          if (kind < 2) await insertAgain(tx, first, second);
          else {
            const qty_milli = 1 + random.below(50);
            await give(tx, first, -qty_milli);
            if (random.chance(0.3)) await pause(random.below(8));
            await give(tx, second, qty_milli);
          }
          if (random.chance(0.4)) await pause(random.below(15));
          if (kind === 9) throw new Error('changed its mind');
        });
      written.committed += 1;
    } catch (error) {
      // deadlocks, lost races and changed minds are part of it: they leave nothing behind
      written.rolled_back += 1;
      if (error instanceof Error && 'code' in error && error.code === '40001') written.serialization_failures += 1;
    }
  }
}
