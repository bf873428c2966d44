/** The grace of channels as it held on each day. */
import { Grace } from '#domain/kpi/grace.ts';
import type { QueryContext } from '../context.ts';

/** `company_id` null = of every company the copy has. */
export async function graceOf({ db }: Pick<QueryContext, 'db'>, company_id: number | null): Promise<Grace> {
  const channels = db.selectFrom('channel').select(['id', 'grace_days']);
  const rules = db
    .selectFrom('channel_rule')
    .select(['channel_id', 'grace_days', 'valid_from', 'valid_to'])
    .where('grace_days', 'is not', null);
  const own = await (company_id === null ? channels : channels.where('company_id', '=', company_id)).execute();
  return new Grace(
    own.map(({ id, grace_days }) => [id, grace_days] as const),
    await (company_id === null ? rules : rules.where('company_id', '=', company_id)).execute(),
  );
}
