import { sql } from 'kysely';
import type { RowOf } from '#domain/imports/engine/field.ts';
import { monthOfText } from '#domain/imports/kinds/month.ts';
import type { PLAN } from '#domain/imports/kinds/plan.ts';
import { type KindStore, storeEach } from '../job.ts';
import { unknown } from '../missing.ts';

export const planStore: KindStore<RowOf<(typeof PLAN)['fields']>> = {
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
    const reasons = new Map<number, string>();
    for (const { line_number, row } of lines) {
      const { channel = null, category = null } = row;
      if (channel !== null && job.lookups.id('channel', channel) === null)
        reasons.set(line_number, unknown('channel', channel));
      else if (category !== null && !categories.has(category))
        reasons.set(line_number, `${unknown('category', category).slice(0, -1)}: no item has it.`);
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
