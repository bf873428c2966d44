import { sql } from 'kysely';
import type { RowOf } from '#domain/imports/engine/field.ts';
import { monthOfText } from '#domain/imports/kinds/month.ts';
import type { PLAN } from '#domain/imports/kinds/plan.ts';
import { integerArray } from '#server/imports/arrayText.ts';
import { lockedDays } from '#server/close/lockedDays.ts';
import { type Job, type KindStore, type Line, storeEach } from '../job.ts';
import { unknown } from '../missing.ts';

type PlanRow = RowOf<(typeof PLAN)['fields']>;

export const planStore: KindStore<PlanRow> = {
  check: async (job, lines) => {
    await job.lookups.find(
      'channel',
      lines.map(({ row }) => row.channel),
    );
    const { rows } = await sql<{ readonly category: string }>`
      select distinct category from item where company_id = ${job.company_id}::bigint and category is not null`.execute(
      job.tx,
    );
    const categories = new Set(rows.map(({ category }) => category));
    const locked = await lockedPlans(job, lines);
    const reasons = new Map<number, string>();
    for (const { line_number, row } of lines) {
      const { channel = null, category = null } = row;
      if (channel !== null && job.lookups.id('channel', channel) === null)
        reasons.set(line_number, unknown('channel', channel));
      else if (category !== null && !categories.has(category))
        reasons.set(line_number, `${unknown('category', category).slice(0, -1)}: no item has it.`);
      else {
        const why = locked(row);
        if (why !== null) reasons.set(line_number, why);
      }
    }
    return reasons;
  },
  store: async (job, lines) => {
    await storeEach(
      job,
      'plan_line',
      lines,
      ({ row }) => ({
        key: {
          month: monthOfText(row.month),
          channel_id: row.channel == null ? null : job.lookups.id('channel', row.channel),
          category: row.category ?? null,
        },
        set: { net_minor: row.net_sales, gm3_minor: row.gm3 },
      }),
      true,
    );
  },
};

/** What a locked month is compared with stays as well; what the plan says already passes. */
async function lockedPlans(job: Job, lines: readonly Line<PlanRow>[]): Promise<(row: PlanRow) => string | null> {
  const locked = await lockedDays(job, 'sales');
  const months = integerArray(new Set(lines.map(({ row }) => monthOfText(row.month))));
  const { rows } = locked.any
    ? await sql<{
        month: number;
        channel_id: number | null;
        category: string | null;
        net_minor: number;
        gm3_minor: number;
      }>`
        select p.month, p.channel_id, p.category, p.net_minor, p.gm3_minor from plan_line p
        where p.company_id = ${job.company_id}::bigint and p.month = any(${months}::text::int[])`.execute(job.tx)
    : { rows: [] };
  return (row) => {
    const month = monthOfText(row.month);
    const same = rows.some(
      (each) =>
        each.month === month &&
        each.channel_id === (row.channel == null ? null : job.lookups.id('channel', row.channel)) &&
        each.category === (row.category ?? null) &&
        each.net_minor === row.net_sales &&
        each.gm3_minor === row.gm3,
    );
    const why = month === null || same ? null : locked.ofMonth(month);
    return why === null ? null : `A locked month keeps its plan. ${why.replace('Book it in', 'Plan')}`;
  };
}
