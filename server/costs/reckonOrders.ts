/**
 * The costs of imported orders' lines, reckoned by `domain/pricing/lineCosts.ts` and written where they differ. Of a locked
 * month nothing that stands moves. What another source wrote is left as it is.
 */
import { sql } from 'kysely';
import { type LineCost, lineCosts } from '#domain/pricing/lineCosts.ts';
import { lockedDays } from '#server/close/lockedDays.ts';
import { integerArray } from '#server/imports/arrayText.ts';
import type { ImportTransaction } from '#server/imports/schema.ts';
import {
  countersOf,
  feesOf,
  freightOf,
  linesOf,
  RECKONED,
  rebatesOf,
  type StoredLine,
  unitCostsOf,
} from './costFacts.ts';

export interface Reckoning {
  readonly tx: ImportTransaction;
  readonly company_id: number;
  readonly now: Date;
}

/**
 * One reckoning of a company at a time: what is due is looked for when everything that was reckoned from older terms can be seen.
 * Held until the end of the transaction.
 */
export async function takeCosts(tx: ImportTransaction, company_id: number): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('costs', ${company_id}::bigint))`.execute(tx);
}

/** Answers how many lines were written. Call under `takeCosts`. */
export async function reckonOrders(reckoning: Reckoning, orders: ReadonlySet<number>): Promise<number> {
  const { tx, company_id } = reckoning;
  const lines = await linesOf(tx, company_id, orders);
  if (lines.length === 0) return 0;
  const locked = await lockedDays(reckoning, 'sales');
  const { currency } = await tx
    .selectFrom('company')
    .select('currency')
    .where('id', '=', company_id)
    .executeTakeFirstOrThrow();
  const parties = new Set(lines.flatMap(({ party_id }) => party_id ?? []));
  const rebates = Map.groupBy(await rebatesOf(tx, company_id, parties), ({ party_id }) => party_id);
  const fees = await feesOf(tx, company_id);
  const counters = await countersOf(tx, company_id);
  const freight = await freightOf(tx, orders);
  const unitCost = await unitCostsOf(tx, { id: company_id, currency }, lines);
  const written: WrittenCost[] = [];
  const removed: number[] = [];
  for (const [order_id, own] of Map.groupBy(lines, (line) => line.order_id)) {
    const parties_here = new Set(own.flatMap(({ party_id }) => party_id ?? []));
    const costs = lineCosts(own, {
      rebates: [...parties_here].flatMap((party_id) => rebates.get(party_id) ?? []),
      fees,
      counters,
      currency,
      unitCost,
      freight_minor: freight.get(order_id) ?? null,
    });
    const byLine = new Map(costs.map((cost) => [cost.id, cost]));
    for (const line of own) {
      if (line.cost_source !== null && line.cost_source !== RECKONED) continue;
      // what is owed for a delivery stands in the month it left
      const delivered = line.delivered_in?.split(' ').map(Number) ?? [];
      const stands = locked.ofMonth(line.month) !== null || delivered.some(locked.isLocked);
      const wanted = wantedOf(line, byLine.get(line.id), stands);
      if (wanted === null) {
        if (line.cost_source !== null) removed.push(line.id);
      } else if (wanted !== 'kept') written.push(wanted);
    }
  }
  await writeCosts(reckoning, written);
  await removeCosts(tx, removed);
  return written.length + removed.length;
}

interface WrittenCost extends Pick<StoredLine, 'id' | 'site_id' | 'channel_id' | 'month'> {
  readonly cost_minor: number | null;
  readonly freight_minor: number | null;
  readonly rebate_minor: number | null;
  readonly fee_minor: number | null;
}

/** Null = neither goods nor a return: the line has no cost row. A row's place is its line's, whatever is locked: both lie in one bucket. */
function wantedOf(line: StoredLine, cost: LineCost | undefined, stands: boolean): WrittenCost | 'kept' | null {
  const { id, site_id, channel_id, month } = line;
  const kept = line.cost_source !== null && stands;
  if (!kept && stands) return 'kept';
  const amounts = kept ? line : cost;
  if (amounts === undefined) return null;
  const { cost_minor, freight_minor, rebate_minor, fee_minor } = amounts;
  const same =
    line.cost_source !== null &&
    line.cost_site_id === site_id &&
    line.cost_channel_id === channel_id &&
    line.cost_month === month &&
    line.cost_minor === cost_minor &&
    line.freight_minor === freight_minor &&
    line.rebate_minor === rebate_minor &&
    line.fee_minor === fee_minor;
  return same ? 'kept' : { id, site_id, channel_id, month, cost_minor, freight_minor, rebate_minor, fee_minor };
}

async function writeCosts({ tx, company_id, now }: Reckoning, costs: readonly WrittenCost[]): Promise<void> {
  if (costs.length === 0) return;
  const column = (name: keyof WrittenCost) => sql`${integerArray(costs.map((cost) => cost[name]))}::text::bigint[]`;
  await sql`
    insert into order_line_cost (id, company_id, site_id, channel_id, month, cost_minor, freight_minor, rebate_minor, fee_minor,
      source, written_at)
    select id, ${company_id}::bigint, site_id, channel_id, month, cost_minor, freight_minor, rebate_minor, fee_minor,
      ${RECKONED}::text, ${now}::timestamptz
    from unnest(${column('id')}, ${column('site_id')}, ${column('channel_id')}, ${column('month')}, ${column('cost_minor')},
      ${column('freight_minor')}, ${column('rebate_minor')}, ${column('fee_minor')})
      as n(id, site_id, channel_id, month, cost_minor, freight_minor, rebate_minor, fee_minor)
    on conflict (id) do update set site_id = excluded.site_id, channel_id = excluded.channel_id, month = excluded.month,
      cost_minor = excluded.cost_minor, freight_minor = excluded.freight_minor, rebate_minor = excluded.rebate_minor,
      fee_minor = excluded.fee_minor, written_at = excluded.written_at`.execute(tx);
}

async function removeCosts(tx: ImportTransaction, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return;
  await sql`delete from order_line_cost where id = any(${integerArray(ids)}::text::bigint[])`.execute(tx);
}
