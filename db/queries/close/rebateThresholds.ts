/** Which agreements with a threshold ended short of it in a month, and how many go on. */
import { sql } from 'kysely';
import { firstDayOfMonth, lastDayOfMonth, monthOfDay } from '#domain/calendar.ts';
import type { RebateThresholds } from '#domain/close/reconcile/thresholdWords.ts';
import { shortOfThreshold, type SoldOnDay, thresholdsOn } from '#domain/pricing/thresholds.ts';
import type { QueryContext } from '../context.ts';
import { monthsWithLines } from '../reference/months.ts';
import { seesArea } from '../rights.ts';
import { wholeSince } from '../wholeSince.ts';

/** Null of another task, for who sees no costs, or while they load. Lines are read only where an agreement ended in the month. */
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
  const { ended, running } = thresholdsOn(agreements, firstDayOfMonth(month), lastDayOfMonth(month));
  const [one] = ended;
  if (one === undefined) return { running, short: [] };
  const ids = [...new Set(ended.map(({ party_id }) => party_id))];
  const first = Math.min(...ended.map(({ from }) => (from === null ? 0 : monthOfDay(from))));
  const sold: SoldOnDay[] = [];
  for (const each of await monthsWithLines(context.db, company_id)) {
    if (each < first || each > month) continue;
    context.checkCancelled();
    sold.push(...(await soldIn(context, company_id, each, ids)));
  }
  const codes = new Map(
    (await context.db.selectFrom('party').select(['id', 'code']).where('id', 'in', ids).execute()).map((party) => [
      party.id,
      party.code,
    ]),
  );
  const short = shortOfThreshold(ended, agreements, sold);
  return { running, short: short.map((each) => ({ ...each, party_code: codes.get(each.party_id) ?? '' })) };
}

async function soldIn(
  { db }: QueryContext,
  company_id: number,
  month: number,
  parties: readonly number[],
): Promise<readonly SoldOnDay[]> {
  const among = sql`IN (SELECT value FROM json_each(${JSON.stringify(parties)}))`;
  const { rows } = await sql<SoldOnDay>`
    SELECT l.party_id, l.channel_id, l.ordered_on AS day, sum(l.net_minor) AS net_minor,
      sum(coalesce(c.rebate_minor, 0)) AS rebate_minor
    FROM order_line l LEFT JOIN order_line_cost c ON c.id = l.id
    WHERE l.company_id = ${company_id} AND l.month = ${month} AND l.party_id ${among}
      AND l.kind IN ('goods', 'return', 'discount')
    GROUP BY 1, 2, 3
    UNION ALL
    SELECT n.party_id, n.channel_id, n.issued_on, -sum(n.amount_minor), 0 FROM credit_note n
    WHERE n.company_id = ${company_id} AND n.month = ${month} AND n.party_id ${among} AND n.claim_id IS NULL
    GROUP BY 1, 2, 3`.execute(db);
  return rows;
}
