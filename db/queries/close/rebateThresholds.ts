/** Which agreements with a threshold ended short of it in a month, and how far those that go on have come. */
import { sql } from 'kysely';
import { firstDayOfMonth, lastDayOfMonth, monthOfDay } from '#domain/calendar.ts';
import type { RebateThresholds } from '#domain/close/reconcile/thresholdWords.ts';
import { lastEndedOn } from '#domain/pricing/giveBacks.ts';
import { shortOfThreshold, type SoldOnDay, soldUnder, thresholdsOn } from '#domain/pricing/thresholds.ts';
import { dayInZone } from '#domain/zoneDay.ts';
import { createCellLayout, groupBy, valueKey } from '#db/analysis/cells.ts';
import type { FactView } from '#db/analysis/factView.ts';
import { LEFT_OUT } from '#db/analysis/kernel.ts';
import { LINE_CLASS } from '#db/analysis/lineFacts.ts';
import { type CodeKey, scanFacts } from '#db/analysis/scan.ts';
import type { QueryContext } from '../context.ts';
import { keepCompanies } from '../facts.ts';
import { companyById } from '../reference/companies.ts';
import { monthsWithLines } from '../reference/months.ts';
import { seesArea } from '../rights.ts';
import { columnsSince, wholeSince } from '../wholeSince.ts';

/** Null of another task, for who sees no costs, or while they load. Columns of lines answer where they are whole. */
export async function rebateThresholds(
  context: QueryContext,
  company_id: number,
  task_code: string,
  month: number,
): Promise<RebateThresholds | null> {
  if (task_code !== 'rebates_fees' || !seesArea(context.user, company_id, 'cost')) return null;
  const tables = ['rebate_agreement', 'order_line', 'order_line_cost', 'credit_note'] as const;
  if ((await wholeSince(context, tables, [company_id])) !== null) return null;
  const agreements = await context.db
    .selectFrom('rebate_agreement')
    .select(['party_id', 'channel_id', 'name', 'rate_bp', 'threshold_minor', 'valid_from', 'valid_to'])
    .where('company_id', '=', company_id)
    .orderBy('id')
    .execute();
  const { time_zone } = await companyById(context, company_id);
  const { as_of_ms } = context.replica;
  const today = as_of_ms === null ? Number.POSITIVE_INFINITY : dayInZone(as_of_ms, time_zone);
  const { ended, running } = thresholdsOn(agreements, firstDayOfMonth(month), lastEndedOn(month, today));
  const asked = [...ended, ...running];
  if (asked.length === 0) return { running: [], short: [] };
  const ids = [...new Set(asked.map(({ party_id }) => party_id))];
  const range: SoldRange = {
    company_id,
    parties: ids,
    first: Math.min(...asked.map(({ from }) => (from === null ? 0 : monthOfDay(from)))),
    last: month,
  };
  const view = columnsSince(context, [company_id]);
  const sold = view === null ? await soldByTables(context, range) : soldByColumns(view, range, context.checkCancelled);
  sold.push(...(await credited(context, range)));
  const codes = new Map(
    (await context.db.selectFrom('party').select(['id', 'code']).where('id', 'in', ids).execute()).map((party) => [
      party.id,
      party.code,
    ]),
  );
  const named = <A extends { readonly party_id: number }>(each: A) => ({
    ...each,
    party_code: codes.get(each.party_id) ?? '',
  });
  return {
    running: soldUnder(running, agreements, sold).map(({ accrued_minor: _, ...each }) => named(each)),
    short: shortOfThreshold(ended, agreements, sold).map(named),
  };
}

/** Months yyyymm, both included. */
interface SoldRange {
  readonly company_id: number;
  readonly parties: readonly number[];
  readonly first: number;
  readonly last: number;
}

const NET: readonly number[] = [LINE_CLASS.goods, LINE_CLASS.goods_below_zero, LINE_CLASS.return, LINE_CLASS.discount];
const NET_ONLY: CodeKey = {
  column: 'class',
  from: 'general',
  cellOf: (entry) => (NET.includes(entry) ? 0 : LEFT_OUT),
  without: LEFT_OUT,
};

/** One scan of all lines by customer, channel and day. */
function soldByColumns(
  view: FactView,
  { company_id, parties, first, last }: SoldRange,
  checkCancelled: () => void,
): SoldOnDay[] {
  const wanted = new Set(parties);
  const [from_on, to_on] = [first === 0 ? -Infinity : firstDayOfMonth(first), lastDayOfMonth(last)];
  const layout = createCellLayout(view);
  keepCompanies(layout, [company_id]);
  const party = groupBy(view, 'party', (value) => (wanted.has(Number(value)) ? valueKey(value) : null));
  const channel = groupBy(view, 'channel', valueKey);
  const day = groupBy(view, 'ordered_on', (value) =>
    Number(value) >= from_on && Number(value) <= to_on ? String(value) : null,
  );
  if (party.keys.length === 0 || day.keys.length === 0) return [];
  const apart = [party, channel, day].map((grouping) => layout.group(grouping, Math.max(1, grouping.keys.length)));
  const { values, width } = scanFacts(view, {
    cells: layout.cells(),
    keys: layout.keys(),
    codes: [NET_ONLY],
    sums: [
      { column: 'gross', from: 'general' },
      { column: 'discount', from: 'general' },
      { column: 'rebate', from: 'cost' },
    ],
    checkCancelled,
  });
  const sold: SoldOnDay[] = [];
  for (const [p, party_key] of party.keys.entries())
    for (const [c, channel_key] of channel.keys.entries())
      for (const [d, day_key] of day.keys.entries()) {
        const at = (p * (apart[0] ?? 0) + c * (apart[1] ?? 0) + d * (apart[2] ?? 0)) * width;
        if (values[at] === 0) continue;
        sold.push({
          party_id: Number(party_key),
          channel_id: channel_key === '' ? null : Number(channel_key),
          day: Number(day_key),
          net_minor: (values[at + 1] ?? 0) - (values[at + 2] ?? 0),
          rebate_minor: values[at + 3] ?? 0,
        });
      }
  return sold;
}

const among = (parties: readonly number[]) => sql`IN (SELECT value FROM json_each(${JSON.stringify(parties)}))`;

async function soldByTables(
  context: QueryContext,
  { company_id, parties, first, last }: SoldRange,
): Promise<SoldOnDay[]> {
  const sold: SoldOnDay[] = [];
  for (const month of await monthsWithLines(context.db, company_id)) {
    if (month < first || month > last) continue;
    context.checkCancelled();
    const { rows } = await sql<SoldOnDay>`
      SELECT l.party_id, l.channel_id, l.ordered_on AS day, sum(l.net_minor) AS net_minor,
        sum(coalesce(c.rebate_minor, 0)) AS rebate_minor
      FROM order_line l LEFT JOIN order_line_cost c ON c.id = l.id
      WHERE l.company_id = ${company_id} AND l.month = ${month} AND l.party_id ${among(parties)}
        AND l.kind IN ('goods', 'return', 'discount')
      GROUP BY 1, 2, 3`.execute(context.db);
    sold.push(...rows);
  }
  return sold;
}

async function credited(
  { db }: QueryContext,
  { company_id, parties, first, last }: SoldRange,
): Promise<readonly SoldOnDay[]> {
  const { rows } = await sql<SoldOnDay>`
    SELECT n.party_id, n.channel_id, n.issued_on AS day, -sum(n.amount_minor) AS net_minor, 0 AS rebate_minor
    FROM credit_note n
    WHERE n.company_id = ${company_id} AND n.month BETWEEN ${first} AND ${last} AND n.party_id ${among(parties)}
      AND n.claim_id IS NULL
    GROUP BY 1, 2, 3`.execute(db);
  return rows;
}
