/**
 * What the server itself forecasts of positions, from its own order lines, movements and overrides: the rule the copies
 * make all of theirs by, asked for the few that a decision is about.
 */
import { sql } from 'kysely';
import { addMonths, dayNumber, firstDayOfMonth, monthOfDay } from '#domain/calendar.ts';
import { type Stockout, stockouts } from '#domain/demand/stockouts.ts';
import { PRIOR_SUM_WIDTH } from '#domain/forecast/calibration.ts';
import { HISTORY_MONTHS, historyMonths, HORIZON, monthlyForecast } from '#domain/forecast/monthly.ts';
import { overriddenQtyMilli, overrideFor, type OverrideFact, standingOverrides } from '#domain/forecast/override.ts';
import { demandAhead } from '#domain/planning/replenishment/demandAhead.ts';
import type { DailyDemand } from '#domain/planning/replenishment/demand.ts';
import { wireTable } from '#contract/wire/tables.ts';
import type { CompanyDay } from '#server/commands/companyDay.ts';
import type { ServerTransaction } from '#server/schema/database.ts';
import { ASKED_QTY } from './askedQty.ts';

export interface Place {
  readonly item_id: number;
  readonly site_id: number;
}

export interface ForecastsOfPositions {
  /**
   * What is expected a day over so many days: by the forecast of this month and by that of the last, which a copy may not
   * have made afresh yet. None of a position nobody ordered in a whole month.
   */
  over(item_id: number, site_id: number, days: number): readonly DailyDemand[];
}

/**
 * A copy widens deviations by what its positions taught. The server has looked at none, so it takes what calibration takes of
 * regular demand before any outcome is seen; of demand that is counted too, where a copy that learned nothing takes them as
 * they are: the wider of the two, since this only bounds what a decision may depart by.
 */
const WIDER = PRIOR_SUM_WIDTH;

const keyOf = ({ item_id, site_id }: Place): string => `${item_id}:${site_id}`;

export async function forecastsOf(
  tx: ServerTransaction,
  company: CompanyDay,
  places: readonly Place[],
): Promise<ForecastsOfPositions> {
  if (places.length === 0) return { over: () => [] };
  const asked = { company, items: [...new Set(places.map(({ item_id }) => item_id))] };
  const first_month = await firstMonth(tx, company.id);
  const demand = await monthlyDemand(tx, asked);
  const moved = await movements(tx, asked);
  const balances = await balancesOf(tx, asked);
  const overrides = await overridesOf(tx, asked);
  const { today_on } = company;
  const running = monthOfDay(today_on);
  return {
    over(item_id, site_id, days) {
      const key = keyOf({ item_id, site_id });
      const own = demand.get(key);
      if (own === undefined) return [];
      const outs = stockoutsOf(balances.get(key) ?? 0, today_on, moved.get(key) ?? []);
      const standing = standingOverrides(overrides.get(key) ?? []);
      return [running, addMonths(running, -1)].flatMap((month): DailyDemand[] => {
        const months = historyMonths(first_month, firstDayOfMonth(month));
        const values = Float64Array.from(months, (each) => (own.get(each) ?? 0) / 1000);
        if (values.every((value) => value === 0)) return [];
        const { point, sum_deviation } = monthlyForecast({ months, values, outs });
        const expected = Array.from(point, (qty, step) => {
          const override = overrideFor(standing, addMonths(month, step), today_on);
          return override === undefined ? Math.round(qty * 1000) : overriddenQtyMilli(override, Math.round(qty * 1000));
        });
        return [
          demandAhead(
            {
              first_month: month,
              months: HORIZON,
              point: expected,
              sum_deviation: sum_deviation.map((each) => each * 1000 * WIDER),
              at: 0,
            },
            today_on,
            days,
          ),
        ];
      });
    },
  };
}

interface Asked {
  readonly company: CompanyDay;
  readonly items: readonly number[];
}

/** Of the company's oldest order line, told by its buckets: there are few of them, and millions of lines. */
async function firstMonth(tx: ServerTransaction, company_id: number): Promise<number | null> {
  const { rows } = await sql<{ month: number | null }>`select min(month)::int as month from sync_bucket
    where tbl = ${wireTable('order_line').id} and company = ${company_id} and month > 0`.execute(tx);
  return rows[0]?.month ?? null;
}

/** Position → month → thousandths, as domain/demand/demandLine.ts has it: what we cancelled was asked for all the same. */
async function monthlyDemand(tx: ServerTransaction, { company, items }: Asked) {
  const from = addMonths(monthOfDay(company.today_on), -1 - HISTORY_MONTHS);
  const { rows } = await sql<Place & { month: number; qty_milli: number }>`
    select item_id, site_id, month, sum(${ASKED_QTY})::int8 as qty_milli
    from order_line where item_id = any(${items}::int8[]) and company_id = ${company.id} and kind = 'goods'
      and site_id is not null and month >= ${from} group by 1, 2, 3`.execute(tx);
  const demand = new Map<string, Map<number, number>>();
  for (const row of rows) {
    const key = keyOf(row);
    const own = demand.get(key) ?? new Map<number, number>();
    demand.set(key, own.set(row.month, row.qty_milli));
  }
  return demand;
}

type Moved = readonly [moved_on: number, qty_milli: number];

/** What came and went, oldest first. */
async function movements(tx: ServerTransaction, { company, items }: Asked) {
  const { rows } = await sql<Place & { moved_on: string; qty_milli: number }>`
    select item_id, site_id, moved_on, sum(qty_milli)::int8 as qty_milli from (
      select l.item_id, r.site_id, r.received_on as moved_on, r.qty_milli
        from receipt_line r join po_line l on l.id = r.po_line_id
        where l.item_id = any(${items}::int8[]) and r.company_id = ${company.id}
      union all
      select item_id, site_id, moved_on, qty_milli
        from stock_move where item_id = any(${items}::int8[]) and company_id = ${company.id}
      union all
      select l.item_id, s.site_id, s.shipped_on, -s.qty_milli
        from shipment_line s join order_line l on l.id = s.order_line_id
        where l.item_id = any(${items}::int8[]) and s.company_id = ${company.id}
    ) moved where site_id is not null group by 1, 2, 3 order by 3`.execute(tx);
  const moved = new Map<string, Moved[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const own = moved.get(key) ?? [];
    own.push([dayNumber(row.moved_on) ?? 0, row.qty_milli]);
    moved.set(key, own);
  }
  return moved;
}

function stockoutsOf(on_hand: number, today_on: number, moved: readonly Moved[]): readonly Stockout[] {
  const days = Int32Array.from(moved, ([on]) => on);
  return stockouts(
    on_hand,
    today_on,
    days,
    moved.map(([, qty_milli]) => qty_milli),
  );
}

async function balancesOf(tx: ServerTransaction, { company, items }: Asked): Promise<ReadonlyMap<string, number>> {
  const rows = await tx
    .selectFrom('stock_balance')
    .select(['item_id', 'site_id', 'on_hand_qty_milli'])
    .where('company_id', '=', company.id)
    .where('item_id', 'in', items)
    .execute();
  return new Map(rows.map((row) => [keyOf(row), row.on_hand_qty_milli]));
}

async function overridesOf(tx: ServerTransaction, { company, items }: Asked) {
  const rows = await tx
    .selectFrom('forecast_override')
    .select(['id', 'kind', 'replaces', 'item_id', 'site_id', 'from_month', 'to_month', 'qty_milli', 'factor_bp'])
    .select(['expires_on', 'author', 'accepted_at'])
    .where('company_id', '=', company.id)
    .where('item_id', 'in', items)
    .orderBy('accepted_at')
    .orderBy('id')
    .execute();
  return Map.groupBy(
    rows.map((row): OverrideFact & Place => ({
      ...row,
      kind: row.kind === 'withdrawn' ? 'withdrawn' : 'set',
      expires_on: dayNumber(row.expires_on) ?? 0,
      accepted_at_ms: row.accepted_at.getTime(),
    })),
    keyOf,
  );
}
