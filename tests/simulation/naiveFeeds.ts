/**
 * Two change feeds as they are often built, beside the real one and fed by a trigger of their own. Both are wrong, and a
 * checker that cannot see it proves nothing.
 */
import { sql } from 'kysely';
import type { Database } from '#server/schema/database.ts';

export async function createNaiveFeed(db: Database): Promise<void> {
  for (const statement of [
    `create table naive_feed (id bigserial primary key, xid xid8 not null default pg_current_xact_id(),
      balance_id bigint not null, qty bigint)`,
    `create function naive_feed() returns trigger language plpgsql as $body$
    begin
      if tg_op = 'DELETE' then insert into naive_feed (balance_id, qty) values (old.id, null);
      else insert into naive_feed (balance_id, qty) values (new.id, new.on_hand_qty_milli); end if;
      return null;
    end $body$`,
    `create trigger naive_feed after insert or update or delete on stock_balance
      for each row execute function naive_feed()`,
  ]) {
    await sql.raw(statement).execute(db);
  }
}

interface Change {
  readonly id: number;
  readonly balance_id: number;
  readonly qty: number | null;
}

export abstract class NaiveReader {
  readonly balances: Map<number, number>;
  readonly total: number;
  /** Moments at which the ledger did not add up. */
  torn = 0;
  constructor(balances: ReadonlyMap<number, number>) {
    this.balances = new Map(balances);
    this.total = sum(balances);
  }
  protected abstract changes(db: Database): Promise<readonly Change[]>;

  async read(db: Database): Promise<void> {
    for (const { balance_id, qty } of await this.changes(db)) {
      if (qty === null) this.balances.delete(balance_id);
      else this.balances.set(balance_id, qty);
    }
    if (sum(this.balances) !== this.total) this.torn += 1;
  }
}

/** Takes every row behind the last number it has seen: a number given early may be committed late. */
export class SequenceReader extends NaiveReader {
  private last = 0;
  protected async changes(db: Database): Promise<readonly Change[]> {
    const { rows } = await sql<Change>`
      select id, balance_id, qty from naive_feed where id > ${this.last} order by id`.execute(db);
    this.last = rows.at(-1)?.id ?? this.last;
    return rows;
  }
}

/** Takes the transactions below the oldest one under way, in the order they began: a late write is sorted too early. */
export class HorizonReader extends NaiveReader {
  private horizon = '0';
  protected async changes(db: Database): Promise<readonly Change[]> {
    const now = await sql<{ xmin: string }>`select pg_snapshot_xmin(pg_current_snapshot())::text as xmin`.execute(db);
    const xmin = now.rows[0]?.xmin ?? this.horizon;
    const { rows } = await sql<Change>`
      select id, balance_id, qty from naive_feed
      where xid >= ${this.horizon}::text::xid8 and xid < ${xmin}::text::xid8 order by xid, id`.execute(db);
    this.horizon = xmin;
    return rows;
  }
}

export function sum(balances: ReadonlyMap<number, number>): number {
  return [...balances.values()].reduce((total, qty) => total + qty, 0);
}
